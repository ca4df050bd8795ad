package shape

import "encoding/binary"

// maxEntries is how many different texts a column's dictionary has at most. A column with more is kept text by text.
const maxEntries = 1024

// A dictionary numbers the different texts of a column.
type dictionary struct {
	texts []string
	keys  []textKey              // of texts
	table [2 * maxEntries]uint16 // by hash the number of a text, plus one
	last  uint32                 // the text that was asked for last
	chunk []byte                 // holds the texts
}

// A textKey is what texts are told apart by at first: their length and ends, which are all of a text of up to 16 bytes.
type textKey struct {
	head, tail uint64
	size       int
}

func keyOf(s string) textKey {
	k := textKey{size: len(s)}
	switch n, b := len(s), bytesOf(s); {
	case n >= 8:
		k.head, k.tail = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		k.head = uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
	case n > 0:
		k.head = uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	return k
}

// hash is quick, and bad where long texts differ in their middle only: with so few texts that costs little.
func (k textKey) hash() uint64 {
	const prime = 0x9e3779b97f4a7c15
	h := (k.head*prime ^ k.tail ^ uint64(k.size)) * prime
	return h >> 32
}

// code returns the number of s; ok is false if there is no room for it.
func (d *dictionary) code(s string) (code uint32, ok bool) {
	k := keyOf(s)
	if d.is(d.last, &k, s) {
		return d.last, true
	}
	p := k.hash() % uint64(len(d.table))
	for ; d.table[p] > 0; p = (p + 1) % uint64(len(d.table)) {
		if n := uint32(d.table[p] - 1); d.is(n, &k, s) {
			d.last = n
			return n, true
		}
	}
	if len(d.texts) == maxEntries {
		return 0, false
	}
	d.texts, d.keys = append(d.texts, d.keep(s)), append(d.keys, k)
	d.last = uint32(len(d.texts) - 1)
	d.table[p] = uint16(len(d.texts))
	return d.last, true
}

// is reports whether text n is s, whose key is k.
func (d *dictionary) is(n uint32, k *textKey, s string) bool {
	return int(n) < len(d.keys) && d.keys[n] == *k && (k.size <= 16 || d.texts[n] == s)
}

// keep returns a copy of s, so that its message is not kept for it.
func (d *dictionary) keep(s string) string {
	if cap(d.chunk)-len(d.chunk) < len(s) {
		d.chunk = make([]byte, 0, max(256, 2*cap(d.chunk), len(s)))
	}
	from := len(d.chunk)
	d.chunk = append(d.chunk, s...)
	return view(d.chunk[from:])
}

// reset forgets all texts. Columns made before are no longer valid.
func (d *dictionary) reset() {
	if len(d.texts) > 0 {
		*d = dictionary{texts: d.texts[:0], keys: d.keys[:0], chunk: d.chunk[:0]}
	}
}
