package exec

import "github.com/groundwatch/groundwatch/column"

// maxShapes is how many shapes a worker holds before it merges them. As long as no worker meets more
// different ones, patterns depend on the messages alone, not on their order or on the number of workers.
const maxShapes = 20_000

// otherPattern is the pattern of the messages whose shape was too rare to be kept when there were more
// than maxShapes.
const otherPattern = "(other messages)"

// A miner counts the shapes of messages and finds their patterns. Its memory is bounded by maxShapes for
// each worker.
type miner struct {
	run    *run
	what   string   // the command, for errors
	shards []*shard // by worker
}

// A shard is what one worker has counted.
type shard struct {
	shapes map[string]*[2]int64
	other  [2]int64
	bytes  int64
	buf    []byte
}

func newMiner(run *run, what string) *miner {
	m := &miner{run: run, what: what, shards: make([]*shard, max(1, run.opts.Workers))}
	for i := range m.shards {
		m.shards[i] = &shard{shapes: map[string]*[2]int64{}}
	}
	return m
}

// add counts the messages of c. window is 0, or 1 for the earlier window of diff. Null, maps and lists have
// no text and do not count.
func (m *miner) add(w *worker, c *column.Column, window int) error {
	s := m.shards[w.id]
	before := s.bytes
	if c.Codes != nil && c.Kind == column.String {
		s.addCoded(c, window)
	} else {
		for i := range c.Len {
			if text, ok := textAt(c, i); ok {
				s.count(text, 1, window)
			}
		}
	}
	return m.run.memory.add(s.bytes-before, m.what)
}

// addCoded counts each distinct text of a dictionary-coded column once.
func (s *shard) addCoded(c *column.Column, window int) {
	times := make([]int64, len(c.Strings))
	for i, code := range c.Codes {
		if !c.IsNull(i) {
			times[code]++
		}
	}
	for i, n := range times {
		if n > 0 {
			s.count(c.Strings[i], n, window)
		}
	}
}

// shapeBytes is about what a shape takes besides its text: counts and its place in a map.
const shapeBytes = 96

func (s *shard) count(text string, n int64, window int) {
	s.buf = appendShape(s.buf[:0], text)
	counts := s.shapes[string(s.buf)]
	if counts == nil {
		if len(s.shapes) >= maxShapes {
			s.compact()
		}
		counts = new([2]int64)
		s.shapes[string(s.buf)] = counts
		s.bytes += int64(len(s.buf)) + shapeBytes
	}
	counts[window] += n
}

// compact merges shapes, and gives up the rarest if half of maxShapes is left.
func (s *shard) compact() {
	merged := mergeShapes(s.list())
	s.shapes, s.bytes = make(map[string]*[2]int64, maxShapes), 0
	for i, c := range merged {
		if i >= maxShapes/2 {
			s.other[0] += c.n[0]
			s.other[1] += c.n[1]
			continue
		}
		s.put(c)
	}
}

func (s *shard) put(c counted) {
	counts := s.shapes[c.shape]
	if counts == nil {
		counts = new([2]int64)
		s.shapes[c.shape] = counts
		s.bytes += int64(len(c.shape)) + shapeBytes
	}
	counts[0] += c.n[0]
	counts[1] += c.n[1]
}

func (s *shard) list() []counted {
	shapes := make([]counted, 0, len(s.shapes))
	for shape, n := range s.shapes {
		shapes = append(shapes, counted{shape, *n})
	}
	return shapes
}

// A mined is a pattern with its counts: now, and in the earlier window of diff.
type mined struct {
	pattern, severity string
	n                 [2]int64
}

// patterns returns what was found, the most frequent first.
func (m *miner) patterns() []mined {
	all := &shard{shapes: map[string]*[2]int64{}}
	for _, s := range m.shards {
		for _, c := range s.list() {
			all.put(c)
		}
		all.other[0] += s.other[0]
		all.other[1] += s.other[1]
	}
	var out []mined
	for _, c := range mergeShapes(all.list()) {
		out = append(out, mined{patternText(c.shape), severityOf(c.shape), c.n})
	}
	if all.other != [2]int64{} {
		out = append(out, mined{otherPattern, "NONE", all.other})
	}
	return out
}
