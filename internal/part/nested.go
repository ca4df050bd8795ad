package part

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// shape is what a node of a schema stands for in JSON.
type shape uint8

const (
	scalar     shape = iota
	object           // a group
	list             // a group of one repeated node
	dictionary       // a group of one repeated node, of keys and values
)

// shapeOf returns what c stands for. A LIST or MAP that is not built as the format demands is an object.
func shapeOf(c *parquet.Column) shape {
	if c.Leaf() {
		return scalar
	}
	below := c.Columns()
	if lt := c.Type().LogicalType(); lt != nil && len(below) == 1 && below[0].Repeated() {
		switch lt.Value.(type) {
		case *format.ListType:
			return list
		case *format.MapType:
			if len(below[0].Columns()) == 2 && below[0].Columns()[0].Leaf() {
				return dictionary
			}
		}
	}
	return object
}

func isCollection(c *parquet.Column) bool { return shapeOf(c) == list || shapeOf(c) == dictionary }

// A treeNode is a node below a list, a map or a group that is read as one JSON text.
type treeNode struct {
	name     string
	shape    shape
	optional bool
	repeated bool
	rep, def int // the levels at which it is there
	lo, hi   int // its leaves
	conv     converter
	below    []*treeNode
}

func newTreeNode(c *parquet.Column, leaves *[]*parquet.Column) *treeNode {
	n := &treeNode{
		name: c.Name(), shape: shapeOf(c), optional: c.Optional(), repeated: c.Repeated(),
		rep: c.MaxRepetitionLevel(), def: c.MaxDefinitionLevel(), lo: len(*leaves),
	}
	if c.Leaf() {
		n.conv = converterOf(c)
		*leaves = append(*leaves, c)
	}
	for _, below := range c.Columns() {
		n.below = append(n.below, newTreeNode(below, leaves))
	}
	n.hi = len(*leaves)
	return n
}

// appendJSON appends what values hold for n, which are those of its leaves, all of one row and one
// place in it. An absent node is null.
func (n *treeNode) appendJSON(dst []byte, values [][]parquet.Value) []byte {
	if !n.repeated {
		return n.appendOne(dst, values)
	}
	return n.appendEach(append(dst, '['), values, ']', n.appendOne)
}

// appendEach appends every element of a repeated node, with commas, and the closing bracket.
func (n *treeNode) appendEach(dst []byte, values [][]parquet.Value, bracket byte,
	one func([]byte, [][]parquet.Value) []byte) []byte {
	if n.lo == n.hi || values[n.lo][0].DefinitionLevel() < n.def {
		return append(dst, bracket)
	}
	rest := slices.Clone(values)
	element := slices.Clone(values)
	for first := true; len(rest[n.lo]) > 0; first = false {
		if !first {
			dst = append(dst, ',')
		}
		for i := n.lo; i < n.hi; i++ {
			end := 1
			for end < len(rest[i]) && rest[i][end].RepetitionLevel() > n.rep {
				end++
			}
			element[i], rest[i] = rest[i][:end], rest[i][end:]
		}
		dst = one(dst, element)
	}
	return append(dst, bracket)
}

// appendOne appends one element of n.
func (n *treeNode) appendOne(dst []byte, values [][]parquet.Value) []byte {
	if n.lo == n.hi {
		return append(dst, "{}"...) // a group without columns
	}
	if n.optional && values[n.lo][0].DefinitionLevel() < n.def {
		return append(dst, "null"...)
	}
	switch n.shape {
	case scalar:
		return appendValue(dst, n.conv.value(values[n.lo][0]))
	case list:
		return n.below[0].appendEach(append(dst, '['), values, ']', n.below[0].element())
	case dictionary:
		pairs := n.below[0]
		return pairs.appendEach(append(dst, '{'), values, '}', pairs.appendPair)
	}
	dst = append(dst, '{')
	for i, below := range n.below {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(jsonscan.AppendString(dst, below.name), ':')
		dst = below.appendJSON(dst, values)
	}
	return append(dst, '}')
}

