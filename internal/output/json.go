package output

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf16"
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
			j.keys = append(j.keys, append(appendQuoted(nil, name, j.opt.guarded()), ':'))
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
			return appendGuarded(dst, v.Str(), j.opt.guarded(), false)
		}
	}
	return appendQuoted(dst, v.Text(), j.opt.guarded())
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

// guarded reports whether nothing may reach the writer that a terminal would obey or hide.
func (o Options) guarded() bool { return o.Terminal && !o.Raw }

// appendQuoted appends s as a JSON string. Control characters are escaped even where JSON does not ask for it,
// for a terminal also what it would hide; bytes that are not UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string, terminal bool) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b >= 0x20 && b != '"' && b != '\\' && b < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		broken := r == utf8.RuneError && size == 1
		if b >= utf8.RuneSelf && !broken && !escaped(s, i, r, terminal) {
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
		default:
			dst = appendEscape(dst, r)
		}
		i += size
		done = i
	}
	return append(append(dst, s[done:]...), '"')
}

// escaped reports whether JSON has r, which stands at s[i:], as an escape: the control characters of ASCII and
// Latin-1 and the line separators that some readers split at; for a terminal all that it would obey or hide.
func escaped(s string, i int, r rune, terminal bool) bool {
	return r < 0x20 || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || terminal && hidden(s, i, r, false)
}

// appendEscape appends r as JSON escapes it; U+FFFD, which stands for what is not UTF-8, as it is.
func appendEscape(dst []byte, r rune) []byte {
	if r == utf8.RuneError {
		return utf8.AppendRune(dst, r)
	}
	units := [...]rune{r, 0}
	n := 1
	if r > 0xffff {
		units[0], units[1] = utf16.EncodeRune(r)
		n = 2
	}
	for _, unit := range units[:n] {
		dst = append(dst, `\u`...)
		for shift := 12; shift >= 0; shift -= 4 {
			dst = append(dst, hexDigits[unit>>shift&15])
		}
	}
	return dst
}

// TerminalJSON returns JSON text, of one or more values, that means the same, with all that a terminal would obey or
// hide as \u escapes and U+FFFD for bytes that are not UTF-8. Between values line feeds stay and other white space
// becomes blanks.
func TerminalJSON(text string) string {
	return string(appendGuarded(make([]byte, 0, len(text)), text, true, true))
}

// appendGuarded appends JSON text, with lines on as many as it has, else on one. Outside of strings JSON has no
// control characters but white space, which becomes blanks; inside they are escaped.
func appendGuarded(dst []byte, text string, terminal, lines bool) []byte {
	done := 0
	for i := 0; i < len(text); {
		b := text[i]
		if b >= 0x20 && b < 0x7f || lines && b == '\n' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		broken := r == utf8.RuneError && size == 1
		if !broken && !escaped(text, i, r, terminal) {
			i += size
			continue
		}
		dst = append(dst, text[done:i]...)
		if r < 0x20 {
			dst = append(dst, ' ') // a string cannot hold it
		} else {
			dst = appendEscape(dst, r)
		}
		i += size
		done = i
	}
	return append(dst, text[done:]...)
}
