package shape

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// A plan is a shape made ready for writing messages.
type plan struct {
	slots []planned
	tail  string
}

// A planned slot knows where its values are.
type planned struct {
	literal string // with bytes behind it, to a multiple of eight
	size    int    // of the literal without them
	cell    *cell
	form    Form
}

// valueRoom is more than any value takes but texts, with what is written beyond its end.
const valueRoom = 64

// padded returns a literal with bytes behind it, to a multiple of eight.
func padded(literal string) string { return literal + "        "[:-len(literal)&7] }

// A cell is where the values of a column are, one row each. kind Null means that all are null.
type cell struct {
	kind    column.Kind
	nulls   column.Mask
	ints    []int64
	floats  []float64
	strings []string
	codes   []uint32
	packed  bool // values stand without room for nulls, and are asked for one after the other
	next    int  // where packed: the value of the next row that has one
}

// set makes c that of a column; nil is all null.
func (c *cell) set(col *column.Column) {
	if col == nil {
		*c = cell{}
		return
	}
	*c = cell{kind: col.Kind, nulls: col.Nulls, ints: col.Ints, floats: col.Floats, strings: col.Strings, codes: col.Codes}
}

func (c *cell) null(row int) bool { return c.kind == column.Null || c.nulls != nil && c.nulls.Get(row) }

// place returns where the value of a row is, which is not null.
func (c *cell) place(row int) int {
	if c.packed {
		row = c.next
		c.next++
	}
	return row
}

// text returns the text in a place.
func (c *cell) text(at int) string {
	if c.codes != nil {
		at = int(c.codes[at])
	}
	return c.strings[at]
}

// A writer writes messages.
type writer struct{ dates calendar }

// message appends the message of a row.
func (w *writer) message(dst []byte, p *plan, row int) []byte {
	buf, at := dst[:cap(dst)], len(dst)
	for i := range p.slots {
		sl := &p.slots[i]
		if len(buf)-at < len(sl.literal)+valueRoom {
			buf = grow(buf, at, len(sl.literal)+valueRoom)
		}
		for k := 0; k+8 <= len(sl.literal); k += 8 {
			binary.LittleEndian.PutUint64(buf[at+k:], word(sl.literal[k:]))
		}
		at += sl.size
		c := sl.cell
		if c.null(row) {
			at += copy(buf[at:], "null")
			continue
		}
		place := c.place(row)
		switch sl.form.Style {
		case Plain, UUID:
			text := c.text(place)
			if len(buf)-at < len(text)+valueRoom {
				buf = grow(buf, at, len(text)+valueRoom)
			}
			if end := putPlain(buf, at, text); end > 0 {
				at = end
				continue
			}
		case Short:
			if c.kind == column.Int64 {
				at = putInt(buf, at, c.ints[place])
				continue
			}
			if end := putShort(buf, at, c.floats[place]); end > 0 {
				at = end
				continue
			}
		}
		dst = w.value(buf[:at], c, place, sl.form)
		buf, at = dst[:cap(dst)], len(dst)
	}
	return append(buf[:at], p.tail...)
}

// grow returns buf with room for n bytes behind at.
func grow(buf []byte, at, n int) []byte {
	buf = slices.Grow(buf[:at], n)
	return buf[:cap(buf)]
}

// word returns the first eight bytes of s.
func word(s string) uint64 { return binary.LittleEndian.Uint64(bytesOf(s)) }

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// needsEscape is not 0 if one of eight bytes is a quote, a backslash or a control character.
func needsEscape(w uint64) uint64 {
	quote := w ^ ones*'"'
	slash := w ^ ones*'\\'
	m := (quote - ones) &^ quote
	m |= (slash - ones) &^ slash
	m |= (w - ones*' ') &^ w
	return m & highs
}

