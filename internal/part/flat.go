package part

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
)

// A flatCursor reads a leaf that is not inside a list, page by page.
type flatCursor struct {
	chunk  parquet.ColumnChunk
	conv   converter
	maxDef byte

	pages  parquet.Pages
	page   parquet.Page
	rows   int // of the page
	at     int // rows of the page that were read
	dense  int // values of the page that were read: its rows without nulls
	levels []byte
	values parquet.ValueReader // of an indirect column
	data   pageData
	dict   []string // texts of the row group's dictionary
	number numberDict

	// The rows of the batch so far; one of ints, floats, texts and codes grows.
	nulls  column.Mask
	ints   []int64
	floats []float64
	texts  []string
	codes  []uint32
	most   int // texts that there were at once

	// The numbers of a page that has them in a dictionary.
	pageInts   []int64
	pageFloats []float64

	out     column.Column
	coded   column.Coded
	builder column.Builder  // of an indirect column
	buffer  []parquet.Value // of an indirect column
}

// pageData is the content of a page without its nulls; one of its members is set, by type.
type pageData struct {
	bits    []byte
	ints    []int64
	floats  []float64
	coded   bool // codes are numbers of dictionary entries: of texts, or of the ints or floats
	codes   []uint32
	text    []byte
	offsets []uint32
	ids     []byte // UUIDs in place of text
}

// flatCursors are at rest: what they hold of memory serves the next column.
var flatCursors = sync.Pool{New: func() any { return new(flatCursor) }}

// newFlatCursor returns a cursor before the first row of a column.
func newFlatCursor(chunk parquet.ColumnChunk, conv converter, maxDef byte) *flatCursor {
	c := flatCursors.Get().(*flatCursor)
	c.chunk, c.conv, c.maxDef = chunk, conv, maxDef
	return c
}

func (c *flatCursor) close() error {
	c.release()
	var err error
	if c.pages != nil {
		err = c.pages.Close()
	}
	clear(c.texts[:c.most])
	*c = flatCursor{
		nulls: c.nulls[:0], ints: c.ints[:0], floats: c.floats[:0], texts: c.texts[:0], codes: c.codes[:0],
		pageInts: c.pageInts[:0], pageFloats: c.pageFloats[:0],
	}
	flatCursors.Put(c)
	return err
}

func (c *flatCursor) release() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
}

func (c *flatCursor) next(n int) (*column.Column, error) {
	c.builder.Reset()
	c.nulls, c.ints, c.floats, c.texts, c.codes = c.nulls[:0], c.ints[:0], c.floats[:0], c.texts[:0], c.codes[:0]
	if viewed, err := c.view(n); viewed || err != nil {
		return &c.out, err
	}
	for have := 0; have < n; {
		take, err := c.here(n - have)
		if err != nil {
			return nil, err
		}
		if err := c.append(have, take, n); err != nil {
			return nil, err
		}
		c.at += take
		have += take
	}
	c.most = max(c.most, len(c.texts))
	if c.conv.direct == indirect {
		return c.builder.Column(), nil
	}
	c.out = column.Column{Kind: c.conv.kind, Len: n}
	if len(c.nulls) > 0 {
		c.out.Nulls = c.nulls
	}
	switch {
	case c.conv.direct == directFloat:
		c.out.Floats = c.floats
		if len(c.codes) == n && len(c.number.all) > 0 {
			c.coded = column.Coded{Numbers: c.number.all, Codes: c.codes}
			c.out.Coded = &c.coded
		}
	case c.conv.direct != directText:
		c.out.Ints = c.ints
	case len(c.codes) == n:
		c.out.Strings, c.out.Codes = c.dict, c.codes
	default:
		c.out.Strings = c.texts
	}
	return &c.out, nil
}

