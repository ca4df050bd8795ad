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
}

// A line is an event as it stands in the text.
type line struct {
	text []byte // without its last line end
	line int64  // where it starts, from 1 in the stretch
	cut  bool   // it was longer than allowed
}

func newLines(b border, t *text) lines {
	return lines{prefix: b.prefix, max: b.max, data: t.data, over: t.over, beyond: t.beyond}
}

// next returns the next event. Empty lines are none.
func (l *lines) next() (line, bool) {
	for l.pos < len(l.data) {
		at := l.ends + 1
		event := l.take()
		last := l.pos == len(l.data)
		if last {
			l.ends += l.beyond
		}
		event = trimBreak(event)
		if l.prefix != nil {
			event = bytes.TrimRight(event, "\r\n") // blank lines between events belong to none
		}
		out := line{text: event, line: at}
		if len(event) > l.max || last && l.over {
			out.text, out.cut = event[:min(len(event), l.max)], true
			if l.prefix != nil {
				out.text = bytes.TrimRight(out.text, "\r\n")
			}
		}
		if len(out.text) > 0 {
			return out, true
		}
	}
	return line{}, false
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

// trimBreak cuts one line end off, LF or CR LF.
func trimBreak(s []byte) []byte {
	if n := len(s); n > 0 && s[n-1] == '\n' {
		s = s[:n-1]
	}
	if n := len(s); n > 0 && s[n-1] == '\r' {
		s = s[:n-1]
	}
	return s
}
