package livetail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

func TestUpdatesComeEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		w := watch(s, theirs, input("a"))
		time.Sleep(1500 * time.Millisecond)
		s.Publish(batch("a", "s", 0, 3, 0))
		time.Sleep(2 * time.Second)
		_ = w.stop()
		if got := w.counts(); got != "0 3 0" {
			t.Errorf("events of updates = %q, want \"0 3 0\"", got)
		}
		if want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(w.at, want) {
			t.Errorf("updates came after %v, want %v", w.at, want)
		}
	})
}

func TestOursComeAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		began := time.Now()
		w := watch(s, ours, input("a"))
		time.Sleep(100 * time.Millisecond)
		var put []time.Duration
		for i := range 2000 { // one every millisecond
			put = append(put, time.Since(began))
			s.Publish(batch("a", "s", i, 1, 0))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(50 * time.Millisecond)
		synctest.Wait()
		_ = w.stop()
		n := 0
		for i, u := range w.updates {
			for _, e := range u.SessionResults {
				if late := w.at[i] - put[n]; *e.Timestamp != int64(n) || late > 50*time.Millisecond {
					t.Fatalf("event %d is number %d and came %v late, want it in order and at most 50 ms late", n, *e.Timestamp, late)
				}
				n++
			}
		}
		if n != len(put) || strings.Contains(w.counts(), "+") || len(w.updates) > 110 {
			t.Errorf("%d events in %d updates, want 2000 in about a hundred and nothing sampled", n, len(w.updates))
		}
	})
}

func TestManyEventsAreSampled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended Ended
		s := newService(func(o *Options) { o.Hooks.Ended = func(e Ended) { ended = e } })
		w := watch(s, theirs, input("a"))
		for _, n := range []int{499, 500, 501, 20_000} {
			s.Publish(batch("a", "s", 0, n, 0))
			time.Sleep(time.Second)
			synctest.Wait()
		}
		_ = w.stop()
		if got, want := w.counts(), "499 500 500+ 500+"; got != want {
			t.Errorf("events of updates = %q, want %q", got, want)
		}
		numbers := make([]int64, 0, 500)
		for _, e := range w.updates[3].SessionResults {
			numbers = append(numbers, *e.Timestamp)
		}
		if !slices.IsSorted(numbers) || slices.Compact(slices.Clone(numbers)) == nil || len(slices.Compact(slices.Clone(numbers))) != 500 {
			t.Errorf("sampled events %v, want 500 different ones in their order", numbers)
		}
		// Of 20,000 events each quarter has 125 in the sample; five times the standard deviation of 9.7 is never seen.
		for q := range 4 {
			n := 0
			for _, i := range numbers {
				if int(i)/5000 == q {
					n++
				}
			}
			if n < 75 || n > 175 {
				t.Errorf("quarter %d has %d events in the sample, want about 125", q, n)
			}
		}
		if want := (Ended{Took: 4 * time.Second, Sent: 1999, Sampled: 1 + 19_500}); ended != want {
			t.Errorf("Ended = %+v, want %+v", ended, want)
		}
	})
}

func TestSlowClientsOfOthersLoseTheOldestSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended Ended
		s := newService(func(o *Options) { o.Hooks.Ended = func(e Ended) { ended = e } })
		slow := make(chan struct{})
		w := watch(s, theirs, input("a"), slow)
		for second := range 15 {
			s.Publish(batch("a", "s", 1000*second, 2, 0))
			time.Sleep(time.Second)
			synctest.Wait()
		}
		close(slow) // from now on it reads
		time.Sleep(time.Second)
		synctest.Wait()
		_ = w.stop()
		if got := w.messages()[0]; !slices.Equal(got, []string{"event 0", "event 1"}) {
			t.Errorf("first update = %q, want what was on its way when the client stopped", got)
		}
		rest := slices.Concat(w.messages()[1:]...)
		if want := slices.Concat(batch("a", "s", 4000, 2, 0).Messages); !slices.Equal(rest[:2], want) || rest[len(rest)-1] != "event 14001" {
			t.Errorf("events after it = %q, want those of the last eleven seconds: ten that were full, one that was not", rest)
		}
		if got := w.counts(); !strings.HasPrefix(got, "2 2+ 2 2 ") || strings.Count(got, "+") != 1 {
			t.Errorf("updates = %q, want a mark only where events are missing", got)
		}
		if want := (Ended{Took: 16 * time.Second, Sent: 24, Dropped: 6}); ended != want {
			t.Errorf("Ended = %+v, want %+v", ended, want)
		}
	})
}

func TestSlowClientsOfOursLoseTheOldestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended Ended
		s := newService(func(o *Options) { o.Hooks.Ended = func(e Ended) { ended = e } })
		slow := make(chan struct{})
		w := watch(s, ours, input("a"), slow)
		time.Sleep(promptPause)
		s.Publish(batch("a", "s", 0, 1, 0))
		synctest.Wait() // it is on its way
		for i := range 12 {
			s.Publish(batch("a", "s", 1+5000*i, 5000, 0))
		}
		close(slow)
		time.Sleep(time.Second)
		synctest.Wait()
		_ = w.stop()
		got := slices.Concat(w.messages()...)
		if len(got) != 1+ringEvents || got[1] != "event 10001" || got[ringEvents] != "event 60000" {
			t.Errorf("%d events from %q to %q, want the first and the last %d", len(got), got[1], got[len(got)-1], ringEvents)
		}
		if counts := strings.Fields(w.counts()); counts[0] != "1" || counts[1] != "500+" || counts[2] != "500" {
			t.Errorf("updates = %v…, want a mark only where events are missing", counts[:3])
		}
		if want := (Ended{Took: ended.Took, Sent: 1 + ringEvents, Dropped: 10_000}); ended != want {
			t.Errorf("Ended = %+v, want %+v", ended, want)
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	for _, agent := range []string{theirs, ours} {
		synctest.Test(t, func(t *testing.T) {
			s := newService(func(o *Options) { o.Limits.Bytes = 20 << 20 })
			slow := make(chan struct{})
			one, two := watch(s, agent, input("a"), slow), watch(s, agent, input("a"), slow)
			for i := range 100 {
				s.Publish(batch("a", "s", 5*i, 5, 900<<10))
				time.Sleep(time.Second)
				synctest.Wait()
				if left := s.room.left.Load(); left < 0 {
					t.Fatalf("room left = %d, want none below 0", left)
				}
				for w := range slices.Values(s.hub.watching(Group{account, region, "a"})) {
					if n := held(w); n > sessionBytes {
						t.Fatalf("a session of %q holds %d bytes, want at most %d", agent, n, sessionBytes)
					}
				}
			}
			close(slow)
			time.Sleep(2 * time.Second)
			synctest.Wait()
			for _, w := range []*watcher{one, two} {
				_ = w.stop()
				for i, u := range w.updates {
					bytes := 0
					for _, e := range u.SessionResults {
						bytes += len(*e.Message)
					}
					if bytes > updateBytes {
						t.Errorf("update %d has %d bytes, want at most %d", i, bytes, updateBytes)
					}
				}
			}
			if left := s.room.left.Load(); left != 20<<20 {
				t.Errorf("room left in the end = %d, want all of it", left)
			}
		})
	}
}

// held returns how many bytes of events wait for w's client.
func held(w *session) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	add := func(events []event) {
		for i := range events {
			n += len(events[i].message)
		}
	}
	switch b := w.mu.buffer.(type) {
	case *ring:
		add(b.events)
	case *sampler:
		add(b.window.events)
		for _, u := range b.full {
			add(u.events)
		}
	}
	return n
}

func TestSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(newService(), theirs, input("a"))
		time.Sleep(3*time.Hour + time.Second)
		synctest.Wait()
		if err := <-w.ended; code(err) != "SessionTimeoutException" || len(w.updates) < 3*3600-1 {
			t.Errorf("after three hours: %v and %d updates, want SessionTimeoutException and one for each second", err, len(w.updates))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := watch(newService(), ours, input("a"))
		if err := w.stop(); code(err) != "SessionStreamingException" {
			t.Errorf("when its context ended: %v, want SessionStreamingException", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("gone")
		err := newService().StartLiveTail(as(t.Context(), account, ours), input("a"), func(e types.StartLiveTailResponseStream) error {
			if _, ok := e.(*types.StartLiveTailResponseStreamMemberSessionUpdate); ok {
				return gone
			}
			return nil
		})
		if !errors.Is(err, gone) {
			t.Errorf("when its client is gone: %v, want %v", err, gone)
		}
	})
}

// TestPublishersDoNotWait has many publishers beside clients that come, read nothing and go. It ends, which it would not if any of them
// waited for a client, and the race detector sees what they share.
func TestPublishersDoNotWait(t *testing.T) {
	s := newService(func(o *Options) { o.Random = rand.Reader })
	var publishers, clients sync.WaitGroup
	stop := make(chan struct{})
	for i := range 8 {
		clients.Go(func() {
			agent := []string{theirs, ours}[i%2]
			for {
				select {
				case <-stop:
					return
				default:
				}
				ctx, cancel := context.WithCancel(as(context.Background(), account, agent))
				events := 0
				_ = s.StartLiveTail(ctx, input("a", "b"), func(types.StartLiveTailResponseStream) error {
					if events++; events == 3 {
						cancel()
						<-ctx.Done()
					}
					return nil
				})
				cancel()
			}
		})
	}
	for i := range 4 {
		publishers.Go(func() {
			for n := range 200 {
				s.Publish(batch([]string{"a", "b"}[i%2], "s", n, 50, 100))
			}
		})
	}
	publishers.Wait()
	close(stop)
	clients.Wait()
	if left := s.room.left.Load(); left != s.limits.Bytes {
		t.Errorf("room left = %d, want all of %d", left, s.limits.Bytes)
	}
}

func BenchmarkPublish(b *testing.B) {
	events := batch("a", "s", 0, 100, 400)
	for _, watching := range []int{0, 1, 15} {
		b.Run(fmt.Sprint(watching, " sessions"), func(b *testing.B) {
			s := newService()
			ctx, cancel := context.WithCancel(as(context.Background(), account, theirs))
			var sessions sync.WaitGroup
			started := make(chan struct{}, watching)
			for range watching {
				sessions.Go(func() {
					_ = s.StartLiveTail(ctx, input("a"), func(types.StartLiveTailResponseStream) error {
						select {
						case started <- struct{}{}:
						default:
						}
						return nil
					})
				})
			}
			for range watching {
				<-started
			}
			b.SetBytes(100 * 400)
			b.ReportAllocs()
			for b.Loop() {
				s.Publish(events)
			}
			cancel()
			sessions.Wait()
		})
	}
}
