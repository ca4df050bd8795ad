package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/blocks"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// A livePart is a part that the manifest names, or did when somebody began to read it.
type livePart struct {
	*manifest.Part
	engine *Engine
	refs   int         // who reads it; under the engine's lock, like dead
	dead   bool        // the manifest does not name it any more
	broken atomic.Bool // something of it cannot be read

	mu struct {
		sync.Mutex
		file   vfs.File
		opened *opened       // nil until somebody reads
		bad    map[int]error // row groups that cannot be read; -1: the file
		hidden map[int]hidden
	}
}

// An opened is a part's file with what its footer says.
type opened struct {
	*part.Reader
	shapes *shape.Table // without shapes if texts are whole
	names  []string     // of the columns of shapes, which are the last ones in the file
}

// hidden is what lines hide of a span.
type hidden struct {
	by    manifest.Lines
	rows  int64
	bytes int64
}

// addPart makes a part one that readers see. The caller holds the engine's lock.
func (e *Engine) addPart(m *manifest.Part) {
	p := &livePart{Part: m, engine: e}
	e.mu.live[m.Number] = p
	e.mu.numbers = max(e.mu.numbers, m.Number)
	for _, partition := range m.Partitions() {
		h := manifest.Home{Table: m.Table, Partition: partition}
		e.mu.index[h] = append(slices.Clip(e.mu.index[h]), p)
	}
	e.mu.last = max(e.mu.last, m.Last())
}

// removePart takes a part from what new readers see. The caller holds the engine's lock.
func (e *Engine) removePart(number uint64) {
	p := e.mu.live[number]
	e.mu.open = slices.DeleteFunc(e.mu.open, func(other *livePart) bool { return other == p })
	delete(e.mu.live, number)
	for _, partition := range p.Partitions() {
		h := manifest.Home{Table: p.Table, Partition: partition}
		left := slices.DeleteFunc(slices.Clone(e.mu.index[h]), func(other *livePart) bool { return other == p })
		if e.mu.index[h] = left; len(left) == 0 {
			delete(e.mu.index, h)
		}
	}
	p.dead = true
	e.discard(p)
}

// discard puts a part that nobody needs where Run removes it. The caller holds the engine's lock.
func (e *Engine) discard(p *livePart) {
	if p.dead && p.refs == 0 {
		e.mu.garbage = append(e.mu.garbage, p)
		nudge(e.clean)
	}
}

// release gives up parts that were being read.
func (e *Engine) release(parts []*livePart) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range parts {
		p.refs--
		e.discard(p)
	}
}

func (p *livePart) path() string { return path.Join(p.engine.partsDir(), partName(p.Number)) }

// open returns a reader of the part's file, which stays open. The caller has a hold on the part.
func (p *livePart) open() (*opened, error) {
	f, first, err := p.openOnce()
	if first {
		p.engine.opens(p)
	}
	return f, err
}

// openOnce returns the reader there is, or opens one first.
func (p *livePart) openOnce() (f *opened, first bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.mu.bad[-1]; err != nil {
		return nil, false, err
	}
	if p.mu.opened != nil {
		return p.mu.opened, false, nil
	}
	file, err := p.engine.fs.Open(p.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, fmt.Errorf("%w: %w", blocks.ErrDamaged, err)
	}
	if err != nil {
		return nil, false, err
	}
	f, err = openPart(blocks.NewFile(file, p.Number, p.Size, p.Sums, p.engine.cache))
	if err != nil {
		return nil, false, errors.Join(err, file.Close())
	}
	p.mu.file, p.mu.opened = file, f
	return f, true, nil
}

// openPart reads a part's footer.
func openPart(file *blocks.File) (*opened, error) {
	r, err := part.OpenChecked(file, file.Size())
	if err != nil {
		return nil, err
	}
	shapes, err := readShapes(r)
	if err != nil {
		return nil, err
	}
	f := &opened{Reader: r, shapes: shapes}
	fields := r.Fields()
	first := len(fields) - len(shapes.Columns)
	if len(shapes.Shapes) == 0 {
		return f, nil
	}
	if first < 1 || fields[first-1].Name != shapeColumn {
		return nil, fmt.Errorf("%d columns, the last of them not the %d of its shapes", len(fields), len(shapes.Columns))
	}
	for _, field := range fields[first:] {
		f.names = append(f.names, field.Name)
	}
	return f, nil
}

// close gives the file up.
func (p *livePart) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.file == nil {
		return nil
	}
	err := p.mu.file.Close()
	p.mu.file, p.mu.opened = nil, nil
	return err
}

// A readError says which stretch of a part could not be read.
type readError struct {
	part  uint64
	group int
	err   error
}

func (r *readError) Error() string {
	return fmt.Sprintf("part %s, row group %d: %v", partName(r.part), r.group, r.err)
}

func (r *readError) Unwrap() error { return r.err }

// opens remembers that a part's file is open, and closes the one that was opened first and nobody reads if there are too
// many.
func (e *Engine) opens(p *livePart) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mu.open = append(e.mu.open, p)
	if len(e.mu.open) <= e.opts.limits.openFiles {
		return
	}
	if i := slices.IndexFunc(e.mu.open, func(p *livePart) bool { return p.refs == 0 }); i >= 0 {
		_ = e.mu.open[i].close() // nothing was written; and under the lock, so that nobody begins to read it
		e.mu.open = slices.Delete(e.mu.open, i, i+1)
	}
}

// opened returns the part's file for a row group that can be read. Errors are *readError.
func (p *livePart) opened(group int) (*opened, error) {
	p.mu.Lock()
	err := p.mu.bad[group]
	p.mu.Unlock()
	if err != nil {
		return nil, &readError{p.Number, group, err}
	}
	f, err := p.open()
	if err != nil {
		p.quarantine(-1, err)
		return nil, &readError{p.Number, group, err}
	}
	return f, nil
}

// rows calls each with the named columns of a stretch of a row group. An error of the part, not of each, is a *readError.
func (p *livePart) rows(f *opened, group, from, to int, names []string, each func(*column.Batch) error) error {
	var stop error
	err := f.RangeRows(group, int64(from), int64(to), names, func(b *column.Batch) error {
		stop = each(b)
		return stop
	})
	if err == nil || errors.Is(err, stop) {
		return stop
	}
	return p.failed(group, err)
}

// failed returns the *readError of a row group that could not be read.
func (p *livePart) failed(group int, err error) error {
	p.quarantine(group, err)
	return &readError{p.Number, group, err}
}

// quarantine remembers, and tells, that a row group cannot be read: what is on the disk is not what was written. Any
// other error of the disk may pass.
func (p *livePart) quarantine(group int, err error) {
	if !errors.Is(err, blocks.ErrDamaged) {
		return
	}
	p.mu.Lock()
	known := p.mu.bad[group] != nil
	if p.mu.bad == nil {
		p.mu.bad = map[int]error{}
	}
	p.mu.bad[group] = err
	p.broken.Store(true)
	p.mu.Unlock()
	if !known {
		p.engine.opts.Hooks.Damaged(partName(p.Number), err)
	}
}
