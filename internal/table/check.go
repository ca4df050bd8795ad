package table

import (
	"math"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// systemKinds are the kinds of the system columns.
var systemKinds = map[string]column.Kind{
	PartitionColumn: column.Int64,
	StreamColumn:    column.Int64,
	TimeColumn:      column.Timestamp,
	IngestedColumn:  column.Timestamp,
	SequenceColumn:  column.Int64,
}

// storable are the kinds that a declared column may have: those of single values.
var storable = []column.Kind{column.Bool, column.Int64, column.Float64, column.String, column.Timestamp, column.JSON}

// Kind returns the kind of a declared or system column; false if there is no column of that name.
func (s Schema) Kind(name string) (column.Kind, bool) {
	if k, ok := systemKinds[name]; ok {
		return k, true
	}
	if i := s.Index(name); i >= 0 {
		return s.Fields[i].Kind, true
	}
	return column.Null, false
}

// Index returns the place of a declared column in Fields; -1 if there is none of that name.
func (s Schema) Index(name string) int {
	return slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
}

// Check returns Invalid if no table can have the schema.
func (s Schema) Check() error {
	if s.Name == "" || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return invalid("schema: name %q, want lower-case letters and _", s.Name)
	}
	for i, f := range s.Fields {
		if _, system := systemKinds[f.Name]; system || f.Name == "" || s.Index(f.Name) != i {
			return invalid("schema %s: field %d is called %q, want a name of its own", s.Name, i, f.Name)
		}
		if !slices.Contains(storable, f.Kind) {
			return invalid("schema %s: field %s is of kind %s, want one of %v", s.Name, f.Name, f.Kind, storable)
		}
	}
	if k, _ := s.Kind(s.Text); s.Text != "" && k != column.String {
		return invalid("schema %s: text %q is of kind %s, want string", s.Name, s.Text, k)
	}
	return nil
}

// CheckRows returns Invalid if rows do not fit the schema.
func (s Schema) CheckRows(rows Rows) error {
	n := len(rows.Times)
	if len(rows.Streams) != n {
		return invalid("rows of %s: %d streams, want one for each of %d times", s.Name, len(rows.Streams), n)
	}
	if slices.Contains(rows.Times, math.MaxInt64) {
		return invalid("rows of %s: time %d, want less: no range reaches it", s.Name, int64(math.MaxInt64))
	}
	if len(rows.Fields) != len(s.Fields) {
		return invalid("rows of %s: %d columns, want %d", s.Name, len(rows.Fields), len(s.Fields))
	}
	for i, f := range s.Fields {
		if err := s.checkColumn(f, rows.Fields[i], n); err != nil {
			return err
		}
	}
	return nil
}

// checkColumn returns Invalid if c cannot be the column of f in n rows.
func (s Schema) checkColumn(f Field, c *column.Column, n int) error {
	if c == nil || c.Len != n {
		return invalid("rows of %s: column %s is missing or not of %d rows", s.Name, f.Name, n)
	}
	if c.Kind != f.Kind && c.Kind != column.Null {
		return invalid("rows of %s: column %s is of kind %s, want %s", s.Name, f.Name, c.Kind, f.Kind)
	}
	for i := range n {
		if f.Name == s.Text && c.IsNull(i) {
			return invalid("rows of %s: text %s of row %d is null", s.Name, f.Name, i)
		}
	}
	return nil
}

// CheckScan returns Invalid if the table cannot answer q.
func (s Schema) CheckScan(q Scan) error {
	if len(q.Discovered) > 0 && s.Text == "" {
		return invalid("scan of %s: %d discovered fields, but it has no text", s.Name, len(q.Discovered))
	}
	if len(q.Contains) > 0 && s.Text == "" {
		return invalid("scan of %s: texts that the text contains, but it has no text", s.Name)
	}
	for _, t := range q.Texts {
		if t.Field < 0 || t.Field >= len(q.Discovered) || q.Discovered[t.Field].All {
			return invalid("scan of %s: texts of discovered field %d, want one of %d that is not all fields", s.Name, t.Field, len(q.Discovered))
		}
	}
	for _, r := range q.Ranges {
		if err := s.checkRange(r); err != nil {
			return err
		}
	}
	return s.checkNames(q.Columns)
}

// CheckPage returns Invalid if the table cannot answer q.
func (s Schema) CheckPage(q Page) error {
	if q.Limit < 1 || q.Bytes < 0 {
		return invalid("page of %s: limit %d, bytes %d, want at least 1 and 0", s.Name, q.Limit, q.Bytes)
	}
	if q.Order > Descending {
		return invalid("page of %s: order %d, want %d or %d", s.Name, q.Order, Ascending, Descending)
	}
	if err := s.checkRange(q.Range); err != nil {
		return err
	}
	return s.checkNames(q.Columns)
}

func (s Schema) checkRange(r Range) error {
	if !slices.IsSorted(r.Streams) {
		return invalid("range of %s: streams %v, want them sorted", s.Name, r.Streams)
	}
	return nil
}

func (s Schema) checkNames(names []string) error {
	for _, name := range names {
		if _, ok := s.Kind(name); !ok {
			return invalid("%s: no column is called %q", s.Name, name)
		}
	}
	return nil
}

// invalid returns the error of a call that no table accepts. Services turn it into AWS's words: it means a bug of theirs.
func invalid(format string, args ...any) error {
	return fault.New(fault.Invalid, "", format, args...)
}

// Dropped returns the error of an append to a dropped partition.
func Dropped(p Partition) error {
	return fault.New(fault.NotFound, "", "partition %d was dropped", p)
}
