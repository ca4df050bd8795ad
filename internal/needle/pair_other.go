//go:build !amd64

package needle

// Fast says that Index passes text at about the speed of memory, whatever its bytes. Otherwise that
// depends on how rare they are.
const Fast = false

// indexPair returns the first position in b where c0 stands with c1 right behind it, -1 if there is none.
func indexPair(b []byte, c0, c1 byte) int { return shortPair(b, c0, c1) }

// wholeMarks marks the first n bytes of b, a multiple of 64, in a fast way; 0 if there is none.
func wholeMarks(dst []uint64, b []byte, c byte) (n int) { return 0 }
