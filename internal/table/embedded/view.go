package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// A view is what one reader sees of a partition. It stays as it is until release, whatever is flushed, merged or dropped.
type view struct {
	engine *Engine
	parts  []*livePart
	chunks []*chunk
	lines  manifest.Lines
}

// view returns what there is of a partition now.
func (e *Engine) view(h manifest.Home) *view {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.viewLocked(h)
}

// views returns what there is of several partitions at one moment.
func (e *Engine) views(name string, partitions []table.Partition) []*view {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]*view, len(partitions))
	for i, p := range partitions {
		all[i] = e.viewLocked(manifest.Home{Table: name, Partition: p})
	}
	return all
}

func (e *Engine) viewLocked(h manifest.Home) *view {
	v := &view{engine: e}
	if e.mu.contents.Dropped.Has(h) {
		return v
	}
	v.lines = e.mu.contents.Lines[h]
	v.parts = e.mu.index[h]
	for _, p := range v.parts {
		p.refs++
	}
	for _, m := range e.memories() {
		v.chunks = append(v.chunks, m.chunks[h]...)
	}
	return v
}

func (v *view) release() { v.engine.release(v.parts) }

// problems returns what is known to be lost, whoever reads.
func (e *Engine) lost() []string { return slices.Clone(e.problems) }
