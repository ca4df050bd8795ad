package logs

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A modelEvent is an event as a naive store has it.
type modelEvent struct {
	time    int64
	stream  string
	message string
}

// A modelGroup is a group of log events as one list by time; equal times are in the order in which they came.
type modelGroup struct {
	events    []modelEvent
	retention time.Duration // 0: for ever
}

func (m *modelGroup) put(stream string, events []types.InputLogEvent) {
	for _, e := range events {
		m.events = append(m.events, modelEvent{*e.Timestamp, stream, *e.Message})
	}
	slices.SortStableFunc(m.events, func(a, b modelEvent) int { return cmp.Compare(a.time, b.time) })
}

// find returns the messages that keep says, at now.
func (m *modelGroup) find(now time.Time, keep func(e modelEvent) bool) []string {
	found := []string{}
	for _, e := range m.events {
		if (m.retention == 0 || e.time >= now.Add(-m.retention).UnixMilli()) && keep(e) {
			found = append(found, e.message)
		}
	}
	return found
}

// A modelRun is a random list of operations on a lab and on the model.
type modelRun struct {
	*lab
	rng     *rand.Rand
	model   modelGroup
	group   *Group
	streams []Stream
	puts    int
}

func newModelRun(t *testing.T, seed uint64) *modelRun {
	r := &modelRun{lab: newLab(t), rng: rand.New(rand.NewPCG(seed, 1))}
	r.group = r.addGroup("g", func(f *groupFacts) {
		if seed%2 == 0 {
			f.RetentionDays, r.model.retention = 1, day
		}
	})
	r.grow()
	return r
}

func (r *modelRun) grow() {
	r.streams = append(r.streams, r.addStream(r.group, fmt.Sprintf("%c%d", 'a'+r.rng.IntN(3), r.puts)))
	r.puts++
}

func (r *modelRun) anyStream() Stream { return r.streams[r.rng.IntN(len(r.streams))] }

// somewhen returns a time near the events, from a small set so that many are equal.
func (r *modelRun) somewhen() int64 {
	return r.ms(-time.Duration(r.rng.IntN(26))*time.Hour) + int64(r.rng.IntN(3))
}

var modelWords = []string{"ERROR", "WARN", "ok", "ünï"}

func (r *modelRun) write() {
	var events []types.InputLogEvent
	base := r.somewhen()
	for range 1 + r.rng.IntN(8) {
		base += int64(r.rng.IntN(2))
		events = append(events, event(base, fmt.Sprintf("%s-%d", modelWords[r.rng.IntN(len(modelWords))], r.puts)))
		r.puts++
	}
	stream := r.anyStream().Name
	out, err := r.PutLogEvents(r.ctx, putInput("g", stream, events...))
	r.must(err)
	if info := out.RejectedLogEventsInfo; info != nil && info.ExpiredLogEventEndIndex != nil {
		events = events[*info.ExpiredLogEventEndIndex:]
	}
	r.model.put(stream, events)
}

func (r *modelRun) shrink() {
	if len(r.streams) < 2 {
		return
	}
	i := r.rng.IntN(len(r.streams))
	gone := r.streams[i]
	r.streams = slices.Delete(r.streams, i, i+1)
	r.dropStream(r.group, gone)
	r.model.events = slices.DeleteFunc(r.model.events, func(e modelEvent) bool { return e.stream == gone.Name })
}

func (r *modelRun) limit() *int32 { return aws.Int32(1 + r.rng.Int32N(1<<r.rng.IntN(8))) }

// checkFilter compares a random FilterLogEvents with the model.
func (r *modelRun) checkFilter() {
	r.t.Helper()
	in := filterInput("g")
	in.Limit = r.limit()
	from, to := int64(0), int64(math.MaxInt64)
	word, prefix, name := "", "", ""
	if r.rng.IntN(2) == 0 {
		from = r.somewhen()
		in.StartTime = &from
		if r.rng.IntN(2) == 0 {
			in.StartFromHead = aws.Bool(false)
		}
	}
	if r.rng.IntN(2) == 0 {
		to = r.somewhen()
		in.EndTime = &to
	}
	if r.rng.IntN(2) == 0 {
		word = modelWords[r.rng.IntN(len(modelWords))]
		in.FilterPattern = aws.String(`"` + word + `"`)
	}
	switch r.rng.IntN(3) {
	case 0:
		prefix = string(rune('a' + r.rng.IntN(4)))
		in.LogStreamNamePrefix = &prefix
	case 1:
		name = r.anyStream().Name
		in.LogStreamNames = []string{name}
	}
	want := r.model.find(r.clock, func(e modelEvent) bool {
		return e.time >= from && e.time <= to && strings.Contains(e.message, word) && strings.HasPrefix(e.stream, prefix) && (name == "" || e.stream == name)
	})
	if in.StartFromHead != nil {
		slices.Reverse(want)
	}
	if got := r.filtered(in); got != strings.Join(want, " ") {
		r.t.Errorf("FilterLogEvents(%d..%d, %q, prefix %q, name %q, limit %d, head %v) =\n%s\nwant\n%s", from, to, word, prefix, name, *in.Limit, in.StartFromHead, got, strings.Join(want, " "))
	}
}