// view makes the next n rows the column without a copy, where they are on one page that has numbers and no null among them.
func (c *flatCursor) view(n int) (bool, error) {
	if c.page == nil || c.rows-c.at < n || n == 0 {
		return false, nil
	}
	switch c.conv.direct {
	case directInt:
		if c.data.coded {
			return false, nil
		}
	case directTime:
		if c.data.coded || c.conv.scale != 1 {
			return false, nil
		}
	case directText:
		if !c.data.coded {
			return false, nil
		}
	default:
		return false, nil
	}
	if c.maxDef > 0 && bytes.Count(c.levels[c.at:c.at+n], []byte{c.maxDef}) < n {
		return false, nil
	}
	if err := c.check(c.dense, c.dense+n); err != nil {
		return false, err
	}
	c.out = column.Column{Kind: c.conv.kind, Len: n}
	if c.conv.direct == directText {
		c.out.Strings, c.out.Codes = c.dict, c.data.codes[c.dense:c.dense+n]
	} else {
		c.out.Ints = c.data.ints[c.dense : c.dense+n]
	}
	c.at += n
	c.dense += n
	return true, nil
}

// forward passes over rows, from row at on. It goes to another page by the index if there
// is one. (parquet-go could go to a row, but the data of a page of booleans that it cut does not tell where it begins.)
func (c *flatCursor) forward(at, row int64) error {
	if n := row - at; c.page != nil && n <= int64(c.rows-c.at) {
		return c.pass(int(n))
	}
	index, err := c.chunk.OffsetIndex()
	if err != nil && !errors.Is(err, parquet.ErrMissingOffsetIndex) {
		return err
	}
	if c.pages == nil {
		c.pages = c.chunk.Pages()
	}
	if err == nil && index.NumPages() > 0 {
		page := sort.Search(index.NumPages(), func(i int) bool { return index.FirstRowIndex(i) > row }) - 1
		if page >= 0 && index.FirstRowIndex(page) > at {
			at = index.FirstRowIndex(page)
			if err := c.pages.SeekToRow(at); err != nil {
				return err
			}
			c.release()
		}
	}
	return c.skip(row - at)
}

// skip passes over the next rows page by page.
func (c *flatCursor) skip(row int64) error {
	for row > 0 {
		n, err := c.here(int(min(row, math.MaxInt32)))
		if err != nil {
			return err
		}
		if err := c.pass(n); err != nil {
			return err
		}
		row -= int64(n)
	}
	return nil
}

// pass passes over the next n rows of the page.
func (c *flatCursor) pass(n int) error {
	if c.conv.direct == indirect {
		c.builder.Reset()
		defer c.builder.Reset()
		c.at += n
		return c.appendIndirect(n)
	}
	present := n
	if c.maxDef > 0 {
		present = bytes.Count(c.levels[c.at:c.at+n], []byte{c.maxDef})
	}
	c.at += n
	c.dense += present
	return nil
}

// here returns how many of the next n rows are on the page, which it turns once all of it was read.
func (c *flatCursor) here(n int) (int, error) {
	for c.page == nil || c.at == c.rows {
		if err := c.turn(); err != nil {
			return 0, err
		}
	}
	return min(n, c.rows-c.at), nil
}

// turn goes to the next page.
func (c *flatCursor) turn() error {
	if c.pages == nil {
		c.pages = c.chunk.Pages()
	}
	c.release()
	page, err := c.pages.ReadPage()
	if errors.Is(err, io.EOF) {
		return errors.New("fewer values than rows")
	}
	if err != nil {
		return err
	}
	c.page, c.at, c.dense = page, 0, 0
	c.rows = int(page.NumValues())
	c.levels = page.DefinitionLevels()
	if c.maxDef > 0 && len(c.levels) != c.rows {
		return fmt.Errorf("page with %d definition levels, want %d", len(c.levels), c.rows)
	}
	if c.conv.direct == indirect {
		c.values = page.Values()
		return nil
	}
	return c.load()
}

// load finds the values of a page, through its dictionary if need be.
func (c *flatCursor) load() error {
	data, dict := c.page.Data(), c.page.Dictionary()
	c.data = pageData{}
	switch c.conv.direct {
	case directBool:
		c.data.bits = data.Boolean()
	case directInt, directTime:
		if dict == nil {
			c.data.ints = data.Int64()
			return nil
		}
		all := dict.Page().Data()
		c.data.ints, c.data.coded, c.data.codes = all.Int64(), true, data.Uint32()
	case directFloat:
		if dict == nil {
			c.data.floats = data.Double()
			return nil
		}
		c.number.read(dict)
		c.data.floats, c.data.coded, c.data.codes = c.number.all, true, data.Uint32()
	case directText:
		if dict == nil && c.conv.uuid {
			c.data.ids, _ = data.FixedLenByteArray()
			return nil
		}
		if dict == nil {
			c.data.text, c.data.offsets = data.ByteArray()
			return nil
		}
		if c.dict == nil {
			text, offsets := c.conv.texts(dict.Page().Data())
			c.dict = appendStrings([]string{}, text, offsets)
		}
		c.data.coded, c.data.codes = true, data.Uint32()
	}
	return nil
}

