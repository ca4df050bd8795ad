package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// questions are those of BenchmarkQuery in internal/queries.
var questions = []struct{ name, text string }{
	{"needle", "fields @timestamp, @message | filter requestId = '%s'"},
	{"errors by hour", "filter level = 'error' | stats count(*) by bin(1h)"},
	{"group by with average and p99", "stats count(*), avg(durationMs), pct(durationMs, 99) by fn"},
	{"substring", "filter @message like 'no such text' | stats count(*)"},
	{"newest twenty", "fields @timestamp, @message | sort @timestamp desc | limit 20"},
	{"pattern", "pattern @message"},
}

// asks is how often each question is asked; the median counts.
const asks = 7

// ask measures queries as a client sees them, over all events so many times, an hour of them each time.
func (b *bench) ask(ctx context.Context, times int) error {
	data := filepath.Join(b.dir, "ask")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	s, err := b.filled(ctx, data, times)
	if err != nil {
		return err
	}
	defer s.kill()
	fmt.Printf("%d events of shape %s, %d MB; medians of %d, in ms\n\n", times*b.events, b.shape, b.text/1e6, asks)
	fmt.Println("| what | engine | added until complete | most added | first rows | stopped after | slowest stop |")
	fmt.Println("| --- | --: | --: | --: | --: | --: | --: |")
	for _, q := range questions {
		f, err := s.question(ctx, strings.Replace(q.text, "%s", b.needle(), 1))
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Printf("| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |\n", q.name, median(f.engine), median(f.added), slices.Max(f.added), median(f.first), median(f.stop), slices.Max(f.stop))
	}
	fmt.Printf("\nlargest memory %.0f MB\n", s.status("VmHWM"))
	return nil
}

// filled starts a server and sends it all events so many times, each time an hour of them, and waits until they are in parts.
func (b *bench) filled(ctx context.Context, data string, times int) (*server, error) {
	path, err := b.generate(ctx)
	if err != nil {
		return nil, err
	}
	s, err := b.start(ctx, data)
	if err != nil {
		return nil, err
	}
	fill := func() error {
		if err := s.prepare(ctx); err != nil {
			return err
		}
		for n := range times {
			b.bodies = nil
			if err := b.read(path, time.Now().Add(-time.Duration(times-n)*time.Hour)); err != nil {
				return err
			}
			if err := b.send(ctx, s); err != nil {
				return err
			}
		}
		s.settle()
		return nil
	}
	if err := fill(); err != nil {
		s.kill()
		return nil, err
	}
	return s, nil
}

// needle returns the requestId of one event.
func (b *bench) needle() string {
	_, rest, _ := strings.Cut(string(b.bodies[len(b.bodies)/2]), `\"requestId\":\"`)
	id, _, _ := strings.Cut(rest, `\"`)
	return id
}

// figures are those of one question, in milliseconds.
type figures struct {
	engine, added, first, stop []float64
}

// question asks until all has been read, and again until there are rows to show, to stop then. The client asks for results right
// after each answer.
func (s *server) question(ctx context.Context, text string) (figures, error) {
	var f figures
	c := s.client(key)
	for range asks {
		before, err := s.ran(ctx)
		if err != nil {
			return f, err
		}
		begun := time.Now()
		id, err := startQuery(ctx, c, text)
		if err != nil {
			return f, err
		}
		if _, err := results(ctx, c, id, 0, ended); err != nil {
			return f, err
		}
		took := time.Since(begun)
		after, err := s.ran(ctx)
		if err != nil {
			return f, err
		}
		f.engine, f.added = append(f.engine, millis(after-before)), append(f.added, millis(took-(after-before)))
		if err := f.interrupt(ctx, c, text); err != nil {
			return f, err
		}
	}
	return f, nil
}

// interrupt stops a query as soon as it shows rows, or when half of it is done if it shows none before its end.
func (f *figures) interrupt(ctx context.Context, c *cloudwatchlogs.Client, text string) error {
	begun := time.Now()
	id, err := startQuery(ctx, c, text)
	if err != nil {
		return err
	}
	shows := func(out *cloudwatchlogs.GetQueryResultsOutput) bool { return len(out.Results) > 0 || ended(out) }
	out, err := results(ctx, c, id, 0, shows)
	if err != nil {
		return err
	}
	f.first = append(f.first, millis(time.Since(begun)))
	if ended(out) { // too soon to be stopped
		half := time.Since(begun) / 2
		if id, err = startQuery(ctx, c, text); err != nil {
			return err
		}
		time.Sleep(half)
	}
	begun = time.Now()
	if _, err := c.StopQuery(ctx, &cloudwatchlogs.StopQueryInput{QueryId: id}); err != nil && !strings.Contains(err.Error(), "InvalidParameter") /* it has ended */ {
		return err
	}
	if _, err := results(ctx, c, id, 0, ended); err != nil {
		return err
	}
	f.stop = append(f.stop, millis(time.Since(begun)))
	return nil
}

func millis(d time.Duration) float64 { return d.Seconds() * 1e3 }

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
