//go:build linux

package crash

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"sync"
)

// A fate is what became of something that was sent.
type fate uint8

// The fates.
const (
	unknown fate = iota // no answer came: it was done or not, and the next look tells which
	done                // it was acknowledged, or seen
	undone              // it was refused, or not there when it was looked for: it must never show up
)

// A batch is one PutLogEvents: events with the numbers first to first+n-1.
type batch struct {
	first, n   int64
	time, step int64  // ms: of the first event, and from one to the next
	old        bool   // before the retention of groups that have one
	tooOld     int64  // so many events before the others, with the numbers behind theirs, are refused
	tooNew     int64  // and so many behind them
	invocation string // of the call
	fate       fate
}

// A stream is what should be in one incarnation of a log stream.
type stream struct {
	name    string
	fate    fate // of its creation
	ending  bool // a deletion is unanswered
	batches []*batch
}

// A group is what should be in one incarnation of a log group.
type group struct {
	name     string
	shared   bool // all clients write to it
	fate     fate // of its creation: undone if there is none
	ending   bool // a deletion is unanswered
	retained bool // it has a retention, and old events are gone
	limiting bool // a retention is unanswered
	events   int64
	dirty    bool   // written to since it was looked at
	digest   uint64 // of all that was there when it was looked at; 0 if it never was

	mu      sync.Mutex // of a shared group's batches and of dirty
	streams map[string]*stream
}

func newGroup(name string) *group {
	return &group{name: name, fate: undone, streams: map[string]*stream{}}
}

// add adds a batch that is about to be sent.
func (g *group) add(s *stream, b *batch) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s.batches = append(s.batches, b)
	g.events += b.n
	g.dirty = true
}

// changed notes that g may not be what it was.
func (g *group) changed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dirty = true
}

// clientNumbers is how many numbers of events a client has.
const clientNumbers = 1_000_000_000

// message returns the text of an event: JSON of one logger, of another one, plain text, text of many scripts, and now and
// then one that is large. It has the event's number between two marks.
func message(n int64) string {
	switch n % 16 {
	case 1:
		return fmt.Sprintf("plain text of nobody's format, ~%d~, 10.0.%d.7 \"GET /v1/items/%d\" 200", n, n%256, n%7)
	case 2:
		return fmt.Sprintf("größer als ~%d~ — 漢字 \U0001F98A \t \\u0041 %q", n, strings.Repeat("é", int(n%40)))
	case 3:
		return fmt.Sprintf(`{"other":{"id":"~%d~","list":[1,2,%d]},"ok":true,"none":null}`, n, n%3)
	case 4:
		return fmt.Sprintf(` { "spaced" : "~%d~" , "exp":1e%d,  "neg":-0.0 }`, n, n%9)
	case 5:
		if n%64 == 5 {
			return fmt.Sprintf(`{"event":"~%d~","dump":"%s"}`, n, noise(n, 12_000))
		}
	}
	return fmt.Sprintf(`{"level":"info","msg":"request done","event":"~%d~","ms":%d.5,"path":"/v1/items/%d"}`, n, n%100, n%7)
}

// noise returns text of some length that does not compress well.
func noise(n int64, length int) string {
	var b strings.Builder
	for x := uint64(n); b.Len() < length; {
		x = x*6364136223846793005 + 1442695040888963407
		b.WriteString(strconv.FormatUint(x, 36))
	}
	return b.String()[:length]
}

// numberOf returns the number of the event with this text.
func numberOf(text string) (int64, error) {
	_, rest, _ := strings.Cut(text, "~")
	digits, _, _ := strings.Cut(rest, "~")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("an event that nobody sent: %.200q", text)
	}
	if want := message(n); text != want {
		return 0, fmt.Errorf("event %d: got %.200q, want %.200q", n, text, want)
	}
	return n, nil
}

// A stored is an event as the server gives it back.
type stored struct {
	number   int64
	time     int64
	ingested int64
}

// settle compares a stream with what is in it, in order, and learns the fate of what is unknown.
func (s *stream) settle(g *group, got []stored) error {
	at := make(map[int64]int, len(got))
	last := map[int64]stored{} // by client: the last event of the time
	for i, e := range got {
		if j, twice := at[e.number]; twice {
			return fmt.Errorf("event %d is there twice: at %d and %d", e.number, j, i)
		}
		at[e.number] = i
		if i > 0 && got[i-1].time > e.time {
			return fmt.Errorf("event %d of time %d comes after event %d of time %d", e.number, e.time, got[i-1].number, got[i-1].time)
		}
		client := e.number / clientNumbers
		if before, ok := last[client]; ok && before.time == e.time && before.number > e.number {
			return fmt.Errorf("event %d comes after event %d, which was stored later at the same time", e.number, before.number)
		}
		last[client] = e
	}
	left := len(got)
	ingested := map[int64]int64{}
	for _, b := range s.batches {
		there, err := b.settle(g.retained && b.old, at, got, ingested)
		if err != nil {
			return err
		}
		left -= there
	}
	if left != 0 {
		return fmt.Errorf("%d of %d events were never sent to this stream, or refused%s", left, len(got), s.strangers(at))
	}
	return nil
}

// settle compares a batch with what is there, and returns how many events of it are.
func (b *batch) settle(hidden bool, at map[int64]int, got []stored, ingested map[int64]int64) (int, error) {
	there := 0
	for i := range b.n {
		j, ok := at[b.first+i]
		if !ok {
			continue
		}
		there++
		if want := b.time + i*b.step; got[j].time != want {
			return 0, fmt.Errorf("event %d: time %d, want %d", b.first+i, got[j].time, want)
		}
		client := b.first / clientNumbers
		if got[j].ingested < ingested[client] {
			return 0, fmt.Errorf("event %d: ingested at %d, before an earlier one at %d", b.first+i, got[j].ingested, ingested[client])
		}
		ingested[client] = got[j].ingested
	}
	name := fmt.Sprintf("batch %d to %d", b.first, b.first+b.n-1)
	switch {
	case hidden || b.fate == undone:
		if there != 0 {
			return 0, fmt.Errorf("%s: %d events are there, want none: refused, expired, or not there before", name, there)
		}
	case b.fate == done:
		if int64(there) != b.n {
			return 0, fmt.Errorf("%s: %d events are there, want all: it was acknowledged", name, there)
		}
	case there == 0:
		b.fate = undone
	case int64(there) == b.n:
		b.fate = done
	default:
		return 0, fmt.Errorf("%s: %d events are there, want all or none", name, there)
	}
	return there, nil
}

// strangers names some events that belong to no batch.
func (s *stream) strangers(at map[int64]int) string {
	for _, b := range s.batches {
		for i := range b.n {
			delete(at, b.first+i)
		}
	}
	text := ":"
	for n := range at {
		if text += fmt.Sprintf(" %d", n); len(text) > 100 {
			break
		}
	}
	return text
}

// A digest adds up what is in a group.
type digest struct{ sum uint64 }

func (d *digest) add(parts ...string) {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d", d.sum)
	for _, p := range parts {
		fmt.Fprintf(h, "|%q", p)
	}
	d.sum = h.Sum64() | 1
}
