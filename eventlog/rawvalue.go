package eventlog

import (
	"log/slog"
	"unsafe"
)

// A rawValue is how a slog.Value lies in memory: a number, and an interface whose type says what the number is. Reading
// it here instead of by Value's methods, each of which finds out the kind anew, saves a fifth of an event with five
// fields. Whether it lies so is found out at the start, by values whose kind is known: if it does not, both types are
// ones that no value has, and the methods are used.
type rawValue struct {
	num       uint64         // the number, the length of a string, the nanoseconds of a time
	typ, data unsafe.Pointer // of the interface: a slog.Kind, or a pointer to a string's bytes
}

// rawString and rawKind are the types of strings, and of the kinds that num holds as a whole; rawError is that of what
// errors.New returns.
var (
	rawString, rawKind = probeRawValue()
	rawError           = probeRawError()
)

// probeRawError returns the type of errors.New's errors, or one that no value has.
func probeRawError() unsafe.Pointer {
	var known any = errNoError
	v := slog.AnyValue(known)
	if unsafe.Sizeof(v) == unsafe.Sizeof(rawValue{}) && rawOf(&v).typ == *(*unsafe.Pointer)(unsafe.Pointer(&known)) {
		return rawOf(&v).typ
	}
	return unsafe.Pointer(new(rawValue))
}

func probeRawValue() (str, kind unsafe.Pointer) {
	none := unsafe.Pointer(new(rawValue))
	const number, text = 0x0123456789abcdef, "a text"
	v, s, b := slog.Int64Value(number), slog.StringValue(text), slog.BoolValue(true)
	if unsafe.Sizeof(v) != unsafe.Sizeof(rawValue{}) || unsafe.Sizeof(uintptr(0)) != 8 {
		return none, none
	}
	rv, rs, rb := rawOf(&v), rawOf(&s), rawOf(&b)
	if rv.num != number || rs.num != uint64(len(text)) || rb.num != 1 ||
		rs.data != unsafe.Pointer(unsafe.StringData(text)) || rv.typ != rb.typ || rv.typ == rs.typ {
		return none, none
	}
	if *(*slog.Kind)(rv.data) != slog.KindInt64 || *(*slog.Kind)(rb.data) != slog.KindBool {
		return none, none
	}
	return rs.typ, rv.typ
}

func rawOf(v *slog.Value) *rawValue { return (*rawValue)(unsafe.Pointer(v)) }

// text returns the string of a value of type rawString.
func (r *rawValue) text() string { return unsafe.String((*byte)(r.data), r.num) }

// kind returns the kind of a value of type rawKind.
func (r *rawValue) kind() slog.Kind { return *(*slog.Kind)(r.data) }
