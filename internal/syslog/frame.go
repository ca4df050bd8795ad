package syslog

import (
	"bufio"
	"errors"
	"io"
)

// largeFrame is from how many bytes on a message is large: senders keep to 8 KiB, mostly, and AWS takes 64.
const largeFrame = 64 << 10

// keptBuffer is up to which size memory for one message is used for the next: a connection costs little while it is silent.
const keptBuffer = 16 << 10

// maxDigits is how long the length of a message may be; what has more in front is a line.
const maxDigits = 10

// A framer takes messages from a stream, framed as RFC 6587 has it: by their length in front ("5 <13>a"), or by the line feed behind, even both by
// turns. A NUL ends a line too, as some senders have it.
type framer struct {
	in      *bufio.Reader
	most    int           // bytes of a message
	counted bool          // a length was seen: then what looks like one is one
	idle    func()        // the next message is waited for; nil tells nobody
	partial func()        // more of a message is waited for, once a message; nil tells nobody
	large   chan struct{} // has room for as many large messages as may be on their way, of all framers together

	buf     []byte
	waiting bool // for more of a message
	holds   bool // a place in large
}

// next returns the next message, which is good until the next call and may be empty; over says that it was larger than it may be and was skipped. The
// error is the connection's, or io.EOF, perhaps with what came of the last message.
func (f *framer) next() (message []byte, over bool, err error) {
	f.release()
	f.waiting = false
	if err := f.skip(); err != nil {
		return nil, false, err
	}
	n, digits, err := f.length()
	if err != nil && !errors.Is(err, io.EOF) {
		return f.rest(), false, err
	}
	if digits == 0 {
		return f.line()
	}
	f.counted = true
	if _, err := f.in.Discard(digits + 1); err != nil {
		return nil, false, err
	}
	if n > f.most {
		_, err := f.in.Discard(n)
		return nil, true, err
	}
	message, err = f.exactly(n)
	return message, false, err
}

// skip passes what ends lines: some senders count their messages and end them too.
func (f *framer) skip() error {
	for {
		if f.idle != nil && f.in.Buffered() == 0 {
			f.idle()
		}
		c, err := f.in.ReadByte()
		if err != nil {
			return err
		}
		if c != '\n' && c != '\r' && c != 0 {
			return f.in.UnreadByte()
		}
	}
}

// peek is the reader's Peek, and tells if it has to wait.
func (f *framer) peek(n int) ([]byte, error) {
	if f.partial != nil && !f.waiting && f.in.Buffered() < n {
		f.waiting = true
		f.partial()
	}
	return f.in.Peek(n)
}

// length looks for a length and a blank at the start; digits is 0 if there is none. In front of the first one a priority has to stand behind it: "12
// monkeys" is a line.
func (f *framer) length() (n, digits int, err error) {
	for i := 1; i <= maxDigits+1; i++ {
		b, err := f.peek(i)
		if len(b) < i {
			return 0, 0, err
		}
		switch c := b[i-1]; {
		case isDigit(c) && (c != '0' || i > 1):
			n = n*10 + int(c-'0')
		case c != ' ' || i == 1:
			return 0, 0, nil
		case f.counted:
			return n, i - 1, nil
		default:
			if b, err = f.peek(i + 1); len(b) <= i || b[i] != '<' {
				return 0, 0, err
			}
			return n, i - 1, nil
		}
	}
	return 0, 0, nil
}

// exactly reads a message of n bytes, or what of it there is.
func (f *framer) exactly(n int) ([]byte, error) {
	f.buf = f.buf[:0]
	for len(f.buf) < n {
		b, err := f.peek(min(n-len(f.buf), max(1, f.in.Buffered())))
		f.add(b)
		if _, skipped := f.in.Discard(len(b)); err == nil {
			err = skipped
		}
		if err != nil {
			return f.buf, err
		}
	}
	return f.buf, nil
}

// line reads up to a line feed or a NUL, or to the end.
func (f *framer) line() (line []byte, over bool, err error) {
	f.buf = f.buf[:0]
	for {
		b, err := f.peek(max(1, f.in.Buffered()))
		used, end := len(b), lineEnd(b)
		if end >= 0 {
			b, used = b[:end], end+1
		}
		if over = over || len(f.buf)+len(b) > f.most; over {
			f.buf = f.buf[:0]
		} else {
			f.add(b)
		}
		if _, skipped := f.in.Discard(used); err == nil {
			err = skipped
		}
		if end >= 0 || err != nil {
			return f.buf, over, err
		}
	}
}

// lineEnd returns where the first line feed or NUL is, -1 if there is none.
func lineEnd(b []byte) int {
	for i, c := range b {
		if c == '\n' || c == 0 {
			return i
		}
	}
	return -1
}

// rest takes what has come of a message whose connection failed.
func (f *framer) rest() []byte {
	b, _ := f.in.Peek(f.in.Buffered()) // never fails for so many
	f.buf = append(f.buf[:0], b...)
	_, _ = f.in.Discard(len(b)) // likewise
	return f.buf
}

// add appends to the message. One that becomes large takes its place among those.
func (f *framer) add(b []byte) {
	if !f.holds && f.large != nil && len(f.buf)+len(b) > largeFrame {
		f.large <- struct{}{}
		f.holds = true
	}
	f.buf = append(f.buf, b...)
}

// release gives up what a large message took.
func (f *framer) release() {
	if cap(f.buf) > keptBuffer {
		f.buf = nil
	}
	if f.holds {
		<-f.large
		f.holds = false
	}
}