// putPlain writes text in quotes at buf[at] and returns its end, or 0 if something in it has to be escaped. buf has room
// for it and eight bytes more.
func putPlain(buf []byte, at int, text string) int {
	b := bytesOf(text)
	buf[at] = '"'
	out := buf[at+1:]
	bad := uint64(0)
	i := 0
	for ; len(b)-i >= 8; i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		bad |= needsEscape(w)
		binary.LittleEndian.PutUint64(out[i:], w)
	}
	switch n := len(b); {
	case i == n:
	case n >= 8:
		w := binary.LittleEndian.Uint64(b[n-8:])
		bad |= needsEscape(w)
		binary.LittleEndian.PutUint64(out[n-8:], w)
	case n >= 4:
		lo, hi := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[n-4:])
		bad |= needsEscape(uint64(lo) | uint64(hi)<<32)
		binary.LittleEndian.PutUint32(out, lo)
		binary.LittleEndian.PutUint32(out[n-4:], hi)
	default:
		for ; i < n; i++ {
			if c := b[i]; c < ' ' || c == '"' || c == '\\' {
				return 0
			}
			out[i] = b[i]
		}
	}
	if bad != 0 {
		return 0
	}
	out[len(b)] = '"'
	return at + len(b) + 2
}

const digitPairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839" +
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697989900"

// putInt writes n in digits at buf[at] and returns its end.
func putInt(buf []byte, at int, n int64) int {
	u := uint64(n)
	if n < 0 {
		buf[at] = '-'
		at++
		u = -u
	}
	end := at + digitsOf(u)
	putDigits(buf[:end], u)
	return end
}

// digitsOf returns how many digits u has.
func digitsOf(u uint64) int {
	n := 1
	for ; u >= 10_000; u /= 10_000 {
		n += 4
	}
	switch {
	case u >= 1000:
		return n + 3
	case u >= 100:
		return n + 2
	case u >= 10:
		return n + 1
	}
	return n
}

// putDigits writes u so that it ends where buf ends.
func putDigits(buf []byte, u uint64) {
	i := len(buf)
	for u >= 100 {
		pair := u % 100 * 2
		u /= 100
		i -= 2
		buf[i], buf[i+1] = digitPairs[pair], digitPairs[pair+1]
	}
	if u >= 10 {
		buf[i-2], buf[i-1] = digitPairs[u*2], digitPairs[u*2+1]
		return
	}
	buf[i-1] = byte('0' + u)
}

// putShort writes f in the style Short at buf[at] and returns its end, or 0 if f has more than three digits behind the
// point. A number that has at most 15 digits in all is the nearest float to no other such number, so its digits are the
// fewest.
func putShort(buf []byte, at int, f float64) int {
	t := f * 1e3
	if !(t < 1e15 && t > -1e15) {
		return 0
	}
	m := int64(t + math.Copysign(0.5, t))
	if float64(m)/1e3 != f {
		return 0
	}
	if m < 0 {
		buf[at] = '-'
		at++
		m = -m
	}
	whole, frac := uint64(m)/1000, uint64(m)%1000
	at = putInt(buf, at, int64(whole))
	if frac == 0 {
		return at
	}
	buf[at] = '.'
	pair := frac / 10 * 2
	buf[at+1], buf[at+2], buf[at+3] = digitPairs[pair], digitPairs[pair+1], byte('0'+frac%10)
	at += 4
	for buf[at-1] == '0' {
		at--
	}
	return at
}

// value appends the value in a place in the form given.
func (w *writer) value(dst []byte, c *cell, at int, f Form) []byte {
	switch f.Style {
	case UUID:
		return appendQuoted(dst, c.text(at), Plain)
	case Plain, HTML, ASCII:
		return appendQuoted(dst, c.text(at), f.Style)
	case Short:
		if c.kind == column.Float64 {
			return appendShort(dst, c.floats[at])
		}
		return appendInt(dst, c.ints[at])
	case Fixed:
		if c.kind == column.Float64 {
			return appendFixed(dst, c.floats[at], int(f.Digits))
		}
		dst = append(appendInt(dst, c.ints[at]), '.')
		return append(dst, "000000000"[:f.Digits]...)
	case Bool:
		if c.ints[at] != 0 {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case Time:
		return append(w.dates.appendStamp(append(dst, '"'), c.ints[at], f), '"')
	case Raw, Long:
		return append(dst, c.text(at)...)
	}
	panic(fmt.Sprintf("BUG: style %d", f.Style))
}
