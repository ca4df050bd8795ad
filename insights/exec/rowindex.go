package exec

import (
	"bytes"
	"hash/maphash"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// A rowIndex numbers rows by their values in some columns, in order of first appearance; equal are those with one function.GroupKey. It
// keeps a hash of each combination and finds its values in the row where it stood first, so that a million of them take some 25 MB, and
// counts that.
type rowIndex struct {
	memory  *budget
	what    string // for the error of a full budget
	columns []*column.Column

	seed   maphash.Seed
	places []uint32 // the number plus 1 of the combination whose hash leads here; 0 is free
	hashes []uint64 // of each number
	first  []int32  // row of each number

	key, other []byte // scratch
}

// placeBytes is what a place takes, with three quarters of a hash and of a row.
const placeBytes = 4 + (8+4)*3/4

// index returns one for the rows of r by some slots. It must be freed.
func (run *run) index(what string, r *rows, slots []int) *rowIndex {
	x := &rowIndex{memory: run.memory, what: what, seed: maphash.MakeSeed()}
	for _, slot := range slots {
		x.columns = append(x.columns, r.col(slot))
	}
	return x
}

// free gives the memory back.
func (x *rowIndex) free() { _ = x.memory.add(int64(-placeBytes*len(x.places)), x.what) } // less never fails

// null tells whether a row has a null among its values.
func (x *rowIndex) null(row int) bool {
	for _, c := range x.columns {
		if c.IsNull(row) {
			return true
		}
	}
	return false
}

// number returns the number of a row's values, a new one if no row had them.
func (x *rowIndex) number(row int) (uint32, error) {
	if len(x.first)*4 >= len(x.places)*3 {
		if err := x.grow(); err != nil {
			return 0, err
		}
	}
	x.key = x.appendKey(x.key[:0], row)
	hash := maphash.Bytes(x.seed, x.key)
	for at := x.place(hash); ; at = x.place(uint64(at) + 1) {
		n := x.places[at]
		if n == 0 {
			x.hashes, x.first = append(x.hashes, hash), append(x.first, int32(row))
			x.places[at] = uint32(len(x.first))
			return uint32(len(x.first) - 1), nil
		}
		if x.hashes[n-1] != hash {
			continue
		}
		x.other = x.appendKey(x.other[:0], int(x.first[n-1]))
		if bytes.Equal(x.key, x.other) {
			return n - 1, nil
		}
	}
}

func (x *rowIndex) appendKey(dst []byte, row int) []byte {
	for _, c := range x.columns {
		dst = function.GroupKey(dst, c.Value(row))
	}
	return dst
}

// place returns the place that a hash leads to. There is a power of two of them.
func (x *rowIndex) place(hash uint64) int { return int(hash & uint64(len(x.places)-1)) }

// leastPlaces is how many places there are for the first row.
const leastPlaces = 1024

// grow doubles the places.
func (x *rowIndex) grow() error {
	size := max(leastPlaces, 2*len(x.places))
	if err := x.memory.add(int64(placeBytes*(size-len(x.places))), x.what); err != nil {
		return err
	}
	x.places = make([]uint32, size)
	for n, hash := range x.hashes {
		at := x.place(hash)
		for x.places[at] != 0 {
			at = x.place(uint64(at) + 1)
		}
		x.places[at] = uint32(n + 1)
	}
	return nil
}
