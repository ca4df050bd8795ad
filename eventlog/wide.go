package eventlog

import (
	"encoding/binary"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"
)

// maxWideFields is the largest number of fields that are set on one unit of work or call. CloudWatch Logs finds the
// fields of an event with up to 200 of them; 40 are left for the head, the logger's, the context's and the unit's own.
const maxWideFields = 160

// maxDroppedKeys is how many of the fields over maxWideFields are named in the event.
const maxDroppedKeys = 10

// A wideFields gathers the fields of an event until it is written. They are encoded when they come. A key has one
// value: setting it again replaces it.
type wideFields struct {
	event   // its line is the fields' text
	fields  [maxWideFields]wideField
	n       int        // of fields
	index   [256]uint8 // hash table, open addressing: 1 + the place in fields, 0 for none
	garbage int        // bytes of the line that no field has any more
	msg     slog.Value // a string, or nothing
	dropped int        // settings over maxWideFields
	names   []string   // the keys of some of them
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
	f.msg, f.dropped, f.names = slog.Value{}, 0, nil
	widePool.Put(f)
}

// find returns the field with this encoded key, or nil, and the slot in index where it is or belongs.
func (f *wideFields) find(key string, hash uint8) (slot uint8, w *wideField) {
	for slot = hash; ; slot++ {
		i := f.index[slot]
		if i == 0 {
			return slot, nil
		}
		if w = &f.fields[i-1]; w.hash != hash {
			continue
		}
		if at := f.line[w.from+2:]; len(at) > len(key) && at[len(key)] == '"' && string(at[:len(key)]) == key {
			return slot, w
		}
	}
}

// put adds a field or replaces the one of its key, if it is of the simple kind, which can be encoded without a call of
// anybody's method, and if there is room.
func (f *wideFields) put(a *slog.Attr) bool {
	kind := a.Value.Kind()
	if len(a.Key) == 3 && a.Key == "msg" && kind == slog.KindString {
		f.msg = a.Value
		return true
	}
	if kind == slog.KindAny || kind == slog.KindGroup || kind == slog.KindLogValuer || f.log.sink.redact != nil {
		return false
	}
	from := len(f.line)
	slot, w, hash, ok := f.begin(a.Key)
	if ok {
		f.line = f.appendScalar(f.line, kind, &a.Value)
		f.place(slot, w, hash, from)
	}
	return ok
}

// begin writes a comma, the key and a colon and returns where the field belongs: w is the field to be replaced, or
// nil. If there is no room, nothing is written and ok is false. A key that is one of the head's gets a prefix.
func (f *wideFields) begin(k string) (slot uint8, w *wideField, hash uint8, ok bool) {
	n, at := len(k), len(f.line)
	if n > 16 {
		return f.beginLong(k)
	}
	first, last := keyWords(k)
	hash = keyHash(first, last, n)
	if special(first)|special(last) != 0 || f.log.sink.reservedKeys.has(hash) {
		return f.beginLong(k)
	}
	slot, w = f.find(k, hash)
	if w == nil && f.n == maxWideFields {
		return 0, nil, 0, false
	}
	if cap(f.line)-at < n+wordSlack {
		f.line = slices.Grow(f.line, n+wordSlack)
	}
	d := f.line[at : at+n+wordSlack]
	d[0], d[1] = ',', '"'
	binary.LittleEndian.PutUint64(d[2:], first)
	if n > 8 {
		binary.LittleEndian.PutUint64(d[n-6:], last)
	}
	d[n+2], d[n+3] = '"', ':'
	f.line = f.line[:at+n+4]
	return slot, w, hash, true
}

// beginLong is begin for every key: long ones, those with escapes, those that may be the head's.
func (f *wideFields) beginLong(k string) (slot uint8, w *wideField, hash uint8, ok bool) {
	at := len(f.line)
	f.line = appendString(append(f.line, ','), k)
	key := f.line[at+2 : len(f.line)-1]
	if f.log.sink.isReserved(key) {
		f.line = f.line[:at]
		return f.beginLong(reservedPrefix + k)
	}
	hash = hashOf(key)
	slot, w = f.find(text(key), hash)
	if w == nil && f.n == maxWideFields {
		f.line = f.line[:at]
		return 0, nil, 0, false
	}
	f.line = append(f.line, ':')
	return slot, w, hash, true
}

