package eventlog

import (
	"bytes"
	"log/slog"
	"slices"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
)

// errorKeys are the fields an error is written as. They win or lose as a whole, so that no event has the message of
// one error and the chain of another.
var errorKeys = []string{"error", "error_type", "error_chain", "error_stack"}

// endKeys are the fields by which a unit of work or a call says how it ended.
var endKeys = []string{"duration_ms", "outcome"}

var errorFilter, endFilter = filterOf(errorKeys), filterOf(endKeys)

func filterOf(keys []string) (f filter) {
	for _, k := range keys {
		f.add(hashOf(jsontext.Bytes(k)))
	}
	return f
}

// makeWay takes the fields of these keys out of what the logger and the context wrote, since the event has its own.
// filter is that of the keys: most often it says that there is nothing to do.
func (e *event) makeWay(keys []string, filter *filter) {
	if e.keys.meets(filter) || len(e.prefix) > 0 {
		e.shed(keys)
	}
}

func (e *event) shed(keys []string) {
	for _, k := range keys {
		key := e.encodedKey(k)
		if e.log.fields.index(key) < 0 && e.scoped.index(key) < 0 {
			continue
		}
		l := *e.log
		l.fields = l.fields.without(key)
		e.log, e.scoped = &l, e.scoped.without(key)
		e.cutOut(key)
	}
}

// emitOwn is emit, at level error, for an event that has fields of these keys itself, whatever the logger and the context
// say.
func (l *Logger) emitOwn(s *scope, pc uintptr, tag string, keys []string, attrs []slog.Attr) {
	e := newEvent(l)
	var text *slog.Value
	if i, _ := look(attrs, "msg"); i >= 0 {
		text = &attrs[i].Value
		attrs = slices.Concat(attrs[:i], attrs[i+1:])
	}
	e.open(l.sink.now(), slog.LevelError, tag, text)
	e.addContext(s, l.siteOf(pc))
	e.shed(keys)
	e.addAttrs(attrs)
	e.close(s, slog.LevelError)
}

// encodedKey returns k as the event's key, in the open groups and beside the head.
func (e *event) encodedKey(k string) []byte {
	key := append(slices.Clone(e.prefix), k...)
	if e.log.sink.isReserved(key) {
		key = append(append(key[:len(e.prefix)], reservedPrefix...), k...)
	}
	return key
}

// cutOut takes the field of this key out of the line's part before the call's fields.
func (e *event) cutOut(key []byte) {
	end := len(e.line)
	if len(e.at) > 0 {
		end = int(e.at[0])
	}
	head := e.line[:end]
	for i := 1; i < end; {
		name := jsonwalk.SkipString(head, i)
		next := jsonwalk.SkipValue(head, name+1)
		if !bytes.Equal(head[i+1:name-1], key) {
			i = next + 1
			continue
		}
		from, to := i-1, next // with the comma before it
		if i == 1 {
			from, to = i, next+1 // with the one behind it
		}
		e.line = append(e.line[:from], e.line[to:]...)
		for j := range e.at {
			e.at[j] -= uint32(to - from)
		}
		return
	}
}

// without returns f without the field of this key.
func (f *fields) without(key []byte) *fields {
	i := f.index(key)
	if i < 0 {
		return f
	}
	e := event{line: slices.Clone(f.text), at: slices.Clone(f.at)}
	e.remove(i, len(e.line))
	return newFields(f.sink, e.line, e.at)
}

// hasAt tells whether the i-th of the call's fields has this key, in the open groups.
func (e *event) hasAt(i int, key string) bool {
	return i < len(e.at) && indexField(e.line, e.at[i:i+1], e.encodedKey(key)) == 0
}

// removeError takes out the error whose message is the i-th field, for another message.
func (e *event) removeError(i, end int) {
	size := len(e.line) - end
	e.remove(i, end)
	if !e.hasAt(i, errorKeys[1]) {
		return
	}
	for _, key := range errorKeys[1:] {
		if e.hasAt(i, key) {
			e.remove(i, len(e.line)-size)
		}
	}
}

// replaceError prepares e for the fields of an error. The call's error takes the place of whatever has their keys, but
// for an earlier error of the same call: then it returns false.
func (e *event) replaceError() bool {
	i := indexField(e.line, e.at, e.encodedKey(errorKeys[0]))
	if i >= 0 && !e.replaces && e.hasAt(i+1, errorKeys[1]) {
		e.log.sink.stats.duplicateKeys.Add(1)
		return false
	}
	for _, k := range errorKeys {
		if i := indexField(e.line, e.at, e.encodedKey(k)); i >= 0 {
			e.remove(i, len(e.line))
		}
	}
	if !e.replaces {
		e.shed(errorKeys)
	}
	return true
}
