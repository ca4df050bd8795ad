package pattern

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// shapesOf counts the shapes of messages.
func shapesOf(messages []string) []counted {
	s := NewSet()
	for _, m := range messages {
		s.Add(m, 1, 0)
	}
	return s.list()
}

// merged writes the patterns of messages with their counts.
func merged(messages []string) []string {
	var out []string
	merged, _ := mergeShapes(shapesOf(messages), nil)
	for _, c := range merged {
		out = append(out, fmt.Sprintf("%d %s", c.n[0], patternText(c.shape)))
	}
	return out
}

// names are different words.
func names(n int) []string {
	var out []string
	for i := range n {
		out = append(out, "name"+string(rune('a'+i/26))+string(rune('a'+i%26)))
	}
	return out
}

// each puts every name into a message.
func eachName(format string, n int) []string {
	var out []string
	for _, name := range names(n) {
		out = append(out, fmt.Sprintf(format, name))
	}
	return out
}

func join(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func TestMergeShapes(t *testing.T) {
	pairs := func() (out []string) {
		for i, a := range names(20) {
			out = append(out, fmt.Sprintf("user %s bought %s today", a, names(20)[(7*i+3)%20]))
		}
		return out
	}
	for _, tt := range []struct {
		name     string
		messages []string
		want     []string
	}{
		{"a place with many words varies", eachName("%s logged in", minVariants), []string{"10 <Token-1> logged in"}},
		{"a place with few words does not", eachName("%s", minVariants-1)[:2], []string{"1 nameaa", "1 nameab"}},
		{"two places vary independently", pairs(), []string{"20 user <Token-1> bought <Token-2> today"}},
		{"messages that share a frame by chance stay apart",
			[]string{"cache miss", "disk full", "server started", "job failed", "queue empty", "lock taken", "lease lost", "peer joined", "peer left", "key rotated", "index built", "log rolled"},
			[]string{"1 cache miss", "1 disk full", "1 index built", "1 job failed", "1 key rotated", "1 lease lost", "1 lock taken", "1 log rolled", "1 peer joined", "1 peer left", "1 queue empty", "1 server started"}},
		{"a level is never a placeholder",
			join(eachName("INFO hello %s here", 10), eachName("ERROR hello %s here", 10)),
			[]string{"10 ERROR hello <Token-1> here", "10 INFO hello <Token-1> here"}},
		{"a value in JSON may vary by itself, its key never",
			eachName(`{"user":"%s","msg":"logged in"}`, 12), []string{`12 {"user":"<Token-1>","msg":"logged in"}`}},
		{"keys that differ are different patterns", []string{`{"a":"x"}`, `{"b":"x"}`}, []string{`1 {"a":"x"}`, `1 {"b":"x"}`}},
		{"paths vary part by part", eachName("GET /api/%s/items 200", 11), []string{"11 GET /api/<Token-1>/items <Number-2>"}},
		{"marks are numbered together", eachName("10.0.0.1 %s 5", 10), []string{"10 <IPAddress-1> <Token-2> <Number-3>"}},
		{"nothing", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := merged(tt.messages)
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("patterns =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestMergeShapesDoesNotDependOnOrder(t *testing.T) {
	messages := join(eachName("%s logged in", 30), eachName("WARN slow query by %s", 12), eachName("%s", 40), []string{"disk full", "disk empty"})
	want := strings.Join(merged(messages), "\n")
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		r.Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
		if got := strings.Join(merged(messages), "\n"); got != want {
			t.Fatalf("seed %d: patterns =\n%s\nwant\n%s", seed, got, want)
		}
	}
}

func TestMergeShapesTakesItsOwnResult(t *testing.T) {
	once, _ := mergeShapes(shapesOf(eachName("%s logged in", 30)), nil)
	again, _ := mergeShapes(append(shapesOf([]string{"zoe logged in", "yan logged out"}), once...), nil)
	var got []string
	for _, c := range again {
		got = append(got, fmt.Sprintf("%d %s", c.n[0], patternText(c.shape)))
	}
	want := []string{"31 <Token-1> logged in", "1 yan logged out"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("merged again = %q, want %q", got, want)
	}
}

// BenchmarkMergeShapes merges as many shapes as a worker may hold, which share a frame and do not merge.
func BenchmarkMergeShapes(b *testing.B) {
	var messages []string
	for i := range MaxShapes {
		messages = append(messages, fmt.Sprintf("%s %s %s", names(600)[i%599], names(600)[i*7%600], names(600)[i/40]))
	}
	shapes := shapesOf(messages)
	b.ReportAllocs()
	for b.Loop() {
		mergeShapes(shapes, nil)
	}
}
