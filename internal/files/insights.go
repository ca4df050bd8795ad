package files

import (
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/logtime"
)

// A resultRow collects the cells of a row of query results. Its event is the text of @message with
// the other system fields beside it. Other columns with a value are fields of the event: what discovery would not find in
// @message is put there, into its JSON or into a JSON event whose member "message" is the text. A row
// without @message, as of a query with stats, becomes a JSON event of its cells as texts; @ptr, which
// points to a record that only AWS has, is never part of it.
type resultRow struct {
	ev         *Event
	times      logtime.Parser
	hasMessage bool
	cells      []resultCell // but @message and @ptr
	memory     []byte
}

// A resultCell is a cell of a row of query results.
type resultCell struct {
	name  string
	value []byte
}

func (r *resultRow) start(ev *Event) {
	r.ev, r.hasMessage, r.cells, r.memory = ev, false, r.cells[:0], r.memory[:0]
}

// cell adds a cell; name and value are texts that stay valid with the event.
func (r *resultRow) cell(name string, value []byte) {
	switch name {
	case "@ptr":
		return
	case "@message":
		r.ev.Message, r.hasMessage = value, true
		return
	case "@timestamp":
		r.ev.Time, r.ev.HasTime = r.times.Text(value)
	case "@ingestionTime":
		r.ev.Ingested, r.ev.HasIngested = r.times.Text(value)
	case "@log":
		r.ev.Log = view(value)
	case "@logStream":
		r.ev.Stream = view(value)
	}
	r.cells = append(r.cells, resultCell{name, value})
}

// finish makes the event's message. It is false for a row without cells.
func (r *resultRow) finish() bool {
	if r.hasMessage {
		r.join()
		return true
	}
	for _, c := range r.cells {
		r.member(c)
	}
	r.memory = append(r.memory, '}')
	r.ev.Message = r.memory
	return len(r.cells) > 0
}

// member adds a cell to the object that memory is the start of.
func (r *resultRow) member(c resultCell) {
	if len(r.memory) == 0 {
		r.memory = append(r.memory, '{')
	} else if r.memory[len(r.memory)-1] != '{' {
		r.memory = append(r.memory, ',')
	}
	r.memory = append(jsonscan.AppendString(r.memory, c.name), ':')
	r.memory = jsonscan.AppendString(r.memory, view(c.value))
}

// join puts the cells that are fields, and not found in the message, into it. Names that begin with @ are
// system fields or come from the message. A record or line of Lambda, in which other fields are found than in JSON,
// stays as it is.
func (r *resultRow) join() {
	r.cells = slices.DeleteFunc(r.cells, func(c resultCell) bool {
		return len(c.value) == 0 || strings.HasPrefix(c.name, "@")
	})
	if len(r.cells) == 0 {
		return
	}
	msg := jsonscan.Trim(r.ev.Message)
	switch discover.Detect([][]byte{msg}) {
	case discover.JSON:
		r.leave(msg)
		if len(r.cells) == 0 {
			return
		}
		r.memory = append(r.memory, msg[:len(msg)-1]...)
	case discover.Other:
		if discover.ParseLambda(msg).RequestID != "" {
			return
		}
		r.member(resultCell{r.messageKey(), r.ev.Message})
	default:
		return
	}
	for _, c := range r.cells {
		r.member(c)
	}
	r.memory = append(r.memory, '}')
	r.ev.Message = r.memory
}

// leave takes the cells out that are found in the JSON event msg.
func (r *resultRow) leave(msg []byte) {
	fields := discover.New(discover.JSON, nil, discover.Options{})
	fields.Each(msg, func(name string, _ column.Value) bool {
		r.cells = slices.DeleteFunc(r.cells, func(c resultCell) bool { return c.name == name })
		return len(r.cells) > 0
	})
}

// messageKey returns the key for a text: message, unless a column has that name.
func (r *resultRow) messageKey() string {
	if slices.ContainsFunc(r.cells, func(c resultCell) bool { return c.name == "message" }) {
		return "@message"
	}
	return "message"
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
