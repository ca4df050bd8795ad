package output

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
)

// A jsonWriter writes rows as JSON objects.
type jsonWriter struct {
	*sink
	opt   Options
	array bool
	keys  [][]byte // "name": of each column
	rows  int
}

func (j *jsonWriter) Write(names []string, b *column.Batch) error {
	if j.keys == nil {
		for _, name := range names {
			j.keys = append(j.keys, append(appendQuoted(nil, name), ':'))
		}
	}
	for i := range b.Len {
		j.begin()
		j.object(b, i)
		if !j.array {
			j.buf = append(j.buf, '\n')
		}
		if err := j.row(); err != nil {
			return err
		}
	}
	return j.flush()
}

// begin writes what stands before a row.
func (j *jsonWriter) begin() {
	if j.array {
		if j.rows == 0 {
			j.buf = append(j.buf, "[\n"...)
		} else {
			j.buf = append(j.buf, ",\n"...)
		}
	}
	j.rows++
}

func (j *jsonWriter) object(b *column.Batch, i int) {
	j.buf = append(j.buf, '{')
	first := true
	for k, c := range b.Columns {
		v := cell(c, i)
		if v.IsNull() {
			continue
		}
		if !first {
			j.buf = append(j.buf, ',')
		}
		first = false
		j.buf = append(j.buf, j.keys[k]...)
		j.buf = j.value(j.buf, v)
	}
	j.buf = append(j.buf, '}')
}

// value appends v with its type: numbers and booleans bare, lists and maps as they are, times as text.
func (j *jsonWriter) value(dst []byte, v column.Value) []byte {
	switch v.Kind() {
	case column.Bool:
		return strconv.AppendBool(dst, v.Int() != 0)
	case column.Int64:
		return strconv.AppendInt(dst, v.Int(), 10)
	case column.Float64:
		return appendNumber(dst, v.Float())
	case column.Timestamp:
		return append(appendText(append(dst, '"'), v, j.opt.Zone), '"')
	case column.JSON:
		if json.Valid([]byte(v.Str())) {
			return appendControlFree(dst, v.Str())
		}
	}
	return appendQuoted(dst, v.Text())
}

func (j *jsonWriter) Close() error {
	if j.array {
		if j.rows == 0 {
			j.buf = append(j.buf, '[')
		}
		j.buf = append(j.buf, "\n]\n"...)
	}
	return j.flush()
}

// appendNumber appends f as JavaScript writes it: with an exponent only when it is very large or small.
func appendNumber(dst []byte, f float64) []byte {
	if f == 0 {
		return append(dst, '0') // not -0
	}
	if abs := math.Abs(f); abs < 1e-6 || abs >= 1e21 {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON string. What a terminal might obey is escaped even where JSON does
// not ask for it; bytes that are not UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	return append(appendEscaped(append(dst, '"'), s), '"')
}

func appendEscaped(dst []byte, s string) []byte {
	done := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b >= 0x20 && b != '"' && b != '\\' && b < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if b >= utf8.RuneSelf && !(r == utf8.RuneError && size == 1) && !obeyed(r) {
			i += size
			continue
		}
		dst = append(dst, s[done:i]...)
		switch {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b == '\n':
			dst = append(dst, `\n`...)
		case b == '\r':
			dst = append(dst, `\r`...)
		case b == '\t':
			dst = append(dst, `\t`...)
		case r == utf8.RuneError:
			dst = append(dst, "\uFFFD"...)
		default:
			dst = append(dst, `\u`...)
			for shift := 12; shift >= 0; shift -= 4 {
				dst = append(dst, hexDigits[r>>shift&15])
			}
		}
		i += size
		done = i
	}
	return append(dst, s[done:]...)
}

// obeyed reports whether a terminal or a reader of lines might take r for a command: the control characters of
// ASCII and Latin-1, and the line separators that some readers split at.
func obeyed(r rune) bool {
	return r < 0x20 || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029
}

// appendControlFree appends JSON text on one line. Outside of strings JSON has no control characters but
// white space, which becomes blanks; inside they are escaped.
func appendControlFree(dst []byte, text string) []byte {
	done := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		broken := r == utf8.RuneError && size == 1
		if !obeyed(r) && !broken {
			i += size
			continue
		}
		dst = append(dst, text[done:i]...)
		if r < 0x20 {
			dst = append(dst, ' ') // a string cannot hold it
		} else {
			dst = appendEscaped(dst, text[i:i+size])
		}
		i += size
		done = i
	}
	return append(dst, text[done:]...)
}
