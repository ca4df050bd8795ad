package table_test

import (
	"math"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

var points = table.Schema{Name: "points", Text: "@message", Fields: []table.Field{{"@message", column.String}, {"value", column.Float64}}}

func wantInvalid(t *testing.T, what string, err error, invalid bool) {
	t.Helper()
	if invalid && !fault.Is(err, fault.Invalid) || !invalid && err != nil {
		t.Errorf("check of %s = %v, want invalid %t", what, err, invalid)
	}
}

func TestSchemaCheck(t *testing.T) {
	field := func(name string, k column.Kind) []table.Field {
		return []table.Field{{"@message", column.String}, {name, k}}
	}
	for _, tt := range []struct {
		name    string
		schema  table.Schema
		invalid bool
	}{
		{"one that is right", points, false},
		{"one without fields", table.Schema{Name: "a"}, false},
		{"no name", table.Schema{}, true},
		{"a name that could be a path", table.Schema{Name: "../a"}, true},
		{"a name in capitals", table.Schema{Name: "Events"}, true},
		{"a system column's name", table.Schema{Name: "a", Fields: field("@time", column.Int64)}, true},
		{"two fields of one name", table.Schema{Name: "a", Fields: field("@message", column.String)}, true},
		{"a field without a name", table.Schema{Name: "a", Fields: field("", column.String)}, true},
		{"a field of mixed kind", table.Schema{Name: "a", Fields: field("b", column.Mixed)}, true},
		{"a field of no kind", table.Schema{Name: "a", Fields: field("b", column.Null)}, true},
		{"a text that is no field", table.Schema{Name: "a", Text: "b", Fields: field("c", column.String)}, true},
		{"a text that is a number", table.Schema{Name: "a", Text: "b", Fields: field("b", column.Int64)}, true},
		{"a text that is a system column", table.Schema{Name: "a", Text: "@time"}, true},
	} {
		wantInvalid(t, tt.name, tt.schema.Check(), tt.invalid)
	}
}

func TestSchemaCheckRows(t *testing.T) {
	texts := column.Const(column.StringValue("x"), 1)
	values := column.Const(column.FloatValue(1), 1)
	for _, tt := range []struct {
		name    string
		rows    table.Rows
		invalid bool
	}{
		{"one row", table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{texts, values}}, false},
		{"a column of nulls", table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{texts, {Len: 1}}}, false},
		{"no rows", table.Rows{Fields: []*column.Column{{}, {}}}, false},
		{"a text that is null", table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{{Len: 1}, values}}, true},
		{"the greatest time", table.Rows{Streams: []int64{1}, Times: []int64{math.MaxInt64}, Fields: []*column.Column{texts, values}}, true},
		{"too few streams", table.Rows{Times: []int64{1}, Fields: []*column.Column{texts, values}}, true},
		{"a column too few", table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{texts}}, true},
		{"a column that is missing", table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{texts, nil}}, true},
		{"a column too short", table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{texts, {}}}, true},
		{"columns in the wrong order", table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{values, texts}}, true},
	} {
		wantInvalid(t, tt.name, points.CheckRows(tt.rows), tt.invalid)
	}
}

func TestSchemaCheckScanAndPage(t *testing.T) {
	bare := table.Schema{Name: "bare"}
	level := []discover.Field{{Name: "level"}}
	unsorted := table.Range{Streams: []int64{2, 1}}
	for _, tt := range []struct {
		name    string
		schema  table.Schema
		scan    table.Scan
		invalid bool
	}{
		{"nothing", points, table.Scan{}, false},
		{"every system column", bare, table.Scan{Columns: []string{"@partition", "@stream", "@time", "@ingested", "@sequence"}}, false},
		{"declared columns", points, table.Scan{Columns: []string{"value", "@message"}, Discovered: level}, false},
		{"a column that is not there", bare, table.Scan{Columns: []string{"value"}}, true},
		{"discovered fields without a text", bare, table.Scan{Discovered: level}, true},
		{"streams out of order", points, table.Scan{Ranges: []table.Range{unsorted}}, true},
	} {
		wantInvalid(t, "scan for "+tt.name, tt.schema.CheckScan(tt.scan), tt.invalid)
	}
	for _, tt := range []struct {
		name    string
		page    table.Page
		invalid bool
	}{
		{"one row", table.Page{Limit: 1, Columns: []string{"value", "@time"}}, false},
		{"no rows", table.Page{}, true},
		{"less than no bytes", table.Page{Limit: 1, Bytes: -1}, true},
		{"a third order", table.Page{Limit: 1, Order: 2}, true},
		{"a column that is not there", table.Page{Limit: 1, Columns: []string{"level"}}, true},
		{"streams out of order", table.Page{Limit: 1, Range: unsorted}, true},
	} {
		wantInvalid(t, "page of "+tt.name, points.CheckPage(tt.page), tt.invalid)
	}
}

func TestOrderCompare(t *testing.T) {
	for _, tt := range []struct {
		a, b table.Cursor
		want int
	}{
		{table.Cursor{1, 9}, table.Cursor{2, 1}, -1},
		{table.Cursor{2, 1}, table.Cursor{2, 2}, -1},
		{table.Cursor{2, 2}, table.Cursor{2, 2}, 0},
		{table.Cursor{math.MinInt64, 1}, table.Cursor{math.MaxInt64, 1}, -1},
	} {
		for o, want := range []int{tt.want, -tt.want} {
			if got := table.Order(o).Compare(tt.a, tt.b); got != want {
				t.Errorf("Order(%d).Compare(%v, %v) = %d, want %d", o, tt.a, tt.b, got, want)
			}
			if got := table.Order(o).Compare(tt.b, tt.a); got != -want {
				t.Errorf("Order(%d).Compare(%v, %v) = %d, want %d", o, tt.b, tt.a, got, -want)
			}
		}
	}
}
