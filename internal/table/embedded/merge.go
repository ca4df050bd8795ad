package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/gather"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// mergeAll merges parts until there is nothing to merge.
func (e *Engine) mergeAll(ctx context.Context) error { return e.mergeBy(ctx, anything) }

// mergeBy merges parts until there is nothing to merge for such an effort.
func (e *Engine) mergeBy(ctx context.Context, most effort) error {
	e.merging.Lock()
	defer e.merging.Unlock()
	for ctx.Err() == nil {
		g := e.gone()
		parts := e.toMerge(g, most)
		if len(parts) == 0 {
			return nil
		}
		err := e.merge(ctx, parts, g)
		for vfs.Full(err) && e.opts.Headroom.Low() && e.opts.Headroom.Release(keptQuarters) {
			err = e.merge(ctx, parts, g)
		}
		e.release(parts)
		if err != nil {
			return err
		}
		if err := e.sweep(); err != nil {
			return err
		}
	}
	return nil
}

// gone is which rows nobody can see any more, at one moment.
type gone struct {
	dropped manifest.Dropped
	lines   map[manifest.Home]manifest.Lines
}

func (e *Engine) gone() gone {
	e.mu.Lock()
	defer e.mu.Unlock()
	return gone{e.mu.contents.Dropped.Clone(), maps.Clone(e.mu.contents.Lines)}
}

// all returns a function that tells whether all rows of a span of a table are gone.
func (g *gone) all(name string) func(manifest.Span) bool {
	return func(s manifest.Span) bool {
		h := manifest.Home{Table: name, Partition: s.Partition}
		return g.dropped.Has(h) || g.lines[h].Cover(s) == manifest.Covered
	}
}

