package queries

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
)

// TestRestsWhileEventsCome checks when who works has to rest, and for how long.
func TestRestsWhileEventsCome(t *testing.T) {
	c := &crowd{rows: 1_000_000}
	p := newPace(c, 2, 0, 0)
	now := time.Unix(1_800_000_000, 0)
	p.spend(time.Hour, now)
	var running []*runner
	for _, step := range []struct {
		name    string
		running int
		past    time.Duration
		rows    table.Sequence
		want    time.Duration // after 10 ms of work
	}{
		{"nothing is known at first", 2, 0, 0, 0},
		{"too soon to look again", 2, lookEvery - 1, 1, 0},
		{"events came: two take a third of two processors", 2, 1, 0, 20 * time.Millisecond},
		{"four take as much", 4, 1, 0, 50 * time.Millisecond},
		{"a query alone", 1, 1, 0, 0},
		{"too soon to see that nothing comes", 2, lookEvery / 2, 0, 20 * time.Millisecond},
		{"nothing comes", 2, lookEvery, 0, 0},
	} {
		for len(running) < step.running {
			running = append(running, p.begin())
		}
		for len(running) > step.running {
			running[0].end()
			running = running[1:]
		}
		now = now.Add(step.past)
		c.rows += step.rows
		got := p.restFor(t.Context(), 10*time.Millisecond, now)
		if diff := got - step.want; diff < -time.Microsecond || diff > time.Microsecond {
			t.Errorf("%s: rest of %v, want %v", step.name, got, step.want)
		}
	}
}

// TestShortWorkNeedsNoRest checks how long several queries may work before they have to rest, and when they may again.
func TestShortWorkNeedsNoRest(t *testing.T) {
	const most = 2 * mostWork // of two processors
	p := newPace(&crowd{rows: 1}, 2, 0, 0)
	now := time.Unix(1_800_000_000, 0)
	for _, step := range []struct {
		name   string
		past   time.Duration
		worked time.Duration
		spent  bool
	}{
		{"all that may be saved", 0, most, false},
		{"a little more", 0, time.Millisecond, true},
		{"a share of the time that passes is theirs", 30 * time.Millisecond, 18 * time.Millisecond, false},
		{"more than that share", 30 * time.Millisecond, 22 * time.Millisecond, true},
		{"far more", 0, time.Hour, true},
		{"what is owed has a limit", 3 * mostWork, 0, false},
		{"what is saved has a limit", time.Hour, most + time.Millisecond, true},
	} {
		now = now.Add(step.past)
		if got := p.spend(step.worked, now); got != step.spent {
			t.Errorf("%s: spent = %t with %v left, want %t", step.name, got, p.work.left, step.spent)
		}
	}
}

func TestRestsEndWithTheirQuery(t *testing.T) {
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	c := &crowd{rows: 1}
	p := newPace(c, 2, 0, 0)
	first, second := p.begin(), p.begin()
	defer first.end()
	defer second.end()
	p.coming.seen, p.coming.are = time.Now().Add(time.Hour), true
	cancel(stopped)
	if err := first.Rest(ctx, time.Hour); !errors.Is(err, stopped) {
		t.Errorf("Rest = %v, want %v", err, stopped)
	}
}

// TestQueriesHoldSoMuchTogether lets queries grow until they have to wait for each other.
func TestQueriesHoldSoMuchTogether(t *testing.T) {
	const mib = 1 << 20
	synctest.Test(t, func(t *testing.T) {
		p := newPace(&crowd{}, 2, 512*mib, 256*mib)
		hold := func(r *runner, bytes int64) chan error {
			done := make(chan error, 1)
			go func() { done <- r.Hold(t.Context(), bytes) }()
			synctest.Wait()
			return done
		}
		check := func(name string, done chan error, want bool) {
			t.Helper()
			select {
			case err := <-done:
				if !want || err != nil {
					t.Errorf("%s: went on with %v, want that it goes on: %t", name, err, want)
				}
			default:
				if want {
					t.Errorf("%s: waits, want that it goes on", name)
				}
			}
		}
		a, b, c := p.begin(), p.begin(), p.begin()
		check("nothing is held", hold(b, 200*mib), true)
		check("all the room is held", hold(c, 56*mib), true)
		second := hold(c, 57*mib)
		check("beyond the room", second, false)
		check("the first of those that hold much", hold(b, 250*mib), true)
		check("a query that holds little", hold(a, smallQuery), true)
		third := hold(a, smallQuery+1) // it began first, so that now it is the one that never waits
		check("a query that began before", third, true)
		fourth := hold(b, 251*mib)
		check("the one that went first until now", fourth, false)
		check("the new first", hold(a, 256*mib), true)
		a.end()
		synctest.Wait()
		check("the first again, when the other has ended", fourth, true)
		check("the second, still", second, false)
		b.end()
		synctest.Wait()
		check("the second, when there is room", second, true)
		c.end()
		if p.mu.held != 0 || len(p.mu.runners) != 0 {
			t.Errorf("%d queries hold %d bytes behind the last, want none", len(p.mu.runners), p.mu.held)
		}
	})
}

func TestWaitsForMemoryEndWithTheirQuery(t *testing.T) {
	p := newPace(&crowd{}, 2, 100, 100)
	first, second := p.begin(), p.begin()
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	if err := first.Hold(ctx, smallQuery+1); err != nil {
		t.Fatalf("Hold of the first = %v", err)
	}
	cancel(stopped)
	if err := second.Hold(ctx, smallQuery+1); !errors.Is(err, stopped) {
		t.Errorf("Hold = %v, want %v", err, stopped)
	}
}
