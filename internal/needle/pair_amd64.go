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
