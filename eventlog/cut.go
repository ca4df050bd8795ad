package eventlog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
)

// cut takes the largest fields out of a line until it has at most maxBytes, and adds truncated and truncated_keys. Time,
// level and tag always stay, and so do metrics that have room: see metricKeys.
func (e *event) cut(maxBytes int) {
	e.log.sink.stats.truncated.Add(1)
	list := splitFields(e.line)
	drop := e.chooseCut(list, maxBytes)
	keys := make([]string, 0, len(drop))
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
	for i, k := range keys {
		const tail = len(`""]}` + "\n")
		if len(line)+len(k)+1+tail > maxBytes {
			break // more names than room
		}
		if i > 0 {
			line = append(line, ',')
		}
		line = append(append(append(line, '"'), k...), '"')
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
