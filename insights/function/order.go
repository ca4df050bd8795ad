package function

import (
	"cmp"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// SortCompare orders values as sort does, ascending: null first, then values that are not numbers,
// then numbers by value; text that is a complete number is a number, and so are timestamps and
// booleans. Other text is cut into runs of ASCII digits and runs of other characters, which are compared
// pair by pair: two runs of digits first by length and then by value, all else by code points.
// Numbers of equal value are ordered by their text (01 before 1), so the order is total: 0 means
// that both values have the same GroupKey. Descending order is the exact reverse.
func SortCompare(a, b column.Value) int {
	if k := a.Kind(); k == b.Kind() && (k == column.Int64 || k == column.Timestamp) {
		return cmp.Compare(a.Int(), b.Int())
	}
	return sortKeyOf(a).compare(sortKeyOf(b))
}

// A sortKey is a value with what is needed to place it.
type sortKey struct {
	v column.Value
	n number
}

func sortKeyOf(v column.Value) sortKey { return sortKey{v, numberOf(v)} }

// class is 0 for null, 1 for what is no number, 2 for numbers.
func (k *sortKey) class() int {
	switch {
	case k.n.ok:
		return 2
	case k.v.IsNull():
		return 0
	}
	return 1
}

func (k sortKey) compare(l sortKey) int {
	c := k.class()
	if d := c - l.class(); d != 0 {
		return d
	}
	switch c {
	case 1:
		return compareRuns(k.v.Str(), l.v.Str())
	case 2:
		return k.compareNumber(l)
	}
	return 0
}

// compareNumber orders by value, then timestamps after other numbers, then by text.
func (k sortKey) compareNumber(l sortKey) int {
	if d := compareExact(k.v, l.v, k.n, l.n); d != 0 {
		return d
	}
	kt, lt := k.v.Kind() == column.Timestamp, l.v.Kind() == column.Timestamp
	switch {
	case kt && lt:
		return 0
	case kt:
		return 1
	case lt:
		return -1
	}
	if k.v.Kind() == l.v.Kind() && k.v.Kind() != column.String {
		return 0
	}
	return strings.Compare(k.v.Text(), l.v.Text())
}

// compareRuns compares text by its runs of digits and runs of other characters. Up to the first byte that
// differs all runs are alike, so the runs around it decide.
func compareRuns(a, b string) int {
	i := commonLength(a, b)
	if i == len(a) || i == len(b) {
		return len(a) - len(b)
	}
	x, y := a[i], b[i]
	switch {
	case digit(x) && digit(y):
		if d := digitsIn(a[i:]) - digitsIn(b[i:]); d != 0 {
			return d
		}
	case digit(x) != digit(y) && i > 0 && digit(a[i-1]) == digit(x):
		return 1 // a's run of digits, or of others, goes on where b's ends
	case digit(x) != digit(y) && i > 0:
		return -1
	}
	return int(x) - int(y)
}

// commonLength returns how many bytes a and b have in common at their start.
func commonLength(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// digitsIn returns how many digits s begins with.
func digitsIn(s string) int {
	for i := range len(s) {
		if !digit(s[i]) {
			return i
		}
	}
	return len(s)
}

func digit(c byte) bool { return c-'0' <= 9 }

// The first byte of a group key.
const (
	keyNull = iota
	keyText
	keyTime
)

// GroupKey appends the key of v in a group: two values are in one group when their keys are equal.
// That is so when results show the same text for them, but a timestamp equals timestamps only and
// null only null. Keys of several values can be joined: no key is the beginning of another.
func GroupKey(dst []byte, v column.Value) []byte {
	switch v.Kind() {
	case column.Null:
		return append(dst, keyNull)
	case column.Timestamp:
		return binary.BigEndian.AppendUint64(append(dst, keyTime), uint64(v.Int()))
	case column.Bool:
		return append(dst, keyText, 1, '0'+byte(v.Int()))
	case column.Int64:
		dst = append(dst, keyText, 0)
		at := len(dst)
		dst = strconv.AppendInt(dst, v.Int(), 10)
		dst[at-1] = byte(len(dst) - at)
		return dst
	case column.Float64:
		var buf [32]byte
		text := v.AppendText(buf[:0])
		return append(binary.AppendUvarint(append(dst, keyText), uint64(len(text))), text...)
	}
	return append(binary.AppendUvarint(append(dst, keyText), uint64(len(v.Str()))), v.Str()...)
}
