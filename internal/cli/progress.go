package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/internal/output"
)

// progressEvery is how often the progress line is drawn; progressAfter is how long a run may take before
// there is one.
const (
	progressEvery = 200 * time.Millisecond
	progressAfter = 500 * time.Millisecond
)

// progress is how far a run has come.
type progress struct {
	read, events int64
	size         int64 // of all that is to be read; 0 or less if unknown
	waits        bool  // for others, before it begins
}

// watch draws the progress of reading in.
func (p *Program) watch(in *input) (stop func()) {
	return p.draw(func() progress {
		return progress{read: in.progress.Bytes.Load(), events: in.progress.Events.Load(), size: in.size}
	})
}

// draw draws a progress line on standard error while something runs, if people see it. The function
// it returns removes the line.
func (p *Program) draw(now func() progress) (stop func()) {
	width, tty := p.stderrTTY()
	if !tty || p.flags.quiet {
		return func() {}
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		begin := p.Now()
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		drawn := false
		for {
			select {
			case <-done:
				if drawn {
					fmt.Fprint(p.Stderr, "\r\x1b[K")
				}
				return
			case <-tick.C:
				if took := p.Now().Sub(begin); took >= progressAfter {
					fmt.Fprint(p.Stderr, "\r\x1b[K"+cutLine(now().line(took), width-1))
					drawn = true
				}
			}
		}
	})
	return func() {
		close(done)
		wg.Wait()
	}
}

// line tells bytes, events, rate and, where the size is known, how much time is left.
func (g progress) line(took time.Duration) string {
	if g.waits {
		return fmt.Sprintf("waiting for other queries to end  %s", took.Round(time.Second))
	}
	rate := float64(g.read) / took.Seconds()
	line := fmt.Sprintf("%s  %d events  %s/s", output.Bytes(g.read), g.events, output.Bytes(int64(rate)))
	if g.size > 0 && rate > 0 {
		left := time.Duration(float64(max(g.size-g.read, 0)) / rate * float64(time.Second))
		line = fmt.Sprintf("%3d%%  %s  %s left", min(100*g.read/g.size, 100), line, left.Round(time.Second))
	}
	return line
}

// cutLine cuts a line of ASCII, so that it does not wrap.
func cutLine(line string, width int) string { return line[:min(len(line), max(width, 0))] }
