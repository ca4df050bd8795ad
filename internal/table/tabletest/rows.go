package tabletest

import (
	"fmt"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// The schemas of the tests.
var (
	logEvents  = table.Schema{Name: "log_events", Text: "@message", Fields: []table.Field{{Name: "@message", Kind: column.String}}}
	bare       = table.Schema{Name: "points", Fields: []table.Field{{Name: "value", Kind: column.Float64}}}
	everything = table.Schema{Name: "every_kind", Text: "text", Fields: []table.Field{
		{Name: "flag", Kind: column.Bool},
		{Name: "whole", Kind: column.Int64},
		{Name: "number", Kind: column.Float64},
		{Name: "label", Kind: column.String},
		{Name: "text", Kind: column.String},
		{Name: "at", Kind: column.Timestamp},
		{Name: "doc", Kind: column.JSON},
		{Name: "with space, \"quotes\" and 'ü'", Kind: column.Int64},
	}}
)

// An event is a row of logEvents.
type event struct {
	stream, time int64
	text         string
}

// rowsOf returns the rows of some events.
func rowsOf(events ...event) table.Rows {
	var rows table.Rows
	texts := &column.Column{Kind: column.String, Len: len(events)}
	for _, e := range events {
		rows.Streams = append(rows.Streams, e.stream)
		rows.Times = append(rows.Times, e.time)
		texts.Strings = append(texts.Strings, e.text)
	}
	rows.Fields = []*column.Column{texts}
	return rows
}

// withToken returns the rows with a token.
func withToken(token string, rows table.Rows) table.Rows {
	rows.Token = token
	return rows
}

// numbered returns n events of a stream, one a millisecond from start on, whose texts tell their numbers.
func numbered(stream int64, n int) table.Rows {
	events := make([]event, n)
	for i := range events {
		events[i] = event{stream, start + int64(i), fmt.Sprintf(`{"level":"info","i":%d,"stream":%d}`, i, stream)}
	}
	return rowsOf(events...)
}

// valueRows returns rows of any schema. All are of stream 1; the first has the time start, the next one a millisecond more.
func valueRows(schema table.Schema, values [][]column.Value) table.Rows {
	var rows table.Rows
	for i := range values {
		rows.Streams = append(rows.Streams, 1)
		rows.Times = append(rows.Times, start+int64(i))
	}
	for f := range schema.Fields {
		var b column.Builder
		for _, row := range values {
			b.Value(row[f])
		}
		rows.Fields = append(rows.Fields, b.Column())
	}
	return rows
}

// dictionary returns the same strings in a column that is coded by a dictionary.
func dictionary(strings ...string) *column.Column {
	c := &column.Column{Kind: column.String, Len: len(strings)}
	codes := map[string]uint32{}
	for _, s := range strings {
		code, ok := codes[s]
		if !ok {
			code = uint32(len(c.Strings))
			codes[s] = code
			c.Strings = append(c.Strings, s)
		}
		c.Codes = append(c.Codes, code)
	}
	return c
}
