package files

import "strconv"

// csvRecords makes an event of each row of a CSV export of query results. The first row has names.
type csvRecords struct {
	file  *file
	text  *textStream
	names []string
	row   resultRow
	cells []byte // the memory of the row's cells
	ends  []int  // where each cell ends in cells
	// broken is how many bytes of the window are known to hold no whole row: they are given line by
	// line.
	broken int64
}

func (r *csvRecords) next(ev *Event) bool {
	for {
		line := r.text.line
		raw, broken, ok := r.record()
		if !ok {
			return false
		}
		raw = trimBreak(raw)
		if len(raw) == 0 {
			continue
		}
		ev.Line = line
		if broken {
			return r.file.plainRecord(ev, jsonItem{text: raw, line: line})
		}
		r.split(raw)
		if r.names == nil {
			for i := range r.ends {
				r.names = append(r.names, string(r.cell(i)))
			}
			continue
		}
		r.row.start(ev)
		for i := range min(len(r.ends), len(r.names)) {
			r.row.cell(r.names[i], r.cell(i))
		}
		if len(r.ends) != len(r.names) {
			r.file.tally.add(0, line, Mixed, "has "+strconv.Itoa(len(r.ends))+" cells, want "+strconv.Itoa(len(r.names)))
		}
		if r.row.finish() {
			return true
		}
		return r.file.plainRecord(ev, jsonItem{text: raw, line: line})
	}
}

func (r *csvRecords) failure() (int64, error) { return r.text.line, r.text.err }

// record consumes a row, which ends at a line end outside quotes. broken says that the quotes are not
// closed within what a row may have: raw is then a line.
func (r *csvRecords) record() (raw []byte, broken, ok bool) {
	quoted, i := false, 0
	for r.broken <= 0 {
		rest := r.text.rest()
		for ; i < len(rest); i++ {
			if rest[i] == '"' {
				quoted = !quoted
			} else if rest[i] == '\n' && !quoted {
				r.text.skip(i + 1)
				return rest[:i+1], false, true
			}
		}
		switch {
		case r.text.more():
		case r.text.err != nil && !r.file.whole(r.text.err):
			r.text.skip(len(rest))
			return nil, false, false
		case r.text.end && !quoted:
			r.text.skip(len(rest))
			return rest, false, len(rest) > 0
		default:
			r.broken = int64(len(rest))
		}
	}
	from := r.text.gone
	raw, _, ok = r.text.nextLine()
	r.broken -= r.text.gone - from
	return raw, true, ok
}

// split takes a row apart into cells.
func (r *csvRecords) split(raw []byte) {
	r.cells, r.ends = r.cells[:0], r.ends[:0]
	quoted := false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"' && quoted && i+1 < len(raw) && raw[i+1] == '"':
			r.cells = append(r.cells, '"')
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			r.ends = append(r.ends, len(r.cells))
		default:
			r.cells = append(r.cells, c)
		}
	}
	r.ends = append(r.ends, len(r.cells))
}

// cell returns cell i of the row.
func (r *csvRecords) cell(i int) []byte {
	start := 0
	if i > 0 {
		start = r.ends[i-1]
	}
	return r.cells[start:r.ends[i]]
}

// trimBreak cuts one line end off, LF or CR LF.
func trimBreak(s []byte) []byte {
	if n := len(s); n > 0 && s[n-1] == '\n' {
		s = s[:n-1]
	}
	if n := len(s); n > 0 && s[n-1] == '\r' {
		s = s[:n-1]
	}
	return s
}
