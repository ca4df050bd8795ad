package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/shape/sieve"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// firstRows are the numbers of a batch's rows.
var firstRows = func() (all [part.BatchRows]int32) {
	for i := range all {
		all[i] = int32(i)
	}
	return all
}()

// A reading reads neighbouring spans of a row group: first what tells which rows are wanted, then the rest for those.
type reading struct {
	part     *livePart
	group    int
	from, to int // rows of the group
	spans    []manifest.Span
	views    []*view // of each span
	partly   bool    // rows have to be told apart
	plan     *readPlan
	finding  *finding // of the discovered fields; nil: in texts
	pass     *sieve.Pass
	nothing  bool // no row can meet the conditions
	names    []string
	stretch  *part.Stretch

	at, n   int              // the batch at hand
	columns []*column.Column // by name; nil: not read
}

// reading returns how spans, given by their places in u, are read. It is not ready to be read from if nothing of it is to be.
func (o *output) reading(u unit, spans []int) (*reading, error) {
	x := o.scanner
	first, last := u.spans[spans[0]], u.spans[spans[len(spans)-1]]
	r := &reading{part: u.part, group: first.Group, from: first.From, to: last.To}
	for _, i := range spans {
		r.spans, r.views = append(r.spans, u.spans[i]), append(r.views, u.views[i])
		r.partly = r.partly || x.coverOf(u.spans[i], u.views[i]) != manifest.Covered
	}
	f, err := u.part.opened(first.Group)
	if err != nil {
		return nil, err
	}
	r.plan = newReadPlan(x.table.schema, f)
	text := x.table.schema.Text
	whole := text != "" && !f.AllNull(r.group, text)
	kind, taken := o.takenApart(r.plan, u, spans)
	if err := o.sieveFor(r, whole, taken); err != nil {
		return nil, err
	}
	if r.nothing && !r.partly {
		return r, nil
	}
	r.plan.declare(x.scan.Columns...)
	if taken {
		r.finding = o.findingOf(f, kind)
		r.finding.need(r.plan, whole)
	} else if len(x.scan.Discovered) > 0 {
		r.plan.declare(text)
	}
	if !r.nothing {
		if err := r.plan.complete(u.part, r.group, r.from, r.to); err != nil {
			return nil, err
		}
	}
	r.names = slices.Clone(r.plan.names)
	for _, name := range append([]string{bytesColumn, shapeColumn}, append(slices.Clip(keyNames), f.names...)...) {
		if !slices.Contains(r.names, name) {
			r.names = append(r.names, name) // costs nothing until somebody asks
		}
	}
	r.columns = make([]*column.Column, len(r.names))
	r.stretch = f.Stretch(r.group, r.names)
	return r, nil
}

// A sieveKey says what a sieve was made for.
type sieveKey struct {
	file  *opened
	texts bool // of fields count
}

// sieveFor finds out which rows of the row group can meet the conditions, if they say anything of texts taken apart. fields says that
// those of fields count.
func (o *output) sieveFor(r *reading, whole, fields bool) error {
	scan := &o.scanner.scan
	f := r.plan.file
	if len(scan.Texts)+len(scan.Contains) == 0 || len(f.shapes.Shapes) == 0 {
		return nil
	}
	if key := (sieveKey{f, fields}); key != o.sieveOf {
		var texts []sieve.Texts
		for _, t := range scan.Texts {
			if field := scan.Discovered[t.Field]; key.texts {
				texts = append(texts, sieve.Texts{Want: shape.Want{Name: field.Name, Tree: field.Tree}, Any: t.Any})
			}
		}
		o.sieve, o.sieveOf = sieve.New(f.shapes, texts, scan.Contains), key
	}
	if o.sieve == nil {
		return nil
	}
	var err error
	r.pass, err = o.sieve.Pass(whole, func(at int, texts []string) (bool, error) { return f.Lacks(r.group, f.names[at], texts) })
	if err != nil {
		return r.part.failed(r.group, err)
	}
	r.nothing = r.pass == nil
	return nil
}

// move makes n rows, from row at of the group on, the batch at hand.
func (r *reading) move(at, n int) {
	r.at, r.n = at, n
	clear(r.columns)
}

// column returns a column of the batch at hand.
func (r *reading) column(name string) (*column.Column, error) {
	i := slices.Index(r.names, name)
	if r.columns[i] == nil {
		c, err := r.stretch.Read(i, int64(r.at), r.n)
		if err != nil {
			return nil, r.part.failed(r.group, err)
		}
		r.columns[i] = c
	}
	return r.columns[i], nil
}

// Column implements sieve.Columns.
func (r *reading) Column(at int) (*column.Column, error) {
	if at == sieve.Codes {
		return r.column(shapeColumn)
	}
	return r.column(r.plan.file.names[at])
}

// Find implements sieve.Columns.
func (r *reading) Find(at int, texts []string) (rows []int32, ok bool, err error) {
	i := slices.Index(r.names, r.plan.file.names[at])
	if r.columns[i] != nil {
		return nil, false, nil
	}
	rows, ok, err = r.stretch.Find(i, int64(r.at), r.n, texts)
	if err != nil {
		return nil, false, r.part.failed(r.group, err)
	}
	return rows, ok, nil
}

// keys returns what rows are told apart by, if they have to be.
func (r *reading) keys() (keyColumns, error) {
	if !r.partly {
		return keyColumns{}, nil
	}
	var all [3][]int64
	for i, name := range keyNames {
		c, err := r.column(name)
		if err != nil {
			return keyColumns{}, err
		}
		all[i] = c.Ints
	}
	return keyColumns{all[0], all[1], all[2]}, nil
}

// count returns how many rows of the batch at hand count as read, of which these are in ranges, and the bytes of their texts.
func (r *reading) count(rows []int32) (n, bytes int64, err error) {
	if !r.partly {
		n, bytes = r.ends(r.at, r.at+r.n)
		return n, bytes, nil
	}
	c, err := r.column(bytesColumn)
	if err != nil || c.Kind == column.Null {
		return int64(len(rows)), 0, err
	}
	for _, row := range rows {
		bytes += c.Ints[row]
	}
	return int64(len(rows)), bytes, nil
}

// ends returns how many rows the spans have between two rows of the group, and the bytes of those that end there.
func (r *reading) ends(from, to int) (rows, bytes int64) {
	for _, s := range r.spans {
		rows += int64(max(0, min(s.To, to)-max(s.From, from)))
		if from < s.To && s.To <= to {
			bytes += s.Bytes
		}
	}
	return rows, bytes
}

// taken returns some rows of the batch at hand, sorted and at least one, with the columns of the plan.
func (r *reading) taken(rows []int32) (*column.Batch, error) {
	b := &column.Batch{Len: len(rows), Columns: make([]*column.Column, len(r.plan.names))}
	if len(rows) == r.n {
		for i, name := range r.plan.names {
			c, err := r.column(name)
			if err != nil {
				return nil, err
			}
			b.Columns[i] = c
		}
		return b, nil
	}
	first, last := rows[0], rows[len(rows)-1]
	var near []int32 // rows, from the first on
	for _, row := range rows {
		near = append(near, row-first)
	}
	for i := range r.plan.names {
		if r.columns[i] != nil {
			b.Columns[i] = r.columns[i].Take(rows)
			continue
		}
		c, err := r.stretch.Read(i, int64(r.at)+int64(first), int(last-first)+1)
		if err != nil {
			return nil, r.part.failed(r.group, err)
		}
		if len(rows) < c.Len {
			c = c.Take(near)
		}
		b.Columns[i] = c
	}
	return b, nil
}
