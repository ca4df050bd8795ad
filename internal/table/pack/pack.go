// Package pack writes numbers, texts and columns as bytes, and reads them back from bytes that may be anything. What they mean is for
// others to say.
package pack

import (
	"encoding/binary"
	"errors"
	"slices"
	"unsafe"
)

// ErrForm is what a Decoder fails with: bytes that passed their checksum but do not mean anything.
var ErrForm = errors.New("not in the form it should have")

// An Encoder appends numbers and texts: numbers as varints, texts behind their length.
type Encoder struct{ P []byte }

// Byte adds one byte.
func (e *Encoder) Byte(b byte) { e.P = append(e.P, b) }

// Uint adds a number in 7 bits per byte, the lowest first.
func (e *Encoder) Uint(n uint64) { e.P = binary.AppendUvarint(e.P, n) }

// Int adds a number in the same way; those near 0 are short, negative ones too.
func (e *Encoder) Int(n int64) { e.P = binary.AppendVarint(e.P, n) }

// Fixed32 adds a number in four bytes, little-endian.
func (e *Encoder) Fixed32(n uint32) { e.P = binary.LittleEndian.AppendUint32(e.P, n) }

// Fixed64 adds a number in eight bytes, little-endian.
func (e *Encoder) Fixed64(n uint64) { e.P = binary.LittleEndian.AppendUint64(e.P, n) }

// Text adds the length of s and s.
func (e *Encoder) Text(s string) {
	e.Uint(uint64(len(s)))
	e.P = append(e.P, s...)
}

// Raw adds bytes as they are.
func (e *Encoder) Raw(p []byte) { e.P = append(e.P, p...) }

// Deltas adds numbers, each as the difference to the one before.
func (e *Encoder) Deltas(all []int64) {
	before := int64(0)
	for _, n := range all {
		e.P = binary.AppendVarint(e.P, n-before)
		before = n
	}
}

// A Decoder reads what an Encoder wrote. After an error it reads zeros.
type Decoder struct {
	P   []byte // what is left
	Err error  // the first one
}

// Fail makes d fail: what it has read means nothing.
func (d *Decoder) Fail() {
	d.P, d.Err = nil, ErrForm
}

// Raw returns the next n bytes, which share the memory of p.
func (d *Decoder) Raw(n int) []byte {
	if n < 0 || n > len(d.P) {
		d.Fail()
		return nil
	}
	p := d.P[:n:n]
	d.P = d.P[n:]
	return p
}

// Byte reads one byte.
func (d *Decoder) Byte() byte {
	if p := d.Raw(1); p != nil {
		return p[0]
	}
	return 0
}

// Uint reads what Encoder.Uint wrote.
func (d *Decoder) Uint() uint64 {
	n, size := binary.Uvarint(d.P)
	if size <= 0 {
		d.Fail()
		return 0
	}
	d.P = d.P[size:]
	return n
}

// Int reads what Encoder.Int wrote.
func (d *Decoder) Int() int64 {
	n, size := binary.Varint(d.P)
	if size <= 0 {
		d.Fail()
		return 0
	}
	d.P = d.P[size:]
	return n
}

// Fixed32 reads four bytes.
func (d *Decoder) Fixed32() uint32 {
	if p := d.Raw(4); p != nil {
		return binary.LittleEndian.Uint32(p)
	}
	return 0
}

// Fixed64 reads eight bytes.
func (d *Decoder) Fixed64() uint64 {
	if p := d.Raw(8); p != nil {
		return binary.LittleEndian.Uint64(p)
	}
	return 0
}

// Text reads a text, and copies it.
func (d *Decoder) Text() string { return string(d.Raw(d.Count(1))) }

// Count reads a number of things that take at least size bytes each, so that a wrong one cannot ask for more memory than
// there are bytes.
func (d *Decoder) Count(size int) int {
	n := d.Uint()
	if n > uint64(len(d.P)/size) {
		d.Fail()
		return 0
	}
	return int(n)
}

// End returns the first error; bytes that nobody has read are one.
func (d *Decoder) End() error {
	if d.Err == nil && len(d.P) > 0 {
		return ErrForm
	}
	return d.Err
}

// Deltas reads n numbers that Encoder.Deltas wrote.
func (d *Decoder) Deltas(n int) []int64 {
	if n > len(d.P) {
		d.Fail()
		return nil
	}
	all := make([]int64, n)
	before := int64(0)
	for i := range all {
		before += d.Int()
		all[i] = before
	}
	return all
}

// Strings reads n texts. They share one copy of their bytes.
func (d *Decoder) Strings(n int) []string {
	if n > len(d.P) {
		d.Fail()
		return nil
	}
	copied := &Decoder{P: slices.Clone(d.P)}
	all := make([]string, n)
	for i := range all {
		p := copied.Raw(copied.Count(1))
		all[i] = unsafe.String(unsafe.SliceData(p), len(p))
	}
	d.Raw(len(d.P) - len(copied.P))
	if copied.Err != nil {
		d.Fail()
	}
	return all
}
