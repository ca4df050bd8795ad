package shape

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/generate"
)

// sample returns about n messages of a shape of sample logs.
func sample(tb testing.TB, shape string, n int) []string {
	tb.Helper()
	var out bytes.Buffer
	if err := generate.Write(context.Background(), &out, generate.Options{Shape: shape, Count: n, Seed: 7}); err != nil {
		tb.Fatalf("generate.Write(%s): %v", shape, err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// split takes messages apart with a new Splitter.
func split(messages ...string) *Split {
	s := NewSplitter(Options{})
	for _, m := range messages {
		s.Add(m)
	}
	return s.Result()
}

// rowsOf returns what a Joiner needs of s.
func rowsOf(s *Split) Rows { return s.Rows(0, s.Len()) }

// join puts the messages of s together.
func join(tb testing.TB, s *Split) []string {
	tb.Helper()
	return joinRows(tb, s.Table(), rowsOf(s))
}

func joinRows(tb testing.TB, t *Table, r Rows) []string {
	tb.Helper()
	j, err := NewJoiner(t)
	if err != nil {
		tb.Fatalf("NewJoiner: %v", err)
	}
	text, ends, err := j.Append(nil, nil, r)
	if err != nil {
		tb.Fatalf("Append: %v", err)
	}
	var out []string
	from := 0
	for _, end := range ends {
		out = append(out, string(text[from:end]))
		from = end
	}
	return out
}

// checkSame reports the first message that differs.
func checkSame(tb testing.TB, got, want []string) {
	tb.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			tb.Fatalf("message %d is %q, want %q", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		tb.Fatalf("%d messages, want %d", len(got), len(want))
	}
}

func TestSampleLogsComeBack(t *testing.T) {
	for _, shape := range generate.Shapes() {
		t.Run(shape, func(t *testing.T) {
			messages := sample(t, shape, 20_000)
			s := split(messages...)
			checkSame(t, join(t, s), messages)
			whole := 0
			for _, n := range rowsOf(s).Codes.Ints {
				if n == Whole {
					whole++
				}
			}
			t.Logf("%d shapes, %d columns, %d of %d whole", len(s.Shapes), len(s.Columns), whole, len(messages))
		})
	}
}
