package lookup

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Networks find rows by an address, of which a column has networks. They are safe for concurrent use.
type Networks struct {
	table   *Table
	column  int
	made    sync.Once
	rows    map[netip.Prefix]uint32
	lengths []int // of prefixes, longest first
}

// networkBytes is about what an entry of Networks holds: a prefix has 32 bytes, and a map about as much again.
const networkBytes = 64

// Networks returns the index of a column, which t has. The table keeps it for the next one who asks.
func (t *Table) Networks(column int) *Networks {
	t.mu.Lock()
	x := t.mu.networks[column]
	if x == nil {
		x = &Networks{table: t, column: column}
		if len(t.mu.networks) < maxIndexes {
			if t.mu.networks == nil {
				t.mu.networks = map[int]*Networks{}
			}
			t.mu.networks[column] = x
		}
	}
	t.mu.Unlock()
	x.made.Do(x.build)
	return x
}

// Size returns about how many bytes x holds.
func (x *Networks) Size() int64 { return networkBytes * int64(len(x.rows)) }

// Find returns the row with the smallest network that holds an address, of several with the same one the first; -1 if there is none.
func (x *Networks) Find(address string) int {
	addr, err := netip.ParseAddr(strings.TrimSpace(address))
	if err != nil {
		return -1
	}
	addr = addr.Unmap().WithZone("")
	for _, n := range x.lengths {
		if p, err := addr.Prefix(n); err == nil {
			if row, ok := x.rows[p]; ok {
				return int(row)
			}
		}
	}
	return -1
}

// build puts all rows into the index that have a network.
func (x *Networks) build() {
	t := x.table
	x.rows = map[netip.Prefix]uint32{}
	for row := range t.rows {
		p, ok := network(t.Cell(row, x.column))
		if _, twice := x.rows[p]; !ok || twice {
			continue
		}
		x.rows[p] = uint32(row)
		if !slices.Contains(x.lengths, p.Bits()) {
			x.lengths = append(x.lengths, p.Bits())
		}
	}
	slices.SortFunc(x.lengths, func(a, b int) int { return cmp.Compare(b, a) })
	t.keep(x.Size(), func() bool { return t.mu.networks[x.column] == x })
}

// NetworkColumn returns the first column whose first value is a network; -1 if there is none ([R] §6: AWS does not document which column
// counts). A table without rows has its first column.
func (t *Table) NetworkColumn() int {
	if t.rows == 0 {
		return 0
	}
	for i := range t.columns {
		if _, err := netip.ParsePrefix(strings.TrimSpace(t.Cell(0, i))); err == nil {
			return i
		}
	}
	return -1
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
