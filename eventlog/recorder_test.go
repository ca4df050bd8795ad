package eventlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A recorder keeps what a logger writes.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, string(p))
	return len(p), nil
}

// someMoment is the time of every event whose test sets no other clock.
var someMoment = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// record returns a context whose logger writes to the recorder: without an environment, callers, and a clock that
// runs, unless o says otherwise.
func record(o eventlog.Options) (context.Context, *recorder) {
	l, r := recordingLogger(o)
	return l.Into(context.Background()), r
}

func recordingLogger(o eventlog.Options) (*eventlog.Logger, *recorder) {
	r := &recorder{}
	o.Writer, o.Version = r, "v1"
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.Now == nil {
		o.Now = func() time.Time { return someMoment }
	}
	return eventlog.New(o), r
}

// withoutCaller are the usual options of tests that compare whole lines.
var withoutCaller = eventlog.Options{NoCaller: true}

// An object is a decoded event.
type object map[string]any

// events returns what was written, decoded, after checks that each is one line of JSON without a key twice.
func (r *recorder) events(t *testing.T) []object {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []object
	for _, line := range r.lines {
		if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") {
			t.Fatalf("got %q, want one line", line)
		}
		if key := repeatedKey(line); key != "" {
			t.Fatalf("key %s is there twice in %s", key, line)
		}
		var o object
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("got %q: %v", line, err)
		}
		all = append(all, o)
	}
	return all
}

// repeatedKey returns a key that a flat object has twice, or "".
func repeatedKey(line string) string {
	d := json.NewDecoder(bytes.NewReader([]byte(line)))
	seen := map[any]bool{}
	depth, isKey := 0, false
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return ""
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
			isKey = depth == 1
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
			isKey = depth == 1
			continue
		}
		if depth != 1 {
			continue
		}
		if isKey && seen[tok] {
			return fmt.Sprint(tok)
		}
		if isKey {
			seen[tok] = true
		}
		isKey = !isKey
	}
}

// only returns the one event that was written.
func (r *recorder) only(t *testing.T) object {
	t.Helper()
	all := r.events(t)
	if len(all) != 1 {
		t.Fatalf("got %d events, want 1: %v", len(all), all)
	}
	return all[0]
}

// tags returns the tags of what was written, with spaces between.
func (r *recorder) tags(t *testing.T) string {
	t.Helper()
	var tags []string
	for _, o := range r.events(t) {
		tags = append(tags, fmt.Sprint(o["tag"]))
	}
	return strings.Join(tags, " ")
}

// behind returns the rest of the only line behind this text, without its end.
func (r *recorder) behind(t *testing.T, text string) string {
	t.Helper()
	r.only(t)
	_, rest, ok := strings.Cut(r.lines[0], text)
	if !ok {
		t.Fatalf("got %s, want %s in it", r.lines[0], text)
	}
	return strings.TrimSuffix(rest, "}\n")
}

// wantField fails unless o has this value at key; a nil want means that the key is not there.
func (o object) wantField(t *testing.T, key string, want any) {
	t.Helper()
	if n, ok := want.(int); ok {
		want = float64(n)
	}
	if got := o[key]; got != want {
		t.Errorf("%s: %s = %v, want %v", o["tag"], key, got, want)
	}
}

// A clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: someMoment} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// problems collects what a logger reports.
type problems struct {
	mu  sync.Mutex
	all []eventlog.Problem
}

func (p *problems) add(q eventlog.Problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, q)
}

// text returns kinds and keys of what was reported, with spaces between.
func (p *problems) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, q := range p.all {
		all = append(all, strings.TrimSuffix(string(q.Kind)+":"+q.Key, ":"))
	}
	return strings.Join(all, " ")
}
