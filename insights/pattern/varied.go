package pattern

import (
	"bytes"
	"strings"
)

// What follows makes the shapes of texts that hardly ever come again, where it is quicker to see what they are than to read them.

// The bytes of a UUID and of an X-Ray trace id (1-67a92466-4b6aa15a05ffcd4c510de968), with their quotes.
const (
	uuidBytes  = 38
	traceBytes = 37
)

// variedValue makes the shape of a string whose key has many.
func (z *shaper) variedValue() {
	if len(z.dst)-z.start+maxMask >= maxShape {
		z.jsonString()
		return
	}
	rest := z.s[z.i:]
	kind, n := markUUID, uuidBytes
	if !uuidValue(rest) {
		kind, n = markID, traceBytes
		if !traceValue(rest) {
			kind, n = markTime, timeValue(rest)
		}
	}
	if n == 0 {
		z.maskedValue()
		return
	}
	z.dst = append(z.dst, '"', shapeMark, byte(kind), '"')
	z.i += n
}

// uuidValue reports whether s begins with a UUID in quotes that ends a value. One without a digit in front is left to others: if it has
// none at all it is a word.
func uuidValue(s string) bool {
	if len(s) <= uuidBytes || s[9] != '-' || s[uuidBytes-1] != '"' || !ended(s, uuidBytes) {
		return false
	}
	_, digits := chunkOf(s[1:9])
	return digits != 0 && isUUID(s[1:uuidBytes-1])
}

// traceValue reports whether s begins with a trace id in quotes that ends a value.
func traceValue(s string) bool {
	if len(s) <= traceBytes || s[1:3] != "1-" || s[11] != '-' || s[traceBytes-1] != '"' || !ended(s, traceBytes) {
		return false
	}
	all := uint8(classHex)
	for i := 3; i < traceBytes-1; i++ {
		if i != 11 {
			all &= classes[s[i]]
		}
	}
	return all != 0
}

// timeValue returns the length of a time with a year in front and in quotes, if it is what ends a value here, or 0.
func timeValue(s string) int {
	if at(s, 5) != '-' || classes[s[1]]&classDigit == 0 {
		return 0
	}
	n := timeLength(s[1:]) + 2
	if n == 2 || at(s, n-1) != '"' || !ended(s, n) {
		return 0
	}
	return n
}

// The mask of a text is that with 0 for each digit. Texts of one mask have one shape if no digit is left in that, but for numbers that
// may be the status of an answer or part of an address: a text that may have such has no mask.

// maxMask bounds the bytes of a mask.
const maxMask = 48

// masks has what stands in a mask for each byte of a text, 0 for those that no text with a mask has.
var masks = func() (t [256]byte) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = '0'
		case c > ' ' && c < 0x7f && !strings.ContainsRune("\"'\\:=.+", rune(c)):
			t[c] = byte(c)
		}
	}
	return t
}()

// maskOf puts the mask of a string whose opening quote s begins with into to, with its quotes. It returns its length, 0 if it has none.
func maskOf(s string, to *[maxMask]byte) int {
	n := 1
	for n < len(s) && n < maxMask-1 {
		c := masks[s[n]]
		if c == 0 {
			break
		}
		to[n] = c
		n++
	}
	if at(s, n) != '"' || to[1] == '0' && n > 1 && (to[2] == '0' || to[2] == 'e' || to[2] == 'E') {
		return 0
	}
	to[0], to[n] = '"', '"'
	return n + 1
}

// maskedValue makes the shape of a string by those that differ from it in digits alone.
func (z *shaper) maskedValue() {
	k := z.key
	if k.masked.varied() {
		z.jsonString()
		return
	}
	var buf [maxMask]byte
	n := maskOf(z.s[z.i:], &buf)
	if n == 0 || !ended(z.s, z.i+n) {
		k.masked.lost++
		z.jsonString()
		return
	}
	mask := buf[:n]
	v := k.masked.in(maskSlot(mask))
	if string(mask) == v.text && len(z.dst)-z.start+len(v.shape) < maxShape {
		k.masked.hits++
		z.dst = append(z.dst, v.shape...)
		z.i += n
		return
	}
	k.masked.lost++
	from, i := len(z.dst), z.i
	z.jsonString()
	if shape := z.dst[from:]; z.whole(i) && !bytes.ContainsAny(shape, "0123456789") {
		z.memory.keep(v, string(mask), string(shape))
	}
}

// maskSlot returns where a mask is remembered.
func maskSlot(mask []byte) int {
	h := uint64(len(mask))
	for _, c := range mask {
		h = h*31 + uint64(c)
	}
	return int(h * 0x9e3779b97f4a7c15 >> 58)
}
