package logs

import (
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/table"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name     string
		damage   func(l *lab, g *Group)
		problems []string
	}{
		{"nothing is wrong", func(*lab, *Group) {}, nil},
		{"a group that cannot be read", func(l *lab, g *Group) {
			l.write(catalog.Put(catalog.Entry{Key: g.scope(groupKind).Key("/bad"), Value: []byte("{")}, catalog.Absent))
		}, []string{"/bad"}},
		{"a stream that cannot be read", func(l *lab, g *Group) {
			l.write(catalog.Put(catalog.Entry{Key: g.under(streamKind, g).Key("bad"), Value: []byte("{")}, catalog.Absent))
		}, []string{"bad"}},
		{"two groups of one partition", func(l *lab, g *Group) {
			l.addGroup("/twin", func(f *groupFacts) { f.Partition = g.Partition })
		}, []string{"same partition"}},
		{"two streams of one number", func(l *lab, g *Group) {
			e, err := streamEntry(g.under(streamKind, g), Stream{Name: "twin", Number: 1})
			l.must(err)
			l.write(catalog.Put(e, catalog.Absent))
			e.Name = "twin2"
			l.write(catalog.Put(e, catalog.Absent))
		}, []string{"same number"}},
		{"a deleted group without a number", func(l *lab, g *Group) {
			l.write(catalog.Put(catalog.Entry{Key: g.scope(goneGroupKind).Key("x")}, catalog.Absent))
		}, []string{"gone"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			g := l.addGroup("/app", nil)
			tt.damage(l, g)
			s, err := Check(l.ctx, l.catalog)
			l.must(err)
			if len(s.Problems) != len(tt.problems) {
				t.Fatalf("Check() finds %q, want %q", s.Problems, tt.problems)
			}
			for i, want := range tt.problems {
				if !strings.Contains(s.Problems[i], want) {
					t.Errorf("Check() finds %q, want %q in it", s.Problems[i], want)
				}
			}
		})
	}
}

func TestSurveyOrphans(t *testing.T) {
	l := newLab(t)
	g := l.addGroup("/app", nil)
	l.write(catalog.Put(catalog.Entry{Key: g.scope(goneGroupKind).Key("70")}, catalog.Absent))
	s, err := Check(l.ctx, l.catalog)
	l.must(err)
	if got, want := s.Orphans([]table.Partition{g.Partition, 70, 71}), []table.Partition{71}; !slices.Equal(got, want) {
		t.Errorf("Orphans(%d, 70, 71) = %v, want %v", g.Partition, got, want)
	}
	if s.Groups != 1 || s.Deleted != 1 {
		t.Errorf("Check() = %d groups, %d deleted, want 1, 1", s.Groups, s.Deleted)
	}
}

// write writes changes to the catalog.
func (l *lab) write(changes ...catalog.Change) {
	l.t.Helper()
	_, err := l.catalog.Write(l.ctx, changes...)
	l.must(err)
}
