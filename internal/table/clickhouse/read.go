package clickhouse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A selection is what a query reads: columns, each once, and the size of the text.
type selection struct {
	schema  table.Schema
	columns []string // SQL
	types   []receiving
	names   []string // of columns
}

// newSelection returns the selection of the sizes of texts, which are its column 0.
func newSelection(schema table.Schema) *selection {
	size := "toInt64(0)"
	if schema.Text != "" {
		size = "toInt64(length(" + quote(schema.Text) + "))"
	}
	return &selection{schema, []string{size}, []receiving{{column.Int64, "Int64"}}, []string{""}}
}

// add returns the place of a column, which it adds if it is not there.
func (sel *selection) add(name string) int {
	if i := slices.Index(sel.names, name); i >= 0 {
		return i
	}
	kind, _ := sel.schema.Kind(name)
	sel.names = append(sel.names, name)
	sel.columns = append(sel.columns, quote(name))
	sel.types = append(sel.types, receiving{kind, typeOf(sel.schema, name)})
	return len(sel.names) - 1
}

// addAll returns the places of some columns.
func (sel *selection) addAll(names []string) []int {
	places := make([]int, len(names))
	for i, name := range names {
		places[i] = sel.add(name)
	}
	return places
}

// pick returns a batch of the columns at some places.
func (b *block) pick(places []int) *column.Batch {
	batch := &column.Batch{Len: b.rows, Columns: make([]*column.Column, len(places))}
	for i, place := range places {
		batch.Columns[i] = b.columns[place]
	}
	return batch
}

// size returns the sum of the sizes of a block's texts.
func (b *block) size() int64 {
	n := int64(0)
	for i := range b.rows {
		n += b.columns[0].Ints[i]
	}
	return n
}

// A query is a SELECT that is put together.
type query struct {
	where  []string
	params map[string]string
	stream []rangeStream
}

// param adds a whole number and returns what stands for it in the SQL.
func (q *query) param(v int64) string {
	if q.params == nil {
		q.params = map[string]string{}
	}
	name := "p" + strconv.Itoa(len(q.params))
	q.params[name] = digits(v)
	return "{" + name + ":Int64}"
}

// inRange returns the condition of rows in a range, which is at some place in a list.
func (q *query) inRange(r table.Range, place int) string {
	terms := []string{
		"`@partition` = " + q.param(int64(r.Partition)), "`@time` >= " + q.param(r.From), "`@time` < " + q.param(r.To),
	}
	if r.Streams != nil {
		terms = append(terms, fmt.Sprintf("`@stream` IN (SELECT stream FROM streams WHERE place = %d)", place))
		for _, s := range r.Streams {
			q.stream = append(q.stream, rangeStream{uint32(place), s})
		}
	}
	return strings.Join(terms, " AND ")
}

// through restricts q to rows up to a sequence.
func (q *query) through(b table.Bound) {
	var any []string
	for i, s := range b {
		one := "`@sequence` <= " + q.param(int64(s))
		if i > 0 { // those of the writers between are not meant
			one = "(`@sequence` >= " + q.param(s.Writer()<<40) + " AND " + one + ")"
		}
		any = append(any, one)
	}
	if len(any) > 0 {
		q.where = append(q.where, "("+strings.Join(any, " OR ")+")")
	}
}

// empty tells whether no row can be in a range.
func empty(r table.Range) bool { return r.From >= r.To || r.Streams != nil && len(r.Streams) == 0 }
