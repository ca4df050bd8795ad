package main

import (
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog/bench"
)

func TestReadKeepsTheSmallestTime(t *testing.T) {
	cells, err := read(strings.NewReader(`goos: linux
BenchmarkLog/5_fields/native/eventlog-2  	 1000	       300.5 ns/op	       0 B/op	       0 allocs/op
BenchmarkLog/5_fields/native/eventlog-2  	 1000	       200.5 ns/op	       0 B/op	       0 allocs/op
BenchmarkLog/ctx10+5/slog/phuslu_Slog()  	 1000	       500 ns/op	      16 B/op	       1 allocs/op
PASS
`))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range map[key]cell{
		{bench.Five, "native", "eventlog"}:           {200.5, 0},
		{bench.ContextFive, "slog", "phuslu Slog()"}: {500, 1},
	} {
		if got := cells[k]; got != want {
			t.Errorf("read: %v = %v, want %v", k, got, want)
		}
	}
}

func TestReadRefusesWhatItDoesNotKnow(t *testing.T) {
	_, err := read(strings.NewReader("BenchmarkLog/7_fields/native/eventlog-2 1 2 ns/op 0 B/op 0 allocs/op\n"))
	if err == nil || !strings.Contains(err.Error(), "7_fields") {
		t.Errorf("read: %v, want an error that names 7_fields", err)
	}
}

func TestPromisesSayWhatIsNotKept(t *testing.T) {
	var out strings.Builder
	writePromises(&out, map[key]cell{
		{bench.Five, "native", "eventlog"}:   {ns: 130},
		{bench.Five, "native", "phuslu/log"}: {ns: 100},
	})
	if want := "| 5 fields, against phuslu/log | 1.30 | 1.15 | **no** |"; !strings.Contains(out.String(), want) {
		t.Errorf("writePromises: %s, want a line %s", out.String(), want)
	}
}
