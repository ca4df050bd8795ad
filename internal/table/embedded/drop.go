package embedded

import (
	"context"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// Drop implements table.Table.
func (t *Table) Drop(ctx context.Context, p table.Partition) error {
	e := t.engine
	if err := e.wait(ctx); err != nil {
		return err
	}
	h := manifest.Home{Table: t.schema.Name, Partition: p}
	e.mu.Lock()
	known := e.mu.contents.Dropped.Has(h)
	e.mu.Unlock()
	if known {
		return nil
	}
	return e.commit(&manifest.Edit{Drop: []manifest.Home{h}}, func() { nudge(e.clean) })
}

// maxExpiries is how many expiries one edit has: some 300 KB.
const maxExpiries = 10_000

// Expire implements table.Table. It writes nothing of partitions of which no row is as old as that.
func (t *Table) Expire(ctx context.Context, limits ...table.Expiry) error {
	e := t.engine
	if err := e.wait(ctx); err != nil {
		return err
	}
	for some := range slices.Chunk(limits, maxExpiries) {
		x := &manifest.Edit{}
		e.mu.Lock()
		for _, l := range some {
			h := manifest.Home{Table: t.schema.Name, Partition: l.Partition}
			if !e.mu.contents.Dropped.Has(h) && e.visibleBefore(h, l.Before) {
				x.Expire = append(x.Expire, manifest.Expiry{Home: h, Line: manifest.Line{Before: l.Before, Through: e.mu.last}})
			}
		}
		e.mu.Unlock()
		if len(x.Expire) == 0 {
			continue
		}
		if err := e.commit(x, func() { nudge(e.clean) }); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until Run runs: before, nothing can be written.
func (e *Engine) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	select {
	case <-e.running:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// visibleBefore tells whether a partition may have rows with an earlier time. The caller holds the engine's lock.
func (e *Engine) visibleBefore(h manifest.Home, before int64) bool {
	hiding := e.mu.contents.Lines[h]
	old := func(s manifest.Span) bool { return s.FirstTime < before && hiding.Cover(s) != manifest.Covered }
	for _, p := range e.mu.index[h] {
		if slices.ContainsFunc(p.Of(h.Partition), old) {
			return true
		}
	}
	for _, m := range e.memories() {
		if slices.ContainsFunc(m.chunks[h], func(c *chunk) bool { return old(c.span) }) {
			return true
		}
	}
	return false
}

// memories returns the rows that are not in parts. The caller holds the engine's lock.
func (e *Engine) memories() []*memory {
	if e.mu.frozen == nil {
		return []*memory{e.mu.active}
	}
	return []*memory{e.mu.frozen, e.mu.active}
}

// Size implements table.Table. It reads from disk only what Expire hid a part of, once.
func (t *Table) Size(ctx context.Context, p table.Partition) (table.Size, error) {
	if err := ctx.Err(); err != nil {
		return table.Size{}, context.Cause(ctx)
	}
	v := t.engine.view(manifest.Home{Table: t.schema.Name, Partition: p})
	defer v.release()
	var size table.Size
	for _, c := range v.chunks {
		s := t.visible(c, v.lines)
		size.Rows += s.Rows
		size.Bytes += s.Bytes
	}
	for _, part := range v.parts {
		from, to := part.PlacesOf(p)
		for i := from; i < to; i++ {
			h, err := part.hiddenOf(i, v.lines)
			if err != nil {
				continue // those rows no reader can see either
			}
			size.Rows += int64(part.Spans[i].Rows()) - h.rows
			size.Bytes += part.Spans[i].Bytes - h.bytes
		}
	}
	return size, nil
}

// visible counts the rows of a chunk.
func (t *Table) visible(c *chunk, hiding manifest.Lines) table.Size {
	if hiding.Cover(c.span) == manifest.None {
		return table.Size{Rows: int64(c.span.Rows()), Bytes: c.span.Bytes}
	}
	var size table.Size
	at := t.schema.Index(t.schema.Text)
	for i, time := range c.times {
		if hiding.Hide(time, c.first+table.Sequence(i)) {
			continue
		}
		size.Rows++
		if at >= 0 {
			size.Bytes += int64(len(c.fields[at].Str(i)))
		}
	}
	return size
}

// hiddenOf returns what lines hide of a span.
func (p *livePart) hiddenOf(i int, by manifest.Lines) (hidden, error) {
	s := p.Spans[i]
	switch by.Cover(s) {
	case manifest.None:
		return hidden{}, nil
	case manifest.Covered:
		return hidden{rows: int64(s.Rows()), bytes: s.Bytes}, nil
	}
	p.mu.Lock()
	h, ok := p.mu.hidden[i]
	p.mu.Unlock()
	if ok && slices.Equal(h.by, by) {
		return h, nil
	}
	h = hidden{by: by}
	f, err := p.opened(s.Group)
	if err != nil {
		return hidden{}, err
	}
	err = p.rows(f, s.Group, s.From, s.To, []string{table.TimeColumn, table.SequenceColumn, bytesColumn}, func(b *column.Batch) error {
		for i := range b.Len {
			if !by.Hide(b.Columns[0].Ints[i], table.Sequence(b.Columns[1].Ints[i])) {
				continue
			}
			h.rows++
			if b.Columns[2].Kind != column.Null {
				h.bytes += b.Columns[2].Ints[i]
			}
		}
		return nil
	})
	if err != nil {
		return hidden{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.hidden == nil {
		p.mu.hidden = map[int]hidden{}
	}
	p.mu.hidden[i] = h
	return h, nil
}

// Last implements table.Table.
func (t *Table) Last(ctx context.Context) (table.Bound, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	t.engine.mu.Lock()
	defer t.engine.mu.Unlock()
	return table.UpTo(t.engine.mu.last), nil
}