// checkWalk follows tokens of GetLogEvents back and forth, and compares each page with the model.
func (r *modelRun) checkWalk() {
	r.t.Helper()
	stream := r.anyStream().Name
	in := getInput("g", stream)
	from, to := int64(0), int64(math.MaxInt64)
	if r.rng.IntN(3) == 0 {
		from = r.somewhen()
		in.StartTime = &from
	}
	if r.rng.IntN(3) == 0 {
		to = r.somewhen()
		in.EndTime = &to
	}
	all := r.model.find(r.clock, func(e modelEvent) bool { return e.stream == stream && e.time >= from && e.time < to })
	n, head := len(all), r.rng.IntN(2) == 0
	in.StartFromHead = &head
	low, high, ahead := 0, 0, head // the last page is all[low:high]
	if !head {
		low, high = n, n
	}
	for range 12 {
		limit := r.limit()
		in.Limit = limit
		switch {
		case n == 0:
		case ahead:
			low, high = high, min(n, high+int(*limit))
		default:
			low, high = max(0, low-int(*limit)), low
		}
		got, out := r.got(in)
		if want := strings.Join(all[low:high], " "); got != want {
			r.t.Errorf("GetLogEvents(%s, %d..%d, head %t, ahead %t, limit %d) =\n%s\nwant\n%s", stream, from, to, head, ahead, *limit, got, want)
			return
		}
		if ahead = r.rng.IntN(2) == 0; ahead {
			in.NextToken = out.NextForwardToken
		} else {
			in.NextToken = out.NextBackwardToken
		}
	}
}

// TestEventsAsANaiveStore runs random operations on the service and on a list.
func TestEventsAsANaiveStore(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			r := newModelRun(t, seed)
			for range 60 {
				switch r.rng.IntN(12) {
				case 0:
					r.grow()
				case 1:
					r.shrink()
				case 2:
					r.clock = r.clock.Add(time.Duration(r.rng.IntN(60)) * time.Minute)
				case 3:
					r.restart()
				case 4, 5, 6:
					r.checkFilter()
				case 7, 8:
					r.checkWalk()
				default:
					r.write()
				}
			}
		})
	}
}

// TestEventsWhileOthersWrite checks that every event that was there when a reader began is seen exactly once, and no event twice,
// in whatever way the reader pages.
func TestEventsWhileOthersWrite(t *testing.T) {
	head, tail := aws.Bool(true), aws.Bool(false)
	for _, tt := range []struct {
		name string
		page func(l *lab, token *string) (messages, next *string)
	}{
		{"GetLogEvents forward", func(l *lab, token *string) (*string, *string) {
			in := getInput("g", "s")
			in.StartFromHead, in.NextToken, in.Limit = head, token, aws.Int32(7)
			in.EndTime = aws.Int64(l.ms(time.Hour)) // behind are only those of others
			got, out := l.got(in)
			return &got, out.NextForwardToken
		}},
		{"GetLogEvents backward", func(l *lab, token *string) (*string, *string) {
			in := getInput("g", "s")
			in.NextToken, in.Limit = token, aws.Int32(7)
			got, out := l.got(in)
			return &got, out.NextBackwardToken
		}},
		{"FilterLogEvents oldest first", func(l *lab, token *string) (*string, *string) { return l.filterPage(head, token) }},
		{"FilterLogEvents newest first", func(l *lab, token *string) (*string, *string) { return l.filterPage(tail, token) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.addStream(l.addGroup("g", nil), "s")
			want := map[string]bool{}
			for i := range 300 {
				message := fmt.Sprintf("early-%d", i)
				want[message] = true
				l.put("g", "s", event(l.ms(0)+int64(i/4), message))
			}
			stop := l.writeMeanwhile("g", "s")
			defer stop()
			seen := map[string]int{}
			var token *string
			for range maxPages {
				messages, next := tt.page(l, token)
				for _, m := range strings.Fields(*messages) {
					if seen[m]++; seen[m] > 1 {
						t.Fatalf("event %s was seen %d times", m, seen[m])
					}
				}
				if next == nil || token != nil && *next == *token {
					break
				}
				token = next
			}
			for m := range want {
				if seen[m] != 1 {
					t.Errorf("event %s was seen %d times, want once", m, seen[m])
				}
			}
		})
	}
}

// filterPage returns a page of all events of group g.
func (l *lab) filterPage(head *bool, token *string) (messages, next *string) {
	in := filterInput("g")
	in.StartFromHead, in.NextToken, in.Limit, in.StartTime = head, token, aws.Int32(7), aws.Int64(l.ms(-time.Hour))
	out, err := l.FilterLogEvents(l.ctx, in)
	l.must(err)
	var all []string
	for _, e := range out.Events {
		all = append(all, *e.Message)
	}
	text := strings.Join(all, " ")
	return &text, out.NextToken
}

// writeMeanwhile puts events before, among and behind those that are there, until it is stopped.
func (l *lab) writeMeanwhile(group, stream string) (stop func()) {
	done := make(chan struct{})
	var all sync.WaitGroup
	for writer := range 2 {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(writer), 2))
			for i := 0; i < 2000; i++ {
				select {
				case <-done:
					return
				default:
				}
				ms := l.ms(0) + rng.Int64N(200) - 100
				if _, err := l.PutLogEvents(l.ctx, putInput(group, stream, event(ms, fmt.Sprintf("late-%d-%d", writer, i)))); err != nil {
					l.t.Errorf("PutLogEvents: %v", err)
					return
				}
			}
		})
	}
	return func() { close(done); all.Wait() }
}
