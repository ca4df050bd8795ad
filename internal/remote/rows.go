package remote

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
)

// kindsField is a cell at the end of each row that a server of ours sends to its own clients: a letter for the kind of each cell before
// it, as the API has texts alone.
const kindsField = "@kinds"

// Batch returns the rows as typed columns. Their order is that of names, and of the rows for others; @ptr is left out unless it is in
// names. Where the service does not say of what kind values are, those of a column are what all of them read as: numbers, lists or maps, with
// times times, else texts.
func (a *Answer) Batch(names []string, times bool) ([]string, *column.Batch) {
	names = slices.Clone(names)
	for _, row := range a.Rows {
		names = merged(names, row)
	}
	at := map[string]int{}
	for i, name := range names {
		if _, twice := at[name]; !twice {
			at[name] = i
		}
	}
	builders := make([]column.Builder, len(names))
	values := make([]column.Value, len(names))
	guessed := a.likely(at, len(names), times)
	for _, row := range a.Rows {
		clear(values)
		kinds := ""
		if n := len(row); n > 0 && aws.ToString(row[n-1].Field) == kindsField {
			kinds = aws.ToString(row[n-1].Value)
		}
		for i, cell := range row {
			c, ok := at[aws.ToString(cell.Field)]
			switch text := aws.ToString(cell.Value); {
			case !ok:
			case i < len(kinds):
				values[c] = valueOf(text, kinds[i])
			default:
				values[c] = valueOf(text, guessed[c])
			}
		}
		for i, v := range values {
			builders[i].Value(v)
		}
	}
	b := &column.Batch{Len: len(a.Rows)}
	for i := range builders {
		b.Columns = append(b.Columns, builders[i].Column())
	}
	return names, b
}

// merged adds the fields of a row that names lacks, each behind the one before it in the row.
func merged(names []string, row []types.ResultField) []string {
	at := 0
	for _, cell := range row {
		name := aws.ToString(cell.Field)
		if name == kindsField || name == "@ptr" {
			continue
		}
		if i := slices.Index(names, name); i >= 0 {
			at = i + 1
			continue
		}
		names = slices.Insert(names, at, name)
		at++
	}
	return names
}

// timeLayout is how query results write times.
const timeLayout = "2006-01-02 15:04:05.000"

// textFields have texts, whatever those read as.
var textFields = []string{"@message", "@logStream", "@log"}

// likely returns the kind of each column whose kinds no row says. A column is of numbers only if all its values read as numbers: some of a
// column of ids do.
func (a *Answer) likely(at map[string]int, columns int, times bool) []byte {
	kinds := make([]byte, columns)
	for _, row := range a.Rows {
		if n := len(row); n > 0 && aws.ToString(row[n-1].Field) == kindsField {
			continue
		}
		for _, cell := range row {
			name, text := aws.ToString(cell.Field), aws.ToString(cell.Value)
			c, ok := at[name]
			if !ok || text == "" {
				continue
			}
			switch kind := kindOf(text, times); {
			case slices.Contains(textFields, name):
				kinds[c] = 's'
			case kinds[c] == 0, kinds[c] == 'i' && kind == 'f':
				kinds[c] = kind
			case kinds[c] != kind && (kinds[c] != 'f' || kind != 'i'):
				kinds[c] = 's'
			}
		}
	}
	return kinds
}

// kindOf returns the kind that a text reads as.
func kindOf(text string, times bool) byte {
	if _, err := time.Parse(timeLayout, text); times && err == nil {
		return 't'
	}
	switch first := text[0]; {
	case first == '{' || first == '[':
		if json.Valid([]byte(text)) {
			return 'j'
		}
	case first == '-' || '0' <= first && first <= '9':
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			return 'i'
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil && strings.Contains(text, ".") && strconv.FormatFloat(f, 'f', -1, 64) == text {
			return 'f'
		}
	}
	return 's'
}

// valueOf reads a value of a kind; a text that is none of it stays one.
func valueOf(text string, kind byte) column.Value {
	switch kind {
	case 't':
		if t, err := time.Parse(timeLayout, text); err == nil {
			return column.TimeValue(t.UnixMilli())
		}
	case 'i':
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return column.IntValue(n)
		}
	case 'f':
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return column.FloatValue(f)
		}
	case 'b':
		return column.BoolValue(text == "1")
	case 'j':
		return column.JSONValue(text)
	}
	return column.StringValue(text)
}
