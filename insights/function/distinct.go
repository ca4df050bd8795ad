package function

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/groundwatch/groundwatch/column"
)

// maxDistinct is up to how many distinct values of a group are counted exactly, 1 MiB of memory. Values
// are told apart by a hash of 64 bits: the chance that any two of that many agree is about 1 in 10^10.
const maxDistinct = 1 << 16

func newDistinct([]*column.Value) State { return new(distinctState) }

type distinctState struct {
	groups []valueSet
	hashes []uint64 // scratch: of a dictionary's texts
	bytes  int64    // of what groups point to
}

func (s *distinctState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	c := r.Args[0]
	switch {
	case c.Kind == column.Null:
	case c.Kind == column.Int64 && c.Nulls == nil:
		for i, g := range r.Groups {
			s.add(g, hashInt(c.Ints[i]))
		}
	case c.Codes != nil && len(c.Strings) <= c.Len:
		s.addCodes(r, c)
	default:
		for i, g := range r.Groups {
			if !c.IsNull(i) {
				s.add(g, hashValue(c.Value(i)))
			}
		}
	}
}

func (s *distinctState) addCodes(r *Rows, c *column.Column) {
	s.hashes = s.hashes[:0]
	for _, text := range c.Strings {
		s.hashes = append(s.hashes, hashText(text))
	}
	for i, g := range r.Groups {
		if !c.Nulls.Get(i) {
			s.add(g, s.hashes[c.Codes[i]])
		}
	}
}

func (s *distinctState) add(g uint32, hash uint64) { s.bytes += s.groups[g].add(hash) }

func (s *distinctState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	groups := groupsFrom(other.(*distinctState).groups, from, to)
	for g := range groups {
		s.bytes += s.groups[to[g]].merge(&groups[g])
	}
}

func (s *distinctState) Result(g int) column.Value {
	return column.IntValue(s.groups[g].count())
}

func (s *distinctState) Bytes() int64 { return int64(cap(s.groups))*56 + s.bytes }

// A valueSet counts distinct hashes: it keeps them in a table up to maxDistinct, beyond that in a
// HyperLogLog. Which of the two it is depends on the values alone, not on their order.
type valueSet struct {
	table     []uint64 // open addressing; 0 is a free place
	used      int
	registers []uint8 // nil while exact
}

// add notes a hash and returns by how many bytes the set grew.
func (s *valueSet) add(hash uint64) int64 {
	if hash == 0 {
		hash = 1
	}
	if s.registers != nil {
		s.register(hash)
		return 0
	}
	if s.used*4 >= len(s.table)*3 {
		return s.grow() + s.add(hash)
	}
	mask := uint64(len(s.table) - 1)
	i := hash & mask
	for s.table[i] != 0 {
		if s.table[i] == hash {
			return 0
		}
		i = (i + 1) & mask
	}
	if s.used == maxDistinct {
		return s.sketch() + s.add(hash)
	}
	s.table[i] = hash
	s.used++
	return 0
}

func (s *valueSet) grow() int64 {
	old := s.table
	s.table = make([]uint64, max(4, 2*len(old)))
	s.used = 0
	for _, h := range old {
		if h != 0 {
			s.add(h)
		}
	}
	return int64(len(s.table)-len(old)) * 8
}

// precision is the number of bits of a hash that choose a register: 2^16 registers make a standard
// error of 1.04 / 2^8 = 0.41 %.
const precision = 16

// sketch turns the table into registers.
func (s *valueSet) sketch() int64 {
	old := s.table
	s.table, s.used = nil, 0
	s.registers = make([]uint8, 1<<precision)
	for _, h := range old {
		if h != 0 {
			s.register(h)
		}
	}
	return int64(len(s.registers)) - int64(len(old))*8
}

// register notes a hash: its first bits choose a register, which keeps the largest number of zeros
// that the rest begins with, plus one.
func (s *valueSet) register(hash uint64) {
	rest := hash<<precision | 1<<(precision-1)
	zeros := uint8(bits.LeadingZeros64(rest)) + 1
	r := &s.registers[hash>>(64-precision)]
	*r = max(*r, zeros)
}

func (s *valueSet) merge(o *valueSet) (grew int64) {
	for _, h := range o.table {
		if h != 0 {
			grew += s.add(h)
		}
	}
	if o.registers == nil {
		return grew
	}
	if s.registers == nil {
		grew += s.sketch()
	}
	for i, v := range o.registers {
		s.registers[i] = max(s.registers[i], v)
	}
	return grew
}

// count returns the number of distinct hashes, estimated by Ertl's formula (New cardinality estimation algorithms for
// HyperLogLog sketches, 2017), which needs no correction for small or large numbers.
func (s *valueSet) count() int64 {
	if s.registers == nil {
		return int64(s.used)
	}
	const highest = 64 - precision // register values are 0 to highest+1
	var counts [highest + 2]float64
	for _, r := range s.registers {
		counts[r]++
	}
	const m = 1 << precision
	z := m * tau(1-counts[highest+1]/m)
	for k := highest; k >= 1; k-- {
		z = (z + counts[k]) / 2
	}
	z += m * sigma(counts[0]/m)
	return int64(math.Round(m * m / (2 * math.Ln2 * z)))
}

func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	z, y := x, 1.0
	for {
		x *= x
		next := z + x*y
		if next == z {
			return z
		}
		z, y = next, 2*y
	}
}

func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	z, y := 1-x, 1.0
	for {
		x = math.Sqrt(x)
		y /= 2
		next := z - (1-x)*(1-x)*y
		if next == z {
			return z / 3
		}
		z = next
	}
}

// hashValue hashes v so that values with equal GroupKeys have equal hashes. The hash is the same on
// every machine and in every run.
func hashValue(v column.Value) uint64 {
	switch v.Kind() {
	case column.Bool, column.Int64:
		return hashInt(v.Int())
	case column.Timestamp:
		return hashInt(v.Int() ^ 0x5bd1e9955bd1e995)
	case column.Float64:
		return hashNumber(floatNumber(v.Float()))
	}
	return hashText(v.Str())
}

// hashText hashes text; text that is just what results show for a number has the number's hash.
func hashText(s string) uint64 {
	if s == "" || s[0] > '9' {
		return hashBytes(bytesOf(s))
	}
	n := textNumber(s)
	var buf [32]byte
	if v := n.value(); !n.ok || string(v.AppendText(buf[:0])) != s {
		return hashBytes(bytesOf(s))
	}
	return hashNumber(n)
}

func hashNumber(n number) uint64 {
	if n.whole {
		return hashInt(n.i)
	}
	return hashInt(int64(math.Float64bits(n.f)) ^ 0x27d4eb2f165667c5)
}

// hashInt mixes all bits of v; no two numbers have the same hash (the finalizer of MurmurHash3).
func hashInt(v int64) uint64 {
	h := uint64(v) ^ 0x9e3779b97f4a7c15
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// hashBytes folds eight bytes at a time with a multiplication of 128 bits.
func hashBytes(b []byte) uint64 {
	h := (uint64(len(b)) + 1) * 0x9e3779b97f4a7c15
	for ; len(b) >= 8; b = b[8:] {
		h = foldBits(h^binary.LittleEndian.Uint64(b), 0xa0761d6478bd642f)
	}
	var tail [8]byte
	copy(tail[:], b)
	return hashInt(int64(foldBits(h^binary.LittleEndian.Uint64(tail[:]), 0xe7037ed1a0b428db)))
}

func foldBits(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