// toMerge returns the parts that are to be merged next, with a hold on them. Parts that cannot be read stay as they are; where
// room is low, only what frees some is done.
func (e *Engine) toMerge(g gone, most effort) []*livePart {
	if e.opts.Headroom.Low() {
		most = min(most, freeing)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []mergeable
	for _, p := range e.mu.live {
		if !p.broken.Load() {
			all = append(all, weigh(p.Part, e.opts.limits.ownText, g.all(p.Table)))
		}
	}
	var parts []*livePart
	for _, n := range planMerge(all, e.opts.limits, most) {
		p := e.mu.live[n]
		p.refs++
		parts = append(parts, p)
	}
	return parts
}

// merge writes the rows of some parts that anybody can see to others, and puts those in their place.
func (e *Engine) merge(ctx context.Context, parts []*livePart, g gone) (err error) {
	start := e.opts.Now()
	var made []*manifest.Part
	for name, of := range byTable(parts) {
		for _, out := range planOutputs(of, e.opts.limits, g.all(name)) {
			m, err := e.mergeInto(ctx, e.tables[name].schema, of, out, g)
			if err != nil {
				e.discardNew(made)
				return fmt.Errorf("merge %d parts from %s on: %w", len(of), partName(of[0].Number), err)
			}
			if m != nil {
				made = append(made, m)
			}
		}
	}
	x := &manifest.Edit{Add: made}
	for _, p := range parts {
		x.Remove = append(x.Remove, p.Number)
	}
	err = e.place(x, func() {
		for _, m := range made {
			e.addPart(m)
		}
		for _, p := range parts {
			e.removePart(p.Number)
		}
	})
	if err != nil {
		return err
	}
	w := writtenOf(made)
	w.From, w.Took = len(parts), e.opts.Now().Sub(start)
	e.opts.Hooks.Merged(w)
	return nil
}

func byTable(parts []*livePart) map[string][]*livePart {
	of := map[string][]*livePart{}
	for _, p := range parts {
		of[p.Table] = append(of[p.Table], p)
	}
	return of
}

// discardNew removes parts that were written and never named in an edit.
func (e *Engine) discardNew(parts []*manifest.Part) {
	for _, m := range parts {
		p := &livePart{Part: m, engine: e}
		_ = e.fs.Remove(p.path()) // the next start removes it
	}
}

// mergeInto writes one part; nil if there are no rows for it.
func (e *Engine) mergeInto(ctx context.Context, s table.Schema, parts []*livePart, out mergeOutput, g gone) (*manifest.Part, error) {
	m := &merger{engine: e, schema: s, ctx: ctx, gone: g, partitions: out}
	defer m.close()
	for _, p := range parts {
		f, err := p.opened(0)
		if err != nil {
			return nil, err
		}
		m.inputs = append(m.inputs, &mergeInput{part: p, file: f})
	}
	if err := m.begin(); err != nil {
		return nil, err
	}
	if err := m.run(); err != nil {
		if m.out != nil {
			m.out.abandon()
		}
		return nil, err
	}
	if m.out == nil {
		return nil, nil
	}
	return m.out.finish()
}

// A merger makes one part of several.
type merger struct {
	engine     *Engine
	schema     table.Schema
	ctx        context.Context
	gone       gone
	partitions []table.Partition
	inputs     []*mergeInput
	shapes     *shape.Table
	extra      []bool // for each field, whether some part has bytes that are not UTF-8
	columns    []*gather.Builder
	text       int64 // bytes of texts gathered
	out        *partWriter
}

// begin finds out which columns there will be.
func (m *merger) begin() error {
	tables := make([]*shape.Table, len(m.inputs))
	for i, in := range m.inputs {
		tables[i] = in.file.shapes
	}
	merged, remaps := shape.Merge(tables...)
	m.shapes = merged
	for i, in := range m.inputs {
		j, err := shape.NewJoiner(tables[i])
		if err != nil {
			return err
		}
		in.merger, in.remap, in.joiner = m, remaps[i], j
		in.start()
	}
	for _, f := range m.schema.Fields {
		m.extra = append(m.extra, slices.ContainsFunc(m.inputs, func(in *mergeInput) bool { return in.has(f.Name + bytesSuffix) }))
	}
	for _, f := range systemFields(m.schema) {
		m.columns = append(m.columns, gather.New(f.Kind, 0))
	}
	for _, f := range m.schema.Fields {
		m.columns = append(m.columns, gather.New(f.Kind, 0))
	}
	for _, f := range shapeFields(m.schema, merged) {
		m.columns = append(m.columns, gather.NewCoded(f.Kind))
	}
	return nil
}

// fields returns the columns between the system's and those of shapes.
func (m *merger) fields() []part.Field {
	var all []part.Field
	for i, f := range m.schema.Fields {
		all = append(all, part.Field{Name: f.Name, Kind: f.Kind})
		if m.extra[i] {
			all = append(all, part.Field{Name: f.Name + bytesSuffix, Kind: column.String})
		}
	}
	return all
}

// full tells for each column of shapes whether it has a value in each row: all inputs say so.
func (m *merger) full() []bool {
	full := make([]bool, len(m.shapes.Columns))
	for i := range full {
		full[i] = !slices.ContainsFunc(m.inputs, func(in *mergeInput) bool {
			old := in.remap.Columns[i]
			return old < 0 || !in.file.Required(in.file.names[old])
		})
	}
	return full
}

// run merges the rows of all inputs.
func (m *merger) run() error {
	var live []*mergeInput
	for _, in := range m.inputs {
		more, err := in.next()
		if err != nil {
			return err
		}
		if more {
			live = append(live, in)
		}
	}
	for len(live) > 0 {
		if err := context.Cause(m.ctx); err != nil {
			return err
		}
		first, second := 0, -1 // the inputs with the least and the next row
		for i := 1; i < len(live); i++ {
			switch {
			case live[i].key().before(live[first].key()):
				first, second = i, first
			case second < 0 || live[i].key().before(live[second].key()):
				second = i
			}
		}
		in := live[first]
		n := in.batch.Len - in.at
		if second >= 0 {
			n = in.run(live[second].key())
		}
		if err := m.take(in, n); err != nil {
			return err
		}
		more, err := in.next()
		if err != nil {
			return err
		}
		if !more {
			live = slices.Delete(live, first, first+1)
		}
	}
	return m.group()
}

// take adds the next n rows of an input.
func (m *merger) take(in *mergeInput, n int) error {
	for n > 0 {
		k := min(n, m.engine.opts.limits.groupRows-m.columns[0].Len)
		for i, c := range in.batch.Columns {
			m.columns[i].AddRange(c, in.at, in.at+k)
		}
		if m.schema.Text != "" {
			for _, b := range in.batch.Columns[atBytes].Ints[in.at : in.at+k] {
				m.text += b
			}
		}
		in.at += k
		n -= k
		if m.columns[0].Len == m.engine.opts.limits.groupRows || m.text >= m.engine.opts.limits.groupText {
			if err := m.group(); err != nil {
				return err
			}
		}
	}
	return nil
}

// group writes the rows gathered.
func (m *merger) group() (err error) {
	n := m.columns[0].Len
	if n == 0 {
		return nil
	}
	if m.out == nil {
		if m.out, err = m.engine.newPartWriter(m.schema, m.fields(), m.shapes, m.full()); err != nil {
			return err
		}
	}
	b := &column.Batch{Len: n}
	system := len(systemFields(m.schema))
	for i, g := range m.columns {
		c := g.Take()
		b.Columns = append(b.Columns, c)
		if f := i - system; f >= 0 && f < len(m.extra) && m.extra[f] {
			b.Columns = append(b.Columns, gather.Base64(c))
		}
	}
	m.text = 0
	return m.out.group(b)
}

func (m *merger) close() {
	for _, in := range m.inputs {
		if in.stop != nil {
			in.stop()
		}
	}
}

// errStopped ends the reading of an input that nobody wants more of.
var errStopped = errors.New("the merge has ended")
