package files

import (
	"bytes"
	"io"
)

// A textStream is a window on the text of a file, for formats that are read from front to back. The
// window grows to hold what is asked for, up to max bytes; what is consumed leaves it.
type textStream struct {
	r    io.Reader
	max  int
	buf  []byte // the window is buf[pos:]
	pos  int
	line int64 // of buf[pos], from 1
	gone int64 // bytes consumed
	end  bool  // nothing more comes
	err  error // why; nil at the end of the text
}

func newTextStream(r io.Reader, max int) *textStream {
	t := &textStream{r: r, max: max, line: 1, buf: make([]byte, 0, 2*sampleBytes)}
	for len(t.buf) < len(bom) && t.more() {
	}
	if bytes.HasPrefix(t.buf, bom) {
		t.pos = len(bom)
	}
	return t
}

// rest returns the window. It is valid until more is called.
func (t *textStream) rest() []byte { return t.buf[t.pos:] }

// full reports whether the window holds as much as it may.
func (t *textStream) full() bool { return len(t.buf)-t.pos >= t.max }

// more reads more text into the window. It is false when there is none, or the window is full.
func (t *textStream) more() bool {
	if t.end || t.full() {
		return false
	}
	if t.pos > 0 && len(t.buf) == cap(t.buf) {
		n := copy(t.buf, t.buf[t.pos:])
		t.buf, t.pos = t.buf[:n], 0
	}
	if len(t.buf) == cap(t.buf) || cap(t.buf)-len(t.buf) < len(t.buf) {
		t.buf = append(make([]byte, 0, 2*cap(t.buf)), t.buf...)
	}
	for range 100 { // as bufio: a reader that gives nothing a hundred times is broken
		n, err := t.r.Read(t.buf[len(t.buf):cap(t.buf)])
		t.buf = t.buf[:len(t.buf)+n]
		if err != nil {
			t.end = true
			if err != io.EOF {
				t.err = err
			}
			return n > 0
		}
		if n > 0 {
			return true
		}
	}
	t.end, t.err = true, io.ErrNoProgress
	return false
}

// skip consumes n bytes of the window.
func (t *textStream) skip(n int) {
	t.line += int64(bytes.Count(t.buf[t.pos:t.pos+n], newline))
	t.pos += n
	t.gone += int64(n)
}

var newline = []byte{'\n'}

// blanks consumes blanks and reports whether something follows them.
func (t *textStream) blanks() bool {
	for {
		rest := t.rest()
		i := 0
		for i < len(rest) && (rest[i] == ' ' || rest[i] == '\t' || rest[i] == '\r' || rest[i] == '\n') {
			i++
		}
		t.skip(i)
		if i < len(rest) {
			return true
		}
		if !t.more() {
			return false
		}
	}
}

// nextLine consumes a line and returns it without its end. cut says that it was longer than the
// window may be: the rest of it was consumed too. ok is false at the end of the text.
func (t *textStream) nextLine() (line []byte, cut, ok bool) {
	from := 0
	for {
		rest := t.rest()
		if i := bytes.IndexByte(rest[from:], '\n'); i >= 0 {
			line = rest[:from+i]
			t.skip(from + i + 1)
			return bytes.TrimSuffix(line, []byte("\r")), false, true
		}
		from = len(rest)
		if t.more() {
			continue
		}
		if len(rest) == 0 {
			return nil, false, false
		}
		line = rest[:min(len(rest), t.max)]
		if t.end {
			t.skip(len(rest))
			return bytes.TrimSuffix(line, []byte("\r")), len(rest) > t.max, true
		}
		line = bytes.Clone(line)
		t.discardLine()
		return line, true, true
	}
}

// discardLine consumes the rest of a line.
func (t *textStream) discardLine() {
	for {
		rest := t.rest()
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			t.skip(i + 1)
			return
		}
		t.skip(len(rest))
		if !t.more() {
			return
		}
	}
}
