package exec

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// wideSource gives rows of distinct long texts in every field but @timestamp.
type wideSource struct{ rows int }

func (s wideSource) Scan(_ context.Context, scan plan.Scan, _ int, each func(int, *column.Batch) error) (ScanStats, error) {
	return scanMade(scan, s.rows, 500, each, func(row int, field string) column.Value {
		if field == "@timestamp" {
			return column.TimeValue(int64(row) * 1000)
		}
		return column.StringValue(fmt.Sprintf("%s %09d %s", field, row, strings.Repeat("x", 60)))
	})
}

// scanMade gives so many rows, made as they are asked for, in batches of a size.
func scanMade(scan plan.Scan, rows, size int, each func(int, *column.Batch) error, value func(row int, field string) column.Value) (ScanStats, error) {
	for from := 0; from < rows; from += size {
		b := &column.Batch{Len: size, First: int64(from)}
		for _, f := range scan.Fields {
			b.Columns = append(b.Columns, makeColumn(size, func(i int) column.Value { return value(from+i, f.Name) }))
		}
		if err := each(0, b); errors.Is(err, ErrStop) {
			return ScanStats{}, nil
		} else if err != nil {
			return ScanStats{}, err
		}
	}
	return ScanStats{}, nil
}

// TestMemoryIsBounded runs queries that hold much, with little memory, and queries that hold little.
func TestMemoryIsBounded(t *testing.T) {
	const limit = 1 << 20
	for _, tt := range []struct {
		query string
		what  string // of the MemoryError; "" for queries that fit
	}{
		{"fields a", "the result"},
		{"fields a | limit 100", ""},
		{"fields a | limit any 20000", "the result"},
		{"fields a | limit any 100", ""},
		{"sort a", "sort"},
		{"sort a | limit 100", ""},
		{"fields a | tail 3", "the result"},
		{"stats count(*) by a", "stats"},
		{"stats count(*) by a, b", "stats"},
		{"stats count(*) by bin(1s)", "stats"},
		{"stats values(a)", "stats"},
		{"stats count(*)", ""},
		{"stats pct(strlen(a), 50) by bin(1h)", ""},
		{"dedup a", "the result"},
		{"filter a in (SOURCE x | fields b) | limit 1", "the result"},
		{"filter a in (SOURCE x | fields b | limit any 6000) | limit 1", "a subquery"},
		{"filter a in (SOURCE x | fields b | limit any 2500) and b in (SOURCE x | fields b | limit any 2500) | limit 1", ""},
		{"join left=l right=r where l.a = r.b (SOURCE x) | limit 1", "the result"},
		{"limit 1 | appendcols (SOURCE x | fields b)", "the result"},
		{"unnest split(a, \"\") into c | stats count(*) by c", ""},
	} {
		t.Run(tt.query, func(t *testing.T) {
			q, err := syntax.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			p, err := plan.Compile(q, plan.Options{Limit: -1})
			if err != nil {
				t.Fatal(err)
			}
			src := wideSource{20_000}
			_, err = Run(t.Context(), p, Options{Source: src, Named: func(*syntax.Source) (Source, error) { return src, nil }, Workers: 1, Memory: limit})
			var tooMuch *MemoryError
			switch {
			case tt.what == "" && err != nil:
				t.Errorf("Run(%q) = %v, want an answer", tt.query, err)
			case tt.what != "" && (!errors.As(err, &tooMuch) || tooMuch.What != tt.what || tooMuch.Limit != limit):
				t.Errorf("Run(%q) = %v, want a MemoryError of %s", tt.query, err, tt.what)
			}
		})
	}
}

// longSource gives 60 rows whose field a is a megabyte, batches of one and of two by turns. Field n counts up, k up and down.
type longSource struct{}

func (longSource) Scan(_ context.Context, scan plan.Scan, _ int, each func(int, *column.Batch) error) (ScanStats, error) {
	for from, size := 0, 1; from < 60; from, size = from+size, 3-size {
		b := &column.Batch{Len: size, First: int64(from)}
		for _, f := range scan.Fields {
			b.Columns = append(b.Columns, makeColumn(size, func(i int) column.Value {
				n := int64(from + i)
				switch f.Name {
				case "@timestamp":
					return column.TimeValue(n)
				case "n":
					return column.IntValue(n)
				case "k":
					return column.IntValue(n * 37 % 60)
				}
				return column.StringValue(fmt.Sprintf("%02d%s", n, strings.Repeat("x", 1<<20-2)))
			}))
		}
		if err := each(0, b); err != nil {
			return ScanStats{}, err
		}
	}
	return ScanStats{}, nil
}

// TestLongTextsBehindALimit checks that the texts of rows that a limit cuts off are not held until the end.
func TestLongTextsBehindALimit(t *testing.T) {
	for _, tt := range []struct{ query, want string }{
		{"fields substr(a, 0, 2) as b, a | limit 2", "59 58"},
		{"fields substr(a, 0, 2) as b, a | limit 1", "59"},
		{"fields substr(a, 0, 2) as b, a | sort n asc | limit 3", "00 01 02"},
		{"fields substr(a, 0, 2) as b, a | sort k desc | limit 4", "47 34 21 08"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			q, err := syntax.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			p, err := plan.Compile(q, plan.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := Run(t.Context(), p, Options{Source: longSource{}, Workers: 1, Memory: 16 << 20})
			if err != nil {
				t.Fatalf("Run(%q) = %v, want an answer", tt.query, err)
			}
			var got []string
			for i := range r.Rows.Len {
				got = append(got, r.Rows.Columns[0].Value(i).Text())
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("Run(%q) = %q, want %q", tt.query, got, tt.want)
			}
		})
	}
}

func TestMemoryErrorNamesTheLimit(t *testing.T) {
	for _, tt := range []struct {
		limit int64
		want  string
	}{{1 << 30, "sort needs more than the 1024 MiB"}, {1 << 20, "sort needs more than the 1 MiB"}, {1000, "sort needs more than the 1000 bytes"}} {
		if got := (&MemoryError{"sort", tt.limit}).Error(); !strings.HasPrefix(got, tt.want) {
			t.Errorf("MemoryError of %d = %q, want it to begin with %q", tt.limit, got, tt.want)
		}
	}
}
