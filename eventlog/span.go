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
	pc           uintptr // of the place that began it
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

func (p *span) begin(log *Logger, s *scope, pc uintptr, done, failed string, attrs []slog.Attr) {
	p.log, p.scope, p.pc, p.done, p.failed = log, s, pc, done, failed
	p.mu.fields = widePool.Get().(*wideFields)
	p.set(attrs)
	p.start = log.sink.now()
}

// set adds or replaces fields.
func (p *span) set(attrs []slog.Attr) {
	if !arePlain(attrs) {
		attrs = p.log.settled(attrs) // calls methods of the caller's, so without the lock
	}
	var over []string
	p.mu.Lock()
	f := p.mu.fields
	if f != nil {
		for i := range attrs {
			if !f.put(attrs[i].Key, attrs[i].Value) {
				over = append(over, attrs[i].Key)
			}
		}
	}
	p.mu.Unlock()
	if f == nil {
		for _, a := range attrs {
			p.late(a.Key)
		}
	}
	for _, key := range over {
		p.overfull(key)
	}
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

// sum changes one field by what change does.
func (p *span) sum(key string, change func(*wideFields) bool) {
	p.mu.Lock()
	f := p.mu.fields
	if f == nil {
		p.mu.Unlock()
		p.late(key)
		return
	}
	ok := change(f)
	p.mu.Unlock()
	if !ok {
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

// resultOf is the result of work that returned err.
func resultOf(err error) result {
	if err != nil {
		return result{outcome: outcomeFailed, level: slog.LevelError, err: err}
	}
	return result{outcome: outcomeOK, level: slog.LevelInfo}
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
	if !p.log.enabled(s, r.level) {
		return
	}
	took := max(0, p.log.sink.now().Sub(p.start)) // a Now of the caller's may go back
	f.attrs[0] = slog.Duration("duration_ms", took)
	f.attrs[1] = slog.String("outcome", r.outcome)
	tag := p.done
	if r.err != nil {
		tag = p.failed
		f.attrs[2] = Err(r.err)
	}
	p.log.emit(s, r.level, p.pc, tag, f.finish())
}
