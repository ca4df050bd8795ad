package files

import "bytes"

// lines splits a stretch of text into events.
type lines struct {
	prefix *prefix
	max    int
	data   []byte
	over   bool  // as in text
	beyond int64 // as in text
	pos    int
	ends   int64 // line ends passed

	// The event at hand:
	text []byte // without its last line end
	at   int64  // the line where it starts, from 1 in the stretch
	cut  bool   // it was longer than allowed
}

func newLines(b border, t *text) lines {
	return lines{prefix: b.prefix, max: b.max, data: t.data, over: t.over, beyond: t.beyond}
}

// next moves to the next event and reports whether there is one. Empty lines are none.
func (l *lines) next() bool {
	for l.pos < len(l.data) {
		l.at = l.ends + 1
		if l.prefix == nil {
			l.plain()
		} else {
			l.prefixed()
		}
		if l.pos == len(l.data) {
			l.ends += l.beyond
			l.cut = l.cut || l.over
		}
		if len(l.text) > 0 {
			return true
		}
	}
	return false
}

// plain takes a line.
func (l *lines) plain() {
	rest := l.data[l.pos:]
	n := bytes.IndexByte(rest, '\n')
	if n >= 0 {
		l.pos += n + 1
		l.ends++
	} else {
		n = len(rest)
		l.pos += n
	}
	if n > 0 && rest[n-1] == '\r' {
		n--
	}
	l.cut = n > l.max
	l.text = rest[:min(n, l.max)]
}

// prefixed takes a line with a prefix and the lines without one that follow it. Blank lines at the end
// belong to no event.
func (l *lines) prefixed() {
	l.text = bytes.TrimRight(l.take(), "\r\n")
	if l.cut = len(l.text) > l.max; l.cut {
		l.text = bytes.TrimRight(l.text[:l.max], "\r\n")
	}
}

// take consumes the text of an event with its line ends.
func (l *lines) take() []byte {
	start := l.pos
	for {
		i := bytes.IndexByte(l.data[l.pos:], '\n')
		if i < 0 {
			l.pos = len(l.data)
			return l.data[start:]
		}
		l.pos += i + 1
		l.ends++
		if l.prefix == nil || l.prefix.at(l.data[l.pos:]) {
			return l.data[start:l.pos]
		}
	}
}
