package eventlog

import (
	"encoding/json"
	"log/slog"
	"slices"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

// The member that says which others are metrics, and how it begins in a line.
const (
	metadataKey   = redaction.Metadata
	metadataStart = `,"` + metadataKey + `":`
)

// metricKeys returns the encoded keys without which the metrics of an event would be lost or wrong: _aws and the members
// that it names (CloudWatch's embedded metric format). Where these have no room it is _aws alone, since CloudWatch takes
// the metrics whose members are left; nil for an event without metrics, and where not even _aws has room.
func (e *event) metricKeys(list []lineField, maxBytes int) map[string]bool {
	i := slices.IndexFunc(list, func(f lineField) bool { return string(f.key) == metadataKey })
	if i < 0 {
		return nil
	}
	var meta struct {
		CloudWatchMetrics []struct {
			Dimensions [][]string
			Metrics    []struct{ Name string }
		}
	}
	if json.Unmarshal(list[i].text[len(metadataStart)-1:], &meta) != nil || len(meta.CloudWatchMetrics) == 0 {
		return nil
	}
	keys := map[string]bool{metadataKey: true}
	for _, d := range meta.CloudWatchMetrics {
		for _, name := range slices.Concat(d.Dimensions...) {
			keys[string(jsontext.AppendInner(nil, name))] = true
		}
		for _, m := range d.Metrics {
			keys[string(jsontext.AppendInner(nil, m.Name))] = true
		}
	}
	for _, keys := range []map[string]bool{keys, {metadataKey: true}} {
		size := len(cutTail)
		for _, f := range list {
			if keys[string(f.key)] || e.log.sink.isHead(f.key) {
				size += len(f.text) + 1
			}
		}
		if size <= maxBytes {
			return keys
		}
	}
	return nil
}

// Room returns how many bytes the metrics of an event with this tag may have, as members with a comma each and with
// _aws, so that none is ever cut: [Options.MaxBytes] without time, level, tag and the marks of a cut event. Package emf
// parts metrics by it.
func (l *Logger) Room(tag string) int {
	s := l.sink
	head := len(s.timeKey) + len(`"2026-11-21T10:00:00.000000Z"`) + len(s.levels[levelIndex(slog.LevelError)]) + len(s.tagKey) + len(jsontext.AppendString(nil, tag))
	return s.maxBytes - len(cutTail) - head
}

// Reserved tells whether the head of an event has this key, by [Options.Keys] too, so that a field of this name is
// written under another. Package emf refuses metrics of such names.
func (l *Logger) Reserved(key string) bool { return l.sink.isReserved(jsontext.AppendInner(nil, key)) }
