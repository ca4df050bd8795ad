package files

import "bytes"

// A text is a stretch of a file: whole events of a format of lines.
type text struct {
	buf    []byte // the memory behind data; reused for the next text
	data   []byte
	offset int64 // of data in the decompressed file
	index  int   // of the stretch in the file, from 0
	over   bool  // the last event is longer than data has it
	beyond int64 // line ends of the last event that data has not
	roomy  int   // how many stretches in a row took little of buf

	invocation string // as in Event, where data starts
}

// maxRoomy is for how many stretches in a row more memory is kept than they take: 32 MiB of text. Most stretches inside
// a line of 10 MB are empty, some 40 to each worker and line; 32 of them were enough for making the memory anew for each line, and the
// garbage of two workers came to 280 MB where 80 MB are enough.
const maxRoomy = 128

// shrink gives buf back if it is larger than usual and no longer needed: one long event must not cost
// its memory for ever, but a file of long events must not make it anew for each.
func (t *text) shrink(usual int) {
	if cap(t.buf) <= usual || len(t.buf) > cap(t.buf)/8 {
		t.roomy = 0
		return
	}
	if t.roomy++; t.roomy > maxRoomy {
		t.buf, t.roomy = nil, 0
	}
}

// A cutter cuts the text of a file into stretches between events, each of which any worker may take.
type cutter interface {
	// next puts the next stretch into t and reports whether there was one. It is safe for
	// concurrent use. A stretch may be empty.
	next(t *text) bool
	// failure returns, after the end, what kept the file from being read to its end.
	failure() error
}

// A border finds where events start, in text of one format.
type border struct {
	prefix *prefix
	max    int // of one event, in bytes
}

// first returns the first position at or after i where an event starts: after a line end, at a prefix
// if the format has one. final says that no text follows. It is -1 if there is none, or if it takes
// more text to tell.
func (b *border) first(data []byte, i int, final bool) int {
	for {
		j := bytes.IndexByte(data[i:], '\n')
		if j < 0 {
			return -1
		}
		i += j + 1
		if b.prefix == nil || b.prefix.at(data[i:]) {
			return i
		}
		if !final && len(data)-i < len(b.prefix.layout) {
			return -1
		}
	}
}

// last returns the last position above 0 and below limit where an event starts; 0 if there is none.
func (b *border) last(data []byte, limit int) int {
	for end := min(limit-1, len(data)); end > 0; {
		j := bytes.LastIndexByte(data[:end], '\n')
		if j < 0 {
			return 0
		}
		if b.prefix == nil || b.prefix.at(data[j+1:]) {
			return j + 1
		}
		end = j
	}
	return 0
}

// slack is how much text behind a place it may take to tell whether an event starts there.
func (b *border) slack() int {
	if b.prefix == nil {
		return 0
	}
	return len(b.prefix.layout)
}

// undecided returns where the text begins that may yet turn out to start an event, line end included,
// once more text is known; len(data) if there is none.
func (b *border) undecided(data []byte) int {
	tail := max(0, len(data)-b.slack())
	if j := bytes.IndexByte(data[tail:], '\n'); j >= 0 {
		return tail + j
	}
	return len(data)
}

// A longEvent collects what is to be known of an event of which only the start is kept.
type longEvent struct {
	more bool  // something but line ends was left out
	ends int64 // line ends left out
	size int64 // bytes left out
}

func (l *longEvent) drop(data []byte) {
	l.more = l.more || len(bytes.Trim(data, "\r\n")) > 0
	l.ends += int64(bytes.Count(data, newline))
	l.size += int64(len(data))
}
