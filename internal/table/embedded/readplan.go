package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/gather"
)

// It pays to look first which columns of shapes some rows need where there are more columns than manyColumns, or no more rows
// than fewRows.
const (
	manyColumns = 32
	fewRows     = 64
)

// A readPlan is which columns of a part are read for those that somebody wants.
type readPlan struct {
	schema table.Schema
	file   *opened
	names  []string
	joiner *joiner // nil until a text was put together
	keep   bool    // texts outlive the batch
	joins  bool    // texts are put together
}

func newReadPlan(s table.Schema, f *opened) *readPlan { return &readPlan{schema: s, file: f} }

// declare adds what has to be read for declared or system columns, except for the columns of shapes.
func (p *readPlan) declare(names ...string) {
	for _, name := range names {
		p.need(name)
		if i := p.schema.Index(name); i >= 0 && isText(p.schema.Fields[i].Kind) {
			p.need(name + bytesSuffix)
		}
		if p.split(name) {
			p.need(shapeColumn)
			p.joins = true
		}
	}
}

// split tells whether a column is taken apart in this part.
func (p *readPlan) split(name string) bool {
	return name != "" && name == p.schema.Text && len(p.file.shapes.Shapes) > 0
}

// need adds columns of the file.
func (p *readPlan) need(names ...string) {
	for _, name := range names {
		if !slices.Contains(p.names, name) {
			p.names = append(p.names, name)
		}
	}
}

// complete adds the columns of shapes, if the text is wanted: of all, or where they are many of those that the rows have.
func (p *readPlan) complete(part *livePart, group, from, to int) error {
	if !p.joins {
		return nil
	}
	if len(p.file.names) <= manyColumns && to-from > fewRows {
		p.need(p.file.names...)
		return nil
	}
	used, err := part.shapesIn(p.file, group, from, to)
	if err != nil {
		return err
	}
	need := make([]bool, len(p.file.names))
	for code := range used {
		for _, slot := range p.file.shapes.Shapes[code].Slots {
			need[slot.Column] = true
		}
	}
	for i, name := range p.file.names {
		if need[i] {
			p.need(name)
		}
	}
	return nil
}

// shapesIn returns the shapes of some rows.
func (p *livePart) shapesIn(f *opened, group, from, to int) (map[int]bool, error) {
	used := map[int]bool{}
	err := p.rows(f, group, from, to, []string{shapeColumn}, func(b *column.Batch) error {
		before := int64(shape.Whole)
		for _, code := range b.Columns[0].Ints {
			if code != before && code != shape.Whole && int(code) < len(f.shapes.Shapes) {
				used[int(code)] = true
				before = code
			}
		}
		return nil
	})
	return used, err
}

// column returns a column of a batch that was read by the plan, nil if it was not read.
func (p *readPlan) column(b *column.Batch, name string) *column.Column {
	if i := slices.Index(p.names, name); i >= 0 {
		return b.Columns[i]
	}
	return nil
}

// declared returns a declared or system column of a batch that was read by the plan.
func (p *readPlan) declared(b *column.Batch, name string) (*column.Column, error) {
	c := p.column(b, name)
	i := p.schema.Index(name)
	if i < 0 || !isText(p.schema.Fields[i].Kind) {
		return c, nil
	}
	c = gather.WithBytes(c, p.column(b, name+bytesSuffix))
	if !p.split(name) {
		return c, nil
	}
	if p.joiner == nil {
		j, err := shape.NewJoiner(p.file.shapes)
		if err != nil {
			return nil, err
		}
		p.joiner = &joiner{shapes: j, keep: p.keep}
	}
	return p.joiner.join(p.rows(b, c))
}

// rows returns the texts of a batch taken apart, as the file has them; whole is the text's own column.
func (p *readPlan) rows(b *column.Batch, whole *column.Column) shape.Rows {
	r := shape.Rows{Codes: p.column(b, shapeColumn), Whole: whole, Columns: make([]*column.Column, len(p.file.names))}
	for i, name := range p.file.names {
		r.Columns[i] = p.column(b, name)
	}
	return r
}

// keys returns what rows are told apart by, if the plan has it.
func (p *readPlan) keys(b *column.Batch, read bool) keyColumns {
	if !read {
		return keyColumns{}
	}
	return keyColumns{
		p.column(b, table.StreamColumn).Ints, p.column(b, table.TimeColumn).Ints, p.column(b, table.SequenceColumn).Ints,
	}
}
