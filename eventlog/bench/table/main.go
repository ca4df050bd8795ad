// Command table reads the output of BenchmarkLog and writes its minima as Markdown: a table of all loggers and the
// ratios that eventlog promises.
//
//	go test -bench Log -benchtime 100ms -count 10 | go run ./table
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog/bench"
)

func main() {
	cells, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
	writeTable(os.Stdout, cells)
	writePromises(os.Stdout, cells)
}

// A key names a cell: a case with a logger behind a front.
type key struct {
	c           bench.Case
	front, name string
}

// A cell is the best of all runs: the machine only ever adds time.
type cell struct {
	ns     float64
	allocs int
}

// read collects the smallest time of each benchmark.
func read(r io.Reader) (map[key]cell, error) {
	names := map[string]key{}
	for _, c := range bench.Cases {
		for _, l := range bench.Loggers {
			path := "BenchmarkLog/" + string(c) + "/" + l.Front + "/" + l.Name
			names[strings.ReplaceAll(path, " ", "_")] = key{c, l.Front, l.Name}
		}
	}
	cells := map[key]cell{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 8 || !strings.HasPrefix(f[0], "BenchmarkLog/") {
			continue
		}
		name := f[0][:max(strings.LastIndexByte(f[0], '-'), 0)] // without -GOMAXPROCS
		k, ok := names[name]
		if !ok {
			if k, ok = names[f[0]]; !ok {
				return nil, fmt.Errorf("unknown benchmark %q", f[0])
			}
		}
		ns, err := strconv.ParseFloat(f[2], 64)
		if err != nil {
			return nil, fmt.Errorf("%s: time %q: %w", f[0], f[2], err)
		}
		allocs, err := strconv.Atoi(f[6])
		if err != nil {
			return nil, fmt.Errorf("%s: allocations %q: %w", f[0], f[6], err)
		}
		if old, ok := cells[k]; !ok || ns < old.ns {
			cells[k] = cell{ns, allocs}
		}
	}
	return cells, lines.Err()
}

func writeTable(w io.Writer, cells map[key]cell) {
	fmt.Fprint(w, "| ns (allocations) |")
	for _, c := range bench.Cases {
		fmt.Fprintf(w, " %s |", c)
	}
	fmt.Fprint(w, "\n| --- |", strings.Repeat(" --: |", len(bench.Cases)), "\n")
	for _, l := range bench.Loggers {
		name := l.Name
		if l.Front == "slog" {
			name = "slog over " + name
		}
		if l.Name == "eventlog" {
			name = "**" + name + "**"
		}
		fmt.Fprintf(w, "| %s |", name)
		for _, c := range bench.Cases {
			x, ok := cells[key{c, l.Front, l.Name}]
			switch {
			case !ok:
				fmt.Fprint(w, " – |")
			case x.allocs == 0:
				fmt.Fprintf(w, " %.0f |", x.ns)
			default:
				fmt.Fprintf(w, " %.0f (%d) |", x.ns, x.allocs)
			}
		}
		fmt.Fprintln(w)
	}
}

// A promise is a ratio between two cells of one run that eventlog means to keep.
type promise struct {
	what       string
	ours, peer key
	most       float64 // ratio ours/peer
}

func promises() []promise {
	list := []promise{
		{"5 fields, against phuslu/log", key{bench.Five, "native", "eventlog"}, key{bench.Five, "native", "phuslu/log"}, 1.15},
		{"10 fields, against phuslu/log", key{bench.Ten, "native", "eventlog"}, key{bench.Ten, "native", "phuslu/log"}, 1.15},
		{"context, 5 fields, fn and pkg, against zerolog.Ctx without the place", key{bench.ContextPlace, "native", "eventlog"},
			key{bench.ContextFive, "native", "zerolog"}, 1},
		{"an error with its stack, against zap", key{bench.ErrorStack, "native", "eventlog"}, key{bench.ErrorStack, "native", "zap"}, 0.3},
	}
	for _, c := range bench.Cases {
		list = append(list, promise{string(c) + ", against zerolog", key{c, "native", "eventlog"}, key{c, "native", "zerolog"}, 1})
	}
	for _, l := range bench.Loggers {
		if l.Front != "slog" || l.Name == "eventlog" || l.Name == "no handler" {
			continue
		}
		for _, c := range []bench.Case{bench.Message, bench.Five, bench.Ten, bench.Context, bench.ContextFive, bench.Error} {
			list = append(list, promise{"slog front end, " + string(c) + ", against " + l.Name, key{c, "slog", "eventlog"}, key{c, "slog", l.Name}, 1})
		}
	}
	return list
}

func writePromises(w io.Writer, cells map[key]cell) {
	fmt.Fprint(w, "\n| promise | ratio | at most | kept |\n| --- | --: | --: | --- |\n")
	for _, p := range promises() {
		ours, ok1 := cells[p.ours]
		peer, ok2 := cells[p.peer]
		if !ok1 || !ok2 {
			continue
		}
		kept := "yes"
		if ratio := ours.ns / peer.ns; ratio > p.most {
			kept = "**no**"
		}
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %s |\n", p.what, ours.ns/peer.ns, p.most, kept)
	}
}
