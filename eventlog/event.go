package eventlog

import (
	"io"
	"log/slog"
	"sync"
	"time"
)

// An event is a line while it is written.
type event struct {
	line []byte
	keys keySet
}

var events = sync.Pool{New: func() any { return &event{line: make([]byte, 0, 1024)} }}

// emit writes an event, or puts it into the scope's buffer. pc is the call's place, 0 if unknown.
func (l *Logger) emit(s *scope, level slog.Level, pc uintptr, tag string, attrs []slog.Attr) {
	e := events.Get().(*event)
	defer events.Put(e)
	e.line, e.keys = e.line[:0], keySet{}
	l.head(e, l.sink.now(), level, tag)
	e.addFields(l, l.fields)
	if s != nil {
		e.addFields(l, s.fields)
	}
	if pc != 0 && !l.sink.opts.NoCaller {
		e.line = appendCaller(e.line, pc)
	}
	for _, a := range attrs {
		e.addAttr(l, "", a)
	}
	e.line = append(e.line, '}', '\n')
	if s != nil && s.buffer.keeps(level) {
		s.buffer.add(l, e.line)
		return
	}
	l.sink.write(e.line)
}

func (l *Logger) head(e *event, now time.Time, level slog.Level, tag string) {
	e.line = append(e.line, `{"time":"`...)
	e.line = now.UTC().AppendFormat(e.line, "2006-01-02T15:04:05.000000Z")
	e.line = append(e.line, `","level":"`...)
	e.line = append(e.line, levelName(level)...)
	e.line = append(e.line, `","tag":`...)
	e.line = appendString(e.line, tag)
	for _, k := range []string{"time", "level", "tag"} {
		e.keys.add(k)
	}
}

// write hands a line to the writer, and counts.
func (s *sink) write(line []byte) {
	if s.serial {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	n, err := s.w.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if err != nil {
		s.stats.writeErrors.Add(1)
		s.problem(Problem{Kind: WriteFailed, Err: err})
		return
	}
	s.stats.written.Add(1)
}

func (s *sink) problem(p Problem) {
	if s.opts.OnProblem != nil {
		s.opts.OnProblem(p)
	}
}
