package exec

import (
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// A groupIndex numbers combinations of key values in order of their first appearance.
type groupIndex struct {
	width int               // keys per group
	byKey map[string]uint32 // by the joined function.GroupKey of the values
	keys  []column.Value    // width values per group
	n     int
	bytes int64
	buf   []byte

	// The short way for keys that are texts, times and whole numbers: the values of each key are numbered, then
	// the pairs of those numbers, so that a row seen before needs no GroupKey.
	short   []keyNumbers
	pairs   []map[uint64]uint32 // by the number of all keys before, and of this one; the first is not used
	groupOf []uint32            // the group of each combination of numbers
	ids     []uint32
}

func newGroupIndex(width int) groupIndex {
	x := groupIndex{width: width, byKey: map[string]uint32{}, short: make([]keyNumbers, width), pairs: make([]map[uint64]uint32, width)}
	for i := range width {
		x.short[i] = keyNumbers{texts: map[string]uint32{}, ints: map[int64]uint32{}, times: map[int64]uint32{}}
		x.pairs[i] = map[uint64]uint32{}
	}
	return x
}

func (x *groupIndex) len() int { return x.n }

// key returns the value of key i of a group.
func (x *groupIndex) key(group, i int) column.Value { return x.keys[group*x.width+i] }

// find numbers n rows by their keys: groups[i] is the group of row i.
func (x *groupIndex) find(keys []*column.Column, n int, groups []uint32) {
	switch {
	case n == 0:
		return
	case len(keys) == 0:
		group := x.number(nil)
		for i := range groups {
			groups[i] = group
		}
		return
	}
	for _, c := range keys {
		if c.Kind != column.String && c.Kind != column.Timestamp && c.Kind != column.Int64 && c.Kind != column.Null {
			x.findValues(keys, groups)
			return
		}
	}
	x.findShort(keys, groups)
}

func (x *groupIndex) findValues(keys []*column.Column, groups []uint32) {
	values := make([]column.Value, len(keys))
	for i := range groups {
		groups[i] = x.number(rowOf(values, keys, i))
	}
}

// rowOf fills values with row i of the columns.
func rowOf(values []column.Value, cols []*column.Column, i int) []column.Value {
	for j, c := range cols {
		values[j] = c.Value(i)
	}
	return values
}

func (x *groupIndex) findShort(keys []*column.Column, groups []uint32) {
	if len(keys) == 1 && keys[0].Codes != nil && keys[0].Nulls == nil {
		x.findCoded(keys[0], groups)
		return
	}
	x.bytes += x.short[0].find(keys[0], groups)
	for j := 1; j < len(keys); j++ {
		x.ids = slices.Grow(x.ids[:0], len(groups))[:len(groups)]
		x.bytes += x.short[j].find(keys[j], x.ids)
		pairs, before := x.pairs[j], len(x.pairs[j])
		for i, id := range x.ids {
			pair := uint64(groups[i])<<32 | uint64(id)
			number, ok := pairs[pair]
			if !ok {
				number = uint32(len(pairs))
				pairs[pair] = number
			}
			groups[i] = number
		}
		x.bytes += int64(24 * (len(pairs) - before))
	}
	values := make([]column.Value, len(keys))
	for i, number := range groups {
		if int(number) == len(x.groupOf) { // numbers grow by one, so this is the next
			x.groupOf = append(x.groupOf, x.number(rowOf(values, keys, i)))
			x.bytes += 4
		}
		groups[i] = x.groupOf[number]
	}
}

// findCoded looks up each distinct value of a dictionary once, when the first row has it. No row is null.
func (x *groupIndex) findCoded(c *column.Column, groups []uint32) {
	of := unknownCodes(&x.ids, len(c.Strings))
	for i, code := range c.Codes[:len(groups)] {
		group := of[code]
		if group == unknownCode {
			number, bytes := x.short[0].ofText(c.Strings[code])
			x.bytes += bytes
			if int(number) == len(x.groupOf) {
				x.groupOf = append(x.groupOf, x.number([]column.Value{c.Value(i)}))
				x.bytes += 28
			}
			group = x.groupOf[number]
			of[code] = group
		}
		groups[i] = group
	}
}

// unknownCode stands for what is not known yet of a code. There are never as many groups.
const unknownCode = 1<<32 - 1

// unknownCodes returns n of them in a scratch.
func unknownCodes(scratch *[]uint32, n int) []uint32 {
	all := slices.Grow((*scratch)[:0], n)[:n]
	for i := range all {
		all[i] = unknownCode
	}
	*scratch = all
	return all
}

// keyNumbers numbers the values of one key, from 0 in order of their first appearance. Values of different
// kinds have different numbers though they may be one group.
type keyNumbers struct {
	n     uint32
	null  uint32 // the number of null, plus 1
	texts map[string]uint32
	ints  map[int64]uint32
	times map[int64]uint32
	codes []uint32 // scratch
}

// next returns a new number.
func (k *keyNumbers) next() uint32 {
	k.n++
	return k.n - 1
}

// find sets ids[i] to the number of row i of c, which has texts, times or whole numbers. It returns the bytes
// that new values take.
func (k *keyNumbers) find(c *column.Column, ids []uint32) (bytes int64) {
	before := k.n
	switch {
	case c.Kind == column.Timestamp:
		k.findInts(c, k.times, ids)
	case c.Kind == column.Int64:
		k.findInts(c, k.ints, ids)
	case c.Kind == column.Null:
		null := k.ofNull()
		for i := range ids {
			ids[i] = null
		}
	case c.Codes != nil:
		bytes = k.findCodes(c, ids)
	default:
		bytes = k.findTexts(c, ids)
	}
	return bytes + 24*int64(k.n-before)
}

func (k *keyNumbers) ofNull() uint32 {
	if k.null == 0 {
		k.null = k.next() + 1
	}
	return k.null - 1
}

func (k *keyNumbers) ofText(s string) (id uint32, bytes int64) {
	id, ok := k.texts[s]
	if ok {
		return id, 0
	}
	id = k.next()
	k.texts[strings.Clone(s)] = id
	return id, int64(len(s)) + 16
}

func (k *keyNumbers) findTexts(c *column.Column, ids []uint32) (bytes int64) {
	for i, s := range c.Strings {
		if c.Nulls != nil && c.Nulls.Get(i) {
			ids[i] = k.ofNull()
			continue
		}
		id, ok := k.texts[s]
		if !ok {
			var n int64
			id, n = k.ofText(s)
			bytes += n
		}
		ids[i] = id
	}
	return bytes
}

// findInts looks up runs of one value once.
func (k *keyNumbers) findInts(c *column.Column, known map[int64]uint32, ids []uint32) {
	var last int64
	var lastID uint32
	have := false
	for i := range ids {
		if c.IsNull(i) {
			ids[i] = k.ofNull()
			continue
		}
		v := c.Ints[i]
		if !have || v != last {
			id, ok := known[v]
			if !ok {
				id = k.next()
				known[v] = id
			}
			last, lastID, have = v, id, true
		}
		ids[i] = lastID
	}
}

// findCodes looks up each distinct value of a dictionary once.
func (k *keyNumbers) findCodes(c *column.Column, ids []uint32) (bytes int64) {
	numbers := unknownCodes(&k.codes, len(c.Strings))
	for i, code := range c.Codes {
		if c.IsNull(i) {
			ids[i] = k.ofNull()
			continue
		}
		if numbers[code] == unknownCode {
			var n int64
			numbers[code], n = k.ofText(c.Strings[code])
			bytes += n
		}
		ids[i] = numbers[code]
	}
	return bytes
}

// number returns the group of values, a new one if there is none. Values with one text are one
// group though their kinds differ; the kind that stands first in column is the one shown, whichever
// row came first.
func (x *groupIndex) number(values []column.Value) uint32 {
	x.join(values)
	group, ok := x.byKey[string(x.buf)]
	if !ok {
		group = uint32(x.n)
		x.n++
		x.byKey[string(x.buf)] = group
		for _, v := range values {
			x.keys = append(x.keys, ownValue(v))
		}
		x.bytes += int64(3*len(x.buf) + 96 + 64*len(values))
		return group
	}
	for i, v := range values {
		if old := &x.keys[int(group)*x.width+i]; v.Kind() < old.Kind() {
			*old = ownValue(v)
		}
	}
	return group
}

// adopt numbers the first groups of another index here, up to most: its group g is to[g].
func (x *groupIndex) adopt(b *breath, o *groupIndex, most int) (to []uint32) {
	to = make([]uint32, min(o.n, most))
	for g := range to {
		if !b.step(1) {
			break
		}
		to[g] = x.number(o.values(g))
	}
	return to
}

// values returns the keys of a group.
func (x *groupIndex) values(group int) []column.Value {
	return x.keys[group*x.width : (group+1)*x.width]
}

// lookup returns the group of values, if there is one.
func (x *groupIndex) lookup(values []column.Value) (int, bool) {
	x.join(values)
	group, ok := x.byKey[string(x.buf)]
	return int(group), ok
}

// join puts the key of a group into x.buf.
func (x *groupIndex) join(values []column.Value) {
	x.buf = x.buf[:0]
	for _, v := range values {
		x.buf = function.GroupKey(x.buf, v)
	}
}

// ownValue returns v with a text of its own, not part of a batch.
func ownValue(v column.Value) column.Value {
	switch v.Kind() {
	case column.String:
		return column.StringValue(strings.Clone(v.Str()))
	case column.JSON:
		return column.JSONValue(strings.Clone(v.Str()))
	}
	return v
}
