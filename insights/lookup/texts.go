package lookup

import (
	"encoding/binary"
	"hash/maphash"
	"sync"
)

// Texts find rows by the texts of some columns. They are safe for concurrent use.
type Texts struct {
	table   *Table
	columns []int
	seed    maphash.Seed
	made    sync.Once
	slots   []uint32 // of rows by hash, the row's number plus one; 0 where there is none. At least a quarter is empty
}

// Texts returns the index of some columns, which t has. The table keeps it for the next one who asks.
func (t *Table) Texts(columns []int) *Texts {
	x := t.textsOf(columns)
	x.made.Do(x.build)
	return x
}

// textsOf returns the index of columns that is kept, or a new one that is not made yet.
func (t *Table) textsOf(columns []int) *Texts {
	var key []byte
	for _, c := range columns {
		key = binary.AppendUvarint(key, uint64(c))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if x := t.mu.texts[string(key)]; x != nil {
		return x
	}
	x := &Texts{table: t, columns: columns, seed: maphash.MakeSeed()}
	if len(t.mu.texts) < maxIndexes {
		if t.mu.texts == nil {
			t.mu.texts = map[string]*Texts{}
		}
		t.mu.texts[string(key)] = x
	}
	return x
}

// Size returns about how many bytes x holds.
func (x *Texts) Size() int64 { return 4 * int64(len(x.slots)) }

// Find returns the first row that has texts, one for each column of the index, or -1.
func (x *Texts) Find(texts []string) int {
	if len(x.slots) == 0 {
		return -1
	}
	h := uint64(0)
	for _, text := range texts {
		h = x.hash(h, text)
	}
	mask := uint64(len(x.slots) - 1)
	for at := h & mask; x.slots[at] != 0; at = (at + 1) & mask {
		if row := int(x.slots[at] - 1); x.has(row, texts) {
			return row
		}
	}
	return -1
}

// hash adds a text to the hash of those before it.
func (x *Texts) hash(before uint64, text string) uint64 {
	return before*0x9e3779b97f4a7c15 + maphash.String(x.seed, text) // the golden ratio: any odd number tells their order
}

func (x *Texts) has(row int, texts []string) bool {
	for i, c := range x.columns {
		if x.table.Cell(row, c) != texts[i] {
			return false
		}
	}
	return true
}

// firstSlots is how many slots an index begins with: many rows may have the same texts.
const firstSlots = 64

// build puts all rows into the index, of those with the same texts the first.
func (x *Texts) build() {
	t := x.table
	if t.rows == 0 {
		return
	}
	x.slots = make([]uint32, firstSlots)
	full := 0
	texts := make([]string, len(x.columns))
	for row := range t.rows {
		for i, c := range x.columns {
			texts[i] = t.Cell(row, c)
		}
		if x.Find(texts) >= 0 {
			continue
		}
		if full++; full > len(x.slots)/4*3 {
			x.grow()
		}
		x.put(row)
	}
	t.keep(x.Size(), func() bool { return t.hasTexts(x) })
}

// put gives a row the first empty slot.
func (x *Texts) put(row int) {
	h, mask := uint64(0), uint64(len(x.slots)-1)
	for _, c := range x.columns {
		h = x.hash(h, x.table.Cell(row, c))
	}
	at := h & mask
	for x.slots[at] != 0 {
		at = (at + 1) & mask
	}
	x.slots[at] = uint32(row + 1)
}

func (x *Texts) grow() {
	old := x.slots
	x.slots = make([]uint32, 2*len(old))
	for _, s := range old {
		if s != 0 {
			x.put(int(s - 1))
		}
	}
}

// hasTexts tells whether the table keeps x. The caller holds the lock.
func (t *Table) hasTexts(x *Texts) bool {
	for _, kept := range t.mu.texts {
		if kept == x {
			return true
		}
	}
	return false
}

// keep counts the bytes of an index, if it is kept.
func (t *Table) keep(size int64, isKept func() bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if isKept() {
		t.kept.Add(size)
	}
}
