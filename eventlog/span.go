package eventlog

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A span is what a unit of work and a call have in common: it begins, gathers fields, and becomes one event.
type span struct {
	log          *Logger
	scope        *scope
	done, failed string
	began        *site // where
	start        time.Time

	mu struct {
		sync.Mutex
		stage  stage
		fields *wideFields // nil when ended
		atEnd  []func(context.Context)
	}
}

// stage says how far a span is.
type stage uint8

const (
	open   stage = iota
	ending       // what AtEnd took runs; fields may still be set
	ended
)

// Outcomes of a unit of work or a call.
const (
	outcomeOK       = "ok"
	outcomeFailed   = "failed"
	outcomePanicked = "panicked"
)

func (p *span) begin(log *Logger, s *scope, began *site, done, failed string, attrs []slog.Attr) {
	p.log, p.scope, p.began, p.done, p.failed = log, s, began, done, failed
	p.mu.fields = newWideFields(log)
	p.set(attrs)
	p.start = log.sink.now()
}

// beganAt returns the site of the caller of a function that begins a span, whose framePC is pc; nil if it is unknown.
func (l *Logger) beganAt(pc uintptr) *site {
	if l.sink.frames {
		if s := siteOf(pc); !s.unreal {
			return s
		}
	}
	return realSite(2) // above beganAt and the function that begins
}

// set adds or replaces fields.
func (p *span) set(attrs []slog.Attr) {
	for len(attrs) > 0 {
		n, ok := p.setPlain(attrs)
		attrs = attrs[n:]
		if !ok {
			for i := range attrs {
				p.late(attrs[i].Key)
			}
			return
		}
		if len(attrs) > 0 {
			p.setAny(attrs[0])
			attrs = attrs[1:]
		}
	}
}

// setPlain takes simple fields until one is not. It returns how many it took, and false if the span has ended.
func (p *span) setPlain(attrs []slog.Attr) (n int, ok bool) {
	p.mu.Lock()
	if f := p.mu.fields; f != nil {
		n, ok = f.put(attrs), true
	}
	p.mu.Unlock()
	return n, ok
}

// setAny takes a field of any kind. It is encoded without the lock, since that may call the caller's methods.
func (p *span) setAny(a slog.Attr) {
	e := newEvent(p.log)
	e.replaces, e.keys = true, p.log.sink.reservedKeys
	e.addAttrs([]slog.Attr{a}) // if a method of a's leaves by runtime.Goexit, e is not used again
	e.replaces = false
	over, ok := p.merge(e, a.Key == errorKeys[0])
	if e.over.n > 0 {
		e.over.tell(p.log.sink)
	}
	e.free()
	if !ok {
		p.late(a.Key)
	}
	for _, key := range over {
		p.overfull(key)
	}
}

// merge takes the fields of e, and returns the keys of those there was no room for, and false if the span has ended.
// anError says that they stand for an error, as a whole.
func (p *span) merge(e *event, anError bool) (over []string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.mu.fields
	if f == nil {
		return nil, false
	}
	if anError {
		f.forgetError()
	}
	f.over.n += e.over.n
	return f.merge(e), true
}

// overfull counts a field that found no room, and tells of it.
func (p *span) overfull(key string) {
	p.log.sink.stats.droppedFields.Add(1)
	p.log.sink.problem(Problem{Kind: FieldDropped, Key: key})
}

func (p *span) late(key string) {
	p.log.sink.stats.lateFields.Add(1)
	p.log.sink.problem(Problem{Kind: FieldLate, Key: key})
}

// add sums n onto a field.
func (p *span) add(key string, n int64) {
	p.mu.Lock()
	f := p.mu.fields
	ok := f != nil && f.add(key, n)
	p.summed(f, key, ok)
}

// addMs sums d onto a field.
func (p *span) addMs(key string, d time.Duration) {
	p.mu.Lock()
	f := p.mu.fields
	ok := f != nil && f.addMs(key, d)
	p.summed(f, key, ok)
}

// summed ends what add and addMs do: it unlocks the fields and tells what went wrong.
func (p *span) summed(f *wideFields, key string, ok bool) {
	if f != nil && !ok {
		f.over.count(key)
	}
	p.mu.Unlock()
	switch {
	case f == nil:
		p.late(key)
	case !ok:
		p.overfull(key)
	}
}

// startEnd moves an open span to ending; false means that somebody ended it before.
func (p *span) startEnd() bool {
	p.mu.Lock()
	first := p.mu.stage == open
	if first {
		p.mu.stage = ending
	}
	p.mu.Unlock()
	if !first {
		p.log.sink.stats.endedTwice.Add(1)
		p.log.sink.problem(Problem{Kind: EndedTwice, Key: p.done})
	}
	return first
}

// take closes the span to fields and returns those it has.
func (p *span) take() *wideFields {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.mu.fields
	p.mu.stage, p.mu.fields = ended, nil
	return f
}

// A result says how a span ended.
type result struct {
	outcome string
	level   slog.Level
	err     error // nil when the outcome is ok
}

// write writes the span's one event. Its own fields stand first and win over others of the same key that were set.
// wide says that the event does not wait in a buffer, unless it would not be written at all.
func (p *span) write(r result, wide bool) {
	f := p.take()
	defer f.release()
	s := p.scope
	if wide {
		if direct := s.unbuffered(); p.log.enabled(direct, r.level) {
			s = direct
		}
	}
	if p.log.enabled(s, r.level) {
		p.emit(s, f, r)
	}
}

func (p *span) emit(s *scope, f *wideFields, r result) {
	l := p.log
	now := l.sink.now()
	took := max(0, now.Sub(p.start)) // a Now of the caller's may go back
	own := [ownFields]slog.Attr{slog.Duration("duration_ms", took), slog.String("outcome", r.outcome)}
	n, tag := 2, p.done
	if r.err != nil {
		own[2] = Err(r.err)
		n, tag = 3, p.failed
		f.forgetError()
	}
	var msg *slog.Value
	if f.msg.Kind() == slog.KindString {
		msg = &f.msg
	}
	e := newEvent(l)
	e.open(now, r.level, tag, msg)
	if l.sink.opts.NoCaller {
		e.addContext(s, nil)
	} else {
		e.addContext(s, p.began)
	}
	e.makeWay(endKeys, &endFilter)
	e.addAttrs(own[:n])
	if f.has(errorKeys[0]) {
		e.makeWay(errorKeys, &errorFilter)
	}
	f.writeTo(e)
	e.close(s, r.level)
}

// ownFields is the most a span has by itself: duration_ms, outcome, error.
const ownFields = 3
