package eventlog

import (
	"hash/maphash"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"
)

// maxWideFields is the largest number of fields that are set on one unit of work or call. CloudWatch Logs finds the
// fields of an event with up to 200 of them; 40 are left for the head, the logger's, the context's and the unit's own.
const maxWideFields = 160

// maxDroppedKeys is how many of the fields over maxWideFields are named in the event.
const maxDroppedKeys = 10

// ownFields are the places of the fields that come before those set: duration_ms, outcome, error.
const ownFields = 3

// A wideFields gathers the fields of an event until it is written. A key has one value: setting it again replaces it.
type wideFields struct {
	attrs   []slog.Attr // the unit's own ownFields, then those set, in the order of their first setting
	index   [256]uint8  // hash table, open addressing: a place in attrs, 0 for none
	dropped int         // settings over maxWideFields
	names   []string    // the keys of some of them
}

var widePool = sync.Pool{New: func() any {
	return &wideFields{attrs: make([]slog.Attr, ownFields, 64)}
}}

// release forgets the fields and gives their room to the next event.
func (f *wideFields) release() {
	clear(f.attrs)
	f.attrs = f.attrs[:ownFields]
	f.index = [256]uint8{}
	f.dropped, f.names = 0, nil
	widePool.Put(f)
}

var wideSeed = maphash.MakeSeed()

// find returns the place of key's slot in index, and the field there, or nil.
func (f *wideFields) find(key string) (slot uint8, a *slog.Attr) {
	slot = uint8(maphash.String(wideSeed, key))
	for {
		i := f.index[slot]
		if i == 0 {
			return slot, nil
		}
		if f.attrs[i].Key == key {
			return slot, &f.attrs[i]
		}
		slot++
	}
}

// put adds a field or replaces the one of its key. It returns false if there was no room.
func (f *wideFields) put(key string, v slog.Value) bool {
	slot, a := f.find(key)
	if a != nil {
		a.Value = v
		return true
	}
	return f.insert(slot, key, v)
}

func (f *wideFields) insert(slot uint8, key string, v slog.Value) bool {
	if len(f.attrs) == ownFields+maxWideFields {
		f.dropped++
		if len(f.names) < maxDroppedKeys && !slices.Contains(f.names, key) {
			f.names = append(f.names, key)
		}
		return false
	}
	f.index[slot] = uint8(len(f.attrs))
	f.attrs = append(f.attrs, slog.Attr{Key: key, Value: v})
	return true
}

// add sums n onto the field of key: see [Unit.Add]. It returns false if there was no room.
func (f *wideFields) add(key string, n int64) bool {
	slot, a := f.find(key)
	if a == nil {
		return f.insert(slot, key, slog.Int64Value(n))
	}
	switch a.Value.Kind() {
	case slog.KindInt64:
		a.Value = slog.Int64Value(saturatingSum(a.Value.Int64(), n))
	case slog.KindUint64:
		a.Value = slog.Float64Value(float64(a.Value.Uint64()) + float64(n))
	case slog.KindFloat64:
		a.Value = slog.Float64Value(a.Value.Float64() + float64(n))
	default:
		a.Value = slog.Int64Value(n)
	}
	return true
}

// addMs sums d onto the field of key: see [Unit.AddMs]. The sum stays a whole number of nanoseconds until it is written.
// It returns false if there was no room.
func (f *wideFields) addMs(key string, d time.Duration) bool {
	slot, a := f.find(key)
	if a == nil {
		return f.insert(slot, key, slog.DurationValue(d))
	}
	switch a.Value.Kind() {
	case slog.KindDuration:
		a.Value = slog.DurationValue(time.Duration(saturatingSum(int64(a.Value.Duration()), int64(d))))
	case slog.KindInt64:
		a.Value = slog.Float64Value(float64(a.Value.Int64()) + milliseconds(d))
	case slog.KindUint64:
		a.Value = slog.Float64Value(float64(a.Value.Uint64()) + milliseconds(d))
	case slog.KindFloat64:
		a.Value = slog.Float64Value(a.Value.Float64() + milliseconds(d))
	default:
		a.Value = slog.DurationValue(d)
	}
	return true
}

// saturatingSum returns a+b, or the nearest number that fits.
func saturatingSum(a, b int64) int64 {
	sum := a + b
	switch {
	case a > 0 && b > 0 && sum < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && sum >= 0:
		return math.MinInt64
	}
	return sum
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// finish returns what was gathered, and what was not.
func (f *wideFields) finish() []slog.Attr {
	if f.dropped > 0 {
		f.attrs = append(f.attrs, slog.Int("dropped_fields", f.dropped), slog.Any("dropped_keys", f.names))
	}
	return f.attrs
}

// arePlain tells whether attrs can be kept as they are: no groups, nothing to resolve, nothing that may change.
func arePlain(attrs []slog.Attr) bool {
	for i := range attrs {
		switch attrs[i].Value.Kind() {
		case slog.KindAny, slog.KindGroup, slog.KindLogValuer:
			return false
		}
	}
	return true
}

// settled returns attrs as they can be kept: groups are taken apart into dotted keys, so that each member can be
// replaced, LogValuers are asked, and values that may change until the event is written are encoded now. Errors stay
// errors.
func (l *Logger) settled(attrs []slog.Attr) []slog.Attr {
	return l.settle(make([]slog.Attr, 0, len(attrs)), "", attrs, 0)
}

func (l *Logger) settle(to []slog.Attr, prefix string, attrs []slog.Attr, depth int) []slog.Attr {
	for _, a := range attrs {
		v := a.Value
		if _, ok := errorIn(v); ok {
			to = append(to, slog.Attr{Key: prefix + a.Key, Value: v})
			continue
		}
		for ; v.Kind() == slog.KindLogValuer && depth < maxDepth; depth++ {
			v = logValue(v)
		}
		switch {
		case depth == maxDepth:
			to = append(to, slog.String(prefix+a.Key, problemPrefix+"nested too deep"))
		case v.Kind() != slog.KindGroup:
			if prefix+a.Key != "" || v.Kind() != slog.KindAny || v.Any() != nil {
				to = append(to, slog.Attr{Key: prefix + a.Key, Value: l.frozen(v)})
			}
		case a.Key == "":
			to = l.settle(to, prefix, v.Group(), depth+1)
		default:
			to = l.settle(to, prefix+a.Key+".", v.Group(), depth+1)
		}
	}
	return to
}

// frozen returns v so that later changes behind pointers do not show.
func (l *Logger) frozen(v slog.Value) slog.Value {
	if v.Kind() != slog.KindAny {
		return v
	}
	e := newEvent(l)
	defer e.free()
	e.appendAny(v.Any())
	return slog.AnyValue(encoded(e.line))
}
