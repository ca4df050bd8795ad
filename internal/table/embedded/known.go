package embedded

import (
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// LastPartition returns the greatest partition of a table that the folder knows of: because rows of it are there, or because it
// was dropped or expired; 0 if there is none. Whoever gives out the numbers has to be beyond it.
func (e *Engine) LastPartition(name string) table.Partition {
	e.mu.Lock()
	defer e.mu.Unlock()
	last := table.Partition(0)
	see := func(h manifest.Home) {
		if h.Table == name {
			last = max(last, h.Partition)
		}
	}
	for h := range e.mu.index {
		see(h)
	}
	for of, r := range e.mu.contents.Dropped.Runs() {
		see(manifest.Home{Table: of, Partition: r.Last})
	}
	for h := range e.mu.contents.Lines {
		see(h)
	}
	for _, m := range []*memory{e.mu.active, e.mu.frozen} {
		if m == nil {
			continue
		}
		for h := range m.chunks {
			see(h)
		}
	}
	return last
}
