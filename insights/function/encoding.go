package function

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"net/url"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// encodingFunctions are the string functions that encode, decode and hash (operations-functions, hash-functions).
var encodingFunctions = []Scalar{
	{Name: "urlencode", Min: 1, Max: 1, Usage: "urlencode(s)", Doc: "s encoded for a URL's query; a blank becomes +.",
		Eval: ofText(func(s string) column.Value { return column.StringValue(url.QueryEscape(s)) })},
	{Name: "urldecode", Min: 1, Max: 1, Usage: "urldecode(s)", Doc: "s decoded from a URL's query; nothing if it is malformed.",
		Eval: ofText(func(s string) column.Value { text, err := url.QueryUnescape(s); return decoded(text, err) })},
	{Name: "base64encode", Min: 1, Max: 1, Usage: "base64encode(s)", Doc: "The base64 form of s.",
		Eval: ofText(func(s string) column.Value {
			return column.StringValue(base64.StdEncoding.EncodeToString([]byte(s)))
		})},
	{Name: "base64decode", Min: 1, Max: 1, Usage: "base64decode(s)", Doc: "The text whose base64 form is s; nothing if it is malformed.",
		Eval: ofText(func(s string) column.Value {
			text, err := base64.StdEncoding.DecodeString(s)
			return decoded(string(text), err)
		})},
	{Name: "hexToAscii", Min: 1, Max: 1, Usage: "hexToAscii(s)", Doc: "The text whose bytes s gives in hexadecimal, with or without 0x; nothing if it is malformed.",
		Eval: ofText(func(s string) column.Value {
			text, err := hex.DecodeString(cutHex(s))
			return decoded(string(text), err)
		})},
	{Name: "hexToDec", Min: 1, Max: 1, Usage: "hexToDec(s)", Doc: "The number that s gives in hexadecimal, with or without 0x; nothing if it is malformed.",
		Eval: ofText(hexToDec)},
	{Name: "decToHex", Min: 1, Max: 1, Usage: "decToHex(n)", Doc: "n in hexadecimal with 0x, its fraction cut.", Eval: ofNumber(decToHex)},
	{Name: "md5", Min: 1, Max: 1, Usage: "md5(s)", Doc: "The MD5 hash of s in hexadecimal.",
		Eval: ofText(func(s string) column.Value {
			sum := md5.Sum([]byte(s))
			return column.StringValue(hex.EncodeToString(sum[:]))
		})},
	{Name: "sha256", Min: 1, Max: 1, Usage: "sha256(s)", Doc: "The SHA-256 hash of s in hexadecimal.",
		Eval: ofText(func(s string) column.Value {
			sum := sha256.Sum256([]byte(s))
			return column.StringValue(hex.EncodeToString(sum[:]))
		})},
}

// decoded returns decoded text, with U+FFFD for what is no UTF-8; what was malformed is null ([R] §7.4).
func decoded(text string, err error) column.Value {
	if err != nil {
		return column.Value{}
	}
	return column.StringValue(strings.ToValidUTF8(text, "\uFFFD"))
}

// cutHex drops 0x from the start of s.
func cutHex(s string) string {
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		return s[2:]
	}
	return s
}

// maxHex is the most hexadecimal digits that hexToDec reads, those of 4,096 bits.
const maxHex = 1024

// hexToDec keeps all digits: a number of more than 64 bits comes as its decimal text.
func hexToDec(s string) column.Value {
	digits, negative := strings.CutPrefix(s, "-")
	digits = cutHex(digits)
	if strings.Trim(digits, "0123456789abcdefABCDEF") != "" || len(digits) > maxHex {
		return column.Value{}
	}
	n, ok := new(big.Int).SetString(digits, 16)
	if !ok {
		return column.Value{}
	}
	if negative {
		n.Neg(n)
	}
	if n.IsInt64() {
		return column.IntValue(n.Int64())
	}
	return column.StringValue(n.String())
}

func decToHex(n number) column.Value {
	v := cut(n, -1<<63, 1<<63-1)
	if v.IsNull() {
		return v
	}
	text := strconv.FormatInt(v.Int(), 16)
	if digits, negative := strings.CutPrefix(text, "-"); negative {
		return column.StringValue("-0x" + digits)
	}
	return column.StringValue("0x" + text)
}
