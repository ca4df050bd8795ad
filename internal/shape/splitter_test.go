package shape

import (
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/generate"
)

func TestResetKeepsWhatWasLearned(t *testing.T) {
	messages := sample(t, "worker", 3000)
	s := NewSplitter(Options{})
	for range 3 {
		for _, m := range messages {
			s.Add(m)
		}
		if got := s.Len(); got != len(messages) {
			t.Fatalf("Len() = %d, want %d", got, len(messages))
		}
		checkSame(t, join(t, s.Result()), messages)
		s.Reset()
		if got := s.Result(); got.Len() != 0 || len(got.Shapes) != 0 || len(got.Columns) != 0 {
			t.Fatalf("after Reset Result has %d rows, %d shapes, %d columns, want none", got.Len(), len(got.Shapes), len(got.Columns))
		}
	}
}

func TestResultCanGoOn(t *testing.T) {
	messages := sample(t, "web", 3000)
	s := NewSplitter(Options{})
	for i, m := range messages {
		s.Add(m)
		if i%700 == 0 {
			checkSame(t, join(t, s.Result()), messages[:i+1])
		}
	}
	checkSame(t, join(t, s.Result()), messages)
}

func TestRowsComeInStretches(t *testing.T) {
	for _, shape := range generate.Shapes() {
		messages := sample(t, shape, 3000)
		s := split(messages...)
		all := rowsOf(s)
		for _, step := range []int{1, 63, 64, 65, 1000, len(messages)} {
			var got []string
			for from := 0; from < len(messages); from += step {
				rows := s.Rows(from, min(len(messages), from+step))
				got = append(got, joinRows(t, s.Table(), rows)...)
			}
			checkSame(t, got, messages)
		}
		middle := s.Rows(1111, 1234)
		for i, c := range middle.Columns {
			if got, want := c.Value(17), all.Columns[i].Value(1128); got != want {
				t.Errorf("%s: Rows(1111, 1234) has %v in row 17 of column %s, want %v", shape, got, s.Columns[i].Name, want)
			}
		}
	}
}

func TestMessagesAddedWhole(t *testing.T) {
	s := NewSplitter(Options{})
	var messages []string
	for i := range 3 * compareRows {
		messages = append(messages, fmt.Sprintf(`{"a":%d}`, i), "\xff")
		s.Add(messages[2*i])
		s.AddWhole(messages[2*i+1])
	}
	r := s.Result()
	checkSame(t, join(t, r), messages)
	if shapes, whole := shapesAndWhole(r); shapes != 1 || whole != 3*compareRows {
		t.Errorf("%d shapes and %d whole, want 1 and %d", shapes, whole, 3*compareRows)
	}
}

func TestLimitsKeepMessagesWhole(t *testing.T) {
	keyed := func(n int) (messages []string) {
		for i := range n {
			messages = append(messages, fmt.Sprintf(`{"k%d":%d}`, i, i))
		}
		return messages
	}
	for _, tt := range []struct {
		name          string
		o             Options
		messages      []string
		shapes, whole int
	}{
		{"as many shapes as there may be", Options{MaxShapes: 10}, keyed(10), 10, 0},
		{"one more", Options{MaxShapes: 10}, keyed(11), 10, 1},
		{"as many columns as there may be", Options{MaxColumns: 10}, keyed(10), 10, 0},
		{"one column more", Options{MaxColumns: 10}, keyed(11), 10, 1},
		{"few shapes of few messages", Options{}, keyed(maxEdges), maxEdges, 0},
		{"more ways than a place has", Options{}, keyed(maxEdges + 5), maxEdges, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := NewSplitter(tt.o)
			for _, m := range tt.messages {
				s.Add(m)
			}
			r := s.Result()
			checkSame(t, join(t, r), tt.messages)
			if shapes, whole := shapesAndWhole(r); shapes != tt.shapes || whole != tt.whole {
				t.Errorf("%d shapes and %d whole, want %d and %d", shapes, whole, tt.shapes, tt.whole)
			}
		})
	}
}

