package remote

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
)

// AWS gives texts alone. A column is of numbers only if all of it reads so, and nothing that is shown differs from what AWS sent.
func TestTextsOfAWS(t *testing.T) {
	tests := []struct {
		name, field, texts string // parted by |
		times              bool
		want               column.Kind
	}{
		{"whole numbers", "n", "1|-20|0", false, column.Int64},
		{"whole and broken numbers", "n", "1|2.5|3", false, column.Float64},
		{"broken numbers first", "n", "2.5|3", false, column.Float64},
		{"numbers with gaps", "n", "1||3", false, column.Int64},
		{"ids, some of digits", "requestId", "12345678|1234567a|23456789", false, column.String},
		{"with zeros before them", "account", "012345678901|123456789012", false, column.String},
		{"versions", "version", "1.1|1.10", false, column.String},
		{"with an exponent", "hash", "1e5|12", false, column.String},
		{"more than fits", "id", "9223372036854775808|1", false, column.String},
		{"messages of digits", "@message", "42|43", false, column.String},
		{"streams of digits", "@logStream", "1|2", false, column.String},
		{"times", "@timestamp", "2026-11-21 10:00:00.000|2026-11-21 10:00:01.000", true, column.Timestamp},
		{"texts that read as times where no times can be", "note", "2026-11-21 10:00:00.000", false, column.String},
		{"times and others", "note", "2026-11-21 10:00:00.000|never", true, column.String},
		{"lists", "l", `[1,2]|["a"]`, false, column.JSON},
		{"lists and texts", "l", `[1,2]|[1,`, false, column.String},
		{"nothing", "x", "|", false, column.String},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var a Answer
			texts := strings.Split(test.texts, "|")
			for _, text := range texts {
				a.Rows = append(a.Rows, []types.ResultField{{Field: aws.String(test.field), Value: aws.String(text)}})
			}
			_, b := a.Batch(nil, test.times)
			for i, text := range texts {
				v := b.Columns[0].Value(i)
				if text != "" && v.Kind() != test.want || v.Text() != text {
					t.Errorf("Batch(%q) has %v %q in row %d, want %v %q", texts, v.Kind(), v.Text(), i, test.want, text)
				}
			}
		})
	}
}

// A name that a query gives twice has its values where it stands first.
func TestNamesThatAreTwice(t *testing.T) {
	a := Answer{Rows: [][]types.ResultField{{{Field: aws.String("a"), Value: aws.String("1")}, {Field: aws.String("b"), Value: aws.String("2")}}}}
	names, b := a.Batch([]string{"a", "a", "b"}, false)
	if len(names) != 3 || b.Columns[0].Value(0).Int() != 1 || !b.Columns[1].Value(0).IsNull() || b.Columns[2].Value(0).Int() != 2 {
		t.Errorf("Batch = %q with %v, %v and %v, want 1, nothing and 2", names, b.Columns[0].Value(0), b.Columns[1].Value(0), b.Columns[2].Value(0))
	}
}
