package files

import (
	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/logtime"
)

// A resultRow collects the cells of a row of query results. Its event is the text of @message with
// the other system fields beside it. A row without @message, as of a query with stats, becomes a JSON
// event of its cells as texts; @ptr, which points to a record that only AWS has, is never part of it.
type resultRow struct {
	ev         *Event
	times      logtime.Parser
	hasMessage bool
	cells      []byte // the cells so far as the members of a JSON object
}

func (r *resultRow) start(ev *Event) {
	r.ev, r.hasMessage, r.cells = ev, false, append(r.cells[:0], '{')
}

// cell adds a cell; name and value are texts that stay valid with the event.
func (r *resultRow) cell(name string, value []byte) {
	switch name {
	case "@message":
		r.ev.Message, r.hasMessage = value, true
	case "@timestamp":
		r.ev.Time, r.ev.HasTime = r.times.Text(value)
	case "@ingestionTime":
		r.ev.Ingested, r.ev.HasIngested = r.times.Text(value)
	case "@log":
		r.ev.Log = view(value)
	case "@logStream":
		r.ev.Stream = view(value)
	}
	if name == "@ptr" || r.hasMessage {
		return
	}
	if len(r.cells) > 1 {
		r.cells = append(r.cells, ',')
	}
	r.cells = append(jsonscan.AppendString(r.cells, name), ':')
	r.cells = jsonscan.AppendString(r.cells, view(value))
}

// finish makes the cells the message if there was no @message. It is false for a row without cells.
func (r *resultRow) finish() bool {
	if r.hasMessage {
		return true
	}
	r.cells = append(r.cells, '}')
	r.ev.Message = r.cells
	return len(r.cells) > 2
}

// resultEvent takes a row of query results apart: [{"field":…,"value":…},…] as GetQueryResults gives
// it, or {"@timestamp":…,"@message":…} as the console exports it.
func resultEvent(r *jsonRecords, ev *Event, value []byte) bool {
	r.row.start(ev)
	for it := jsonscan.Members(value, 0); it.Next(); {
		if value[0] == '{' {
			r.row.cell(string(r.text(it.Key)), r.cellText(it.Value, it.Kind))
			continue
		}
		var name string
		var cell []byte
		for m := jsonscan.Members(it.Value, 0); m.Next(); {
			switch string(m.Key) {
			case "field":
				name = string(r.cellText(m.Value, m.Kind))
			case "value":
				cell = r.cellText(m.Value, m.Kind)
			}
		}
		r.row.cell(name, cell)
	}
	return r.row.finish()
}

// cellText returns the text of a JSON value: of a string its content, of any other its JSON.
func (r *jsonRecords) cellText(value []byte, kind jsonscan.Kind) []byte {
	switch kind {
	case jsonscan.String:
		return r.text(value[1 : len(value)-1])
	case jsonscan.Null:
		return nil
	}
	return value
}
