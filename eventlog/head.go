package eventlog

import (
	"cmp"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
)

// headRoom is the size of the text that begins the events of one second.
const headRoom = 48

// freeNames returns the names of time, level, tag and msg: as the options have them, but for each that is also one of
// others, or another's of the four. There the usual one stays, and taken has the name.
func freeNames(k Keys, others ...string) (names [4]string, taken []string) {
	usual := [4]string{"time", "level", "tag", "msg"}
	for i, name := range [...]string{k.Time, k.Level, k.Tag, k.Msg} {
		names[i] = cmp.Or(string(jsontext.AppendInner(nil, name)), usual[i])
	}
	for i := 0; i < len(names); i++ {
		clash := slices.Contains(others, names[i])
		for j, name := range names {
			// Of two names that were given the first stays; a usual one stays in any case.
			clash = clash || j != i && name == names[i] && (j < i || name == usual[j])
		}
		if clash && names[i] != usual[i] {
			taken = append(taken, names[i])
			names[i], i = usual[i], -1 // the usual one may be another's by now
		}
	}
	return names, taken
}

// nameKeys prepares the keys of the head.
func (s *sink) nameKeys(k Keys) {
	others := []string{"truncated", "truncated_keys"}
	if !s.opts.NoCaller {
		others = append(others, "fn", "pkg")
	}
	names, taken := freeNames(k, others...)
	s.takenKeys, s.reserved = taken, append(names[:], others[2:]...)
	for _, key := range s.reserved {
		s.reservedKeys.add(hashOf(jsontext.Bytes(key)))
	}
	quoted := func(name string) string { return `,"` + name + `":` }
	s.timeKey, s.tagKey, s.msgKey = quoted(names[0]), quoted(names[2]), quoted(names[3])
	level := quoted(names[1])
	for i, n := range levelNames {
		if k.UpperLevel {
			n = strings.ToUpper(n)
		}
		s.levels[i] = level + `"` + n + `"`
		s.levelTag[i] = `Z"` + s.levels[i] + s.tagKey
		s.levelMsg[i] = `Z"` + s.levels[i] + s.msgKey
	}
}

// isReserved tells whether an encoded key is one of the head's.
func (s *sink) isReserved(key []byte) bool {
	return slices.Contains(s.reserved, text(key))
}

// A headPart is a piece of an event's beginning.
type headPart struct {
	kind byte   // t, l, g, m: time, level, tag, msg; f: fields
	text []byte // of fields
}

// newPlan orders the head and a logger's fields: first those that Options.Order names, then the others as usual.
func newPlan(s *sink, f *fields) []headPart {
	var plan, rest []headPart
	index := map[string]int{}
	add := func(key string, p headPart) {
		index[key] = len(rest)
		rest = append(rest, p)
	}
	add(s.timeKey, headPart{kind: 't'})
	add(s.levels[0][:strings.LastIndexByte(s.levels[0], ':')+1], headPart{kind: 'l'})
	add(s.tagKey, headPart{kind: 'g'})
	add(s.msgKey, headPart{kind: 'm'})
	if f != nil {
		for i := range f.at {
			key, value := f.field(i)
			add(`,"`+string(key)+`":`, headPart{'f', slices.Concat([]byte(`,"`), key, []byte(`":`), value)})
		}
	}
	for _, key := range s.opts.Order {
		i, ok := index[`,"`+string(jsontext.AppendInner(nil, key))+`":`]
		if ok && rest[i].kind != 0 {
			plan = append(plan, rest[i])
			rest[i].kind = 0
		}
	}
	for _, p := range rest {
		if p.kind != 0 {
			plan = append(plan, p)
		}
	}
	return plan
}

// openPlanned is open for unusual orders and times.
func (e *event) openPlanned(now time.Time, level slog.Level, tag string, msg *slog.Value) {
	s, plan := e.log.sink, e.log.plan
	if plan == nil {
		plan = newPlan(s, e.log.fields)
	}
	for _, p := range plan {
		switch p.kind {
		case 't':
			if !now.IsZero() {
				e.line = e.appendTime(append(e.line, s.timeKey...), now)
			}
		case 'l':
			e.line = append(e.line, s.levels[levelIndex(level)]...)
		case 'g':
			if tag != "" {
				e.line = jsontext.AppendString(append(e.line, s.tagKey...), tag)
			}
		case 'm':
			if msg != nil {
				e.line = append(e.line, s.msgKey...)
				e.appendMsg(msg)
			}
		default:
			e.line = append(e.line, p.text...)
		}
	}
	e.line[0] = '{' // was a comma: the level is always there
}
