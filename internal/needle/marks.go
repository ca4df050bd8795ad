package needle

// Marks sets bit i%64 of dst[i/64] where b[i] is c. It clears the other bits of the words that b takes, and of one
// more. dst has len(b)/64+2 words at least.
func Marks(dst []uint64, b []byte, c byte) {
	n := wholeMarks(dst, b, c)
	switch {
	case n == 0:
		for ; n < len(b); n += 64 {
			dst[n/64] = shortMarks(b[n:min(n+64, len(b))], c)
		}
	case n < len(b):
		var last [1]uint64
		wholeMarks(last[:], b[len(b)-64:], c)
		dst[n/64] = last[0] >> (n + 64 - len(b))
	}
	dst[(len(b)+63)/64] = 0
}

// shortMarks is Marks for up to 64 bytes.
func shortMarks(b []byte, c byte) (m uint64) {
	for i, x := range b {
		if x == c {
			m |= 1 << i
		}
	}
	return m
}
