package eventlog

import (
	"encoding/json"
	"log/slog"
	"strconv"
)

// addAttr appends an attribute under prefix (dotted), unless its key is there already.
func (e *event) addAttr(l *Logger, prefix string, a slog.Attr) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, m := range v.Group() {
			e.addAttr(l, prefix, m)
		}
		return
	}
	if a.Equal(slog.Attr{}) {
		return
	}
	key := prefix + a.Key
	if !e.keys.add(key) {
		l.sink.stats.duplicateKeys.Add(1)
		return
	}
	e.line = append(e.line, ',')
	e.line = appendString(e.line, key)
	e.line = append(e.line, ':')
	e.line = appendValue(e.line, v)
}

func appendValue(b []byte, v slog.Value) []byte {
	switch v.Kind() {
	case slog.KindInt64:
		return strconv.AppendInt(b, v.Int64(), 10)
	case slog.KindBool:
		return strconv.AppendBool(b, v.Bool())
	case slog.KindString:
		return appendString(b, v.String())
	}
	if err, ok := v.Any().(error); ok {
		return appendString(b, err.Error())
	}
	text, err := json.Marshal(v.Any())
	if err != nil {
		return appendString(b, "!ERROR "+err.Error())
	}
	return append(b, text...)
}

func appendString(b []byte, s string) []byte {
	text, _ := json.Marshal(s)
	return append(b, text...)
}
