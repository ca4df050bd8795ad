package sieve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/shape"
)

// messagesOf returns random messages of few shapes, as several loggers write them.
func messagesOf(random *rand.Rand, n int) []string {
	texts := []string{"plain", "", "no such", "true", "null", "a \\\"b\\\" c", "tab\\tnew\\nline", "\\u00e9", "é<&>", "12", "2026-01-01T00:00:00Z"}
	all := make([]string, n)
	for i := range all {
		text := texts[random.IntN(len(texts))]
		switch random.IntN(5) {
		case 0:
			all[i] = fmt.Sprintf(`{"level":"%s","n":%d,"ok":%t,"id":"00000000-0000-4000-8000-%012x"}`, text, random.IntN(500), random.IntN(2) == 0, i)
		case 1:
			all[i] = fmt.Sprintf(`{"level": "%s", "n": %d.%d, "sub": {"x": null, "y": ["%s"]}}`, text, random.IntN(9), random.IntN(9), texts[random.IntN(len(texts))])
		case 2:
			all[i] = fmt.Sprintf(`{"time":"2026-01-0%dT10:00:00.%03dZ","level":%d,"msg":"took %d ms %s"}`, 1+random.IntN(9), random.IntN(1000), i, i, text)
		case 3:
			all[i] = fmt.Sprintf(`  {"n":null,"level":"%s"} `, text)
		default:
			all[i] = fmt.Sprintf(`not JSON: %s %d`, text, i)
		}
	}
	return all
}

// columnsOf are Columns of messages taken apart; finds says that texts are found without Column.
type columnsOf struct {
	shape.Rows
	finds bool
}

func (c columnsOf) Column(at int) (*column.Column, error) {
	if at == Codes {
		return c.Codes, nil
	}
	return c.Columns[at], nil
}

func (c columnsOf) Find(at int, texts []string) (rows []int32, ok bool, err error) {
	col := c.Columns[at]
	if !c.finds || col.Kind != column.String {
		return nil, false, nil
	}
	for row := range col.Len {
		if !col.IsNull(row) && slices.Contains(texts, col.Str(row)) {
			rows = append(rows, int32(row))
		}
	}
	return rows, true, nil
}

// passing returns which messages pass the conditions.
func passing(t *testing.T, s *shape.Split, texts []Texts, pieces []string) map[int32]bool {
	t.Helper()
	all := s.Rows(0, s.Len())
	rows := make([]int32, s.Len())
	for i := range rows {
		rows[i] = int32(i)
	}
	if v := New(s.Table(), texts, pieces); v != nil {
		var found []int32
		p, err := v.Pass(all.Whole != nil && all.Whole.Kind != column.Null, func(int, []string) (bool, error) { return false, nil })
		if err != nil {
			t.Fatal(err)
		}
		if p == nil {
			return nil
		}
		for _, finds := range []bool{false, true} { // what is found does not depend on who finds it
			got, err := p.Rows(slices.Clone(rows), columnsOf{all, finds})
			if err != nil {
				t.Fatal(err)
			}
			if finds && !slices.Equal(got, found) {
				t.Fatalf("rows %v pass where texts are found by others, want %v", got, found)
			}
			found = got
		}
		rows = found
	}
	passed := map[int32]bool{}
	for _, row := range rows {
		passed[row] = true
	}
	return passed
}

// TestNoMessageIsLost looks for pieces cut out of messages: each message that has one passes.
func TestNoMessageIsLost(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for round := range 40 {
		all := messagesOf(random, 200)
		splitter := shape.NewSplitter(shape.Options{})
		for _, m := range all {
			splitter.Add(m)
		}
		split := splitter.Result()
		for range 100 {
			from := all[random.IntN(len(all))]
			at := random.IntN(len(from))
			piece := from[at : at+1+random.IntN(min(len(from)-at, 1<<random.IntN(6)))]
			passed := passing(t, split, nil, []string{piece})
			for row, m := range all {
				if strings.Contains(m, piece) && !passed[int32(row)] {
					t.Fatalf("round %d: message %q, which contains %q, does not pass", round, m, piece)
				}
			}
		}
		wants := []Texts{{shape.Want{Name: "level"}, []string{"plain", "a \"b\" c"}}, {shape.Want{Name: "sub.y.0"}, []string{"true"}}, {shape.Want{Name: "level"}, nil}}
		for _, w := range wants {
			passed := passing(t, split, []Texts{w}, nil)
			for row := range all {
				if slices.Contains(w.Any, textOf(split, row, w.Want)) && !passed[int32(row)] {
					t.Fatalf("round %d: message %q, whose %s is one of %q, does not pass", round, all[row], w.Want.Name, w.Any)
				}
			}
		}
	}
}

// textOf returns the text of a field in a message taken apart, "" if it has none there.
func textOf(s *shape.Split, row int, w shape.Want) string {
	r := s.Rows(row, row+1)
	if r.Codes.Ints[0] == shape.Whole {
		return ""
	}
	at, _ := s.Table().Lookup(int(r.Codes.Ints[0]), w)
	if at < 0 || r.Columns[at].Kind != column.String || r.Columns[at].IsNull(0) {
		return ""
	}
	return r.Columns[at].Str(0)
}

func TestMessagesAreLeftOut(t *testing.T) {
	all := []string{`{"level":"info","n":1}`, `{"level":"warn","n":2}`, `{"level":"error","id":"x y"}`, `{"level":"info","n":3}`}
	splitter := shape.NewSplitter(shape.Options{})
	for _, m := range all {
		splitter.Add(m)
	}
	split := splitter.Result()
	for _, tt := range []struct {
		name   string
		texts  []Texts
		pieces []string
		want   int // messages that pass
	}{
		{"one text of a field", []Texts{{shape.Want{Name: "level"}, []string{"warn"}}}, nil, 1},
		{"two texts", []Texts{{shape.Want{Name: "level"}, []string{"warn", "error"}}}, nil, 2},
		{"a field that is not there", []Texts{{shape.Want{Name: "nowhere"}, []string{"warn"}}}, nil, 0},
		{"a field that is a number", []Texts{{shape.Want{Name: "n"}, []string{"x"}}}, nil, 0},
		{"a piece of a value", nil, []string{"rror"}, 1},
		{"a value with its quotes", nil, []string{`"error"`}, 1},
		{"a key", nil, []string{`"id"`}, 1},
		{"a piece that crosses a border may be anywhere in its shapes", nil, []string{`"level":"w`}, 4},
		{"a piece of nothing", nil, []string{"zzz"}, 0},
		{"no piece", nil, []string{""}, 4},
		{"both", []Texts{{shape.Want{Name: "level"}, []string{"error"}}}, []string{"x y"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(passing(t, split, tt.texts, tt.pieces)); got != tt.want {
				t.Errorf("%d of %q pass, want %d", got, all, tt.want)
			}
		})
	}
}
