package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/pattern"
)

// A miner counts messages from several workers to find their patterns.
type miner struct {
	run  *run
	what string         // the command, for errors
	sets []*pattern.Set // by worker
}

func newMiner(run *run, what string) *miner {
	m := &miner{run: run, what: what, sets: make([]*pattern.Set, max(1, run.opts.Workers))}
	for i := range m.sets {
		m.sets[i] = pattern.NewSet()
	}
	return m
}

// add counts the messages of c. window is 0, or 1 for the earlier window of diff. Null, maps and lists have
// no text and do not count.
func (m *miner) add(w *worker, c *column.Column, window int) error {
	s := m.sets[w.id]
	s.GoOn = w.breath.step
	before := s.Bytes()
	if c.Codes != nil && c.Kind == column.String {
		for i, n := range frequencies(c) {
			if n > 0 {
				s.Add(c.Strings[i], n, window)
			}
		}
	} else {
		for i := range c.Len {
			if text, ok := textAt(c, i); ok {
				s.Add(text, 1, window)
			}
		}
	}
	return m.run.memory.add(s.Bytes()-before, m.what)
}

// frequencies counts the rows of each value of a dictionary.
func frequencies(c *column.Column) []int64 {
	times := make([]int64, len(c.Strings))
	for i, code := range c.Codes {
		if !c.IsNull(i) {
			times[code]++
		}
	}
	return times
}

// patterns returns the patterns of what was added, of up to most shapes.
func (m *miner) patterns(b *breath, most int) []pattern.Pattern {
	return pattern.Patterns(b.step, most, m.sets...)
}
