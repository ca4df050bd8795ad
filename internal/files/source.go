package files

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/logtime"
	"github.com/groundwatch/groundwatch/internal/needle"
)

// A Source gives the events of files as the rows of a query. It implements exec.Source. Rows are
// numbered by their place: the order of Inputs, then the order in the file.
type Source struct {
	Inputs  []Input
	Options Options
	// Filter keeps the events that match; nil keeps all.
	Filter *filterpattern.Pattern

	mu      sync.Mutex
	scanned bool
	logs    map[string]bool  // see Logs
	told    map[Problem]bool // so that a query which scans twice tells a problem once
}

var (
	_ exec.Source = (*Source)(nil)
	_ exec.Sizer  = (*Source)(nil)
)

// Scan implements exec.Source. Events without a time are left out unless the window of s is open at
// both ends. It fails when it is asked for a pipe a second time, which would be empty by then.
func (src *Source) Scan(ctx context.Context, s plan.Scan, workers int, each func(worker int, b *column.Batch) error) (exec.ScanStats, error) {
	if err := src.begin(); err != nil {
		return exec.ScanStats{}, err
	}
	opt := src.Options
	opt.Problem = src.tell
	scanners := make([]*scanner, workers)
	for i := range scanners {
		scanners[i] = newScanner(&s, src.Filter, func(b *column.Batch) error { return each(i, b) })
		opt.fields = len(scanners[i].rows.wanted) > 0
	}
	err := walk(ctx, src.Inputs, workers, opt, true, func(worker int, b *Block) error {
		return scanners[worker].block(b)
	})
	if errors.Is(err, exec.ErrStop) {
		err = nil
	}
	var stats exec.ScanStats
	logs := map[string]bool{}
	for _, w := range scanners {
		stats.Records += w.records
		stats.Bytes += w.bytes
		maps.Copy(logs, w.logs)
	}
	stats.Groups = len(logs)
	src.mu.Lock()
	defer src.mu.Unlock()
	maps.Copy(src.logs, logs)
	return stats, err
}

// Logs returns the log groups of the events that the scans so far have read, those that they left out
// too, sorted.
func (src *Source) Logs() []string {
	src.mu.Lock()
	defer src.mu.Unlock()
	return slices.Sorted(maps.Keys(src.logs))
}

// Size implements exec.Sizer: the bytes of the files as they are stored, whatever of them s asks for. It fails for
// a pipe.
func (src *Source) Size(plan.Scan) (n int64, err error) {
	for _, in := range src.Inputs {
		if in.Size < 0 {
			return 0, fmt.Errorf("size of %s: it is a pipe, whose length is known only when it has been read", in.Path)
		}
		n += in.Size
	}
	return n, nil
}

// begin notes a scan.
func (src *Source) begin() error {
	src.mu.Lock()
	defer src.mu.Unlock()
	for _, in := range src.Inputs {
		if src.scanned && in.isPipe() {
			return fmt.Errorf("scan %s: a pipe can be read only once, and this query reads its events twice; save them to a file first", in.Path)
		}
	}
	src.scanned = true
	if src.logs == nil {
		src.logs = map[string]bool{}
	}
	return nil
}

// isPipe reports whether an input can be read only once.
func (in *Input) isPipe() bool {
	if in.Path == Stdin {
		return true
	}
	info, err := os.Stat(in.Path)
	return err == nil && !info.Mode().IsRegular()
}

// tell passes a problem on unless it is known.
func (src *Source) tell(p Problem) {
	src.mu.Lock()
	known := src.told[p]
	if !known {
		if src.told == nil {
			src.told = map[Problem]bool{}
		}
		src.told[p] = true
	}
	src.mu.Unlock()
	if !known && src.Options.Problem != nil {
		src.Options.Problem(p)
	}
}

// batchRows is the most rows in a batch.
const batchRows = 8192

// batchBytes is how much copied text a batch holds at most, about.
const batchBytes = 1 << 20

// A scanner turns the blocks that one worker gets into batches.
type scanner struct {
	scan    *plan.Scan
	filter  *filterpattern.Pattern
	each    func(*column.Batch) error
	open    bool // the window is open at both ends
	times   bool // times are needed
	copies  bool // the text of messages is needed after the event
	needles []needle.Needle
	texts   []fieldTexts
	signs   signs // of events that can have texts

	// Of the block at hand:
	finder *fieldFinder
	hit    int // where in the block the first needle is next; len of the block if nowhere
	event  Event

	finders map[finderKey]*fieldFinder
	rows    rows

	records, bytes int64
	logs           map[string]bool
}

// A finderKey is what fields are found by in a file.
type finderKey struct {
	kind discover.Kind
	time logtime.Field // zero unless the time is a field
}

// A fieldFinder finds the wanted fields of events of one kind, and with timed the field of the time
// after them.
type fieldFinder struct {
	*discover.Extractor
	timed   bool
	invoked bool // it asks for the invocation of events
}

func newScanner(s *plan.Scan, filter *filterpattern.Pattern, each func(*column.Batch) error) *scanner {
	w := &scanner{scan: s, filter: filter, each: each, finders: map[finderKey]*fieldFinder{}, logs: map[string]bool{}}
	w.open = s.From == math.MinInt64 && s.To == math.MaxInt64
	w.rows.init(s.Fields)
	w.times = !w.open || w.rows.has.time
	w.copies = w.rows.has.message || len(w.rows.wanted) > 0 || w.times
	for _, t := range s.Texts {
		f := s.Fields[t.Field]
		if i := slices.Index(w.rows.wanted, discover.Field{Name: f.Name, Tree: f.Tree, All: f.All}); i >= 0 {
			w.texts = append(w.texts, fieldTexts{i, t.Any})
		}
	}
	w.signs = newSigns(w.texts)
	for _, text := range s.Contains {
		w.needles = append(w.needles, needle.New(text))
	}
	if len(w.needles) > 1 { // the longest is the rarest, as a rule
		longest := 0
		for i := range w.needles {
			if w.needles[i].Len() > w.needles[longest].Len() {
				longest = i
			}
		}
		w.needles[0], w.needles[longest] = w.needles[longest], w.needles[0]
	}
	return w
}

