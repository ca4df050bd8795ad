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
)

// A sink is where a logger and its children write to, how, and what they count.
type sink struct {
	w     io.Writer
	level *slog.LevelVar
	opts  Options

	timeKey, tagKey, msgKey string             // `,"time":`
	levels                  [levelCount]string // `,"level":"info"`
	levelsAfterTime         [levelCount]string // `Z","level":"info"`
	reserved                []string           // the head's keys, encoded
	reservedKeys            filter
	planned                 bool // heads need a plan
	redact                  *redaction
	frames                  bool // framePC finds the caller
	maxBytes                int
	stats                   counters

	sampleRate float64        // of units of work, 0 to 1
	random     func() float64 // decides which

	serial bool       // w needs mu
	mu     sync.Mutex // held over w.Write
	writes uint64     // of a serial writer, under mu; otherwise stats.written has them

	slow      atomic.Bool // the last timed Write was slow
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
	s := &sink{w: o.Writer, opts: o, level: new(slog.LevelVar), redact: newRedaction(o.Redact), maxBytes: o.MaxBytes}
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

// timedWrites is how many writes share one measurement of time, since reading the clock twice costs as much as five
// fields. After a slow write each one is timed until one is fast again.
const timedWrites = 16

// write hands a line to the writer, counts it and tells of trouble.
func (s *sink) write(line []byte) {
	var w written
	if s.serial {
		s.mu.Lock()
		s.writes++
		w.timed = s.writes%timedWrites == 1 || s.slow.Load()
	} else {
		w.timed = s.stats.written.Add(1)%timedWrites == 1 || s.slow.Load()
	}
	s.writeLine(line, &w)
	if w.err != nil || w.timed {
		s.judge(w)
	}
}

// A written is what is known of a Write.
type written struct {
	timed, returned bool
	took            time.Duration // if timed
	err             error
}

// writeLine does the Write and gives the lock back. A writer that panics has failed.
func (s *sink) writeLine(line []byte, w *written) {
	defer s.wrote(w)
	var start time.Time
	if w.timed {
		start = time.Now()
	}
	n, err := s.w.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if w.timed {
		w.took = time.Since(start)
	}
	w.err, w.returned = err, true
}

// wrote ends writeLine.
func (s *sink) wrote(w *written) {
	if !w.returned {
		w.err = errors.New(describePanic(s.w, "Write", recover()))
	}
	if s.serial {
		s.mu.Unlock()
	}
}

// judge counts and tells what was wrong with a Write, if anything was.
func (s *sink) judge(w written) {
	if w.err != nil {
		s.stats.writeErrors.Add(1)
		s.problem(Problem{Kind: WriteFailed, Err: w.err})
	}
	if !w.timed {
		return
	}
	s.slow.Store(w.took >= s.opts.SlowWrite)
	if w.took >= s.opts.SlowWrite {
		s.stats.slowWrites.Add(1)
		s.problem(Problem{Kind: WriteSlow, Took: w.took})
	}
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
