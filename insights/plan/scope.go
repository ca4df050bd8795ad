package plan

import (
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// A scope knows the columns that names mean at one point of a query.
type scope struct {
	slots   int              // the next free slot
	byName  map[string]int   // names made by commands, and raw fields already asked for under their own name
	byKey   map[string]keyed // unaliased columns by the key of their text
	info    map[int]slotInfo
	fields  []Column // what fields and stats made, in order of first appearance
	made    []Column // what other commands made
	display []Column // the last display; nil if there is none

	raw       *rawFields     // where unknown names come from; nil after stats
	grouped   bool           // fields holds the output of stats or its kin
	groupBy   map[string]int // the raw names of aliased group keys
	timeSlot  int            // the slot that @timestamp means to sort after stats, or -1
	period    *Bin           // how timeSlot was made, for fillmissing
	keys      []int          // the slots of the group keys
	plainKeys map[string]int // the slots of group keys that are fields under their own name
}

// keyed is a column that is known by the text it was computed from.
type keyed struct {
	slot  int
	names []string // the names in the text; the column lives until one of them means something else
}

// slotInfo is what is known of a column when the query is planned.
type slotInfo struct {
	tree  bool // the column may hold a map or list
	whole bool // it surely does, as a whole
	bin   *Bin // what the column was computed by, if that is a bin
}

// rawFields are the fields that a scan is asked for.
type rawFields struct {
	fields []ScanField
	slots  []int
	index  map[ScanField]int
}

func newScope() *scope {
	return &scope{
		byName: map[string]int{}, byKey: map[string]keyed{}, info: map[int]slotInfo{}, groupBy: map[string]int{}, plainKeys: map[string]int{},
		raw: &rawFields{index: map[ScanField]int{}}, timeSlot: -1,
	}
}

// grouping returns the scope after stats or one of its kin: no raw fields, a new numbering.
func grouping() *scope {
	s := newScope()
	s.raw, s.grouped = nil, true
	return s
}

// slot returns a new slot.
func (s *scope) slot() int {
	s.slots++
	return s.slots - 1
}

// field returns the slot of a raw field, asking the scan for it if need be.
func (s *scope) field(f ScanField) int {
	if slot, ok := s.raw.index[f]; ok {
		return slot
	}
	slot := s.slot()
	s.raw.fields = append(s.raw.fields, f)
	s.raw.slots = append(s.raw.slots, slot)
	s.raw.index[f] = slot
	s.info[slot] = slotInfo{tree: f.Tree || f.All}
	return slot
}

// define lets name mean slot from now on, also where it is already shown ([R] §5.11). Columns computed from
// what name meant before are no longer known by their text.
func (s *scope) define(name string, slot int, info slotInfo) {
	s.byName[name] = slot
	s.info[slot] = info
	for _, cols := range [][]Column{s.fields, s.made, s.display} {
		for i := range cols {
			if cols[i].Name == name {
				cols[i].Slot = slot
			}
		}
	}
	for key, k := range s.byKey {
		if slices.ContainsFunc(k.names, func(n string) bool { return n == name || strings.HasPrefix(n, name+".") }) {
			delete(s.byKey, key)
		}
	}
}

// defineText lets the text of e mean slot. Columns of stats keep their text for good: there is
// nothing else that it could mean.
func (s *scope) defineText(e syntax.Expr, slot int) {
	k := keyed{slot: slot}
	if !s.grouped {
		k.names = namesIn(e)
	}
	s.byKey[exprKey(e)] = k
}

// namesIn lists the names that e reads; bin reads @timestamp without naming it.
func namesIn(e syntax.Expr) []string {
	var names []string
	syntax.Walk(e, func(n any) bool {
		switch n := n.(type) {
		case *syntax.Field:
			names = append(names, n.Name())
		case *syntax.Call:
			if strings.EqualFold(n.Name, "bin") {
				names = append(names, "@timestamp")
			}
		}
		return true
	})
	return names
}

// show makes a column visible, replacing one of the same name in its place.
func show(cols []Column, c Column) []Column {
	for i := range cols {
		if cols[i].Name == c.Name {
			cols[i].Slot = c.Slot
			return cols
		}
	}
	return append(cols, c)
}

// add defines a column made by a command other than fields and stats, and appends it to what is
// shown: the names made by parse, json, lookup, accum and their kind ([R] §5.5).
func (s *scope) add(name string, slot int, info slotInfo) {
	s.define(name, slot, info)
	if !slices.ContainsFunc(s.fields, func(c Column) bool { return c.Name == name }) {
		s.made = show(s.made, Column{name, slot})
	}
}

// visible returns the columns of a result that ended here.
func (s *scope) visible() []Column {
	if s.display != nil {
		return s.display
	}
	cols := append([]Column{}, s.fields...)
	if len(cols) == 0 && s.raw != nil {
		cols = append(cols, s.column("@timestamp"), s.column("@message"))
	}
	for _, c := range s.made {
		cols = show(cols, c)
	}
	return cols
}

// named reports whether a command said which columns to show.
func (s *scope) named() bool {
	return s.raw == nil || len(s.fields)+len(s.made)+len(s.display) > 0
}

// column returns the column that a system field's name means.
func (s *scope) column(name string) Column {
	if slot, ok := s.byName[name]; ok {
		return Column{name, slot}
	}
	return Column{name, s.field(ScanField{Name: name})}
}

// resolved is the longest start of a field that names a column, and what is left of the field.
func (s *scope) resolved(f *syntax.Field) (slot int, rest []syntax.Part, ok bool) {
	if slot, ok := s.byName[f.Name()]; ok {
		return slot, nil, true
	}
	for n := len(f.Parts) - 1; n > 0; n-- {
		prefix := syntax.Field{Parts: f.Parts[:n]}
		if slot, ok := s.byName[prefix.Name()]; ok {
			return slot, f.Parts[n:], true
		}
	}
	return 0, nil, false
}

// names returns what a misspelt name may have meant.
func (s *scope) names() []string {
	var names []string
	for n := range s.byName {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// hasIndex reports whether a path has an index in brackets, which only maps and lists have.
func hasIndex(parts []syntax.Part) bool {
	for _, p := range parts {
		if p.Index {
			return true
		}
	}
	return false
}

// wild reports whether name fits a pattern with * wildcards.
func wild(pattern, name string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == name
	}
	if !strings.HasPrefix(name, head) {
		return false
	}
	name = name[len(head):]
	for {
		piece, more, again := strings.Cut(rest, "*")
		if !again {
			return strings.HasSuffix(name, piece)
		}
		i := strings.Index(name, piece)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(piece):], more
	}
}
