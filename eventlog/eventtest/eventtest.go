// Package eventtest records the events of a test, so that a test can ask what happened. It checks every line as it
// comes: one JSON object, no key twice.
//
//	rec := eventtest.New(t)
//	CreateLabel(rec.Into(ctx), order)
//	rec.One("label_created").Has("order_id", 7)
//	rec.None("label_creation_failed")
package eventtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A Recorder keeps the events that a logger writes. Its methods are safe for concurrent use, except where they fail
// the test: those belong to the test's goroutine.
type Recorder struct {
	t   testing.TB
	log *eventlog.Logger

	mu     sync.Mutex
	events []Event
	bad    []string // lines that are no events
}

// New returns a recorder whose logger writes every level and knows nothing of the environment.
func New(t testing.TB) *Recorder {
	return NewWith(t, eventlog.Options{Level: slog.LevelDebug, Version: "test", Getenv: func(string) string { return "" }})
}

// NewWith returns a recorder whose logger has the given options; their Writer is replaced.
func NewWith(t testing.TB, o eventlog.Options) *Recorder {
	r := &Recorder{t: t}
	o.Writer = (*writer)(r)
	r.log = eventlog.New(o)
	t.Cleanup(r.check)
	return r
}

// Logger returns the recorder's logger.
func (r *Recorder) Logger() *eventlog.Logger { return r.log }

// Into returns a context whose events the recorder keeps.
func (r *Recorder) Into(ctx context.Context) context.Context { return r.log.Into(ctx) }

// Context returns the test's context, with the recorder's logger.
func (r *Recorder) Context() context.Context { return r.Into(r.t.Context()) }

// An Event is what one line says: numbers are json.Number.
type Event struct {
	t      testing.TB
	Line   string // without its end
	Fields map[string]any
}

// Tag returns the event's tag, or "".
func (e Event) Tag() string {
	s, _ := e.Fields["tag"].(string)
	return s
}

// Events returns all events until now, in the order of writing.
func (r *Recorder) Events() []Event {
	r.t.Helper()
	r.check()
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Event(nil), r.events...)
}

// All returns the events of a tag, in the order of writing.
func (r *Recorder) All(tag string) []Event {
	r.t.Helper()
	var found []Event
	for _, e := range r.Events() {
		if e.Tag() == tag {
			found = append(found, e)
		}
	}
	return found
}

// One returns the one event of a tag; the test ends here if there are none or several.
func (r *Recorder) One(tag string) Event {
	r.t.Helper()
	found := r.All(tag)
	if len(found) != 1 {
		r.t.Fatalf("%d events %q, want 1; there are:\n%s", len(found), tag, r.text())
	}
	return found[0]
}

// None fails the test if there is an event of this tag.
func (r *Recorder) None(tag string) {
	r.t.Helper()
	if found := r.All(tag); len(found) > 0 {
		r.t.Errorf("%d events %q, want none; the first:\n%s", len(found), tag, found[0].Line)
	}
}

// Reset forgets the events until now.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = nil
}

// Has fails the test unless the field has the value that want has as JSON. It returns e, so that calls chain.
func (e Event) Has(key string, want any) Event {
	e.t.Helper()
	got, ok := e.Fields[key]
	if !ok {
		e.t.Errorf("no field %q in %s", key, e.Line)
		return e
	}
	if w := asJSON(e.t, want); !reflect.DeepEqual(got, w) {
		e.t.Errorf("%s = %v, want %v in %s", key, got, w, e.Line)
	}
	return e
}

// Lacks fails the test if the event has one of the fields.
func (e Event) Lacks(keys ...string) Event {
	e.t.Helper()
	for _, key := range keys {
		if got, ok := e.Fields[key]; ok {
			e.t.Errorf("%s = %v, want no such field in %s", key, got, e.Line)
		}
	}
	return e
}

// asJSON returns v as decoding its JSON text gives it.
func asJSON(t testing.TB, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("wanted value %v: %v", v, err)
	}
	got, err := decode(text)
	if err != nil {
		t.Fatalf("wanted value %v: %v", v, err)
	}
	return got
}

// check reports lines that were no events, once.
func (r *Recorder) check() {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.bad {
		r.t.Error(s)
	}
	r.bad = nil
}

func (r *Recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, e := range r.events {
		b.WriteString(e.Line + "\n")
	}
	return b.String()
}

// A writer is the recorder as the logger sees it.
type writer Recorder

// Write takes one event.
func (w *writer) Write(line []byte) (int, error) {
	e, err := parse(line)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.bad = append(w.bad, fmt.Sprintf("event %q: %v", line, err))
		return len(line), nil
	}
	e.t = w.t
	w.events = append(w.events, e)
	return len(line), nil
}

func parse(line []byte) (Event, error) {
	text, ok := bytes.CutSuffix(line, []byte("\n"))
	if !ok || bytes.IndexByte(text, '\n') >= 0 {
		return Event{}, errors.New("not one line")
	}
	v, err := decode(text)
	if err != nil {
		return Event{}, err
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return Event{}, fmt.Errorf("%T, want an object", v)
	}
	return Event{Line: string(text), Fields: fields}, nil
}

// decode decodes JSON and refuses an object that has a key twice, which encoding/json does not.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := value(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text behind the value")
	}
	return v, nil
}

func value(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := value(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	case json.Delim('{'):
		return object(d)
	}
	return token, nil
}

func object(d *json.Decoder) (any, error) {
	fields := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("key %v, want a string", token)
		}
		if _, there := fields[key]; there {
			return nil, fmt.Errorf("key %q is there twice", key)
		}
		if fields[key], err = value(d); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return fields, err
}
