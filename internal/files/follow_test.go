package files

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

// A following is a Follow under way, driven tick by tick.
type following struct {
	t      *testing.T
	tick   chan time.Time
	cancel context.CancelCauseFunc
	done   chan error

	mu       sync.Mutex
	events   []string
	problems []string
}

var errStopped = errors.New("stopped")

func follow(t *testing.T, args []string, from []Input) *following {
	ctx, cancel := context.WithCancelCause(context.Background())
	f := &following{t: t, tick: make(chan time.Time), cancel: cancel, done: make(chan error, 1)}
	opt := FollowOptions{Tick: f.tick}
	opt.Problem = func(p Problem) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.problems = append(f.problems, p.String())
	}
	go func() {
		f.done <- Follow(ctx, args, from, opt, func(ev *Event) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.events = append(f.events, ev.File+": "+string(ev.Message))
			return nil
		})
	}()
	t.Cleanup(f.stop)
	f.ticks(1) // what is there at the start has been seen
	return f
}

func (f *following) stop() {
	f.cancel(errStopped)
	if err := <-f.done; err != nil && !errors.Is(err, errStopped) {
		f.t.Errorf("Follow = %v, want %v", err, errStopped)
	}
	f.done <- nil
}

// ticks makes it look n times. Follow takes a tick when it has done all of the one before.
func (f *following) ticks(n int) {
	for range n + 1 {
		f.tick <- time.Time{}
	}
}

// want checks the events since the last call.
func (f *following) want(what string, events ...string) {
	f.t.Helper()
	f.ticks(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	diff(f.t, what, f.events, events)
	f.events = nil
}

func put(t *testing.T, path, text string, flag int) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flag, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFollow checks what a reader sees of a file that is written to.
func TestFollow(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "a.log", "old\n", 0)
	from, _ := Find([]string{"a.log"})
	f := follow(t, []string{"*.log"}, from)
	f.want("nothing new")
	put(t, "a.log", "one\ntwo\n", os.O_APPEND)
	f.want("two lines", "a.log: one", "a.log: two")
	put(t, "a.log", "thr", os.O_APPEND)
	f.want("half a line is kept")
	put(t, "a.log", "ee\r\n\nfour\n", os.O_APPEND)
	f.want("the other half", "a.log: three", "a.log: four")
	put(t, "b.log", "{\"time\":1}\n", 0)
	f.ticks(findTicks)
	f.want("a new file from its start", `b.log: {"time":1}`)
	put(t, "a.log", "cut\n", os.O_TRUNC)
	f.want("a file that was cut", "a.log: cut")

	put(t, "a.log", "last of the old", os.O_APPEND)
	if err := os.Rename("a.log", "a.1.log"); err != nil {
		t.Fatal(err)
	}
	put(t, "a.log", "first of the new\n", 0)
	f.ticks(findTicks)
	f.want("a file that was replaced", "a.log: last of the old", "a.log: first of the new")
	if err := os.Remove("b.log"); err != nil {
		t.Fatal(err)
	}
	f.ticks(goneTicks)
	put(t, "b.log", "again\n", 0)
	f.ticks(findTicks)
	f.want("a file that was deleted and comes back", "b.log: again")
	f.mu.Lock()
	defer f.mu.Unlock()
	diff(t, "problems", f.problems, nil)
}

// TestFollowManyLines checks that events of several lines are given whole.
func TestFollowManyLines(t *testing.T) {
	t.Chdir(t.TempDir())
	f := follow(t, []string{"x"}, nil)
	f.want("no file yet")
	put(t, "x", "2018-03-29T14:40:02.823Z Traceback\n", 0)
	put(t, "x", "  at b\n2018-03-29T14:40:03.000Z next\n", os.O_APPEND)
	f.ticks(findTicks)
	f.want("both, the last after a tick without news", "x: Traceback\n  at b", "x: next")
	f.mu.Lock()
	defer f.mu.Unlock()
	diff(t, "problems, told once", f.problems, []string{"x: no such file or directory"})
}

// TestFollowWhatCannotBe checks files that cannot be followed.
func TestFollowWhatCannotBe(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "x.gz", string(gzipData("a\n")), 0)
	put(t, "y.json", "[\n{\"a\":1}\n]\n", 0)
	f := follow(t, []string{"."}, nil)
	f.ticks(2 * findTicks)
	f.want("no events")
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.Sort(f.problems)
	diff(t, "problems", f.problems, []string{"x.gz: cannot be followed: gzip data of format text", "y.json: cannot be followed: plain data of format json"})
}

// TestFollowEnds checks that the receiver's error ends it.
func TestFollowEnds(t *testing.T) {
	in := write(t, "x", []byte("a\n"))
	failure := errors.New("pipe closed")
	err := Follow(context.Background(), []string{in.Path}, nil, FollowOptions{}, func(*Event) error { return failure })
	if !errors.Is(err, failure) {
		t.Errorf("Follow = %v, want %v", err, failure)
	}
}
