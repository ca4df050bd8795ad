package discover

import "unsafe"

// chunkSize is the least an arena asks for at once, and the most it keeps when reset.
const (
	minChunk  = 16 << 10
	keepChunk = 1 << 20
)

// An arena holds strings that are no part of an event. Strings keep their place until reset.
type arena struct {
	chunk []byte // its length is what is in use
}

// room returns an empty slice with room for n bytes at least; what is appended to it becomes part
// of the arena by take.
func (a *arena) room(n int) []byte {
	if cap(a.chunk)-len(a.chunk) < n {
		a.chunk = make([]byte, 0, max(minChunk, 2*n, min(2*cap(a.chunk), keepChunk)))
	}
	return a.chunk[len(a.chunk):]
}

// take keeps b, made by appending to what room returned, and returns it as a string.
func (a *arena) take(b []byte) string {
	if len(b) <= cap(a.chunk)-len(a.chunk) {
		a.chunk = a.chunk[:len(a.chunk)+len(b)]
	}
	return view(b)
}

// reset forgets all strings.
func (a *arena) reset() {
	if cap(a.chunk) > keepChunk {
		a.chunk = nil
	}
	a.chunk = a.chunk[:0]
}

// view returns b as a string that shares its memory.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
