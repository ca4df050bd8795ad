package embedded

import (
	"slices"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table/gather"
)

// A finding finds discovered fields in the texts of one part, of one kind, where it can without putting them together.
type finding struct {
	file   *opened
	kind   discover.Kind
	fields []*shape.Finder
	single []*discover.Extractor // of each field alone, for rows whose text has to be asked
	asks   bool
	texts  *column.Column // of the batch at hand; nil until somebody asks
}

// findable tells whether fields can be found in texts of a kind without putting them together.
func findable(kind discover.Kind, fields []discover.Field) bool {
	return (kind == discover.JSON || kind == discover.Lambda) && !slices.ContainsFunc(fields, func(f discover.Field) bool { return f.All })
}

// newFinding returns a finding of fields, which are findable.
func newFinding(f *opened, kind discover.Kind, fields []discover.Field) *finding {
	x := &finding{file: f, kind: kind}
	for _, field := range fields {
		one := f.shapes.Find(shape.Want{Name: field.Name, Tree: field.Tree})
		x.asks = x.asks || one.Asks()
		x.fields = append(x.fields, one)
		x.single = append(x.single, discover.New(kind, []discover.Field{field}, discover.Options{}))
	}
	return x
}

// need adds the columns that are read for the fields. whole says that some of the texts may stand whole.
func (x *finding) need(p *readPlan, whole bool) {
	p.joins = p.joins || x.asks
	for _, one := range x.fields {
		if whole || !one.Direct() {
			p.need(p.schema.Text, p.schema.Text+bytesSuffix, shapeColumn)
		}
		for _, i := range one.Columns() {
			p.need(x.file.names[i])
		}
	}
}

// find adds the columns of the fields.
func (x *finding) find(out *column.Batch, p *readPlan, b *column.Batch) error {
	if p.column(b, shapeColumn) == nil { // no field needs it
		return x.findDirect(out, p, b)
	}
	whole := gather.WithBytes(p.column(b, p.schema.Text), p.column(b, p.schema.Text+bytesSuffix))
	rows := p.rows(b, whole)
	x.texts = nil
	for i, one := range x.fields {
		x.single[i].Reset()
		var failed error
		c, err := one.Values(rows, func(row int, to *column.Builder) {
			s := ""
			if rows.Codes.Ints[row] == shape.Whole {
				s = whole.Str(row)
			} else if s, failed = x.text(p, b, row); failed != nil {
				to.Null()
				return
			}
			x.single[i].Extract(unsafe.Slice(unsafe.StringData(s), len(s)), []*column.Builder{to})
		})
		if err == nil {
			err = failed
		}
		if err != nil {
			return err
		}
		out.Columns = append(out.Columns, c)
	}
	return nil
}

// findDirect adds the columns of fields that nothing else tells of.
func (x *finding) findDirect(out *column.Batch, p *readPlan, b *column.Batch) error {
	for _, one := range x.fields {
		var from *column.Column
		for _, i := range one.Columns() {
			from = p.column(b, x.file.names[i])
		}
		c, err := one.Column(from, b.Len)
		if err != nil {
			return err
		}
		out.Columns = append(out.Columns, c)
	}
	return nil
}

// text returns the text of a row of the batch at hand.
func (x *finding) text(p *readPlan, b *column.Batch, row int) (string, error) {
	if x.texts == nil {
		var err error
		if x.texts, err = p.declared(b, p.schema.Text); err != nil {
			return "", err
		}
	}
	return x.texts.Str(row), nil
}
