package output

import (
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// An expanded writes rows for people one below the other, each with a line for every cell that is not null. Names are padded to the
// widest one.
type expanded struct {
	*sink
	opt   Options
	names []string
	count int
}

func (e *expanded) Write(names []string, b *column.Batch) error {
	if e.names == nil {
		widest := 0
		for _, name := range names {
			e.names = append(e.names, visible(name, false))
			widest = max(widest, TextWidth(e.names[len(e.names)-1]))
		}
		for i, name := range e.names {
			e.names[i] = name + strings.Repeat(" ", widest-TextWidth(name)+2)
		}
	}
	for i := range b.Len {
		e.count++
		e.buf = append(e.buf, e.opt.painted("-- "+strconv.Itoa(e.count)+" --", dim)+"\n"...)
		for k, c := range b.Columns {
			v := cell(c, i)
			if v.IsNull() {
				continue
			}
			e.buf = append(e.buf, e.opt.painted(e.names[k], cyan)...)
			text := strings.TrimRight(string(appendText(nil, v, e.opt.Zone)), "\r\n")
			if !e.opt.Raw {
				text = VisibleLines(text)
			}
			e.buf = append(e.buf, strings.ReplaceAll(text, "\n", "\n    ")...)
			e.buf = append(e.buf, '\n')
		}
		if err := e.row(); err != nil {
			return err
		}
	}
	return e.flush()
}

func (e *expanded) Close() error { return e.flush() }
