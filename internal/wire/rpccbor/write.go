package rpccbor

import (
	"encoding/binary"
	"math"
	"reflect"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// appendValue appends v, of f.Plan.Type.
func appendValue(b []byte, f *wire.Field, v reflect.Value) ([]byte, error) {
	w := &writer{b}
	err := wire.Encode(w, f, v)
	return w.b, err
}

// A writer is the wire.Sink of a CBOR item. Structures have an indefinite length: how many members there are shows at
// their end.
type writer struct {
	b []byte
}

func (w *writer) Open(f *wire.Field, n int) {
	switch f.Plan.Kind {
	case wire.List:
		w.b = appendHead(w.b, array, uint64(n))
	case wire.Map:
		w.b = appendHead(w.b, dict, uint64(n))
	default:
		w.b = append(w.b, dict<<5|indefinite)
	}
}

func (w *writer) Close(f *wire.Field) {
	if f.Plan.Kind == wire.Struct || f.Plan.Kind == wire.Union {
		w.b = append(w.b, breakByte)
	}
}

func (w *writer) Member(m *wire.Field) { w.b = appendText(w.b, m.Member.Name) }

func (w *writer) Key(_ *wire.Field, key string) { w.b = appendText(w.b, key) }

func (w *writer) Null(*wire.Field) { w.b = append(w.b, null) }

func (w *writer) Scalar(f *wire.Field, s *wire.Scalar) {
	switch f.Plan.Kind {
	case wire.String:
		w.b = appendText(w.b, s.Text)
	case wire.Blob:
		w.b = append(appendHead(w.b, byteString, uint64(len(s.Bytes))), s.Bytes...)
	case wire.Bool:
		if s.Bool {
			w.b = append(w.b, true_)
		} else {
			w.b = append(w.b, false_)
		}
	case wire.Int:
		if s.Int < 0 {
			w.b = appendHead(w.b, negative, uint64(-1-s.Int))
		} else {
			w.b = appendHead(w.b, unsigned, uint64(s.Int))
		}
	case wire.Float:
		w.b = appendFloat(w.b, s.Float, f.Plan.Type.Bits())
	case wire.Time:
		w.b = appendFloat(append(w.b, tag<<5|epochTag), float64(s.Time.UnixMilli())/1000, 64)
	}
}

// appendHead appends the start of an item in its shortest form.
func appendHead(b []byte, major byte, arg uint64) []byte {
	major <<= 5
	switch {
	case arg < oneByte:
		return append(b, major|byte(arg))
	case arg <= math.MaxUint8:
		return append(b, major|oneByte, byte(arg))
	case arg <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, major|oneByte+1), uint16(arg))
	case arg <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, major|oneByte+2), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(b, major|oneByte+3), arg)
}

func appendText(b []byte, s string) []byte {
	return append(appendHead(b, textString, uint64(len(s))), s...)
}

// appendFloat appends f in the width of its type.
func appendFloat(b []byte, f float64, bits int) []byte {
	if bits == 32 {
		return binary.BigEndian.AppendUint32(append(b, simple<<5|float32s), math.Float32bits(float32(f)))
	}
	return binary.BigEndian.AppendUint64(append(b, simple<<5|float64s), math.Float64bits(f))
}
