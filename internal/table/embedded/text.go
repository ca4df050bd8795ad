package embedded

import (
	"encoding/base64"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table/gather"
)

// bytesSuffix, behind a field's name, names the column with the bytes, in base64, of those texts that are not UTF-8: Parquet
// has no such texts, and the field's own column shows U+FFFD in their place.
const bytesSuffix = "@base64"

func isText(k column.Kind) bool { return k == column.String || k == column.JSON }

func notUTF8(s string) bool { return !utf8.ValidString(s) }

// encoded returns the column of bytes for a column of texts.
func encoded(c *column.Column) *column.Column {
	g := gather.New(column.String, c.Len)
	for i := range c.Len {
		if c.IsNull(i) || !notUTF8(c.Str(i)) {
			g.Null()
			continue
		}
		g.Len++
		g.Strings = append(g.Strings, base64.StdEncoding.EncodeToString([]byte(c.Str(i))))
	}
	return g.Take()
}

// decoded returns c with the texts whose bytes stand in extra.
func decoded(c, extra *column.Column) *column.Column {
	if extra == nil || extra.Kind == column.Null {
		return c
	}
	texts := make([]string, c.Len)
	for i := range texts {
		if extra.IsNull(i) {
			if !c.IsNull(i) {
				texts[i] = c.Str(i)
			}
			continue
		}
		p, err := base64.StdEncoding.DecodeString(extra.Str(i))
		if err != nil {
			continue // the checksum was right, so nobody wrote this
		}
		texts[i] = string(p)
	}
	return &column.Column{Kind: c.Kind, Len: c.Len, Nulls: c.Nulls, Strings: texts}
}
