package embedded

import (
	"encoding/base64"
	"fmt"
	"slices"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
)

// shapeColumn has the number of each text's shape, or -1 where the text's own column has it whole. It is there if the part
// has shapes; their table stands in the file's metadata under shapesKey, in base64. Under textKey is the name of the text.
const (
	shapeColumn = "@shape"
	shapesKey   = "groundwatch.shapes"
	textKey     = "groundwatch.text"
)

// columnNames returns the names that the columns of shapes have in a file: their own, or with " as often as need be behind
// it where a column of the schema or the system is called so.
func columnNames(s table.Schema, t *shape.Table) []string {
	taken := map[string]bool{shapeColumn: true}
	for _, f := range systemFields(s) {
		taken[f.Name] = true
	}
	for _, f := range s.Fields {
		taken[f.Name], taken[f.Name+bytesSuffix] = true, true
	}
	names := make([]string, len(t.Columns))
	for i, f := range t.Columns {
		names[i] = f.Name
		for taken[names[i]] {
			names[i] += `"`
		}
		taken[names[i]] = true
	}
	return names
}

// shapeFields returns the columns of a file for texts taken apart; none if there are no shapes.
func shapeFields(s table.Schema, t *shape.Table) []part.Field {
	if len(t.Shapes) == 0 {
		return nil
	}
	fields := []part.Field{{Name: shapeColumn, Kind: column.Int64}}
	for i, name := range columnNames(s, t) {
		fields = append(fields, part.Field{Name: name, Kind: t.Columns[i].Kind})
	}
	return fields
}

// uuidNames returns the names of the columns of a file whose texts are all UUIDs.
func uuidNames(s table.Schema, t *shape.Table) []string {
	var names []string
	for i, name := range columnNames(s, t) {
		if t.Columns[i].Class == shape.UUIDClass {
			names = append(names, name)
		}
	}
	return names
}

// requiredNames returns the names of the columns of a file that have a value in each row; full tells which of the shapes'.
func requiredNames(s table.Schema, t *shape.Table, full []bool) []string {
	var names []string
	for _, f := range systemFields(s) {
		names = append(names, f.Name)
	}
	if len(t.Shapes) == 0 {
		return names
	}
	names = append(names, shapeColumn)
	for i, name := range columnNames(s, t) {
		if full[i] {
			names = append(names, name)
		}
	}
	return names
}

// shapesMeta returns a table of shapes as it stands in a file's metadata.
func shapesMeta(t *shape.Table) string { return base64.StdEncoding.EncodeToString(t.Marshal()) }

// readShapes returns the table of shapes in a file, an empty one if it has none.
func readShapes(r *part.Reader) (*shape.Table, error) {
	text, ok := r.Meta(shapesKey)
	if !ok {
		return &shape.Table{}, nil
	}
	p, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("metadata %s: %w", shapesKey, err)
	}
	return shape.Unmarshal(p)
}

// A joiner puts the texts of a part's rows together. It belongs to one goroutine.
type joiner struct {
	shapes *shape.Joiner
	keep   bool // texts stay valid; else until the next call
	text   []byte
	ends   []int
	texts  []string
}

// join returns the texts of some rows.
func (j *joiner) join(r shape.Rows) (*column.Column, error) {
	if j.keep {
		j.text, j.texts = nil, nil
	}
	var err error
	j.text, j.ends, err = j.shapes.Append(j.text[:0], j.ends[:0], r)
	if err != nil {
		return nil, err
	}
	j.texts = slices.Grow(j.texts[:0], len(j.ends))
	from := 0
	for _, end := range j.ends {
		p := j.text[from:end]
		j.texts = append(j.texts, unsafe.String(unsafe.SliceData(p), len(p)))
		from = end
	}
	return &column.Column{Kind: column.String, Len: len(j.texts), Strings: j.texts}, nil
}
