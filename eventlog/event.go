package eventlog

import (
	"bytes"
	"context"
	"encoding/binary"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"
	"unsafe"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/number"
	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

// An event is a line while it is written. Events are pooled.
type event struct {
	line []byte
	keys filter   // of all keys up to now, and of the reserved ones
	at   []uint32 // where the call's fields begin in line, at their comma

	log    *Logger
	scoped *fields // of the context, as log writes them; nil if there are none
	prefix []byte  // of open groups, encoded, with a dot at the end
	depth  int     // of open groups and LogValuers

	inner   int          // values of the outermost group or LogValuer up to now
	valuers [][2]uintptr // the open LogValuers
	over    overflow

	// held is set for the sink's own event, which belongs to whoever holds the sink's lock.
	held bool

	// replaces is set while fields are built by With: a newer value replaces the older one.
	replaces bool

	value second // of the last time value
	head  struct {
		sink *sink // whose key the text starts with
		unix int64
		len  int
		text [headRoom]byte // `{"time":"2026-11-21T10:00:00.`
	}
}

var events = sync.Pool{New: func() any { return emptyEvent() }}

// maxPooled is the size of the largest line whose memory is kept.
const maxPooled = 64 << 10

// newEvent returns an event to be freed, or closed.
func newEvent(l *Logger) *event {
	e := events.Get().(*event)
	e.reset(l)
	return e
}

// nextEvent returns an event to be closed. If its attributes are plain, so that nobody's methods run before that, and
// the sink is free, it is the sink's own: a lock that has to be taken for the Write anyway is cheaper than that and a
// pool.
func (l *Logger) nextEvent(s *scope, plain bool) *event {
	if !plain || !l.sink.serial || s != nil && s.buffer != nil || !l.sink.mu.TryLock() {
		return newEvent(l)
	}
	e := &l.sink.own
	if c := cap(e.line); c == 0 || c > maxPooled {
		*e = *emptyEvent()
		e.held = true
	}
	e.reset(l)
	return e
}

func emptyEvent() *event {
	return &event{line: make([]byte, 0, 1024), at: make([]uint32, 0, 64)}
}

func (e *event) reset(l *Logger) {
	e.log, e.scoped, e.keys = l, nil, l.keys
	e.line, e.at, e.prefix = e.line[:0], e.at[:0], e.prefix[:0]
}

// free gives e back. Nothing may use its line from here on.
func (e *event) free() {
	if cap(e.line) <= maxPooled {
		events.Put(e)
	}
}

// log writes an event of a front function, called by framePC's caller. That one has no other function between it and
// log.
func (l *Logger) log(ctx context.Context, level slog.Level, pc uintptr, tag string, attrs []slog.Attr) {
	s := scopeOf(ctx)
	if l.enabled(s, level) {
		l.emitAt(s, level, l.place(pc), tag, attrs)
	}
}

// force is log whatever the level, past any buffer.
func (l *Logger) force(ctx context.Context, level slog.Level, pc uintptr, tag string, attrs []slog.Attr) {
	l.emitAt(scopeOf(ctx).unbuffered(), level, l.place(pc), tag, attrs)
}

// place returns the site of a front function's caller, nil if it is not wanted. Pc is what framePC found.
func (l *Logger) place(pc uintptr) *site {
	if l.sink.opts.NoCaller {
		return nil
	}
	if l.sink.frames {
		if s := siteOf(pc); !s.unreal {
			return s
		}
	}
	return realSite(3) // above place, log and the front function
}

// emit writes an event, or puts it into the scope's buffer. pc is the call's place, 0 if unknown.
func (l *Logger) emit(s *scope, level slog.Level, pc uintptr, tag string, attrs []slog.Attr) {
	l.emitAt(s, level, l.siteOf(pc), tag, attrs)
}

// siteOf returns the site of pc, nil if it is unknown or not wanted.
func (l *Logger) siteOf(pc uintptr) *site {
	if pc == 0 || l.sink.opts.NoCaller {
		return nil
	}
	return siteOf(pc)
}

func (l *Logger) emitAt(s *scope, level slog.Level, at *site, tag string, attrs []slog.Attr) {
	msg, plain := look(attrs, "msg")
	now := l.sink.now()
	e := l.nextEvent(s, plain)
	whole := false
	defer func() {
		if !whole {
			e.abandon()
		}
	}()
	if msg < 0 {
		e.open(now, level, tag, nil)
		e.addContext(s, at)
		e.addAttrs(attrs)
	} else {
		e.open(now, level, tag, &attrs[msg].Value)
		e.addContext(s, at)
		e.addAttrs(attrs[:msg])
		e.addAttrs(attrs[msg+1:])
	}
	whole = true
	e.close(s, level)
}

// abandon gives the sink's lock back, if e holds it, after a panic before the end of e: even a string panics if its owner
// changes it meanwhile.
func (e *event) abandon() {
	if e.held {
		s := e.log.sink
		s.own = event{}
		s.mu.Unlock()
	}
}

// look returns the index of the first attribute with this key of three letters, or -1, and whether all attributes are
// of slog's simple kinds or errors.New's: no method is called to write them that is anybody else's or panics. A group and a LogValuer
// are passed over.
func look(attrs []slog.Attr, key string) (at int, plain bool) {
	at, plain = -1, true
	for i := range attrs {
		a := &attrs[i]
		if r := rawOf(&a.Value); r.typ != rawString && r.typ != rawKind && (r.typ != rawError || r.data == nil) {
			kind := a.Value.Kind()
			if kind == slog.KindAny || kind >= slog.KindGroup {
				plain = false
			}
			if kind >= slog.KindGroup {
				continue
			}
		}
		if len(a.Key) == len("msg") && at < 0 && a.Key == key {
			at = i
		}
	}
	return at, plain
}

// open writes the head and the logger's fields. A zero time and an empty tag are left out.
func (e *event) open(now time.Time, level slog.Level, tag string, msg *slog.Value) {
	s := e.log.sink
	if unix := now.Unix(); (e.head.unix != unix || e.head.sink != s) && !e.setHead(now) || tag == "" && msg == nil {
		e.openPlanned(now, level, tag, msg)
		return
	}
	b := e.line[:headRoom+len("123456")]
	*(*[headRoom]byte)(b) = e.head.text
	number.PutMicros((*[6]byte)(b[e.head.len:]), uint32(now.Nanosecond()/1000))
	b = b[:e.head.len+len("123456")]
	if i := levelIndex(level); tag == "" {
		e.line = append(b, s.levelMsg[i]...)
		e.appendMsg(msg)
	} else {
		e.line = jsontext.AppendString(append(b, s.levelTag[i]...), tag)
		if msg != nil {
			e.line = append(e.line, s.msgKey...)
			e.appendMsg(msg)
		}
	}
	if f := e.log.fields; f != nil {
		e.line = append(e.line, f.text...)
	}
}

// setHead prepares the text that events of this second begin with. It reports false if this one begins otherwise.
func (e *event) setHead(now time.Time) bool {
	s, unix := e.log.sink, now.Unix()
	if s.planned || unix < yearZero || unix >= yearTenThousand || now.IsZero() {
		return false
	}
	h := &e.head
	h.sink, h.unix = s, unix
	var at second
	at.set(unix)
	b := append(h.text[:0], '{')
	b = append(b, s.timeKey[1:]...)
	b = append(b, '"')
	h.len = len(append(b, at.text[:]...))
	return true
}

func (e *event) appendMsg(msg *slog.Value) {
	switch v := rawOf(msg); {
	case e.log.sink.redact.Has("msg"):
		e.line = append(e.line, redaction.Text...)
	case v.typ == rawString:
		e.line = jsontext.AppendString(e.line, v.text())
	default:
		e.appendValue(*msg)
	}
}

// addContext writes the context's fields and the place of the call.
func (e *event) addContext(s *scope, at *site) {
	if s != nil && s.fields != nil {
		f := s.fields.under(e.log)
		if f.dropped > 0 {
			e.log.sink.stats.duplicateKeys.Add(f.dropped)
		}
		e.scoped = f
		e.line = append(e.line, f.text...)
		e.keys.join(&f.keys)
	}
	if at != nil {
		e.line = append(e.line, at.text...)
	}
}

// close ends the line and hands it on.
func (e *event) close(s *scope, level slog.Level) {
	sink := e.log.sink
	if e.over.n > 0 {
		e.closeFull(s, level)
		return
	}
	e.line = append(e.line, '}', '\n')
	if len(e.line) > sink.maxBytes {
		e.cut(sink.maxBytes)
	}
	if s == nil || !s.buffer.take(e.log, level, e.line) {
		sink.writeEvent(e)
		return
	}
	e.free()
}

// closeFull is close for an event that had no room for all its fields, which it tells.
func (e *event) closeFull(s *scope, level slog.Level) {
	sink, over := e.log.sink, e.over
	e.over = overflow{}
	for _, a := range over.attrs() {
		if key := jsontext.Bytes(a.Key); !e.hasKey(key) && !sink.isReserved(key) {
			e.line = append(append(append(e.line, `,"`...), key...), `":`...)
			e.appendValue(a.Value)
		}
	}
	e.close(s, level)
	over.tell(sink)
}

// addAttrs writes attributes, each unless its key is there already.
func (e *event) addAttrs(attrs []slog.Attr) {
	b, redacts := e.line, e.log.sink.redact != nil
	for i := range attrs {
		a := &attrs[i]
		v := rawOf(&a.Value)
		plain := (v.typ == rawString || v.typ == rawKind) && !redacts
		if !plain {
			e.line = b
			e.addOther(a)
			b = e.line
			continue
		}
		var ok bool
		if b, ok = e.appendKey(b, a.Key); !ok {
			continue
		}
		if v.typ == rawString {
			b = jsontext.AppendString(b, v.text())
			continue
		}
		switch v.kind() {
		case slog.KindInt64:
			b = number.AppendInt(b, int64(v.num))
		case slog.KindFloat64:
			b = number.AppendFloat(b, math.Float64frombits(v.num))
		case slog.KindBool:
			b = strconv.AppendBool(b, v.num == 1)
		default:
			b = e.appendScalar(b, v.kind(), &a.Value)
		}
	}
	e.line = b
}

// addOther is addAttrs for an attribute that needs a closer look.
func (e *event) addOther(a *slog.Attr) {
	if rawOf(&a.Value).typ == rawError && a.Key == "error" && e.log.sink.redact == nil {
		e.addError(a.Value.Any().(error))
		return
	}
	kind := a.Value.Kind()
	if kind == slog.KindAny || kind >= slog.KindGroup || e.log.sink.redact != nil {
		e.addAny(a.Key, a.Value)
	} else if e.key(a.Key) {
		e.appendPlain(kind, &a.Value)
	}
}

// key writes a comma, the key and a colon, and reports whether the value may follow. If not, nothing is written:
// the key was there already.
func (e *event) key(k string) bool {
	b, ok := e.appendKey(e.line, k)
	e.line = b
	return ok
}

// appendKey is key for a line that is b. It calls nothing as long as nothing is unusual, as appendString does.
func (e *event) appendKey(b []byte, k string) ([]byte, bool) {
	n, at, fields := len(k), len(b), len(e.at)
	if n > 16 || len(e.prefix) > 0 || cap(b)-at < 16+jsontext.Slack || fields == cap(e.at) {
		return e.appendLongKey(b, "", k)
	}
	var first, last uint64
	p := jsontext.Bytes(k)
	switch {
	case n >= 8:
		first, last = binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[n-8:])
	case n >= 4:
		first = jsontext.Word4(p)
		last = first
	case n > 0:
		first = jsontext.Word1(p)
		last = first
	default:
		first, last = jsontext.Spaces, jsontext.Spaces
	}
	h := keyHash(first, last, n)
	if jsontext.Special(first)|jsontext.Special(last) != 0 || e.keys.has(h) {
		return e.appendLongKey(b, "", k)
	}
	e.keys.add(h)
	e.at = e.at[:fields+1]
	e.at[fields] = uint32(at)
	d := b[at : at+16+jsontext.Slack]
	d[0], d[1] = ',', '"'
	binary.LittleEndian.PutUint64(d[2:], first)
	if n > 8 {
		binary.LittleEndian.PutUint64(d[n-6:], last)
	}
	d[n+2], d[n+3] = '"', ':'
	return b[:at+n+4], true
}

