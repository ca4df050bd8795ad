package manifest

import (
	"maps"
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// A Contents is what the edits of a manifest add up to.
type Contents struct {
	Writer   int64          // the last writer number taken; 0: none
	Position wal.Position   // records of the log up to this one are in parts
	Last     table.Sequence // of rows up to Position
	Logged   wal.Position   // the log has had this record
	NextPart uint64         // lower numbers are taken
	Parts    map[uint64]*Part
	Dropped  Dropped
	Lines    map[Home]Lines
	Tokens   []Token         // oldest first
	Removed  map[uint64]bool // parts that edits since the last snapshot took away, as Open found them
}

func newContents() *Contents {
	return &Contents{NextPart: 1, Removed: map[uint64]bool{}, Parts: map[uint64]*Part{}, Lines: map[Home]Lines{}}
}

// Apply adds an edit, except for its tokens: who remembers them by key has them apart.
func (c *Contents) Apply(x *Edit) {
	c.Writer = max(c.Writer, x.Writer)
	c.Position = max(c.Position, x.Position)
	c.Last = max(c.Last, x.Last)
	c.Logged = max(c.Logged, x.Logged)
	c.NextPart = max(c.NextPart, x.NextPart)
	for _, m := range x.Add {
		c.Parts[m.Number] = m
		c.NextPart = max(c.NextPart, m.Number+1)
	}
	for _, n := range x.Remove {
		delete(c.Parts, n)
	}
	for _, h := range x.Drop {
		c.Dropped.add(h.Table, Run{h.Partition, h.Partition})
		delete(c.Lines, h)
	}
	for _, r := range x.dropRuns {
		c.Dropped.add(r.table, r.Run)
	}
	for _, l := range x.Expire {
		c.Lines[l.Home] = c.Lines[l.Home].with(l.Line)
	}
}

// pieces returns the contents as edits that add up to them, each small enough for a record.
func (c *Contents) pieces() []*Edit {
	all := []*Edit{{Writer: c.Writer, Position: c.Position, Last: c.Last, Logged: c.Logged, NextPart: c.NextPart}}
	room := 0
	last := func(bytes int) *Edit {
		if room += bytes; room > pieceBytes {
			all, room = append(all, &Edit{}), bytes
		}
		return all[len(all)-1]
	}
	for _, n := range slices.Sorted(maps.Keys(c.Parts)) {
		m := c.Parts[n]
		x := last(64 + 4*len(m.Sums) + 40*len(m.Spans))
		x.Add = append(x.Add, m)
	}
	for name, r := range c.Dropped.Runs() {
		x := last(30)
		x.dropRuns = append(x.dropRuns, tableRun{name, r})
	}
	for _, h := range slices.SortedFunc(maps.Keys(c.Lines), CompareHomes) {
		for _, l := range c.Lines[h] {
			x := last(40)
			x.Expire = append(x.Expire, Expiry{h, l})
		}
	}
	for _, t := range c.Tokens {
		x := last(36)
		x.Tokens = append(x.Tokens, t)
	}
	return all
}

// With returns contents with an edit in them and these tokens, and leaves c as it is.
func (c *Contents) With(x *Edit, tokens []Token) *Contents {
	d := *c
	d.Parts, d.Dropped, d.Lines = maps.Clone(c.Parts), c.Dropped.Clone(), maps.Clone(c.Lines)
	d.Apply(x)
	d.Tokens = tokens
	return &d
}
