package filterpattern

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// skim passes members of an object that no selector wants, as many as it can pass in the cheapest
// way: short keys, texts and numbers, written without line breaks. at is where the first other
// member starts. If a selector wants that one, child is its path and value where its value stands;
// else child is nil, and object has to look at the member itself.
//
// It is object's loop once more, for speed only: most of a walk is spent on members like these.
func (w *walker) skim(p *path, i int) (at int, child *path, value int) {
	b, lengths := w.b, p.lengths
	for i+12 < len(b) && b[i] == '"' {
		end := i + 1
		if m := quotes(binary.LittleEndian.Uint64(b[end:])); m != 0 {
			end += bits.TrailingZeros64(m) >> 3
		} else if end = quote(b, end+8); end < 0 {
			return i, nil, 0
		}
		if end+3 >= len(b) || b[end+1] != ':' || w.escapes && jsonscan.HasEscape(b[i+1:end]) {
			return i, nil, 0
		}
		v := end + 2
		if b[v] == ' ' {
			v++
		}
		if lengths>>(uint(end-i-1)&63)&1 != 0 {
			if child = p.member(b[i+1 : end]); child != nil {
				return i, child, v
			}
		}
		switch c := b[v]; {
		case c == '"':
			if end = quote(b, v+1); end < 0 || b[end-1] == '\\' {
				return i, nil, 0
			}
			end++
		case c-'0' < 10 || c == '-':
			end = jsonscan.SkipNumber(b, v)
		default:
			return i, nil, 0
		}
		if end+1 >= len(b) || b[end] != ',' {
			return i, nil, 0
		}
		i = end + 1
		if b[i] == ' ' {
			i++
		}
	}
	return i, nil, 0
}

// quotes marks the bytes of w that are quotes, by their highest bits. A byte above the lowest mark
// may be marked without being one.
func quotes(w uint64) uint64 {
	w ^= ones * '"'
	return (w - ones) &^ w & highs
}

// quote returns where the next quote at or after b[i] stands, -1 if there is none. It looks at
// eight bytes at once before it calls the general search, which takes longer to begin.
func quote(b []byte, i int) int {
	if len(b)-i >= 16 {
		if m := quotes(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
		if m := quotes(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	if j := bytes.IndexByte(b[i:], '"'); j >= 0 {
		return i + j
	}
	return -1
}