// appendLongKey is appendKey for every key: long ones, those with escapes, those in groups, those that may be there
// already. Before is put in front of the key.
func (e *event) appendLongKey(b []byte, before, k string) ([]byte, bool) {
	at := len(b)
	b = append(append(append(b, ',', '"'), e.prefix...), before...)
	b = jsontext.AppendInner(b, k)
	key := b[at+2:]
	h := hashOf(key)
	if len(e.at) >= maxFields {
		e.over.count(k)
		return b[:at], false
	}
	if e.keys.has(h) {
		if e.log.sink.isReserved(key) {
			return e.appendLongKey(b[:at], reservedPrefix, k)
		}
		e.line = b
		ok := e.settle(at)
		b = e.line
		at = len(b) - len(key) - 2 // settle may have removed a field
		if !ok {
			e.log.sink.stats.duplicateKeys.Add(1)
			return b[:at], false
		}
	}
	e.keys.add(h)
	if e.at = append(e.at, uint32(at)); cap(e.at) > maxFields {
		e.at = e.at[:len(e.at):max(len(e.at), maxFields)]
	}
	return append(b, '"', ':'), true
}

// reservedPrefix is put before a key that is one of the head's.
const reservedPrefix = "field_"

// settle decides about the key that was just written at the line's end, from its comma at at: whether it may stay.
// It may if it is new, and while fields are built also if the older field of that key can go.
func (e *event) settle(at int) bool {
	key := e.line[at+2:]
	if e.log.fields.index(key) >= 0 && !e.replaces || e.scoped.index(key) >= 0 {
		return false
	}
	i := indexField(e.line[:at], e.at, key)
	if i < 0 {
		return true
	}
	if !e.replaces {
		return false
	}
	if bytes.HasSuffix(key, jsontext.Bytes(errorKeys[0])) && bytes.Equal(key, e.encodedKey(errorKeys[0])) {
		e.removeError(i, at)
	} else {
		e.remove(i, at)
	}
	return true
}

