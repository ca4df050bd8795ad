package eventlog

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
)

// cut takes the largest fields out of a line until it has at most maxBytes, and adds truncated and truncated_keys. Time,
// level and tag always stay, the tag if need be without its end, and so do metrics that have room: see metricKeys.
func (e *event) cut(maxBytes int) {
	e.log.sink.stats.truncated.Add(1)
	list := splitFields(e.line)
	keys := e.log.sink.shortenTag(list)
	drop := e.chooseCut(list, maxBytes)
	line := []byte{'{'}
	for i, f := range list {
		if drop[i] {
			keys = append(keys, string(f.key))
			continue
		}
		if len(line) > 1 {
			line = append(line, ',')
		}
		line = append(line, f.text...)
	}
	line = append(line, `,"truncated":true,"truncated_keys":[`...)
	between := ""
	for _, k := range keys {
		const tail = len(`,""]}` + "\n")
		k = shorten(k, maxNamedKey)
		if len(line)+len(k)+tail > maxBytes {
			break // more names than room
		}
		line = append(append(append(append(line, between...), '"'), k...), '"')
		between = ","
	}
	e.line = append(e.line[:0], append(line, ']', '}', '\n')...)
}

// A lineField is a field of a finished line.
type lineField struct {
	key  []byte // encoded
	text []byte // `"k":v`
}

// splitFields returns the fields of a line.
func splitFields(line []byte) []lineField {
	var list []lineField
	for i := 1; line[i] == '"'; {
		keyEnd := jsonwalk.SkipString(line, i)
		end := jsonwalk.SkipValue(line, keyEnd+1)
		list = append(list, lineField{line[i+1 : keyEnd-1], line[i:end]})
		i = end + 1
	}
	return list
}

// maxNamedKey is the size of the longest key that is worth a place in truncated_keys.
const maxNamedKey = 128

// chooseCut marks the fields to leave out: the largest first, until the rest and the names of what is left out fit.
func (e *event) chooseCut(list []lineField, maxBytes int) map[int]bool {
	size := len(cutTail)
	order := make([]int, 0, len(list))
	metrics := e.metricKeys(list, maxBytes)
	drop := map[int]bool{}
	for i, f := range list {
		switch {
		case string(f.key) == "truncated" || string(f.key) == "truncated_keys":
			drop[i] = true // a caller's own
			continue
		case !e.log.sink.isHead(f.key) && !metrics[string(f.key)]:
			order = append(order, i)
		}
		size += len(f.text) + 1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(list[b].text), len(list[a].text)) })
	for _, i := range order {
		if size <= maxBytes {
			break
		}
		drop[i] = true
		size -= len(list[i].text) + 1 - min(len(list[i].key), maxNamedKey) - len(`"",`)
	}
	return drop
}

// cutTail is what a cut event has beside its fields.
const cutTail = `{,"truncated":true,"truncated_keys":[]}` + "\n"

// isHead tells whether an event keeps this field whatever its size.
func (s *sink) isHead(key []byte) bool {
	for _, k := range []string{s.timeKey, s.tagKey, s.levels[0]} {
		if strings.HasPrefix(k[2:], string(key)+`":`) {
			return true
		}
	}
	return false
}

// maxTag is the size of the longest tag, encoded, that stays whole in an event that is cut: it leaves room for the rest of
// the head and some names in [leastMaxBytes].
const maxTag = 128

// shortenTag shortens the tag in a list of fields, if it is too long, and returns its key then.
func (s *sink) shortenTag(list []lineField) (keys []string) {
	for i := range list {
		f := &list[i]
		value := len(f.key) + len(`"":"`) // where it begins
		if len(f.text)-value-1 > maxTag && s.tagKey[2:] == string(f.key)+`":` {
			tag := shorten(string(f.text[value:len(f.text)-1]), maxTag)
			f.text = append(append(f.text[:value:value], tag...), '"')
			keys = append(keys, string(f.key))
		}
	}
	return keys
}

// shorten returns the inside of a JSON string, of at most size bytes and an ellipsis: no character and no escape is cut in
// two.
func shorten(inner string, size int) string {
	if len(inner) <= size {
		return inner
	}
	end := 0
	for end < size {
		var next int
		switch {
		case strings.HasPrefix(inner[end:], `\u`):
			next = end + len(`\u0000`)
		case inner[end] == '\\':
			next = end + len(`\n`)
		default:
			_, n := utf8.DecodeRuneInString(inner[end:])
			next = end + n
		}
		if next > size {
			break
		}
		end = next
	}
	return inner[:end] + "…"
}