// element returns what appends an element of a LIST whose repeated node is n. By the rules of the format
// for old files n is the element itself if it is a leaf, has several columns, or is called array or
// something_tuple; else its one column is.
func (n *treeNode) element() func([]byte, [][]parquet.Value) []byte {
	if len(n.below) != 1 || n.name == "array" || strings.HasSuffix(n.name, "_tuple") {
		return n.appendOne
	}
	return n.below[0].appendJSON
}

// appendPair appends a key and a value of a map.
func (n *treeNode) appendPair(dst []byte, values [][]parquet.Value) []byte {
	key, value := n.below[0], n.below[1]
	dst = jsonscan.AppendString(dst, key.conv.value(values[key.lo][0]).Text())
	return value.appendJSON(append(dst, ':'), values)
}

// appendValue appends a leaf as JSON: numbers and booleans bare, all else as a string.
func appendValue(dst []byte, v column.Value) []byte {
	switch v.Kind() {
	case column.Null:
		return append(dst, "null"...)
	case column.Bool:
		if v.Int() != 0 {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case column.Int64, column.Float64:
		return v.AppendText(dst)
	}
	return jsonscan.AppendString(dst, v.Text())
}

// A treeCursor reads everything below a node as one JSON text for each row.
type treeCursor struct {
	node    *treeNode
	leaves  []leafRows
	values  [][]parquet.Value // of the row
	builder column.Builder
}

func newTreeCursor(c *parquet.Column, chunks []parquet.ColumnChunk) *treeCursor {
	var leaves []*parquet.Column
	t := &treeCursor{node: newTreeNode(c, &leaves)}
	for _, l := range leaves {
		t.leaves = append(t.leaves, leafRows{chunk: chunks[l.Index()]})
	}
	t.values = make([][]parquet.Value, len(leaves))
	return t
}

func (t *treeCursor) next(n int) (*column.Column, error) {
	t.builder.Reset()
	for range n {
		for i := range t.leaves {
			row, err := t.leaves[i].next()
			if err != nil {
				return nil, err
			}
			t.values[i] = row
		}
		text := string(t.node.appendJSON(nil, t.values))
		if text == "null" {
			t.builder.Null()
		} else {
			t.builder.JSON(text)
		}
	}
	return t.builder.Column(), nil
}

func (t *treeCursor) close() error {
	var errs []error
	for i := range t.leaves {
		if pages := t.leaves[i].pages; pages != nil {
			errs = append(errs, pages.Close())
		}
	}
	return errors.Join(errs...)
}

// leafRows reads the values of a leaf row by row: below a list a row has several.
type leafRows struct {
	chunk  parquet.ColumnChunk
	pages  parquet.Pages
	page   parquet.ValueReader
	buffer []parquet.Value // read, not yet given out
	row    []parquet.Value
}

// maxRowValues bounds the values of one row of one list, which is held in memory.
const maxRowValues = 1 << 22

// next returns the values of the next row, at least one. They are valid until the next call.
func (l *leafRows) next() ([]parquet.Value, error) {
	l.row = l.row[:0]
	for len(l.row) < maxRowValues {
		if len(l.buffer) == 0 {
			err := l.fill()
			if errors.Is(err, io.EOF) && len(l.row) > 0 {
				return l.row, nil
			}
			if errors.Is(err, io.EOF) {
				return nil, errors.New("fewer values than rows")
			}
			if err != nil {
				return nil, err
			}
		}
		n := 0
		for n < len(l.buffer) && (l.buffer[n].RepetitionLevel() > 0 || n == 0 && len(l.row) == 0) {
			n++
		}
		l.row = append(l.row, l.buffer[:n]...)
		l.buffer = l.buffer[n:]
		if len(l.buffer) > 0 {
			return l.row, nil
		}
	}
	return nil, fmt.Errorf("row with more than %d values", maxRowValues)
}

// fill reads more values. Pages are left to the garbage collector: values point into them.
func (l *leafRows) fill() error {
	if l.pages == nil {
		l.pages = l.chunk.Pages()
	}
	for {
		if l.page == nil {
			page, err := l.pages.ReadPage()
			if err != nil {
				return err
			}
			l.page = page.Values()
		}
		buffer := make([]parquet.Value, 256)
		n, err := l.page.ReadValues(buffer)
		if err != nil || n == 0 {
			l.page = nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n > 0 {
			l.buffer = buffer[:n]
			return nil
		}
	}
}