// check fails if dense values of the page, from one on up to another, are none of its dictionary.
func (c *flatCursor) check(from, to int) error {
	if !c.data.coded {
		return nil
	}
	if from > to || to > len(c.data.codes) {
		return fmt.Errorf("page with %d values, want %d", len(c.data.codes), to)
	}
	return checkCodes(c.data.codes[from:to], max(len(c.data.ints), len(c.data.floats), len(c.dict)))
}

// A numberDict is the dictionary of a row group's floats.
type numberDict struct {
	all []float64 // nil until it is read
	odd bool      // some of them are none that a query may see
}

// read takes the numbers over: columns may have them for longer than there are pages.
func (d *numberDict) read(dict parquet.Dictionary) {
	if d.all != nil {
		return
	}
	data := dict.Page().Data()
	d.all = append([]float64{}, data.Double()...)
	d.odd = slices.ContainsFunc(d.all, notFinite)
}

func notFinite(f float64) bool { return math.IsNaN(f) || math.IsInf(f, 0) }

// lookedUp returns the dense numbers of the page from one on up to where it was read, looked up in its dictionary into room if
// they are in one.
func lookedUp[T any](room *[]T, d *pageData, all []T, from, to int) []T {
	if !d.coded {
		return all[from:to]
	}
	out := slices.Grow((*room)[:0], to-from)[:to-from]
	*room = out
	for i, code := range d.codes[from:to] {
		out[i] = all[code]
	}
	return out
}

func checkCodes(codes []uint32, n int) error {
	any := uint32(0) // no code is greater
	rest := codes
	for ; len(rest) >= 8; rest = rest[8:] {
		any |= rest[0] | rest[1] | rest[2] | rest[3] | rest[4] | rest[5] | rest[6] | rest[7]
	}
	for _, code := range rest {
		any |= code
	}
	if uint64(any) < uint64(n) {
		return nil
	}
	greatest := uint32(0)
	for _, code := range codes {
		greatest = max(greatest, code)
	}
	if len(codes) > 0 && uint64(greatest) >= uint64(n) {
		return fmt.Errorf("value %d of a dictionary of %d", greatest, n)
	}
	return nil
}

// texts returns the texts of a page, and where each begins and the last one ends.
func (c *converter) texts(data encoding.Values) (text []byte, offsets []uint32) {
	if c.uuid {
		ids, _ := data.FixedLenByteArray()
		return uuidTexts(ids)
	}
	return data.ByteArray()
}

// appendStrings appends the texts between offsets. They share one copy of their bytes.
func appendStrings(to []string, text []byte, offsets []uint32) []string {
	if len(offsets) < 2 {
		return to
	}
	base := offsets[0]
	all := string(text[base:offsets[len(offsets)-1]])
	for i := range len(offsets) - 1 {
		to = append(to, all[offsets[i]-base:offsets[i+1]-base])
	}
	return to
}

// append reads the next n rows of the page, which become those from first on of a batch of all rows.
func (c *flatCursor) append(first, n, all int) error {
	if c.conv.direct == indirect {
		return c.appendIndirect(n)
	}
	levels := c.present(first, n, all)
	from := c.dense
	c.dense += n
	for _, level := range levels {
		if level != c.maxDef {
			c.dense--
		}
	}
	if err := c.check(from, c.dense); err != nil {
		return err
	}
	switch c.conv.direct {
	case directBool:
		c.appendBools(levels, n, from)
	case directInt:
		c.ints = spread(c.ints, lookedUp(&c.pageInts, &c.data, c.data.ints, from, c.dense), levels, c.maxDef)
	case directTime:
		c.appendTimes(levels, from)
	case directFloat:
		c.floats = spread(c.floats, lookedUp(&c.pageFloats, &c.data, c.data.floats, from, c.dense), levels, c.maxDef)
		if c.data.coded && len(c.codes) == first {
			c.codes = spread(c.codes, c.data.codes[from:c.dense], levels, c.maxDef)
		}
		if !c.data.coded || c.number.odd {
			c.hideNaN(first, all)
		}
	case directText:
		c.appendText(first, levels, from)
	}
	return nil
}

