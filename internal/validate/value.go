package validate

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// redacted stands for a value within another one that must not be shown [R: the words of the AWS SDK for Java].
const redacted = "*** Sensitive Data Redacted ***"

// appendValue appends v as AWS's services quote it, which is as Java prints it, and at most limit bytes of it, give or
// take an element. Recorded are texts, whole numbers, and lists of structures; the rest is Java's own [R].
func appendValue(b []byte, p *wire.Plan, v reflect.Value, limit int) []byte {
	w := quoting{b: b, end: len(b) + limit}
	w.value(p, v)
	return w.b
}

type quoting struct {
	b   []byte
	end int // of what may be written
}

func (w *quoting) full() bool { return len(w.b) >= w.end }

func (w *quoting) value(p *wire.Plan, v reflect.Value) {
	switch p.Kind {
	case wire.String:
		w.b = append(w.b, cut(v.String(), max(w.end-len(w.b), 0))...)
	case wire.Bool:
		w.b = strconv.AppendBool(w.b, v.Bool())
	case wire.Int:
		w.b = strconv.AppendInt(w.b, v.Int(), 10)
	case wire.Float:
		w.b = append(w.b, javaDouble(v.Float())...)
	case wire.Time:
		t, _ := v.Interface().(time.Time)
		w.b = t.UTC().AppendFormat(w.b, "Mon Jan 02 15:04:05 UTC 2006")
	case wire.Blob:
		w.b = fmt.Appendf(w.b, "java.nio.HeapByteBuffer[pos=0 lim=%d cap=%d]", v.Len(), v.Len())
	case wire.List:
		w.list(p, v)
	case wire.Map:
		w.dict(p, v)
	case wire.Struct:
		w.structure(p, v)
	case wire.Union:
		if f, u := p.Member(v); f != nil {
			w.b = append(append(append(w.b, p.Shape.Name...), '('), pathName(f.Member.Name)...)
			w.b = append(w.b, '=')
			w.place(f, u)
			w.b = append(w.b, ')')
		}
	}
}

// cut returns the start of s, at most n bytes, without half a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// place writes what stands in v, a place for f.
func (w *quoting) place(f *wire.Field, v reflect.Value) {
	value, ok := present(f, v)
	switch {
	case !ok:
		w.b = append(w.b, "null"...)
	case f.Plan.Shape.Sensitive:
		w.b = append(w.b, redacted...)
	default:
		w.value(f.Plan, value)
	}
}

func (w *quoting) list(p *wire.Plan, v reflect.Value) {
	w.b = append(w.b, '[')
	for i := 0; i < v.Len() && !w.full(); i++ {
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		w.place(p.Elem, v.Index(i))
	}
	w.b = append(w.b, ']')
}

func (w *quoting) dict(p *wire.Plan, v reflect.Value) {
	w.b = append(w.b, '{')
	for i, key := range sortedKeys(v) {
		if w.full() {
			break
		}
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		w.b = append(append(w.b, key.String()...), '=')
		w.place(p.Elem, v.MapIndex(key))
	}
	w.b = append(w.b, '}')
}

func (w *quoting) structure(p *wire.Plan, v reflect.Value) {
	w.b = append(append(w.b, p.Shape.Name...), '(')
	for i, name := range printed(p) {
		if w.full() {
			break
		}
		if i > 0 {
			w.b = append(w.b, ", "...)
		}
		w.b = append(append(w.b, name...), '=')
		if f := fieldAt(p, name); f != nil {
			w.place(f, f.Get(v))
		} else {
			w.b = append(w.b, "null"...)
		}
	}
	w.b = append(w.b, ')')
}

// printed returns the names of the members that AWS prints of a structure.
func printed(p *wire.Plan) []string {
	if names := recordedMembers[p.Shape.Name]; names != nil {
		return names
	}
	names := make([]string, len(p.Fields))
	for i := range p.Fields {
		names[i] = pathName(p.Fields[i].Member.Name)
	}
	return names
}

// fieldAt returns the field that is called name in paths, nil if there is none.
func fieldAt(p *wire.Plan, name string) *wire.Field {
	for i := range p.Fields {
		if pathName(p.Fields[i].Member.Name) == name {
			return &p.Fields[i]
		}
	}
	return nil
}

// javaDouble writes a number as Java does: with a point, and with an exponent from 10^7 on and below 10^-3.
func javaDouble(f float64) string {
	if f-f != 0 {
		return strings.TrimPrefix(strings.Replace(strconv.FormatFloat(f, 'g', -1, 64), "Inf", "Infinity", 1), "+")
	}
	if a := max(f, -f); a != 0 && (a >= 1e7 || a < 1e-3) {
		s := strconv.FormatFloat(f, 'E', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "E")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		n, _ := strconv.Atoi(exponent)
		return mantissa + "E" + strconv.Itoa(n)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