// place makes the end of the line, from from on, the text of w, or of a new field if w is nil.
func (f *wideFields) place(slot uint8, w *wideField, hash uint8, from int) {
	if w == nil {
		f.fields[f.n] = wideField{from: uint32(from), to: uint32(len(f.line)), hash: hash}
		f.n++
		f.index[slot] = uint8(f.n)
		return
	}
	f.garbage += int(w.to - w.from)
	w.from, w.to, w.kind = uint32(from), uint32(len(f.line)), noSum
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
		key := e.line[from+2 : skipString(e.line, int(from)+1)-1]
		hash := hashOf(key)
		slot, w := f.find(text(key), hash)
		if w == nil && f.n == maxWideFields {
			over = append(over, f.drop(string(key)))
			continue
		}
		at := len(f.line)
		f.line = append(f.line, e.line[from:to]...)
		f.place(slot, w, hash, at)
	}
	return over
}

// forget takes away the field of key, if there is one.
func (f *wideFields) forget(key string) {
	if _, w := f.find(key, hashOf([]byte(key))); w != nil {
		w.kind = absent
	}
}

// forgetError takes away what an error was written as.
func (f *wideFields) forgetError() {
	for _, key := range []string{"error", "error_type", "error_chain", "error_stack"} {
		f.forget(key)
	}
}

// drop counts a field for which there is no room.
func (f *wideFields) drop(key string) string {
	f.dropped++
	if len(f.names) < maxDroppedKeys && !slices.Contains(f.names, key) {
		f.names = append(f.names, key)
	}
	return key
}

// writeTo writes the fields to e, but for those whose key is there already.
func (f *wideFields) writeTo(e *event) {
	own := len(e.at)
	from, to := uint32(0), uint32(0) // of the line: not yet written
	for i := range f.n {
		w := &f.fields[i]
		if w.kind == absent {
			continue
		}
		if e.keys.has(w.hash) && f.isTaken(w, e, own) {
			e.log.sink.stats.duplicateKeys.Add(1)
			continue
		}
		if w.from != to {
			e.line = append(e.line, f.line[from:to]...)
			from = w.from
		}
		e.at = append(e.at, uint32(len(e.line))+w.from-from)
		to = w.to
		if w.kind != noSum {
			e.line = append(e.line, f.line[from:to]...)
			from = to
			f.appendSum(e, w)
		}
	}
	e.line = append(e.line, f.line[from:to]...)
	if f.dropped > 0 {
		e.addAttrs([]slog.Attr{slog.Int("dropped_fields", f.dropped), slog.Any("dropped_keys", f.names)})
	}
}

// isTaken tells whether w's key is one of the logger's, the context's or e's first own fields.
func (f *wideFields) isTaken(w *wideField, e *event, own int) bool {
	key := f.keyOf(w)
	return e.log.fields.index(key) >= 0 || e.scoped.index(key) >= 0 || indexField(e.line, e.at[:own], key) >= 0
}

// keyOf returns w's encoded key.
func (f *wideFields) keyOf(w *wideField) []byte {
	return f.line[w.from+2 : skipString(f.line, int(w.from)+1)-1]
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
	slot, w, hash, ok := f.begin(key)
	if !ok {
		return nil, false
	}
	if w == nil {
		f.place(slot, nil, hash, from)
		return &f.fields[f.n-1], true
	}
	size := uint32(len(f.line) - from) // of comma, key and colon, which w has already
	f.line = f.line[:from]
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
	if r := e.log.sink.redact; r != nil && r.has(text(f.keyOf(w))) {
		e.line = append(e.line, redactedText...)
		return
	}
	switch w.kind {
	case inInt:
		e.line = strconv.AppendInt(e.line, w.sum, 10)
	case inMs:
		e.line = appendDuration(e.line, time.Duration(w.sum))
	case inFloat:
		e.line = appendFloat(e.line, w.float())
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
