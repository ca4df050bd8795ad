package shape

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/groundwatch/groundwatch/column"
)

// Version is the version of the bytes that Marshal writes. Unmarshal reads 1 to Version. See docs/format/shapes.md.
const Version = 1

// Marshal returns t as bytes.
func (t *Table) Marshal() []byte {
	texts := map[string]int{}
	var list []string
	add := func(s string) {
		if _, ok := texts[s]; !ok {
			texts[s] = len(list)
			list = append(list, s)
		}
	}
	for i := range t.Shapes {
		for _, sl := range t.Shapes[i].Slots {
			add(sl.Before)
		}
		add(t.Shapes[i].Tail)
	}
	out := binary.AppendUvarint([]byte{Version}, uint64(len(t.Columns)))
	for _, f := range t.Columns {
		out = appendText(appendText(out, f.Name), f.Path)
		wide := byte(0)
		if f.Wide {
			wide = 1
		}
		out = append(out, byte(f.Class), byte(f.Kind), wide)
	}
	out = binary.AppendUvarint(out, uint64(len(list)))
	for _, s := range list {
		out = appendText(out, s)
	}
	out = binary.AppendUvarint(out, uint64(len(t.Shapes)))
	for i := range t.Shapes {
		out = t.Shapes[i].marshal(out, texts)
	}
	return out
}

// marshal appends s. texts numbers the literals.
func (s *Shape) marshal(out []byte, texts map[string]int) []byte {
	out = binary.AppendUvarint(out, uint64(len(s.Slots)))
	for _, sl := range s.Slots {
		out = binary.AppendUvarint(out, uint64(texts[sl.Before]))
		out = binary.AppendUvarint(out, uint64(sl.Column))
		out = append(out, byte(sl.Form.Style), sl.Form.Digits)
		out = binary.AppendVarint(out, int64(sl.Form.Zone))
	}
	return binary.AppendUvarint(out, uint64(texts[s.Tail]))
}

// Unmarshal reads what Marshal wrote. It fails if b is anything else.
func Unmarshal(b []byte) (*Table, error) {
	d := &decoder{b: b}
	if v := d.byte(); v == 0 || v > Version {
		return nil, fmt.Errorf("unmarshal shapes: version %d, want 1 to %d", v, Version)
	}
	t := &Table{}
	for range d.count(5) {
		f := Field{Name: d.text(), Path: d.text(), Class: Class(d.byte()), Kind: column.Kind(d.byte())}
		f.Wide = d.byte() != 0
		t.Columns = append(t.Columns, f)
	}
	for range d.count(1) {
		d.texts = append(d.texts, d.text())
	}
	for range d.count(2) {
		t.Shapes = append(t.Shapes, d.shape())
		if d.bad {
			break
		}
	}
	if d.bad || len(d.b) > 0 {
		return nil, errors.New("unmarshal shapes: bytes end too early or too late")
	}
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("unmarshal shapes: %w", err)
	}
	return t, nil
}

// A decoder reads a marshalled table. Once bad it reads nothing but zeros.
type decoder struct {
	b     []byte
	texts []string
	bad   bool
}

func (d *decoder) shape() Shape {
	var s Shape
	n := d.count(5)
	if n > maxSlots {
		d.bad = true
		return s
	}
	s.Slots = make([]Slot, n)
	for i := range s.Slots {
		sl := Slot{Before: d.literal(), Column: int(min(d.number(), MaxColumns))}
		sl.Form = Form{Style: Style(d.byte()), Digits: d.byte(), Zone: d.zone()}
		s.Slots[i] = sl
	}
	s.Tail = d.literal()
	return s
}

func (d *decoder) byte() byte {
	if d.bad || len(d.b) == 0 {
		d.bad = true
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.b)
	if d.bad || size <= 0 {
		d.bad = true
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) zone() int16 {
	n, size := binary.Varint(d.b)
	if d.bad || size <= 0 || n < math.MinInt16 || n > math.MaxInt16 {
		d.bad = true
		return 0
	}
	d.b = d.b[size:]
	return int16(n)
}

// count reads how many things of at least size bytes follow.
func (d *decoder) count(size int) int {
	n := d.number()
	if n > uint64(len(d.b)/size) {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.count(1)
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) literal() string {
	n := d.number()
	if n >= uint64(len(d.texts)) {
		d.bad = true
		return ""
	}
	return d.texts[n]
}