// maxFields is the largest number of fields of one call, of a logger's or of a context's: five times those that
// CloudWatch Logs finds in an event.
const maxFields = 1024

// maxDroppedKeys is how many of the fields that found no room are named in the event.
const maxDroppedKeys = 10

// An overflow is what an event had no room for.
type overflow struct {
	n    int      // of fields, a group counting as one
	keys []string // of some of them
}

func (o *overflow) count(key string) {
	o.n++
	if len(o.keys) < maxDroppedKeys && !slices.Contains(o.keys, key) {
		o.keys = append(o.keys, key)
	}
}

// attrs are the fields that tell of it.
func (o *overflow) attrs() []slog.Attr {
	return []slog.Attr{slog.Int("dropped_fields", o.n), slog.Any("dropped_keys", o.keys)}
}

// tell counts and reports an overflow, and forgets it. The sink's lock must be free.
func (o *overflow) tell(s *sink) {
	s.stats.droppedFields.Add(uint64(o.n))
	for _, key := range o.keys {
		s.problem(Problem{Kind: FieldDropped, Key: key})
	}
	*o = overflow{}
}

// remove takes the i-th field out of the line; the fields end at end.
func (e *event) remove(i, end int) {
	from, to := int(e.at[i]), end
	if i+1 < len(e.at) {
		to = int(e.at[i+1])
	}
	e.line = append(e.line[:from], e.line[to:]...)
	e.at = append(e.at[:i], e.at[i+1:]...)
	for ; i < len(e.at); i++ {
		e.at[i] -= uint32(to - from)
	}
}

// hasKey tells whether an encoded key is one of the logger's, the context's or e's own fields.
func (e *event) hasKey(key []byte) bool {
	return e.log.fields.index(key) >= 0 || e.scoped.index(key) >= 0 || indexField(e.line, e.at, key) >= 0
}

// indexField returns which of the fields that begin in text at at has this encoded key, or -1.
func indexField(text []byte, at []uint32, key []byte) int {
	for i, from := range at {
		field := text[from+2:] // behind comma and quote
		if len(field) > len(key) && field[len(key)] == '"' && string(field[:len(key)]) == string(key) {
			return i
		}
	}
	return -1
}

// text is b as a string that is valid as long as b does not change.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
