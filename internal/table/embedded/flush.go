package embedded

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// A rowRef is a row of some chunks with what the rows of a stream are sorted by. It has no pointer: there are millions.
type rowRef struct {
	time       int64
	sequence   table.Sequence
	chunk, row int32
}

func compareRefs(a, b rowRef) int {
	if c := cmp.Compare(a.time, b.time); c != 0 {
		return c
	}
	return cmp.Compare(a.sequence, b.sequence)
}

// freeze takes the rows in memory that are to be written, and begins anew; those of a flush that failed come again.
func (e *Engine) freeze() *memory {
	e.appending.Lock()
	defer e.appending.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.mu.frozen == nil && e.mu.active.bytes > 0 {
		e.mu.frozen, e.mu.active = e.mu.active, newMemory()
	}
	return e.mu.frozen
}

// keptQuarters is how much of the ballast parts leave to edits: a flush that does not fit would else use it up, second by second.
const keptQuarters = 2

// flush writes the rows in memory to parts, and trims the log. After an error the rows stay where they are.
func (e *Engine) flush(ctx context.Context) error {
	e.flushing.Lock()
	defer e.flushing.Unlock()
	m := e.freeze()
	if m == nil {
		return nil
	}
	start := e.opts.Now()
	parts, err := e.writeMemory(ctx, m)
	for vfs.Full(err) && e.opts.Headroom.Release(keptQuarters) {
		parts, err = e.writeMemory(ctx, m)
	}
	if err == nil {
		err = e.addFlushed(m, parts)
	}
	e.mu.Lock()
	e.mu.flushErr = err
	e.mu.Unlock()
	if err != nil {
		return err
	}
	w := writtenOf(parts)
	w.Took = e.opts.Now().Sub(start)
	e.opts.Hooks.Flushed(w)
	nudge(e.clean)
	return e.log.Trim(m.position)
}

// writtenOf adds up what parts have.
func writtenOf(parts []*manifest.Part) Written {
	w := Written{Parts: len(parts)}
	for _, p := range parts {
		w.Rows += p.Rows()
		w.Text += p.Text()
		w.Bytes += p.Size
	}
	return w
}

// addFlushed makes the parts of a flush take the place of its rows in memory.
func (e *Engine) addFlushed(m *memory, parts []*manifest.Part) error {
	e.mu.Lock()
	tokens := e.mu.tokens.Living(m.tokens)
	e.mu.Unlock()
	return e.place(&manifest.Edit{Position: m.position, Last: m.last, Add: parts, Tokens: tokens}, func() {
		for _, p := range parts {
			e.addPart(p)
		}
		e.mu.frozen = nil
		close(e.mu.room)
		e.mu.room = make(chan struct{})
	})
}

// place commits an edit that adds parts. After an error nobody knows whether a crash would bring the edit about, so the files
// stay until the manifest is known not to name them.
func (e *Engine) place(x *manifest.Edit, effect func()) error {
	err := e.commit(x, effect)
	if err == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mu.doubtful = append(e.mu.doubtful, x.Add...)
	return err
}

// commit makes an edit durable and then lets readers see it, with what effect does under the engine's lock.
func (e *Engine) commit(x *manifest.Edit, effect func()) error {
	x.Logged = e.log.Synced()
	return e.manifest.Commit(x, func() *manifest.Contents { return e.contentsWith(x) }, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.mu.contents.Apply(x)
		effect()
		for _, m := range e.mu.doubtful { // a snapshot has taken the place of the edits that named them
			e.discard(&livePart{Part: m, engine: e, dead: true})
		}
		e.mu.doubtful = nil
	})
}

// contentsWith returns what the manifest will say after an edit.
func (e *Engine) contentsWith(x *manifest.Edit) *manifest.Contents {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mu.contents.With(x, e.mu.tokens.All())
}

// writeMemory writes parts of the rows of m that anybody can see.
func (e *Engine) writeMemory(ctx context.Context, m *memory) ([]*manifest.Part, error) {
	var parts []*manifest.Part
	for _, name := range slices.Sorted(maps.Keys(e.tables)) {
		for _, homes := range e.planFlush(m, name) {
			if err := context.Cause(ctx); err != nil {
				e.discardNew(parts)
				return nil, err
			}
			p, err := e.writeRows(e.tables[name].schema, m, homes)
			if err != nil {
				e.discardNew(parts)
				return nil, err
			}
			if p != nil {
				parts = append(parts, p)
			}
		}
	}
	return parts, nil
}

