package output

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// A table writes aligned columns. It looks at the first rows to find the widths; cells of later rows that are
// wider push their line out.
type table struct {
	*sink
	opt    Options
	names  []string
	rows   [][]string // until the widths are known
	kinds  []cellKinds
	widths []int // nil until known
}

// cellKinds tells what the cells of a column hold.
type cellKinds struct{ numbers, times, others bool }

func (k cellKinds) number() bool { return k.numbers && !k.times && !k.others }

// tableRows is how many rows the widths are taken from: what a query returns unless told otherwise.
const tableRows = 10_000

// gap stands between columns.
const gap = "  "

func (t *table) Write(names []string, b *column.Batch) error {
	if t.names == nil {
		t.start(names)
	}
	for i := range b.Len {
		row := make([]string, len(b.Columns))
		for k, c := range b.Columns {
			v := cell(c, i)
			row[k] = t.opt.shown(v)
			t.look(k, v)
		}
		if t.widths != nil {
			t.line(row)
			if err := t.row(); err != nil {
				return err
			}
			continue
		}
		t.rows = append(t.rows, row)
		if len(t.rows) == tableRows {
			t.begin()
		}
	}
	if t.widths == nil {
		return nil
	}
	return t.flush()
}

func (t *table) start(names []string) {
	t.names = make([]string, len(names))
	for i, name := range names {
		t.names[i] = Visible(name)
	}
	t.kinds = make([]cellKinds, len(names))
}

// look remembers what column k holds.
func (t *table) look(k int, v column.Value) {
	switch v.Kind() {
	case column.Null:
	case column.Int64, column.Float64:
		t.kinds[k].numbers = true
	case column.Timestamp:
		t.kinds[k].times = true
	default:
		t.kinds[k].others = true
	}
}

// shown returns v as a cell on one line. A line feed at the end of a message is not shown.
func (o Options) shown(v column.Value) string {
	text := string(appendText(nil, v, o.Zone))
	text = strings.TrimRight(text, "\r\n")
	if o.Raw {
		return text
	}
	return Visible(text)
}

// begin finds the widths and writes the header and the rows that waited.
func (t *table) begin() {
	t.widths = make([]int, len(t.names))
	floors := make([]int, len(t.names))
	for k, name := range t.names {
		t.widths[k] = TextWidth(name)
		for _, row := range t.rows {
			t.widths[k] = max(t.widths[k], TextWidth(row[k]))
		}
		floors[k] = leastWidth
		if !t.kinds[k].others {
			floors[k] = wholeWidth
		}
	}
	if t.opt.Width > 0 {
		fit(t.widths, floors, t.opt.Width)
	}
	t.cells(t.names, func(string) string { return bold })
	for _, row := range t.rows {
		t.line(row)
	}
	t.rows = nil
}

const (
	// leastWidth is how narrow a column may get; if that is not enough, lines wrap.
	leastWidth = 8
	// wholeWidth is how narrow a column of numbers or times may get: part of one misleads.
	wholeWidth = 24
)

// fit shrinks the widest columns, none below its floor, until all are in width columns of the terminal.
func fit(widths, floors []int, width int) {
	excess := len(gap)*(len(widths)-1) - width
	for _, w := range widths {
		excess += w
	}
	for ; excess > 0; excess-- {
		widest := -1
		for i, w := range widths {
			if w > floors[i] && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		// What is far too wide gives at once what it must give anyway.
		give := 1
		if w := widths[widest]; w > width && w > floors[widest]+width {
			give = min(excess, w-max(width, floors[widest]))
		}
		widths[widest] -= give
		excess -= give - 1
	}
}

func (t *table) line(row []string) { t.cells(row, levelColour) }

// cells writes one line. Nothing stands behind the last cell.
func (t *table) cells(row []string, colour func(string) string) {
	last := len(row) - 1
	for last >= 0 && row[last] == "" {
		last--
	}
	for k, text := range row[:last+1] {
		if k > 0 {
			t.buf = append(t.buf, gap...)
		}
		if t.opt.Width > 0 {
			text = cut(text, t.widths[k])
		}
		blanks := max(0, t.widths[k]-TextWidth(text))
		if t.kinds[k].number() {
			t.blank(blanks)
		}
		t.buf = append(t.buf, t.opt.painted(text, colour(text))...)
		if !t.kinds[k].number() && k < last {
			t.blank(blanks)
		}
	}
	t.buf = append(t.buf, '\n')
}

func (t *table) blank(n int) {
	for range n {
		t.buf = append(t.buf, ' ')
	}
}

func (t *table) Close() error {
	if t.names == nil {
		return nil
	}
	if t.widths == nil {
		t.begin()
	}
	return t.flush()
}
