package embedded

import (
	"encoding/binary"
	"errors"
)

// errShape is what a decoder fails with: bytes that passed their checksum but do not mean anything.
var errShape = errors.New("not in the form it should have")

// An encoder appends numbers and texts: numbers as varints, texts behind their length.
type encoder struct{ p []byte }

func (e *encoder) byte(b byte)      { e.p = append(e.p, b) }
func (e *encoder) uint(n uint64)    { e.p = binary.AppendUvarint(e.p, n) }
func (e *encoder) int(n int64)      { e.p = binary.AppendVarint(e.p, n) }
func (e *encoder) fixed32(n uint32) { e.p = binary.LittleEndian.AppendUint32(e.p, n) }
func (e *encoder) fixed64(n uint64) { e.p = binary.LittleEndian.AppendUint64(e.p, n) }
func (e *encoder) text(s string)    { e.uint(uint64(len(s))); e.p = append(e.p, s...) }
func (e *encoder) raw(p []byte)     { e.p = append(e.p, p...) }

// A decoder reads what an encoder wrote. After an error it reads zeros.
type decoder struct {
	p   []byte
	err error
}

func (d *decoder) fail() {
	d.p, d.err = nil, errShape
}

// raw returns the next n bytes, which share the memory of p.
func (d *decoder) raw(n int) []byte {
	if n < 0 || n > len(d.p) {
		d.fail()
		return nil
	}
	p := d.p[:n:n]
	d.p = d.p[n:]
	return p
}

func (d *decoder) byte() byte {
	if p := d.raw(1); p != nil {
		return p[0]
	}
	return 0
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.p)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.p = d.p[size:]
	return n
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.p)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.p = d.p[size:]
	return n
}

func (d *decoder) fixed32() uint32 {
	if p := d.raw(4); p != nil {
		return binary.LittleEndian.Uint32(p)
	}
	return 0
}

func (d *decoder) fixed64() uint64 {
	if p := d.raw(8); p != nil {
		return binary.LittleEndian.Uint64(p)
	}
	return 0
}

func (d *decoder) text() string { return string(d.raw(d.count(1))) }

// count reads a number of things that take at least size bytes each, so that a wrong one cannot ask for more memory than
// there are bytes.
func (d *decoder) count(size int) int {
	n := d.uint()
	if n > uint64(len(d.p)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

// end returns the first error; bytes that nobody has read are one.
func (d *decoder) end() error {
	if d.err == nil && len(d.p) > 0 {
		return errShape
	}
	return d.err
}
