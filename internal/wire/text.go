package wire

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
)

// maxDigits bounds the length of a number: no double has more digits that count.
const maxDigits = 400

// ParseText reads a scalar that stands as bare text in a header, a path, a query or a form. protocol is the format of
// timestamps there. ok is false if text is none of f's kind, as for all documents; Store tells whether a number fits.
func ParseText(f *Field, protocol, text string, s *Scalar) (ok bool) {
	switch f.Plan.Kind {
	case String:
		s.Text = text
		return len(text) <= MaxText && utf8.ValidString(text)
	case Blob:
		var err error
		s.Bytes, err = base64.StdEncoding.Strict().DecodeString(text)
		return err == nil
	case Bool:
		s.Bool = text == "true"
		return s.Bool || text == "false"
	case Int:
		var err error
		s.Int, err = strconv.ParseInt(text, 10, 64)
		return err == nil && text[0] != '+'
	case Float:
		s.Float, ok = parseFloat(text)
	case Time:
		s.Time, ok = ParseTime(f.TimeFormat(protocol), text)
	}
	return ok
}

// parseFloat reads a decimal number, or one of the three that have names.
func parseFloat(text string) (float64, bool) {
	if d, ok := NamedFloat(text); ok {
		return d, true
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9', c == '.', c == '-', c == 'e', c == 'E':
		case c == '+' && i > 0:
		default: // strconv knows more forms than AWS does
			return 0, false
		}
	}
	d, err := strconv.ParseFloat(text, 64)
	return d, err == nil && len(text) <= maxDigits
}

// NamedFloat returns the numbers that have names, as JSON has no numbers for them: NaN, Infinity and -Infinity.
func NamedFloat(name string) (d float64, ok bool) {
	switch name {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// AppendText appends a scalar as ParseText reads it. A document is its JSON text.
func AppendText(b []byte, f *Field, protocol string, s *Scalar) []byte {
	switch f.Plan.Kind {
	case String:
		return append(b, s.Text...)
	case Blob:
		return base64.StdEncoding.AppendEncode(b, s.Bytes)
	case Bool:
		return strconv.AppendBool(b, s.Bool)
	case Int:
		return strconv.AppendInt(b, s.Int, 10)
	case Float:
		return appendFloat(b, s.Float, f.Plan.Type.Bits())
	case Time:
		return AppendTime(b, f.TimeFormat(protocol), s.Time)
	}
	return append(b, s.Bytes...)
}

func appendFloat(b []byte, f float64, bits int) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, f, format, -1, bits)
}

// CannotBe returns AWS's error for a scalar of the wrong kind. token is what came: "STRING_VALUE", "NUMBER_VALUE".
func CannotBe(token string, f *Field) *fault.Error {
	what := ""
	switch f.Plan.Shape.Type {
	case model.String:
		what = "a String"
	case model.Boolean:
		what = "a Boolean"
	case model.Byte:
		what = "a Byte"
	case model.Short:
		what = "a Short"
	case model.Int:
		what = "an Integer"
	case model.Long:
		what = "a Long"
	case model.Float:
		what = "a Float"
	case model.Double:
		what = "a Double"
	case model.Timestamp:
		what = "milliseconds since epoch"
	default:
		return Malformed("")
	}
	return Malformed(token + " can not be converted to " + what)
}
