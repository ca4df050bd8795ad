// Command compare measures Groundwatch as whole processes beside its peers, in one run, and prints a table in
// Markdown. Data is generated below build/bench and kept there. A peer that is not installed is left out
// with a word about it.
//
//	go run ./bench/compare [-events 2000000] [-runs 5] [-only query]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	events := flag.Int("events", 2_000_000, "events in the generated file")
	runs := flag.Int("runs", 5, "runs of each command; the median counts")
	only := flag.String("only", "", "measure only lines whose name contains this")
	flag.Parse()
	b := &bench{dir: "build/bench", events: *events, runs: *runs, only: *only}
	if err := b.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

// A bench is one run of all measurements.
type bench struct {
	dir          string
	events, runs int
	only         string
	program      string // groundwatch
	size         int64  // bytes of the generated file
}

// A command is one process to measure. With engineTime it prints its own time in milliseconds on
// standard error.
type command struct {
	args       []string
	stdin      string // a file, or ""
	engineTime bool
	before     func() error // run before each run, not measured
}

// A line is one row of the table: ours against a peer doing the same.
type line struct {
	name  string
	bytes int64 // of input text
	ours  command
	peer  *command
	who   string
}

// A sample is what one run took.
type sample struct {
	wall, cpu time.Duration
	rss       int64 // bytes
}

func (b *bench) run(ctx context.Context) error {
	if err := b.prepare(ctx); err != nil {
		return err
	}
	fmt.Printf("%d events, %d runs each, median; %s\n\n", b.events, b.runs, machine())
	fmt.Println("| what | GB/s | peer | peer GB/s | ratio | memory |")
	fmt.Println("| --- | --: | --- | --: | --: | --: |")
	for _, l := range b.lines() {
		if !strings.Contains(l.name, b.only) {
			continue
		}
		if err := b.measure(ctx, l); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

// measure runs ours and the peer by turns and prints the medians.
func (b *bench) measure(ctx context.Context, l line) error {
	var ours, peer []sample
	for range b.runs {
		s, err := b.once(ctx, l.ours)
		if err != nil {
			return err
		}
		ours = append(ours, s)
		if l.peer == nil {
			continue
		}
		if s, err = b.once(ctx, *l.peer); err != nil {
			return err
		}
		peer = append(peer, s)
	}
	o := median(ours)
	row := fmt.Sprintf("| %s | %s |", l.name, rate(l.bytes, o.wall))
	if l.peer == nil {
		row += " | | |"
	} else {
		p := median(peer)
		row += fmt.Sprintf(" %s | %s | %.2f |", l.who, rate(l.bytes, p.wall), p.wall.Seconds()/o.wall.Seconds())
	}
	fmt.Printf("%s %d MB |\n", row, o.rss>>20)
	return nil
}

// rate shows gigabytes a second, or for small inputs the time.
func rate(bytes int64, took time.Duration) string {
	if bytes == 0 {
		return fmt.Sprintf("%.1f ms", float64(took.Microseconds())/1000)
	}
	return fmt.Sprintf("%.2f", float64(bytes)/1e9/took.Seconds())
}

func median(samples []sample) sample {
	slices.SortFunc(samples, func(a, b sample) int { return int(a.wall - b.wall) })
	m := samples[len(samples)/2]
	for _, s := range samples {
		m.rss = max(m.rss, s.rss)
	}
	return m
}

// once runs a command to its end.
func (b *bench) once(ctx context.Context, c command) (sample, error) {
	if c.before != nil {
		if err := c.before(); err != nil {
			return sample{}, err
		}
	}
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if c.stdin != "" {
		f, err := os.Open(c.stdin)
		if err != nil {
			return sample{}, err
		}
		defer f.Close()
		cmd.Stdin = f
	}
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return sample{}, fmt.Errorf("%s: %w: %s", strings.Join(c.args, " "), err, stderr.String())
	}
	s := sample{wall: time.Since(begin), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.rss = int64(u.Maxrss) << 10 // kibibytes on Linux
	}
	if c.engineTime {
		ms, err := strconv.ParseFloat(strings.TrimSpace(stderr.String()), 64)
		if err != nil {
			return sample{}, fmt.Errorf("%s: time %q", strings.Join(c.args, " "), stderr.String())
		}
		s.wall = time.Duration(ms * float64(time.Millisecond))
	}
	return s, nil
}

// machine names what the figures were taken on.
func machine() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown machine"
	}
	model, cores := "", 0
	for text := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(text, ":"); ok && strings.TrimSpace(key) == "model name" {
			model, cores = strings.TrimSpace(value), cores+1
		}
	}
	return fmt.Sprintf("%d × %s", cores, model)
}

// file returns the path of a generated file.
func (b *bench) file(name string) string { return filepath.Join(b.dir, name) }