// planFlush returns which partitions of a table go into which part: one with much text has its own.
func (e *Engine) planFlush(m *memory, name string) [][]manifest.Home {
	var homes []manifest.Home
	for h := range m.chunks {
		if h.Table == name {
			homes = append(homes, h)
		}
	}
	slices.SortFunc(homes, func(a, b manifest.Home) int { return cmp.Compare(a.Partition, b.Partition) })
	var plan [][]manifest.Home
	var shared []manifest.Home
	for _, h := range homes {
		bytes := int64(0)
		for _, c := range m.chunks[h] {
			bytes += c.span.Bytes
		}
		if bytes >= e.opts.limits.ownText {
			plan = append(plan, []manifest.Home{h})
		} else {
			shared = append(shared, h)
		}
	}
	if len(shared) > 0 {
		plan = append(plan, shared)
	}
	return plan
}

// writeRows writes a part of the rows of some partitions, sorted; nil if nobody can see any.
func (e *Engine) writeRows(s table.Schema, m *memory, homes []manifest.Home) (*manifest.Part, error) {
	var rows []rowRef
	var chunks []*chunk
	for _, h := range homes {
		first := len(chunks)
		chunks = append(chunks, m.chunks[h]...)
		if own := e.sorted(h, chunks, first); rows == nil {
			rows = own
		} else {
			rows = append(rows, own...)
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	defer e.splitter.Reset() // what it knows of the rows would stay in memory
	f := newFlattener(s, chunks, rows, e.splitter)
	w, err := e.newPartWriter(s, f.fields(), f.shapes(), f.full())
	if err != nil {
		return nil, err
	}
	for from := 0; from < len(rows); {
		to := e.groupEnd(s, chunks, rows, from)
		if err := f.write(w, from, to); err != nil {
			w.abandon()
			return nil, err
		}
		from = to
	}
	return w.finish()
}

// sorted returns the rows of a partition that anybody can see, in the order of parts. Its chunks are those from the first one on.
func (e *Engine) sorted(h manifest.Home, chunks []*chunk, first int) []rowRef {
	e.mu.Lock()
	dropped, hiding := e.mu.contents.Dropped.Has(h), e.mu.contents.Lines[h]
	e.mu.Unlock()
	if dropped {
		return nil
	}
	// By stream: within one, rows mostly come in order.
	of := map[int64]*[]rowRef{}
	counts := map[int64]int{}
	all := 0
	for _, c := range chunks[first:] {
		for _, stream := range c.streams {
			counts[stream]++
		}
		all += len(c.times)
	}
	rows := make([]rowRef, 0, all)
	for _, stream := range slices.Sorted(maps.Keys(counts)) {
		room := len(rows)
		rows = rows[:room+counts[stream]]
		own := rows[room:room:len(rows)]
		of[stream] = &own
	}
	for k, c := range chunks[first:] {
		for i, time := range c.times {
			if sequence := c.first + table.Sequence(i); !hiding.Hide(time, sequence) {
				own := of[c.streams[i]]
				*own = append(*own, rowRef{time, sequence, int32(first + k), int32(i)})
			}
		}
	}
	rows = rows[:0]
	for _, stream := range slices.Sorted(maps.Keys(counts)) {
		own := *of[stream]
		if !slices.IsSortedFunc(own, compareRefs) {
			slices.SortFunc(own, compareRefs)
		}
		rows = append(rows, own...) // where they are, or before it
	}
	return rows
}

// groupEnd returns where the row group that begins at a row ends.
func (e *Engine) groupEnd(s table.Schema, chunks []*chunk, rows []rowRef, from int) int {
	text, at := int64(0), s.Index(s.Text)
	for i := from; i < len(rows); i++ {
		if i-from == e.opts.limits.groupRows || text >= e.opts.limits.groupText {
			return i
		}
		if at >= 0 {
			text += int64(len(chunks[rows[i].chunk].fields[at].Str(int(rows[i].row))))
		}
	}
	return len(rows)
}
