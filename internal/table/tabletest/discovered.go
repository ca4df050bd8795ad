package tabletest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
)

var kinds = []discover.Kind{discover.Other, discover.JSON, discover.Lambda, discover.VPCFlow, discover.Route53}

// messages are texts of all kinds, and some of none.
var messages = []string{
	"", "plain text", "\xff\xfe", `{"cut":`, `[1,2]`, `null`, `{}`,
	`{"level":"info","ms":12,"ok":true,"ratio":0.25,"user":{"id":7,"tags":["a","b"]},"none":null}`,
	`{"level":"error","ms":"12","ok":"true","ratio":1,"user":"seven","list":[{"x":1},{"x":"two"}]}`,
	`{"level" : "warn", "ms":12.50,"big":12345678901234567890,"huge":1e400,"small":1e-7,"@x":1,"a.b":2,"a":{"b":3}}`,
	`{"level":"first","level":"second","text":"grüße \u00e9\n\"quoted\"","bad":"\ud800","ms":-0}`,
	`{"level":"info","at":"2026-11-21T00:00:00Z","ip":"10.0.0.1","empty":"","emptylist":[],"emptyobject":{}}`,
	"{\"level\":\"\xff\",\"ms\":1}", `{"level":"info","ms":9223372036854775807}`, ` {"level":"info","ms":9223372036854775808} `,
	`{"deep":{"a":{"b":{"c":{"d":{"e":1}}}}},"level":"` + strings.Repeat("long ", 5000) + `"}`,
	"START RequestId: 6bf5e5ad-1b1b-4bdc-9d2b-1c1b5d6d6f11 Version: $LATEST\n",
	"END RequestId: 6bf5e5ad-1b1b-4bdc-9d2b-1c1b5d6d6f11\n",
	"REPORT RequestId: 6bf5e5ad-1b1b-4bdc-9d2b-1c1b5d6d6f11\tDuration: 1234.56 ms\tBilled Duration: 1235 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 222.1 ms\t\n",
	"2026-11-21T00:00:00.123Z\t6bf5e5ad-1b1b-4bdc-9d2b-1c1b5d6d6f11\tINFO\thello {\"level\":1}\n",
	"2 123456789012 eni-0123456789abcdef0 10.0.0.1 10.0.0.2 443 49152 6 10 8400 1795219200 1795219260 ACCEPT OK",
	"2 123456789012 eni-0123456789abcdef0 - - - - - - - 1795219200 1795219260 - NODATA",
	"1.0 2026-11-21T00:00:00Z Z123412341234 example.com AAAA NOERROR TCP IAD12 192.168.3.1 192.168.222.0/24",
}

// fieldsOf returns every field that discover finds in the messages as events of a kind, its whole trees, and one that is not there.
func fieldsOf(kind discover.Kind) []discover.Field {
	fields := []discover.Field{{Name: "not there"}, {Name: "user", Tree: true}, {Name: "a", Tree: true}, {Name: "list.1", Tree: true}, {Name: "all", All: true}}
	x := discover.New(kind, nil, discover.Options{})
	for _, m := range messages {
		x.Each([]byte(m), func(name string, _ column.Value) bool {
			f := discover.Field{Name: strings.Clone(name)}
			if !slices.Contains(fields, f) {
				fields = append(fields, f)
			}
			return true
		})
	}
	return fields
}

// found returns what discover finds in a text.
func found(kind discover.Kind, fields []discover.Field, text string) []column.Value {
	builders := make([]*column.Builder, len(fields))
	for i := range builders {
		builders[i] = new(column.Builder)
	}
	discover.New(kind, fields, discover.Options{}).Extract([]byte(text), builders)
	values := make([]column.Value, len(fields))
	for i, f := range builders {
		values[i] = f.Column().Value(0)
	}
	return values
}

// wantDiscovered scans for fields and compares them with what discover finds in the texts. kindOf tells the kind of a partition.
func (b *bench) wantDiscovered(what string, ranges []table.Range, fields []discover.Field) {
	b.Helper()
	kinds := map[int64]discover.Kind{}
	rows := map[int64]row{}
	for _, r := range ranges {
		kinds[int64(r.Partition)] = r.Kind
		for _, row := range within(b.rows[r.Partition], r, 0) {
			rows[row.sequence] = row
		}
	}
	text := b.schema.Index(b.schema.Text)
	var mu sync.Mutex
	_, err := b.Table.Scan(b.Context(), table.Scan{Ranges: ranges, Columns: []string{"@sequence"}, Discovered: fields}, 2, func(_ int, batch *column.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		if len(batch.Columns) != 1+len(fields) {
			return fmt.Errorf("batch of %d columns, want %d", len(batch.Columns), 1+len(fields))
		}
		for i := range batch.Len {
			sequence := batch.Columns[0].Value(i).Int()
			r, ok := rows[sequence]
			if !ok {
				return fmt.Errorf("row with sequence %d, which should not be there, or twice", sequence)
			}
			delete(rows, sequence)
			for f, want := range found(kinds[r.partition], fields, r.values[text].Str()) {
				if got := batch.Columns[1+f].Value(i); !sameValue(got, want) {
					return fmt.Errorf("field %+v of %s is %s %s, want %s %s", fields[f], r, got.Kind(), short(got.Text()), want.Kind(), short(want.Text()))
				}
			}
		}
		return nil
	})
	if err != nil || len(rows) > 0 {
		b.Errorf("%s: Scan for discovered fields = %v, %d rows missing", what, err, len(rows))
	}
}

// fillMessages appends all messages, some of them many times.
func (b *bench) fillMessages(p table.Partition) {
	b.Helper()
	var events []event
	for i, m := range messages {
		for range i%3*i + 1 {
			events = append(events, event{int64(i%5 + 1), start + int64(len(events)), m})
		}
	}
	b.append(p, rowsOf(events...))
}

func discovered(b *bench) {
	b.fillMessages(1)
	b.settle()
	b.fillMessages(1)
	for range 2 {
		for _, kind := range kinds {
			r := all(1)
			r.Kind = kind
			fields := fieldsOf(kind)
			b.wantDiscovered(fmt.Sprint("all fields of kind ", kind), []table.Range{r}, fields)
			for i := 0; i < len(fields); i += 3 {
				b.wantDiscovered(fmt.Sprintf("field %q of kind %s", fields[i].Name, kind), []table.Range{r}, fields[i:i+1])
			}
			r.Streams, r.From = []int64{2, 3}, start+10
			b.wantDiscovered(fmt.Sprint("some rows of kind ", kind), []table.Range{r}, fields)
		}
		b.settle()
		b.reopen()
		b.settle()
	}
}

// kindsOfRanges scans partitions of different kinds at once.
func kindsOfRanges(b *bench) {
	var ranges []table.Range
	for i, kind := range kinds {
		r := all(table.Partition(i + 1))
		r.Kind = kind
		ranges = append(ranges, r)
		b.fillMessages(r.Partition)
	}
	fields := []discover.Field{
		{Name: "level"}, {Name: "@requestId"}, {Name: "@duration"}, {Name: "srcAddr"}, {Name: "queryType"}, {Name: "user", Tree: true}, {Name: "x", All: true},
	}
	for range 2 {
		b.wantDiscovered("a partition of each kind", ranges, fields)
		b.settle()
		b.reopen()
	}
	slices.Reverse(ranges)
	b.wantDiscovered("ranges the other way round", ranges, fields)
}