// block scans a block and gives its rows away.
func (w *scanner) block(b *Block) error {
	if done, err := w.scanParquet(b); done {
		return err
	}
	w.begin(b)
	w.event = Event{Log: b.file.in.Log, Stream: b.file.in.Stream, File: b.file.in.Path}
	ev := &w.event
	early := len(w.texts) > 0 && b.records == nil // the fields are found before all else
	for b.next(ev) {
		w.records++
		w.bytes += int64(len(ev.Message))
		if b.records != nil {
			w.noteLog(ev.Log)
		}
		if !w.signs.at(b) || !w.contains(b, ev.Message) || w.filter != nil && !w.filter.Match(ev.Message) {
			continue
		}
		if early {
			if w.find(ev, ev.Message); !w.mayPass() {
				continue
			}
		}
		if w.times && !ev.HasTime && !w.finder.timed {
			ev.Time, ev.HasTime = b.messageTime(ev.Message)
		}
		if !w.open && (ev.HasTime || !w.finder.timed) && !w.inWindow(ev.Time, ev.HasTime) {
			continue
		}
		w.add(b, ev, early)
		if w.rows.n == batchRows || len(w.rows.memory) >= batchBytes {
			if err := w.flush(b); err != nil {
				return err
			}
		}
	}
	return w.flush(b)
}

// noteLog notes the name of a log, which is only valid for the event.
func (w *scanner) noteLog(log string) {
	if !w.logs[log] {
		w.logs[strings.Clone(log)] = true
	}
}

// begin makes ready for a block.
func (w *scanner) begin(b *Block) {
	f := b.file
	key := finderKey{kind: f.kind}
	if w.times && b.records == nil && f.format == NDJSON && f.timeLead == "" {
		key.time = f.timeField
	}
	w.finder = w.finders[key]
	if w.finder == nil {
		fields := w.rows.wanted
		if key.time.Key != "" {
			fields = append(fields[:len(fields):len(fields)], discover.Field{Name: key.time.Name()})
		}
		x := discover.New(f.kind, fields, discover.Options{})
		w.finder = &fieldFinder{x, key.time.Key != "", x.NeedsInvocation()}
		w.finders[key] = w.finder
	}
	w.rows.first = b.Number
	if b.records == nil {
		w.logs[f.in.Log] = true
		if len(w.needles) > 0 {
			w.hit = w.needles[0].Index(b.lines.data, 0)
		}
		w.signs.begin(b)
	}
}

// contains reports whether msg holds all needles. In a block of lines the first needle is searched for
// in the whole block at once, so that most lines without it cost nothing more.
func (w *scanner) contains(b *Block, msg []byte) bool {
	if len(w.needles) == 0 {
		return true
	}
	needles := w.needles
	if b.records == nil {
		end := b.lines.pos
		if w.hit >= end {
			return false
		}
		w.hit = needles[0].Index(b.lines.data, end)
		needles = needles[1:]
	}
	for i := range needles {
		if !needles[i].In(msg) {
			return false
		}
	}
	return true
}

func (w *scanner) inWindow(ms int64, ok bool) bool {
	return ok && w.scan.From <= ms && ms <= w.scan.To
}

// find finds the fields of an event with the text msg.
func (w *scanner) find(ev *Event, msg []byte) {
	if w.finder.invoked {
		w.finder.Invocation(ev.Invocation)
	}
	w.finder.Find(msg)
}

// add makes a row of an event; found says that its fields were found.
func (w *scanner) add(b *Block, ev *Event, found bool) {
	msg := ev.Message
	if b.records != nil && w.copies {
		msg = w.rows.keep(msg)
	}
	w.rows.add(ev, msg)
	cols := w.rows.found
	if w.finder.timed {
		w.rows.messages = append(w.rows.messages, msg)
		cols = w.rows.withTime
	}
	if len(cols) == 0 {
		return
	}
	if !found {
		w.find(ev, msg)
	}
	w.finder.Append(cols)
}

// flush gives the rows so far away as a batch.
func (w *scanner) flush(b *Block) error {
	if w.rows.n == 0 {
		return nil
	}
	if w.finder.timed {
		w.rows.timesOf(b)
	}
	batch := w.rows.batch()
	if !w.open && w.finder.timed {
		batch = w.cut(batch)
	}
	var err error
	if batch.Len > 0 {
		err = w.each(batch)
	}
	w.rows.first += int64(w.rows.n)
	w.rows.reset()
	w.finder.Reset()
	return err
}

// cut leaves the rows outside the window out.
func (w *scanner) cut(b *column.Batch) *column.Batch {
	keep := w.rows.kept[:0]
	for i, ms := range w.rows.time.values { // one for each row by now
		if w.inWindow(ms, !w.rows.time.nulls.Get(i)) {
			keep = append(keep, int32(i))
		}
	}
	w.rows.kept = keep
	if len(keep) == b.Len {
		return b
	}
	out := &column.Batch{Len: len(keep), First: b.First, Columns: make([]*column.Column, len(b.Columns))}
	if len(keep) > 0 {
		for i, c := range b.Columns {
			out.Columns[i] = c.Take(keep)
		}
	}
	return out
}
