package eventlog

import (
	"log/slog"
	"reflect"
	"unsafe"
)

// rawRecord says where a slog.Record keeps its attributes. Record.Attrs copies the record, some 290 bytes, and calls a
// function for each attribute; reading them where they lie takes a third off an event through log/slog. The fields are
// found by their names and types; if a future Record has others, ok is false and Record.Attrs is used.
var rawRecord = probeRawRecord()

type recordLayout struct {
	front, n, back uintptr // offsets of the first attributes, of how many they are, and of the slice of the others
	ok             bool
}

func probeRawRecord() recordLayout {
	t := reflect.TypeFor[slog.Record]()
	front, ok1 := t.FieldByName("front")
	n, ok2 := t.FieldByName("nFront")
	back, ok3 := t.FieldByName("back")
	if !ok1 || !ok2 || !ok3 || front.Type.Kind() != reflect.Array || front.Type.Elem() != reflect.TypeFor[slog.Attr]() ||
		n.Type.Kind() != reflect.Int || back.Type != reflect.TypeFor[[]slog.Attr]() {
		return recordLayout{}
	}
	return recordLayout{front.Offset, n.Offset, back.Offset, true}
}

// recordAttrs returns a record's attributes, in two pieces. They belong to the record.
func recordAttrs(r *slog.Record) (first, more []slog.Attr) {
	at := &rawRecord
	if !at.ok {
		return copyAttrs(r), nil
	}
	p := unsafe.Pointer(r)
	first = unsafe.Slice((*slog.Attr)(unsafe.Add(p, at.front)), *(*int)(unsafe.Add(p, at.n)))
	return first, *(*[]slog.Attr)(unsafe.Add(p, at.back))
}

func copyAttrs(r *slog.Record) []slog.Attr {
	attrs := make([]slog.Attr, 0, r.NumAttrs())
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	return attrs
}
