package output

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// A markdown writes a Markdown table.
type markdown struct {
	*sink
	opt    Options
	header bool
}

// markdownEscapes keep a cell in its column and its text from being taken for HTML.
var markdownEscapes = strings.NewReplacer("|", `\|`, "<", "&lt;", "&", "&amp;", "\n", "<br>")

func (m *markdown) Write(names []string, b *column.Batch) error {
	if !m.header {
		m.header = true
		m.head(names, b)
	}
	for i := range b.Len {
		m.buf = append(m.buf, '|')
		for _, c := range b.Columns {
			m.cell(string(appendText(nil, cell(c, i), m.opt.Zone)))
		}
		m.buf = append(m.buf, '\n')
		if err := m.row(); err != nil {
			return err
		}
	}
	return m.flush()
}

// head writes names and alignment: numbers to the right, as the first rows have it.
func (m *markdown) head(names []string, b *column.Batch) {
	m.buf = append(m.buf, '|')
	for _, name := range names {
		m.cell(name)
	}
	m.buf = append(m.buf, "\n|"...)
	for _, c := range b.Columns {
		if c != nil && (c.Kind == column.Int64 || c.Kind == column.Float64) && hasValue(c) {
			m.buf = append(m.buf, " --: |"...)
		} else {
			m.buf = append(m.buf, " --- |"...)
		}
	}
	m.buf = append(m.buf, '\n')
}

// hasValue reports whether a column holds anything: if not, its kind says nothing.
func hasValue(c *column.Column) bool {
	for i := range c.Len {
		if !c.IsNull(i) {
			return true
		}
	}
	return false
}

func (m *markdown) cell(text string) {
	text = visible(strings.TrimRight(text, "\r\n"), true)
	m.buf = append(m.buf, ' ')
	m.buf = append(m.buf, markdownEscapes.Replace(text)...)
	m.buf = append(m.buf, " |"...)
}

func (m *markdown) Close() error { return m.flush() }
