package needle

// Fast says that Index passes text at about the speed of memory, whatever its bytes. Otherwise that
// depends on how rare they are.
var Fast = hasAVX2()

// hasAVX2 reports whether processor and system know the instructions of indexPairAVX2.
func hasAVX2() bool

// indexPairAVX2 is indexPair for 33 bytes and more.
//
//go:noescape
func indexPairAVX2(b []byte, c0, c1 byte) int

// indexPair returns the first position in b where c0 stands with c1 right behind it, -1 if there is none.
func indexPair(b []byte, c0, c1 byte) int {
	if len(b) < 33 || !Fast {
		return shortPair(b, c0, c1)
	}
	return indexPairAVX2(b, c0, c1)
}

// marksAVX2 is Marks for a whole number of 64 bytes, without the clearing behind.
//
//go:noescape
func marksAVX2(dst []uint64, b []byte, c byte)

// wholeMarks marks the first n bytes of b, a multiple of 64, in a fast way; 0 if there is none.
func wholeMarks(dst []uint64, b []byte, c byte) (n int) {
	if !Fast {
		return 0
	}
	n = len(b) &^ 63
	marksAVX2(dst, b[:n], c)
	return n
}
