package part

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
)

// checkFields returns what is wrong with fields as the columns of a new file.
func checkFields(fields []Field) error {
	if len(fields) == 0 {
		return errors.New("part: no fields")
	}
	seen := make(map[string]bool, len(fields))
	for i, f := range fields {
		switch {
		case f.Name == "":
			return fmt.Errorf("part: field %d has no name", i+1)
		case seen[f.Name]:
			return fmt.Errorf("part: two fields are named %q", f.Name)
		case f.Kind == column.Mixed:
			return fmt.Errorf("part: field %q is of kind mixed, want one kind (String holds any)", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

// A root is the schema of a file: its columns in the order given. parquet.Group would sort them by name.
type root struct {
	parquet.Group
	fields []parquet.Field
}

func (r *root) Fields() []parquet.Field { return r.fields }

// GoType is asked for when rows are Go values, which ours never are.
func (r *root) GoType() reflect.Type { return reflect.TypeFor[struct{}]() }

// A leaf is one column of a root.
type leaf struct {
	parquet.Node
	name string
}

func (l *leaf) Name() string { return l.name }

// Value is asked for when rows are Go values, which ours never are.
func (l *leaf) Value(reflect.Value) reflect.Value {
	panic("BUG: part reads and writes columns, not Go values")
}

// schemaOf returns the Parquet schema for the fields in these layouts, and makes the feeds of their columns.
func (w *Writer) schemaOf(layouts []layout) *parquet.Schema {
	r := &root{}
	for i, f := range w.fields {
		feed := &feed{valid: w.valid}
		w.feeds = append(w.feeds, feed)
		node := w.typeOf(f, feed)
		switch layouts[i] {
		case plainText:
			node = parquet.Encoded(node, &parquet.Plain)
		case deltaText:
			node = parquet.Encoded(node, &parquet.DeltaLengthByteArray)
		case deltaNumbers:
			node = parquet.Encoded(node, &parquet.DeltaBinaryPacked)
		case dictionaryNumbers:
			node = parquet.Encoded(node, &parquet.RLEDictionary)
		default:
			if holdsText(f.Kind) {
				node = parquet.Encoded(node, &parquet.RLEDictionary)
			}
		}
		if !w.required[f.Name] {
			node = parquet.Optional(node)
		}
		r.fields = append(r.fields, &leaf{node, f.Name})
	}
	return parquet.NewSchema("groundwatch", r)
}

// typeOf returns the type of a column.
func (w *Writer) typeOf(f Field, feed *feed) parquet.Node {
	switch f.Kind {
	case column.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case column.Int64:
		return &directNode{parquet.Leaf(parquet.Int64Type), feed}
	case column.Float64:
		return &directNode{parquet.Leaf(parquet.DoubleType), feed}
	case column.Timestamp:
		return &directNode{parquet.Timestamp(parquet.Millisecond), feed}
	}
	if w.uuids[f.Name] {
		return &directNode{parquet.UUID(), feed}
	}
	return &textNode{parquet.String(), feed}
}
