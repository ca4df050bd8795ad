package eventline

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/output"
)

// What is shown of an event where it may be cut: so many lines of its message, so many characters of a text, and fields until there are
// so many bytes. An event fills a screen at most, and its neighbours are not lost.
const (
	foldAfter = 12
	cutText   = 1000
	cutFields = 4000
)

// cut returns the beginning of a text that is too long, and how many bytes are left out.
func (l *Line) cut(text string) (shown string, left int) {
	if l.opt.Whole == "" || len(text) <= cutText {
		return text, 0
	}
	at := 0
	for range cutText {
		_, size := utf8.DecodeRuneInString(text[at:])
		if at += size; at == len(text) {
			return text, 0
		}
	}
	return text[:at], len(text) - at
}

// left says what was left out, and what shows it.
func (l *Line) left(dst []byte, what string) []byte {
	return l.painted(dst, sgrDim, "... "+what+"; "+l.opt.Whole+" shows all")
}

// message shows a text; the lines after the first are indented.
func (l *Line) message(dst []byte, text string) []byte {
	text = strings.TrimRight(text, "\r\n")
	shown, left := l.cut(text)
	lines := strings.Split(shown, "\n")
	for i, line := range lines {
		if i > 0 {
			dst = append(dst, "\n    "...)
		}
		if i == foldAfter && l.opt.Whole != "" {
			return l.left(dst, more(strings.Count(text, "\n")+1-i, "line"))
		}
		dst = l.marked(dst, output.Visible(strings.TrimSuffix(line, "\r")))
	}
	if left > 0 {
		dst = l.left(append(dst, ' '), output.Bytes(int64(left))+" more")
	}
	return dst
}

// fields shows what stands behind the message.
func (l *Line) fields(dst []byte, all []namedValue) []byte {
	apart := "  "
	if l.opt.Expand {
		apart = "\n    "
	}
	begin := len(dst)
	for i, f := range all {
		dst = append(dst, apart...)
		if l.opt.Whole != "" && len(dst)-begin > cutFields {
			return l.left(dst, more(len(all)-i, "field"))
		}
		dst = l.painted(dst, sgrDim, output.Visible(f.name)+"=")
		shown, left := l.cut(f.value.Text())
		if dst = l.marked(dst, quoted(shown)); left > 0 {
			dst = l.left(append(dst, ' '), output.Bytes(int64(left))+" more")
		}
	}
	return dst
}

// more counts what is left out.
func more(n int, noun string) string {
	if n == 1 {
		return "1 more " + noun
	}
	return fmt.Sprintf("%d more %ss", n, noun)
}
