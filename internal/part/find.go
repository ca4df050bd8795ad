package part

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go/format"
)

// maxWanted is how many texts are looked for at once: each is compared with each value.
const maxWanted = 8

// A finder looks for texts in a column. It has a cursor of its own, so that the rows before what it finds can still be read.
type finder struct {
	cursor *flatCursor
	at     int64 // the next row
	wanted [][]byte
	rows   []int32
}

// Find returns which of n rows of the column with the name at place i, from one row of the row group on, whose first is 0, have one of
// some texts: as numbers from 0 on, in order, valid until the next call. It makes no texts of what it looks at. ok is false if it has not
// looked, as where a column has a dictionary: then Read serves as well. No row is looked at twice; Read does not count.
func (s *Stretch) Find(i int, from int64, n int, texts []string) (rows []int32, ok bool, err error) {
	defer guard(&err)
	f := s.finder(i)
	if f == nil || len(texts) > maxWanted || from < f.at || n < 0 || from+int64(n) > s.reader.GroupLen(s.group) {
		return nil, false, nil
	}
	f.want(texts)
	rows, err = f.find(from, n)
	if err != nil {
		return nil, false, fmt.Errorf("read parquet: column %q, row group %d, row %d: %w", s.names[i], s.group, from, err)
	}
	return rows, true, nil
}

// finder returns what looks for texts in a column; nil if nothing does.
func (s *Stretch) finder(i int) *finder {
	if s.finders == nil {
		s.finders = map[int]*finder{}
	}
	f, known := s.finders[i]
	if !known {
		if s.reader.plainText(s.group, s.names[i]) {
			f = &finder{cursor: s.reader.cursor(s.group, s.names[i]).(*flatCursor)}
		}
		s.finders[i] = f
	}
	return f
}

// plainText reports whether a column is one of texts, without a dictionary in a row group.
func (r *Reader) plainText(group int, name string) bool {
	i := slices.IndexFunc(r.fields, func(f field) bool { return f.Name == name })
	if i < 0 || !r.fields[i].node.Leaf() || r.fields[i].conv.direct != directText || r.fields[i].conv.kind != column.String {
		return false
	}
	chunk := &r.file.Metadata().RowGroups[group].Columns[r.fields[i].node.Index()].MetaData
	//lint:ignore SA1019 older writers name it
	return !slices.Contains(chunk.Encoding, format.RLEDictionary) && !slices.Contains(chunk.Encoding, format.PlainDictionary)
}

// want says what is looked for, as pages have it. What no page can have is left out.
func (f *finder) want(texts []string) {
	f.wanted = f.wanted[:0]
	for _, text := range texts {
		if v, possible := f.cursor.conv.filterValue(text); possible {
			f.wanted = append(f.wanted, v.ByteArray())
		}
	}
}

// find looks at n rows.
func (f *finder) find(from int64, n int) ([]int32, error) {
	f.rows = f.rows[:0]
	if len(f.wanted) == 0 {
		return f.rows, nil
	}
	if err := forward(f.cursor, f.at, from); err != nil {
		return nil, err
	}
	f.at = from + int64(n)
	c := f.cursor
	for have := 0; have < n; {
		take, err := c.here(n - have)
		if err != nil {
			return nil, err
		}
		at, dense := c.at, c.dense
		if err := c.pass(take); err != nil {
			return nil, err
		}
		f.look(at, dense, have)
		have += take
	}
	return f.rows, nil
}

// look looks at the rows of the page from at on, whose first value is dense, up to where the cursor is; the first of them is the row
// first.
func (f *finder) look(at, dense, first int) {
	c := f.cursor
	plain := c.dense-dense == c.at-at
	row, next := at, dense // the row of the last value found, and the value of the first that is not null from there on
	c.data.each(dense, c.dense, f.wanted, func(value int) {
		if plain {
			row = at + value - dense
		}
		for ; !plain && (next < value || c.levels[row] != c.maxDef); row++ {
			if c.levels[row] == c.maxDef {
				next++
			}
		}
		f.rows = append(f.rows, int32(first+row-at))
	})
}

// each calls found for the values of a page of texts between two that are one of some, in order.
func (d *pageData) each(from, to int, wanted [][]byte, found func(value int)) {
	if d.ids == nil {
		for i := from; i < to; i++ {
			text := d.text[d.offsets[i]:d.offsets[i+1]]
			if slices.ContainsFunc(wanted, func(w []byte) bool { return bytes.Equal(text, w) }) {
				found(i)
			}
		}
		return
	}
	heads := make([]uint64, 0, maxWanted)
	for _, w := range wanted {
		heads = append(heads, binary.LittleEndian.Uint64(w))
	}
	ids := d.ids[from*uuidBytes : to*uuidBytes]
	for i := 0; len(ids) >= uuidBytes; i, ids = i+1, ids[uuidBytes:] {
		head := binary.LittleEndian.Uint64(ids)
		for k, h := range heads {
			if head == h && bytes.Equal(ids[:uuidBytes], wanted[k]) {
				found(from + i)
				break
			}
		}
	}
}
