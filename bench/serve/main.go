// Command serve measures the server as a whole process: what it takes to store generated events that eight clients send over HTTP,
// signed, and how it starts and rests. Data is generated below build/bench and kept there.
//
//	go run ./bench/serve [-shape web] [-events 2000000] [-clients 8] [-batch 1000] [-runs 3] [-live 30s] [-ask 10] [-hostile]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

func main() {
	var b bench
	flag.StringVar(&b.shape, "shape", "web", "shape of the generated events")
	flag.IntVar(&b.events, "events", 2_000_000, "how many events")
	flag.IntVar(&b.clients, "clients", 8, "how many clients send at once")
	flag.IntVar(&b.batch, "batch", 1000, "events of one request")
	flag.IntVar(&b.runs, "runs", 3, "runs; the median counts")
	live := flag.Duration("live", 0, "measure live tail for so long instead")
	ask := flag.Int("ask", 0, "measure queries over the events so many times instead")
	hostile := flag.Bool("hostile", false, "measure storing beside hostile queries instead")
	target := flag.String("attack", "", "ask the server at this URL what is hard to answer; -hostile uses it")
	flag.Parse()
	b.dir = "build/bench"
	run := b.run
	if *live > 0 {
		run = func(ctx context.Context) error { return b.live(ctx, *live) }
	}
	if *hostile {
		run = b.hostile
	}
	if *target != "" {
		run = func(ctx context.Context) error { return attack(ctx, *target) }
	}
	if *ask > 0 {
		run = func(ctx context.Context) error { return b.ask(ctx, *ask) }
	}
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

// A bench is one run of all measurements.
type bench struct {
	dir                          string
	shape                        string
	events, clients, batch, runs int
	program                      string
	text                         int64 // bytes of all messages
	bodies                       [][]byte
}

// A row is one figure: what was wanted, what was found.
type row struct {
	what, unit string
	wanted     string
	found      []float64
}

func (b *bench) run(ctx context.Context) error {
	if err := b.prepare(ctx); err != nil {
		return err
	}
	rows := []*row{
		{what: "CPU of the server per GB of messages, to the last ack", unit: "s"},
		{what: "CPU of the server per GB of messages, until parts are written", unit: "s", wanted: "at most 14"},
		{what: "messages stored, load generator on the same machine", unit: "MB/s", wanted: "at least 60"},
		{what: "text by disk, when parts are written", unit: "x", wanted: "at least 7 (web), 5 (text)"},
		{what: "start on an empty folder", unit: "ms", wanted: "at most 300"},
		{what: "memory at rest, before the first event", unit: "MB", wanted: "at most 64"},
		{what: "largest memory", unit: "MB"},
		{what: "start again, all events in parts", unit: "ms"},
		{what: "from ack to read, slowest of 100", unit: "ms", wanted: "at most 100"},
	}
	for n := range b.runs {
		found, err := b.once(ctx, n)
		if err != nil {
			return err
		}
		for i, f := range found {
			rows[i].found = append(rows[i].found, f)
		}
	}
	fmt.Printf("%d events of shape %s, %d MB, %d clients, batches of %d, %d runs, median\n\n", b.events, b.shape, b.text/1e6, b.clients, b.batch, b.runs)
	fmt.Println("| what | found | wanted |")
	fmt.Println("| --- | --: | --- |")
	for _, r := range rows {
		slices.Sort(r.found)
		fmt.Printf("| %s | %.1f %s | %s |\n", r.what, r.found[len(r.found)/2], r.unit, r.wanted)
	}
	return nil
}

// once starts a server on an empty folder, sends everything and measures; the figures stand in the order of the rows.
func (b *bench) once(ctx context.Context, n int) ([]float64, error) {
	data := filepath.Join(b.dir, fmt.Sprintf("serve-%d", n))
	if err := os.RemoveAll(data); err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(data) }()
	s, err := b.start(ctx, data)
	if err != nil {
		return nil, err
	}
	defer s.kill()
	time.Sleep(time.Second) // at rest
	idle := s.status("VmRSS")
	if err := s.prepare(ctx); err != nil {
		return nil, err
	}
	before, begun := s.cpu(), time.Now()
	if err := b.send(ctx, s); err != nil {
		return nil, err
	}
	took, acked := time.Since(begun), s.cpu()
	disk := s.settle()
	written := s.cpu()
	slowest, err := s.visible(ctx)
	if err != nil {
		return nil, err
	}
	peak := s.status("VmHWM")
	if err := s.stop(); err != nil {
		return nil, err
	}
	again, err := b.start(ctx, data)
	if err != nil {
		return nil, err
	}
	defer again.kill()
	gb := float64(b.text) / 1e9
	return []float64{
		(acked - before) / gb, (written - before) / gb, float64(b.text) / 1e6 / took.Seconds(), float64(b.text) / float64(disk),
		s.took.Seconds() * 1e3, idle, peak, again.took.Seconds() * 1e3, slowest,
	}, nil
}
