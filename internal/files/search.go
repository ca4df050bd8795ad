package files

import "bytes"

// A needle is a text looked for in blocks. It is searched for by that of its bytes which is rarest in
// the first block, if it is rare enough: bytes.Index goes by the first byte, which often is a quote, and
// those are everywhere in JSON.
type needle struct {
	text  []byte
	tuned bool
	rare  int // where the rarest byte stands; -1 if none is rare
}

// needleSample is how much of the first block the bytes are counted in.
const needleSample = 16 << 10

// rareByte is how many bytes there must be to one that is searched for alone. By measurement, stopping
// at each byte of a kind costs as much as bytes.Index when it is one in about 60.
const rareByte = 100

// tune chooses how to search.
func (n *needle) tune(data []byte) {
	n.tuned, n.rare = true, -1
	data = data[:min(len(data), needleSample)]
	least := len(data)/rareByte + 1
	for i := range n.text {
		if count := bytes.Count(data, n.text[i:i+1]); count < least {
			n.rare, least = i, count
		}
	}
}

// from returns the first position at or after i where the text is in data, len(data) if there is none.
func (n *needle) from(data []byte, i int) int {
	if !n.tuned {
		n.tune(data)
	}
	if n.rare < 0 {
		if j := bytes.Index(data[i:], n.text); j >= 0 {
			return i + j
		}
		return len(data)
	}
	for i += n.rare; i < len(data); i++ {
		j := bytes.IndexByte(data[i:], n.text[n.rare])
		if j < 0 {
			break
		}
		i += j
		if start := i - n.rare; len(data)-start >= len(n.text) && string(data[start:start+len(n.text)]) == string(n.text) {
			return start
		}
	}
	return len(data)
}
