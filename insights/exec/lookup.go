package exec

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// lookupStep fills columns from the row of a lookup table that matches. Values are compared as text
// ([R] §6.4), and of several rows that match the first counts; null, maps and lists match nothing.
type lookupStep struct {
	*plan.Lookup
	run   *run
	table *Table
	from  []int // the table column for each of Out
	find  rowFinder
}

// A rowFinder returns the table's row for the texts of an event, or -1. It is used by several workers
// at once.
type rowFinder func(texts []string) int

func newLookup(run *run, s *plan.Lookup) rowStep { return &lookupStep{Lookup: s, run: run} }

// prepare reads the table and indexes it.
func (s *lookupStep) prepare() error {
	if s.run.opts.Table == nil {
		return s.mistake("there is no lookup table %q", s.Table)
	}
	var err error
	if s.table, err = s.run.opts.Table(s.Table); err != nil {
		return s.mistake("lookup table %q: %v", s.Table, err)
	}
	if err := s.run.memory.add(s.table.size(), "lookup"); err != nil {
		return err
	}
	s.from = s.from[:0]
	for _, o := range s.Out {
		at := slices.Index(s.table.Columns, o.Column)
		if at < 0 {
			return s.mistake("lookup table %q has no column %q", s.Table, o.Column)
		}
		s.from = append(s.from, at)
	}
	if s.CIDR {
		return s.indexNetworks()
	}
	return s.indexTexts()
}

// size returns about how many bytes t holds: 16 for each text, and its own.
func (t *Table) size() int64 {
	n := int64(0)
	for _, row := range t.Rows {
		n += 24
		for _, text := range row {
			n += 16 + int64(len(text))
		}
	}
	return n
}

// mistake returns an error with the place of the command.
func (s *lookupStep) mistake(format string, args ...any) error {
	return syntax.Errors{{Span: s.Span, Msg: fmt.Sprintf(format, args...)}}
}

func (s *lookupStep) indexTexts() error {
	columns := make([]int, len(s.Match))
	for i, m := range s.Match {
		if columns[i] = slices.Index(s.table.Columns, m.Column); columns[i] < 0 {
			return s.mistake("lookup table %q has no column %q", s.Table, m.Column)
		}
	}
	index := map[string]int{} // of no size: rows may all have the same texts
	var key []byte
	texts := make([]string, len(columns))
	var size int64
	for i, row := range s.table.Rows {
		for j, c := range columns {
			texts[j] = row[c]
		}
		key = joinTexts(key[:0], texts)
		if _, ok := index[string(key)]; !ok {
			index[string(key)] = i
			size += int64(len(key)) + 48
		}
	}
	s.find = func(texts []string) int {
		var buf [128]byte
		if row, ok := index[string(joinTexts(buf[:0], texts))]; ok {
			return row
		}
		return -1
	}
	return s.run.memory.add(size, "lookup")
}

// joinTexts appends texts so that different lists of texts give different results.
func joinTexts(dst []byte, texts []string) []byte {
	for _, t := range texts {
		dst = binary.AppendUvarint(dst, uint64(len(t)))
		dst = append(dst, t...)
	}
	return dst
}

// indexNetworks indexes a column of networks. The longest prefix that holds an address wins.
func (s *lookupStep) indexNetworks() error {
	at, err := s.networkColumn()
	if err != nil {
		return err
	}
	index := map[netip.Prefix]int{}
	var lengths []int // of prefixes, longest first
	for i, row := range s.table.Rows {
		p, ok := network(row[at])
		if _, twice := index[p]; !ok || twice {
			continue
		}
		index[p] = i
		if !slices.Contains(lengths, p.Bits()) {
			lengths = append(lengths, p.Bits())
		}
	}
	slices.SortFunc(lengths, func(a, b int) int { return cmp.Compare(b, a) })
	s.find = func(texts []string) int {
		addr, err := netip.ParseAddr(strings.TrimSpace(texts[0]))
		if err != nil {
			return -1
		}
		addr = addr.Unmap().WithZone("")
		for _, n := range lengths {
			if p, err := addr.Prefix(n); err == nil {
				if row, ok := index[p]; ok {
					return row
				}
			}
		}
		return -1
	}
	return s.run.memory.add(int64(len(index))*64, "lookup")
}

// networkColumn returns the column of networks: the one named or else the first whose first value is
// a network ([R] §6: AWS does not document the default).
func (s *lookupStep) networkColumn() (int, error) {
	t := s.table
	if name := s.Match[0].Column; name != "" {
		if at := slices.Index(t.Columns, name); at >= 0 {
			return at, nil
		}
		return 0, s.mistake("lookup table %q has no column %q", s.Table, name)
	}
	if len(t.Rows) == 0 {
		return 0, nil
	}
	for i, v := range t.Rows[0] {
		if _, err := netip.ParsePrefix(strings.TrimSpace(v)); err == nil {
			return i, nil
		}
	}
	return 0, s.mistake("lookup table %q has no column of networks such as 10.0.0.0/8", s.Table)
}

// network reads a network; a single address is a network of one. Host bits are cleared, and an IPv4
// network written in IPv6 is one of IPv4.
func network(text string) (netip.Prefix, bool) {
	text = strings.TrimSpace(text)
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, false
	}
	if addr := p.Addr(); addr.Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(addr.Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

func (s *lookupStep) batch(w *worker, r *rows) (*rows, error) {
	match := s.matches(w, r)
	out := r.clone()
	for i, o := range s.Out {
		old := &column.Column{Kind: column.Null, Len: r.n}
		if s.Keep && o.Old != nil {
			old = w.eval(o.Old, r)
		}
		out.set(o.Slot, makeColumn(r.n, func(row int) column.Value {
			switch {
			case !old.IsNull(row):
				return old.Value(row)
			case match[row] < 0:
				return column.Value{}
			}
			return column.StringValue(s.table.Rows[match[row]][s.from[i]])
		}))
	}
	return out, nil
}

// matches returns the table's row for each row, or -1.
func (s *lookupStep) matches(w *worker, r *rows) []int {
	cols := make([]*column.Column, len(s.Match))
	for i, m := range s.Match {
		cols[i] = w.eval(m.X, r)
	}
	match := make([]int, r.n)
	texts := make([]string, len(cols))
	for row := range match {
		match[row] = -1
		whole := true
		for i, c := range cols {
			var ok bool
			texts[i], ok = function.TextOf(c.Value(row))
			whole = whole && ok
		}
		if whole {
			match[row] = s.find(texts)
		}
	}
	return match
}
