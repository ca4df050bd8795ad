package gather

import (
	"encoding/base64"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
)

// Base64 returns a column with the bytes, in base64, of those texts that are not UTF-8; the others are null.
func Base64(c *column.Column) *column.Column {
	g := New(column.String, c.Len)
	for i := range c.Len {
		if c.IsNull(i) || utf8.ValidString(c.Str(i)) {
			g.Null()
			continue
		}
		g.Len++
		g.Strings = append(g.Strings, base64.StdEncoding.EncodeToString([]byte(c.Str(i))))
	}
	return g.Take()
}

// WithBytes returns c with the texts whose bytes stand in extra, which Base64 made; extra may be nil.
func WithBytes(c, extra *column.Column) *column.Column {
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