func TestRareShapesAmongManyAreGivenUp(t *testing.T) {
	var messages []string
	for i := range 2 * fewShapes {
		m := fmt.Sprintf(`{"a":%d,%s"b":1,%s"c":1}`, i, strings.Repeat(" ", i/16), strings.Repeat(" ", i%16))
		for range 1 + i%2*fewRows {
			messages = append(messages, m)
		}
	}
	s := split(messages...)
	checkSame(t, join(t, s), messages)
	if shapes, whole := shapesAndWhole(s); shapes != fewShapes || whole != fewShapes {
		t.Errorf("%d shapes and %d whole, want %d and %d", shapes, whole, fewShapes, fewShapes)
	}
	rows := rowsOf(s)
	for row, code := range rows.Codes.Ints {
		for i, c := range rows.Columns {
			if code == Whole && !c.IsNull(row) {
				t.Fatalf("row %d is whole and has %s in column %s, want null", row, c.Value(row).Text(), s.Columns[i].Name)
			}
		}
	}
}

func TestManyTextsGiveTheDictionaryUp(t *testing.T) {
	for _, n := range []int{1, maxEntries - 1, maxEntries, maxEntries + 1, 3 * maxEntries} {
		var messages []string
		for i := range n {
			messages = append(messages, `{"b":1}`, fmt.Sprintf(`{"a":"%d"}`, i), fmt.Sprintf(`{"a":"%d"}`, i/2))
		}
		s := split(messages...)
		checkSame(t, join(t, s), messages)
		if got, want := rowsOf(s).Columns[1].Codes != nil, n <= maxEntries; got != want {
			t.Errorf("%d texts are a dictionary: %t, want %t", n, got, want)
		}
	}
}

func TestTextsAlikeAreToldApart(t *testing.T) {
	var messages []string
	for _, text := range []string{"", "a", "aa", "aaa", "aaaa", "aaaaa", "aaaaaaa", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaabaaaaaaaa", "aaaaaaaacaaaaaaaa", "aba", "aca", "abcdefg", "abcxefg"} {
		messages = append(messages, `{"t":"`+text+`"}`)
	}
	checkSame(t, join(t, split(append(messages, messages...)...)), append(messages, messages...))
}

func TestJoinerRefusesWhatDoesNotFit(t *testing.T) {
	s := split(`{"a":1,"s":"x"}`, "text")
	j, err := NewJoiner(s.Table())
	if err != nil {
		t.Fatal(err)
	}
	codes := func(n ...int64) *column.Column { return &column.Column{Kind: column.Int64, Len: len(n), Ints: n} }
	texts := &column.Column{Kind: column.String, Len: 1, Strings: []string{"x"}}
	for _, tt := range []struct {
		name string
		r    Rows
		want string
	}{
		{"a shape that is not there", Rows{codes(1), nil, []*column.Column{nil, nil}}, "has shape 1"},
		{"a code below -1", Rows{codes(-2), texts, []*column.Column{nil, nil}}, "has shape -2"},
		{"no text", Rows{codes(Whole), nil, []*column.Column{nil, nil}}, "has shape -1"},
		{"codes of another kind", Rows{texts, nil, []*column.Column{nil, nil}}, "of kind string"},
		{"a column too few", Rows{codes(0), nil, []*column.Column{nil}}, "1 columns, want 2"},
		{"a column of another kind", Rows{codes(0), nil, []*column.Column{texts, nil}}, `column "a"`},
		{"a column too short", Rows{codes(0, 0), nil, []*column.Column{nil, texts}}, `column "s" has 1 rows`},
	} {
		if _, _, err := j.Append(nil, nil, tt.r); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Append fails with %v, want an error with %q", tt.name, err, tt.want)
		}
	}
	text, ends, err := j.Append([]byte("before"), nil, Rows{codes(0, Whole), &column.Column{Kind: column.String, Len: 2, Strings: []string{"", "w"}}, []*column.Column{nil, nil}})
	if got, want := string(text), `before{"a":null,"s":null}w`; err != nil || got != want || fmt.Sprint(ends) != "[25 26]" {
		t.Errorf("Append = %s, %v, %v, want %s", got, ends, err, want)
	}
}
