package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A readPlan is which columns of a part are read for those that somebody wants.
type readPlan struct {
	schema table.Schema
	names  []string
}

// plan returns what has to be read for some declared or system columns, and for the text if that is wanted too.
func (t *Table) plan(columns []string, text bool) *readPlan {
	p := &readPlan{schema: t.schema}
	for _, name := range columns {
		p.declare(name)
	}
	if text {
		p.declare(t.schema.Text)
	}
	return p
}

// declare adds what has to be read for a declared or system column.
func (p *readPlan) declare(name string) {
	p.need(name)
	if i := p.schema.Index(name); i >= 0 && isText(p.schema.Fields[i].Kind) {
		p.need(name + bytesSuffix)
	}
}

// need adds columns of the file.
func (p *readPlan) need(names ...string) {
	for _, name := range names {
		if !slices.Contains(p.names, name) {
			p.names = append(p.names, name)
		}
	}
}

// column returns a column of a batch that was read by the plan.
func (p *readPlan) column(b *column.Batch, name string) *column.Column {
	return b.Columns[slices.Index(p.names, name)]
}

// declared returns a declared or system column of a batch that was read by the plan.
func (p *readPlan) declared(b *column.Batch, name string) *column.Column {
	c := p.column(b, name)
	if i := p.schema.Index(name); i >= 0 && isText(p.schema.Fields[i].Kind) {
		return decoded(c, p.column(b, name+bytesSuffix))
	}
	return c
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
