package exec

import (
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

	// Short ways for a single key: values seen so far in the form they have in a column.
	texts map[string]uint32
	times map[int64]uint32
	last  struct { // the time of the row before
		ms    int64
		group uint32
		ok    bool
	}
	buf []byte
}

func newGroupIndex(width int) groupIndex {
	return groupIndex{width: width, byKey: map[string]uint32{}, texts: map[string]uint32{}, times: map[int64]uint32{}}
}

func (x *groupIndex) len() int { return x.n }

// key returns the value of key i of a group.
func (x *groupIndex) key(group, i int) column.Value { return x.keys[group*x.width+i] }

// find numbers n rows by their keys: groups[i] is the group of row i.
func (x *groupIndex) find(keys []*column.Column, n int, groups []uint32) {
	if n == 0 {
		return
	}
	switch {
	case len(keys) == 0:
		group := x.number(nil)
		for i := range groups {
			groups[i] = group
		}
	case len(keys) == 1 && keys[0].Kind == column.Timestamp:
		x.findTimes(keys[0], groups)
	case len(keys) == 1 && keys[0].Kind == column.String && keys[0].Codes != nil:
		x.findCodes(keys[0], groups)
	case len(keys) == 1 && keys[0].Kind == column.String:
		x.findTexts(keys[0], groups)
	default:
		values := make([]column.Value, len(keys))
		for i := range groups {
			for j, c := range keys {
				values[j] = c.Value(i)
			}
			groups[i] = x.number(values)
		}
	}
}

func (x *groupIndex) findTimes(c *column.Column, groups []uint32) {
	for i, ms := range c.Ints {
		switch {
		case c.IsNull(i):
			groups[i] = x.number([]column.Value{{}})
			continue
		case x.last.ok && x.last.ms == ms:
			groups[i] = x.last.group
			continue
		}
		group, ok := x.times[ms]
		if !ok {
			group = x.number([]column.Value{column.TimeValue(ms)})
			x.times[ms] = group
		}
		x.last.ms, x.last.group, x.last.ok = ms, group, true
		groups[i] = group
	}
}

func (x *groupIndex) findTexts(c *column.Column, groups []uint32) {
	for i, s := range c.Strings {
		if c.Nulls != nil && c.Nulls.Get(i) {
			groups[i] = x.number([]column.Value{{}})
			continue
		}
		group, ok := x.texts[s]
		if !ok {
			group = x.number([]column.Value{column.StringValue(s)})
			x.texts[strings.Clone(s)] = group
		}
		groups[i] = group
	}
}

// findCodes numbers each distinct value of a dictionary once.
func (x *groupIndex) findCodes(c *column.Column, groups []uint32) {
	const unknown = 1<<32 - 1
	numbers := make([]uint32, len(c.Strings))
	for i := range numbers {
		numbers[i] = unknown
	}
	for i, code := range c.Codes {
		if c.IsNull(i) {
			groups[i] = x.number([]column.Value{{}})
			continue
		}
		if numbers[code] == unknown {
			numbers[code] = x.number([]column.Value{column.StringValue(c.Strings[code])})
		}
		groups[i] = numbers[code]
	}
}

// number returns the group of values, a new one if there is none. Values with one text are one
// group though their kinds differ; the kind that stands first in column is the one shown, whichever
// row came first.
func (x *groupIndex) number(values []column.Value) uint32 {
	x.buf = x.buf[:0]
	for _, v := range values {
		x.buf = function.GroupKey(x.buf, v)
	}
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

// adopt numbers the groups of another index here: its group g is to[g].
func (x *groupIndex) adopt(o *groupIndex) (to []uint32) {
	to = make([]uint32, o.n)
	for g := range to {
		to[g] = x.number(o.keys[g*o.width : (g+1)*o.width])
	}
	return to
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
