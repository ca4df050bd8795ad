package eventlog

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

// A sink is where a logger and its children write to, how, and what they count.
type sink struct {
	w     io.Writer
	level *slog.LevelVar
	opts  Options

	timeKey, tagKey, msgKey string             // `,"time":`
	levels                  [levelCount]string // `,"level":"info"`
	levelTag, levelMsg      [levelCount]string // `Z","level":"info","tag":`, behind the time
	reserved                []string           // the head's keys, encoded
	reservedKeys            filter
	takenKeys               []string // names of Options.Keys that could not be given
	planned                 bool     // heads need a plan
	redact                  *redaction.Names
	frames                  bool // framePC finds the caller
	maxBytes                int
	stats                   counters

	sampleRate float64        // of units of work, 0 to 1
	random     func() float64 // decides which

	serial bool       // w needs mu
	mu     sync.Mutex // held over w.Write
	writes uint64     // of a serial writer, under mu; otherwise stats.written has them
	own    event      // under mu: see nextEvent

	clock     writeClock
	reporting atomic.Bool // OnProblem runs
}

type counters struct {
	written, writeErrors, slowWrites, truncated, duplicateKeys, evicted, lateFields, droppedFields, endedTwice atomic.Uint64
}

// defaultMaxBytes is what CloudWatch Logs took as one event for many years and most shippers still take.
const defaultMaxBytes = 256 << 10

// leastMaxBytes leaves room for a head and the names of what was cut.
const leastMaxBytes = 512

func newSink(o Options) *sink {
	s := &sink{w: o.Writer, opts: o, level: new(slog.LevelVar), redact: redaction.Of(o.Redact), maxBytes: o.MaxBytes}
	if s.w == nil {
		s.w = os.Stdout
	}
	_, file := s.w.(*os.File)
	s.serial = !file
	if s.maxBytes == 0 {
		s.maxBytes = defaultMaxBytes
	}
	s.maxBytes = max(s.maxBytes, leastMaxBytes)
	if s.opts.SlowWrite == 0 {
		s.opts.SlowWrite = time.Second
	}
	s.clock.period = max(s.opts.SlowWrite/slowTicks, time.Millisecond)
	s.frames = framesRight()
	s.sampleRate, s.random = sampleRate(o), randomOf(o)
	s.nameKeys(o.Keys)
	s.planned = len(o.Order) > 0 || len(s.timeKey)+len(`{"`+secondLayout) > headRoom
	return s
}

func (s *sink) now() time.Time {
	if s.opts.Now == nil {
		return time.Now()
	}
	return s.opts.Now()
}

// write hands a line to the writer, counts it and tells of trouble.
func (s *sink) write(line []byte) {
	if s.serial {
		s.mu.Lock()
	}
	s.writeLocked(line)
}

// writeEvent is write for an event, which is free from then on.
func (s *sink) writeEvent(e *event) {
	if e.held {
		s.writeLocked(e.line)
		return
	}
	s.write(e.line)
	e.free()
}

// writeLocked is write with the lock held; it gives it back.
func (s *sink) writeLocked(line []byte) {
	if s.serial {
		s.writes++
	} else {
		s.stats.written.Add(1)
	}
	began := s.clock.now()
	s.writeLine(line)
	if now := s.clock.tick.Load(); now != began {
		s.ended(began, now)
	}
}

// writeLine does a Write and gives the lock back.
func (s *sink) writeLine(line []byte) {
	w := lineWrite{size: len(line)}
	defer s.wrote(&w)
	w.n, w.err = s.w.Write(line)
	w.returned = true
}

// A lineWrite is what came of a Write.
type lineWrite struct {
	size, n  int
	err      error
	returned bool // false if the writer panicked, which is a failure like others
}

// wrote ends writeLine.
func (s *sink) wrote(w *lineWrite) {
	if !w.returned {
		w.err = errors.New(describePanic(s.w, "Write", recover()))
	}
	if s.serial {
		s.mu.Unlock()
	}
	if w.err != nil || w.n < w.size {
		s.failed(w.err)
	}
}

// failed counts and tells a Write that failed, or was short if err is nil.
func (s *sink) failed(err error) {
	if err == nil {
		err = io.ErrShortWrite
	}
	s.stats.writeErrors.Add(1)
	s.problem(Problem{Kind: WriteFailed, Err: err})
}

// writtenEvents returns how many events the writer took.
func (s *sink) writtenEvents() uint64 {
	failed := s.stats.writeErrors.Load() // first: a Write is counted before it can fail
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes + s.stats.written.Load() - failed
}

// problem tells OnProblem, unless it is running: what goes wrong meanwhile, most likely because of it, is only counted.
// No lock is held.
func (s *sink) problem(p Problem) {
	if s.opts.OnProblem == nil || !s.reporting.CompareAndSwap(false, true) {
		return
	}
	defer s.reporting.Store(false)
	defer func() { _ = recover() }()
	s.opts.OnProblem(p)
}

// startLevel sets the level that options and environment ask for.
func (s *sink) startLevel() {
	if v, ok := s.opts.Level.(*slog.LevelVar); ok {
		s.level = v
	}
	level, below := chooseLevel(s.opts.Level, s.opts.Getenv)
	s.level.Set(level)
	if below != "" {
		s.problem(Problem{Kind: LevelRaised, Err: fmt.Errorf("%s, want at least %s, below which Lambda drops lines",
			below, levelName(level))})
	}
}
