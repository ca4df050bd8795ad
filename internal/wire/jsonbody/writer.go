package jsonbody

import (
	"encoding/base64"
	"math"
	"reflect"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// Append appends the JSON text of v, of f.Plan.Type, to dst.
func Append(dst []byte, f *wire.Field, v reflect.Value, o Options) ([]byte, error) {
	w := &writer{b: dst, o: o}
	if err := wire.Encode(w, f, v); err != nil {
		return nil, err
	}
	return w.b[:len(w.b)-1], nil
}

// A writer is the wire.Sink of a JSON text. It puts a comma behind each value; what closes takes the last one back.
type writer struct {
	b []byte
	o Options
}

func (w *writer) Open(f *wire.Field, _ int) {
	if f.Plan.Kind == wire.List {
		w.b = append(w.b, '[')
	} else {
		w.b = append(w.b, '{')
	}
}

func (w *writer) Close(f *wire.Field) {
	if last := len(w.b) - 1; w.b[last] == ',' {
		w.b = w.b[:last]
	}
	if f.Plan.Kind == wire.List {
		w.b = append(w.b, ']', ',')
	} else {
		w.b = append(w.b, '}', ',')
	}
}

func (w *writer) Member(m *wire.Field) {
	name := m.Member.Name
	if w.o.JSONNames && m.Member.JSONName != "" {
		name = m.Member.JSONName
	}
	w.Key(m, name)
}

func (w *writer) Key(_ *wire.Field, key string) {
	w.b = append(jsonscan.AppendString(w.b, key), ':')
}

func (w *writer) Null(*wire.Field) { w.b = append(w.b, "null,"...) }

func (w *writer) Scalar(f *wire.Field, s *wire.Scalar) {
	switch f.Plan.Kind {
	case wire.String:
		w.b = jsonscan.AppendString(w.b, s.Text)
	case wire.Blob:
		w.b = append(base64.StdEncoding.AppendEncode(append(w.b, '"'), s.Bytes), '"')
	case wire.Bool:
		w.b = strconv.AppendBool(w.b, s.Bool)
	case wire.Int:
		w.b = strconv.AppendInt(w.b, s.Int, 10)
	case wire.Float:
		w.b = appendFloat(w.b, s.Float, f.Plan.Type.Bits())
	case wire.Time:
		w.time(f, s)
	case wire.Document:
		w.b = append(w.b, s.Bytes...)
	}
	w.b = append(w.b, ',')
}

func (w *writer) time(f *wire.Field, s *wire.Scalar) {
	format := f.TimeFormat(wire.EpochSeconds)
	if format == wire.EpochSeconds {
		w.b = wire.AppendTime(w.b, format, s.Time)
		return
	}
	w.b = append(wire.AppendTime(append(w.b, '"'), format, s.Time), '"')
}

// appendFloat appends the shortest number that reads back as f. What JSON has no number for is a string.
func appendFloat(b []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(b, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(b, `"-Infinity"`...)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, f, format, -1, bits)
}
