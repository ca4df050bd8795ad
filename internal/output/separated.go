package output

import (
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
)

// A csvWriter writes comma-separated values. A null is nothing, an empty text is "".
type csvWriter struct {
	*sink
	opt    Options
	header bool
	text   []byte // scratch
}

func (c *csvWriter) Write(names []string, b *column.Batch) error {
	if !c.header {
		c.header = true
		for i, name := range names {
			c.field(i, []byte(name), false)
		}
		c.buf = append(c.buf, '\n')
	}
	for i := range b.Len {
		for k, col := range b.Columns {
			v := cell(col, i)
			c.text = appendText(c.text[:0], v, c.opt.Zone)
			// A line with nothing on it would not count as a row.
			c.field(k, c.text, v.IsNull() && len(b.Columns) > 1)
		}
		c.buf = append(c.buf, '\n')
		if err := c.row(); err != nil {
			return err
		}
	}
	return c.flush()
}

// field appends one field, the i-th of its line.
func (c *csvWriter) field(i int, text []byte, null bool) {
	if i > 0 {
		c.buf = append(c.buf, ',')
	}
	if null {
		return
	}
	s := c.opt.clean(string(text))
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		c.buf = append(c.buf, s...)
		return
	}
	c.buf = append(c.buf, '"')
	for _, part := range []byte(s) {
		if part == '"' {
			c.buf = append(c.buf, '"')
		}
		c.buf = append(c.buf, part)
	}
	c.buf = append(c.buf, '"')
}

func (c *csvWriter) Close() error { return c.flush() }

// clean returns s as UTF-8, and on a terminal without what the terminal would obey; line feeds and tabs
// stay.
func (o Options) clean(s string) string {
	if o.guarded() {
		return visible(s, true)
	}
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// A tsvWriter writes tab-separated values. A null is nothing, as is an empty text.
type tsvWriter struct {
	*sink
	opt    Options
	header bool
	text   []byte // scratch
}

// tsvEscapes keep a row on its line and a field in its column.
var tsvEscapes = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func (t *tsvWriter) Write(names []string, b *column.Batch) error {
	if !t.header {
		t.header = true
		for i, name := range names {
			t.field(i, name)
		}
		t.buf = append(t.buf, '\n')
	}
	for i := range b.Len {
		for k, col := range b.Columns {
			t.text = appendText(t.text[:0], cell(col, i), t.opt.Zone)
			t.field(k, string(t.text))
		}
		t.buf = append(t.buf, '\n')
		if err := t.row(); err != nil {
			return err
		}
	}
	return t.flush()
}

func (t *tsvWriter) field(i int, s string) {
	if i > 0 {
		t.buf = append(t.buf, '\t')
	}
	t.buf = append(t.buf, t.opt.clean(tsvEscapes.Replace(s))...)
}

func (t *tsvWriter) Close() error { return t.flush() }
