package eventlog

import (
	"encoding/binary"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
	"github.com/groundwatch/groundwatch/eventlog/internal/number"
	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

// maxWideFields is the largest number of fields that are set on one unit of work or call. CloudWatch Logs finds the
// fields of an event with up to 200 of them; 40 are left for the head, the logger's, the context's and the unit's own.
const maxWideFields = 160

// A wideFields gathers the fields of an event until it is written. They are encoded when they come. A key has one
// value: setting it again replaces it.
type wideFields struct {
	event   // its line is the fields' text
	fields  [maxWideFields]wideField
	n       int        // of fields
	index   [256]uint8 // hash table, open addressing: 1 + the place in fields, 0 for none
	garbage int        // bytes of the line that no field has any more
	msg     slog.Value // a string, or nothing
}

// A wideField is a field: a piece of the line, or the beginning of one and a sum.
type wideField struct {
	from, to uint32 // `,"key":value` in the line; of a sum `,"key":`
	hash     uint8  // of the encoded key
	kind     sumKind
	sum      int64 // of kind inMs in nanoseconds, of kind inFloat the number's bits
}

var widePool = sync.Pool{New: func() any {
	return new(wideFields)
}}

func newWideFields(l *Logger) *wideFields {
	f := widePool.Get().(*wideFields)
	f.log = l
	return f
}

// release forgets the fields and gives their room to the next event.
func (f *wideFields) release() {
	if cap(f.line) > maxPooled {
		return
	}
	f.log, f.line, f.n, f.garbage = nil, f.line[:0], 0, 0
	f.index = [256]uint8{}
	f.msg, f.over = slog.Value{}, overflow{}
	widePool.Put(f)
}

// A spot is where a key belongs: a slot of the index, and the field that has the key, or nil.
type spot struct {
	field *wideField
	slot  uint8
	hash  uint8 // of the encoded key
}

// find returns the spot of an encoded key; line is the fields' text.
func (f *wideFields) find(line []byte, key string, hash uint8) spot {
	for slot := hash; ; slot++ {
		i := f.index[slot]
		if i == 0 {
			return spot{nil, slot, hash}
		}
		w := &f.fields[i-1]
		if w.hash != hash {
			continue
		}
		if at := line[w.from+2:]; len(at) > len(key) && at[len(key)] == '"' && string(at[:len(key)]) == key {
			return spot{w, slot, hash}
		}
	}
}

// isFull tells whether there is no room for a field at this spot.
func (f *wideFields) isFull(at spot) bool { return at.field == nil && f.n == maxWideFields }

// put adds fields, or replaces those of the same keys, until one is not of the simple kind, which can be encoded without
// a call of anybody's method, or finds no room. It returns how many it took.
func (f *wideFields) put(attrs []slog.Attr) (n int) {
	b := f.line
	for ; n < len(attrs); n++ {
		a := &attrs[n]
		kind := a.Value.Kind()
		if len(a.Key) == 3 && a.Key == "msg" && kind == slog.KindString {
			f.msg = a.Value
			continue
		}
		if kind == slog.KindAny || kind >= slog.KindGroup || f.log.sink.redact != nil {
			break
		}
		from := len(b)
		var at spot
		var ok bool
		if b, at, ok = f.begin(b, a.Key); !ok {
			break
		}
		if at.field != nil && a.Key == errorKeys[0] {
			f.line = b
			f.forgetError() // a text takes the place of the whole error
		}
		switch kind {
		case slog.KindString:
			b = jsontext.AppendString(b, a.Value.String())
		case slog.KindInt64:
			b = strconv.AppendInt(b, a.Value.Int64(), 10)
		default:
			b = f.appendScalar(b, kind, &a.Value)
		}
		f.place(at, from, len(b))
	}
	f.line = b
	f.tidy()
	return n
}

// begin appends a comma, the key and a colon to the fields' text, and returns where the field belongs. If there is no
// room, nothing is appended and ok is false. A key that is one of the head's gets a prefix.
func (f *wideFields) begin(b []byte, k string) (line []byte, at spot, ok bool) {
	n, end := len(k), len(b)
	if n > 16 {
		return f.beginLong(b, k)
	}
	first, last := keyWords(k)
	hash := keyHash(first, last, n)
	if jsontext.Special(first)|jsontext.Special(last) != 0 || f.log.sink.reservedKeys.has(hash) {
		return f.beginLong(b, k)
	}
	at = f.find(b, k, hash)
	if f.isFull(at) {
		return b, at, false
	}
	if cap(b)-end < n+jsontext.Slack {
		b = slices.Grow(b, n+jsontext.Slack)
	}
	d := b[end : end+n+jsontext.Slack]
	d[0], d[1] = ',', '"'
	binary.LittleEndian.PutUint64(d[2:], first)
	if n > 8 {
		binary.LittleEndian.PutUint64(d[n-6:], last)
	}
	d[n+2], d[n+3] = '"', ':'
	return b[:end+n+4], at, true
}

// beginLong is begin for every key: long ones, those with escapes, those that may be the head's.
func (f *wideFields) beginLong(b []byte, k string) (line []byte, at spot, ok bool) {
	end := len(b)
	b = jsontext.AppendString(append(b, ','), k)
	key := b[end+2 : len(b)-1]
	if f.log.sink.isReserved(key) {
		return f.beginLong(b[:end], reservedPrefix+k)
	}
	at = f.find(b, text(key), hashOf(key))
	if f.isFull(at) {
		return b[:end], at, false
	}
	return append(b, ':'), at, true
}

// place makes a piece of the line the text of the field at a spot, new or not.
func (f *wideFields) place(at spot, from, to int) {
	w := at.field
	if w == nil {
		f.fields[f.n] = wideField{from: uint32(from), to: uint32(to), hash: at.hash}
		f.n++
		f.index[at.slot] = uint8(f.n)
		return
	}
	f.garbage += int(w.to - w.from)
	w.from, w.to, w.kind = uint32(from), uint32(to), noSum
}

// tidy makes the line shorter if most of it is no field's any more.
func (f *wideFields) tidy() {
	if f.garbage > 4096 && f.garbage > len(f.line)/2 {
		f.compact()
	}
}

// compact leaves out of the line what no field has any more.
func (f *wideFields) compact() {
	line := make([]byte, 0, len(f.line)-f.garbage)
	for i := range f.n {
		w := &f.fields[i]
		from := uint32(len(line))
		line = append(line, f.line[w.from:w.to]...)
		w.from, w.to = from, uint32(len(line))
	}
	f.line, f.garbage = append(f.line[:0], line...), 0
}

// merge adds the fields that e was given, replacing those of the same keys. It returns the keys there was no room for.
func (f *wideFields) merge(e *event) (over []string) {
	for i, from := range e.at {
		to := len(e.line)
		if i+1 < len(e.at) {
			to = int(e.at[i+1])
		}
		key := e.line[from+2 : jsonwalk.SkipString(e.line, int(from)+1)-1]
		at := f.find(f.line, text(key), hashOf(key))
		if f.isFull(at) {
			over = append(over, string(key))
			f.over.count(string(key))
			continue
		}
		end := len(f.line)
		f.line = append(f.line, e.line[from:to]...)
		f.place(at, end, len(f.line))
	}
	f.tidy()
	return over
}

// forget takes away the field of key, if there is one.
func (f *wideFields) forget(key string) {
	if at := f.find(f.line, key, hashOf([]byte(key))); at.field != nil {
		at.field.kind = absent
	}
}

// has tells whether there is a field of key.
func (f *wideFields) has(key string) bool {
	at := f.find(f.line, key, hashOf(jsontext.Bytes(key)))
	return at.field != nil && at.field.kind != absent
}

// forgetError takes away what an error was written as.
func (f *wideFields) forgetError() {
	for _, key := range errorKeys {
		f.forget(key)
	}
}

// writeTo writes the fields to e, but for those whose key is there already.
func (f *wideFields) writeTo(e *event) {
	if f.over.n > 0 {
		f.forget("dropped_fields")
		f.forget("dropped_keys")
	}
	from, to := uint32(0), uint32(0) // of the line: not yet written
	for i := range f.n {
		w := &f.fields[i]
		if w.kind == absent {
			continue
		}
		if e.keys.has(w.hash) && e.hasKey(f.keyOf(w)) {
			e.log.sink.stats.duplicateKeys.Add(1)
			continue
		}
		if w.from != to {
			e.line = append(e.line, f.line[from:to]...)
			from = w.from
		}
		to = w.to
		if w.kind != noSum {
			e.line = append(e.line, f.line[from:to]...)
			from = to
			f.appendSum(e, w)
		}
	}
	e.line = append(e.line, f.line[from:to]...)
	if f.over.n > 0 {
		e.addAttrs(f.over.attrs())
	}
}

// keyOf returns w's encoded key.
func (f *wideFields) keyOf(w *wideField) []byte {
	return f.line[w.from+2 : jsonwalk.SkipString(f.line, int(w.from)+1)-1]
}

// A sumKind says what a field's sum is of.
type sumKind uint8

const (
	noSum   sumKind = iota // the field is text
	inInt                  // sum
	inMs                   // sum, in nanoseconds
	inFloat                // sum, as a float64's bits
	absent                 // the field was taken away
)

func (w *wideField) float() float64 { return math.Float64frombits(uint64(w.sum)) }

func (w *wideField) setFloat(x float64) { w.kind, w.sum = inFloat, int64(math.Float64bits(x)) }

// add sums n onto the field of key: see [Unit.Add]. It returns false if there is no room.
func (f *wideFields) add(key string, n int64) bool {
	w, ok := f.sumOf(key)
	if !ok {
		return false
	}
	switch w.kind {
	case noSum, absent:
		w.kind, w.sum = inInt, n
	case inInt:
		w.sum = saturatingSum(w.sum, n)
	case inMs:
		w.setFloat(milliseconds(w.sum) + float64(n))
	case inFloat:
		w.setFloat(w.float() + float64(n))
	}
	return true
}

// addMs sums d onto the field of key: see [Unit.AddMs]. The sum stays a whole number of nanoseconds until it is written.
// It returns false if there is no room.
func (f *wideFields) addMs(key string, d time.Duration) bool {
	w, ok := f.sumOf(key)
	if !ok {
		return false
	}
	switch w.kind {
	case noSum, absent:
		w.kind, w.sum = inMs, int64(d)
	case inInt:
		w.setFloat(float64(w.sum) + milliseconds(int64(d)))
	case inMs:
		w.sum = saturatingSum(w.sum, int64(d))
	case inFloat:
		w.setFloat(w.float() + milliseconds(int64(d)))
	}
	return true
}

// sumOf returns the field of key, new or not, as one that only has a key in the line. Its sum is that of the number it
// was; its kind is noSum if it was none.
func (f *wideFields) sumOf(key string) (w *wideField, ok bool) {
	from := len(f.line)
	b, at, ok := f.begin(f.line, key)
	f.line = b
	if !ok {
		return nil, false
	}
	if at.field == nil {
		f.place(at, from, len(b))
		return &f.fields[f.n-1], true
	}
	size := uint32(len(b) - from) // of comma, key and colon, which the field has already
	f.line = b[:from]
	w = at.field
	if w.kind == noSum {
		w.readNumber(text(f.line[w.from+size : w.to]))
	}
	if w.to > w.from+size {
		f.garbage += int(w.to - w.from - size)
		w.to = w.from + size
	}
	return w, true
}

// readNumber makes w a sum of the number that value is, if it is one.
func (w *wideField) readNumber(value string) {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		w.kind, w.sum = inInt, n
	} else if x, err := strconv.ParseFloat(value, 64); err == nil {
		w.setFloat(x)
	}
}

func (f *wideFields) appendSum(e *event, w *wideField) {
	if r := e.log.sink.redact; r != nil && r.Has(text(f.keyOf(w))) {
		e.line = append(e.line, redaction.Text...)
		return
	}
	switch w.kind {
	case inInt:
		e.line = strconv.AppendInt(e.line, w.sum, 10)
	case inMs:
		e.line = number.AppendDuration(e.line, time.Duration(w.sum))
	case inFloat:
		e.line = number.AppendFloat(e.line, w.float())
	}
}

// saturatingSum returns a+b, or the nearest number that fits.
func saturatingSum(a, b int64) int64 {
	sum := a + b
	switch {
	case a > 0 && b > 0 && sum < 0:
		return 1<<63 - 1
	case a < 0 && b < 0 && sum >= 0:
		return -1 << 63
	}
	return sum
}

func milliseconds(nanoseconds int64) float64 { return float64(nanoseconds) / float64(time.Millisecond) }
