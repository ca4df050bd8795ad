// Package needle finds texts and bytes in other texts, many times over. It compares bytes: letters in another
// case and spellings with escapes are for its callers to know.
package needle

import "bytes"

// A Needle is a text that is looked for. It is searched for by a part of it that is rare in the text it was
// first used on: bytes.Index goes by the first byte, which often is a quote, and those are everywhere in
// JSON. It is not safe for concurrent use.
type Needle struct {
	text  []byte
	tuned bool
	rare  int // where the rarest pair of bytes starts, or the rarest byte stands; -1 if none is rare
}

// New returns the Needle of a text.
func New(text string) Needle { return Needle{text: []byte(text)} }

// Len returns the length of the text in bytes.
func (n *Needle) Len() int { return len(n.text) }

// In reports whether the text is in data.
func (n *Needle) In(data []byte) bool { return bytes.Contains(data, n.text) }

// Index returns the first position at or after i where the text is in data, len(data) if there is none.
func (n *Needle) Index(data []byte, i int) int {
	if !n.tuned {
		n.tune(data)
	}
	switch {
	case n.rare < 0:
		if j := bytes.Index(data[i:], n.text); j >= 0 {
			return i + j
		}
		return len(data)
	case Fast:
		return n.byPair(data, i)
	}
	return n.byByte(data, i)
}

// byPair is Index by the pair of bytes at n.rare.
func (n *Needle) byPair(data []byte, i int) int {
	c0, c1 := n.text[n.rare], n.text[n.rare+1]
	for i += n.rare; i < len(data); i++ {
		j := indexPair(data[i:], c0, c1)
		if j < 0 {
			break
		}
		i += j
		if n.at(data, i-n.rare) {
			return i - n.rare
		}
	}
	return len(data)
}

// byByte is Index by the byte at n.rare.
func (n *Needle) byByte(data []byte, i int) int {
	for i += n.rare; i < len(data); i++ {
		j := bytes.IndexByte(data[i:], n.text[n.rare])
		if j < 0 {
			break
		}
		i += j
		if n.at(data, i-n.rare) {
			return i - n.rare
		}
	}
	return len(data)
}

// at reports whether the text stands at data[start].
func (n *Needle) at(data []byte, start int) bool {
	return len(data)-start >= len(n.text) && string(data[start:start+len(n.text)]) == string(n.text)
}

const (
	// sample is how much of the first text the bytes are counted in.
	sample = 16 << 10
	// rareByte is how many bytes there must be to one that is searched for alone. By measurement, stopping
	// at each byte of a kind costs as much as bytes.Index when it is one in about 60.
	rareByte = 100
)

// tune chooses how to search.
func (n *Needle) tune(data []byte) {
	n.tuned, n.rare = true, -1
	data = data[:min(len(data), sample)]
	least := len(data)/rareByte + 1
	width := 1
	if Fast {
		least, width = len(data)+1, 2
	}
	for i := 0; i+width <= len(n.text); i++ {
		if count := bytes.Count(data, n.text[i:i+width]); count < least {
			n.rare, least = i, count
		}
	}
}
