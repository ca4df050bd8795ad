package gather

import (
	"fmt"
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// of returns a column of values.
func of(values ...any) *column.Column {
	var b column.Builder
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			b.Null()
		case int:
			b.Int(int64(v))
		case float64:
			b.Float(v)
		case string:
			b.Text(v)
		}
	}
	return b.Column()
}

func show(c *column.Column) string {
	s := c.Kind.String()
	for i := range c.Len {
		s += fmt.Sprintf(" %t:%s", c.IsNull(i), c.Value(i).Text())
	}
	return s
}

func TestBuilder(t *testing.T) {
	coded := &column.Column{Kind: column.String, Len: 3, Strings: []string{"x", "y"}, Codes: []uint32{1, 0, 1}}
	for _, tt := range []struct {
		name string
		kind column.Kind
		from *column.Column
		want string // of rows 2 and 1, of rows 1 and 2, of row 0
	}{
		{"whole numbers", column.Int64, of(1, 2, 3), "int64 false:3 false:2 false:2 false:3 false:1"},
		{"numbers with nulls", column.Int64, of(1, nil, 3), "int64 false:3 true: true: false:3 false:1"},
		{"floats", column.Float64, of(1.5, 2.5, 3.5), "float64 false:3.5 false:2.5 false:2.5 false:3.5 false:1.5"},
		{"texts", column.String, of("a", "", "c"), "string false:c false: false: false:c false:a"},
		{"texts of a dictionary", column.String, coded, "string false:y false:x false:x false:y false:y"},
		{"nothing but nulls", column.String, of(nil, nil, nil), "string true: true: true: true: true:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := New(tt.kind, 1)
			b.AddRows(tt.from, []int32{2, 1})
			b.AddRange(tt.from, 1, 3)
			b.Add(tt.from, 0)
			if got := show(b.Take()); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if c := b.Take(); c.Len != 0 || c.Kind != tt.kind {
				t.Errorf("after Take: %d rows of kind %s, want none of kind %s", c.Len, c.Kind, tt.kind)
			}
		})
	}
}

func TestWholeNumbersBecomeFloats(t *testing.T) {
	b := New(column.Float64, 0)
	b.AddRange(of(1, nil, 3), 0, 3)
	if got, want := show(b.Take()), "float64 false:1 true: false:3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSlice(t *testing.T) {
	for _, c := range []*column.Column{
		of(1, nil, 3, 4), of("a", "b", nil, "d"), of(0.5, nil, nil, 1.5), of(nil, nil, nil, nil),
		{Kind: column.String, Len: 4, Strings: []string{"x", "y"}, Codes: []uint32{1, 0, 1, 1}},
	} {
		for from := range 5 {
			for to := from; to <= 4; to++ {
				s := Slice(c, from, to)
				for i := range s.Len {
					if s.Value(i) != c.Value(from+i) {
						t.Errorf("Slice(%s, %d, %d) row %d = %v, want %v", show(c), from, to, i, s.Value(i), c.Value(from+i))
					}
				}
				if s.Len != to-from {
					t.Errorf("Slice(%d, %d) has %d rows", from, to, s.Len)
				}
			}
		}
	}
}

// TestCodedBuilder checks that a builder of coded texts gives back what it was given, coded as long as all that came was.
func TestCodedBuilder(t *testing.T) {
	coded := func(texts []string, codes ...uint32) *column.Column {
		return &column.Column{Kind: column.String, Len: len(codes), Strings: texts, Codes: codes}
	}
	ab, ba := []string{"a", "b"}, []string{"b", "a", "c"}
	withNull := coded(ab, 1, 7, 0) // a null's number means nothing
	withNull.Nulls = withNull.Nulls.Set(1, 3)
	plain := &column.Column{Kind: column.String, Len: 2, Strings: []string{"x", "a"}}
	for _, tt := range []struct {
		name  string
		add   []*column.Column
		want  []any
		texts int // in the dictionary; 0: not coded
	}{
		{"one dictionary", []*column.Column{coded(ab, 0, 1, 0)}, []any{"a", "b", "a"}, 2},
		{"two dictionaries", []*column.Column{coded(ab, 0, 1), coded(ba, 0, 1, 2)}, []any{"a", "b", "b", "a", "c"}, 3},
		{"nulls", []*column.Column{{Len: 2}, withNull}, []any{nil, nil, "b", nil, "a"}, 2},
		{"texts behind numbers", []*column.Column{withNull, plain, coded(ba, 2)}, []any{"b", nil, "a", "x", "a", "c"}, 0},
		{"numbers behind texts", []*column.Column{plain, withNull}, []any{"x", "a", "b", nil, "a"}, 0},
	} {
		g := NewCoded(column.String)
		for range 2 { // a builder begins anew after Take
			for _, c := range tt.add {
				g.AddRange(c, 0, c.Len)
			}
			c := g.Take()
			var got []any
			for i := range c.Len {
				if c.IsNull(i) {
					got = append(got, nil)
				} else {
					got = append(got, c.Str(i))
				}
			}
			if !slices.Equal(got, tt.want) || (c.Codes != nil) != (tt.texts > 0) || c.Codes != nil && len(c.Strings) != tt.texts {
				t.Errorf("%s: Take() = %v, codes %v of %q, want %v and %d texts", tt.name, got, c.Codes, c.Strings, tt.want, tt.texts)
			}
		}
	}
}