// present marks the nulls among the next n rows. It returns their levels, or nil if none is null.
func (c *flatCursor) present(first, n, all int) []byte {
	if c.maxDef == 0 {
		return nil
	}
	levels := c.levels[c.at : c.at+n]
	nulls := false
	for i, level := range levels {
		if level != c.maxDef {
			c.nulls = c.nulls.Set(first+i, all)
			nulls = true
		}
	}
	if !nulls {
		return nil
	}
	return levels
}

// spread appends dense values with room for nulls; levels nil means that there are none.
func spread[T any](to, dense []T, levels []byte, maxDef byte) []T {
	if levels == nil {
		return append(to, dense...)
	}
	at := 0
	for _, level := range levels {
		var v T
		if level == maxDef {
			v = dense[at]
			at++
		}
		to = append(to, v)
	}
	return to
}

func (c *flatCursor) appendBools(levels []byte, n, from int) {
	for i := range n {
		bit := int64(0)
		if levels == nil || levels[i] == c.maxDef {
			bit = int64(c.data.bits[from>>3]>>(from&7)) & 1
			from++
		}
		c.ints = append(c.ints, bit)
	}
}

func (c *flatCursor) appendTimes(levels []byte, from int) {
	first := len(c.ints)
	c.ints = spread(c.ints, lookedUp(&c.pageInts, &c.data, c.data.ints, from, c.dense), levels, c.maxDef)
	if c.conv.scale == 1 {
		return
	}
	for i, t := range c.ints[first:] {
		c.ints[first+i] = floorDiv(t, c.conv.scale)
	}
}

// hideNaN makes what no query may see null: NaN and the infinities.
func (c *flatCursor) hideNaN(first, all int) {
	for i, f := range c.floats[first:] {
		if notFinite(f) {
			c.nulls = c.nulls.Set(first+i, all)
		}
	}
}

// appendText appends numbers of dictionary entries as long as all rows of the batch have one, else texts.
func (c *flatCursor) appendText(first int, levels []byte, from int) {
	if c.data.coded && len(c.codes) == first {
		c.codes = spread(c.codes, c.data.codes[from:c.dense], levels, c.maxDef)
		return
	}
	for _, code := range c.codes {
		c.texts = append(c.texts, c.entry(code))
	}
	c.codes = c.codes[:0]
	if levels == nil {
		c.texts = c.appendDense(c.texts, from)
		return
	}
	c.texts = spread(c.texts, c.appendDense(nil, from), levels, c.maxDef)
}

// appendDense appends the texts of the page from one on up to where it was read.
func (c *flatCursor) appendDense(to []string, from int) []string {
	switch {
	case from >= c.dense:
	case c.data.coded:
		for _, code := range c.data.codes[from:c.dense] {
			to = append(to, c.dict[code])
		}
	case c.data.ids != nil:
		return appendUUIDStrings(to, c.data.ids[from*uuidBytes:c.dense*uuidBytes])
	default:
		return appendStrings(to, c.data.text, c.data.offsets[from:c.dense+1])
	}
	return to
}

// entry returns a text of the dictionary; a null has the number 0, whether there is an entry or not.
func (c *flatCursor) entry(code uint32) string {
	if int(code) >= len(c.dict) {
		return ""
	}
	return c.dict[code]
}

// appendIndirect reads n rows value by value.
func (c *flatCursor) appendIndirect(n int) error {
	if cap(c.buffer) < n {
		c.buffer = make([]parquet.Value, n)
	}
	for done := 0; done < n; {
		got, err := c.values.ReadValues(c.buffer[:n-done])
		for _, v := range c.buffer[:got] {
			if v.IsNull() {
				c.builder.Null()
			} else {
				c.builder.Value(c.conv.value(v))
			}
		}
		done += got
		if done < n && (err != nil || got == 0) {
			return fmt.Errorf("page with fewer values than it says: %w", errors.Join(err, io.ErrUnexpectedEOF))
		}
	}
	return nil
}
