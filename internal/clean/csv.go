package clean

import (
	"bytes"
	"io"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A csvEncoder writes a table as RFC 4180 has it, with a line of names first. A column without a value
// is empty, empty text is two quotes; both ends of text, and line breaks in it, are kept by quotes. Lines
// end in LF.
type csvEncoder struct {
	lines ndjsonEncoder
	row   *row
	line  []byte
	value []byte
}

func newCSVEncoder(w io.Writer, s *schema, r *row) *csvEncoder {
	e := &csvEncoder{lines: ndjsonEncoder{w: w}, row: r}
	for i, c := range s.all() {
		if i > 0 {
			e.lines.buf = append(e.lines.buf, ',')
		}
		e.lines.buf = appendCSV(e.lines.buf, []byte(c.Name))
	}
	e.lines.buf = append(e.lines.buf, '\n')
	return e
}

func (e *csvEncoder) add(obj object) error {
	if err := e.row.fill(obj); err != nil {
		return err
	}
	for _, i := range e.row.filled {
		if !e.row.fits(i) {
			return errNoRest
		}
	}
	e.line = e.line[:0]
	for i := range e.row.cells {
		if i > 0 {
			e.line = append(e.line, ',')
		}
		if c := &e.row.cells[i]; c.kind != jsonscan.Invalid {
			e.value = c.text(e.value[:0])
			e.line = appendCSV(e.line, e.value)
		}
	}
	if e.row.hasAny {
		e.line = append(e.line, ',')
		if len(e.row.rest) > 0 {
			e.line = appendCSV(e.line, append(e.row.rest, '}'))
		}
	}
	return e.lines.add(object{text: e.line})
}

func (e *csvEncoder) close() error { return e.lines.close() }

// appendCSV appends a value, in quotes where it needs them.
func appendCSV(dst, value []byte) []byte {
	if len(value) > 0 && !bytes.ContainsAny(value, ",\"\r\n") &&
		value[0] != ' ' && value[0] != '\t' && value[len(value)-1] != ' ' && value[len(value)-1] != '\t' {
		return append(dst, value...)
	}
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(value, '"')
		if i < 0 {
			return append(append(dst, value...), '"')
		}
		dst = append(append(dst, value[:i+1]...), '"')
		value = value[i+1:]
	}
}
