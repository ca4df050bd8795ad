// Package part writes and reads Parquet files as batches of columns, its own and other people's. Which
// rows go into which file, and what becomes of a file, is for others to say.
//
// A file of ours has one optional column per field, in the order given: BOOLEAN, INT64, DOUBLE,
// TIMESTAMP(MILLIS, UTC) or STRING, compressed with ZSTD, in data pages of version 1 with plain and
// dictionary encoding only, which every reader in use knows. Lists and maps are JSON text; which
// columns those are is kept in the file's metadata under kindsKey. Pages have checksums, which reading checks. A
// compact file has other encodings, see Writer.Compact; UUIDs may have their own type, see Writer.UUIDs.
package part

import (
	"fmt"

	"github.com/groundwatch/groundwatch/column"
)

// A Field is one column of a file. Kind is Bool, Int64, Float64, String, Timestamp or JSON. A field to
// be written may also be Null, for a column that has no value yet, which becomes a String column.
type Field struct {
	Name string // a nested column of somebody else's file has its path here, joined with dots
	Kind column.Kind
}

// kindsKey is the key in the file's metadata under which we list the names of JSON columns, as a JSON
// list. Their type is STRING, because readers differ in what they make of Parquet's JSON type.
const kindsKey = "groundwatch.json"

// guard turns a panic under it into an error. parquet-go panics on some corrupt files, and on values that
// do not fit a column. Neither is a bug of ours and neither may end the process, so every call into it
// runs under a guard: this is the only recover in the module.
func guard(err *error) {
	switch p := recover().(type) {
	case nil:
	case error:
		*err = fmt.Errorf("parquet: %w", p)
	default:
		*err = fmt.Errorf("parquet: %v", p)
	}
}

// KindOf returns the kind of field that holds every value of c; Null if there is none.
func KindOf(c *column.Column) column.Kind {
	if c == nil {
		return column.Null
	}
	if c.Kind != column.Mixed {
		return c.Kind
	}
	kind := column.Null
	for _, v := range c.Values {
		kind = Widen(kind, v.Kind())
	}
	return kind
}

// Widen returns the kind of field that holds values of both kinds: numbers become Float64, values that
// have nothing in common String.
func Widen(a, b column.Kind) column.Kind {
	switch {
	case a == b || b == column.Null:
		return a
	case a == column.Null:
		return b
	case a == column.Int64 && b == column.Float64, a == column.Float64 && b == column.Int64:
		return column.Float64
	}
	return column.String
}
