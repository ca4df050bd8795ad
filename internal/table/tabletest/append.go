package tabletest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

func emptyTable(b *bench) {
	if got := b.lastOf(); got != 0 {
		b.Errorf("Last() of an empty table = %d, want 0", got)
	}
	b.rows[7] = nil
	b.throughout()
	if got := b.page(table.Page{Range: all(7), Limit: 1}); len(got) > 0 {
		b.Errorf("Page of nothing = %v", got)
	}
}

// values appends every kind of value there is, nulls among them.
func values(b *bench) {
	null, text := column.Value{}, column.StringValue
	rows := [][]column.Value{
		{column.BoolValue(true), column.IntValue(1), column.FloatValue(1), text("a"), text("b"), column.TimeValue(1), column.JSONValue(`{"a":[1]}`), null},
		{column.BoolValue(false), column.IntValue(math.MaxInt64), column.FloatValue(math.MaxFloat64), text(""), text(""), column.TimeValue(math.MaxInt64), column.JSONValue(`[]`), column.IntValue(0)},
		{null, column.IntValue(math.MinInt64), column.FloatValue(math.SmallestNonzeroFloat64), null, text("c"), column.TimeValue(math.MinInt64), null, null},
		{null, null, column.FloatValue(math.Copysign(0, -1)), text("null"), text("null"), null, column.JSONValue("null"), null},
		{column.BoolValue(true), column.IntValue(-1), null, text(`\N`), text("\t\n\\'\"`"), column.TimeValue(0), column.JSONValue(` { "b" : 1.0 , "a" : "\u00fc" } `), null},
		{null, null, column.FloatValue(0.1), text(strings.Repeat("l", 70_000)), text("\xff\x00"), null, column.JSONValue(`"` + strings.Repeat("j", 70_000) + `"`), null},
	}
	b.append(1, valueRows(b.schema, rows))
	for _, r := range rows { // alone, so that some columns are all null
		b.append(2, valueRows(b.schema, [][]column.Value{r}))
	}
	b.throughout()
}

func texts(b *bench) {
	var events []event
	for i, text := range []string{
		"", " ", "plain", "two\nlines\r\n", "grüße 日本語 🎉 e\u0301", "\x00", "a\x00b", "\xff\xfe", "half \xe6\x97 rune", "\xed\xa0\x80",
		`{"a":1}`, `{"a":1.0}`, `{"a" : 1, "a" : 2}`, `{"a":1e5,"b":"\u0041","c":12345678901234567890}`, `{"cut`, `{"a":{"b":[1,{"c":null}]}} `,
		"\t\\\"'`$?{p:Int64}", "');DROP TABLE x;--", strings.Repeat("x", 1<<20), `{"big":"` + strings.Repeat("é", 1<<19) + `"}`,
		strings.Repeat(`{"a":`, 1000), "\ufeff", "\u2028",
	} {
		events = append(events, event{1, start + int64(i%3), text})
	}
	b.append(1, rowsOf(events...))
	rows := rowsOf(events...)
	rows.Fields[0] = dictionary(append(rows.Fields[0].Strings[:0:0], rows.Fields[0].Strings...)...)
	b.append(2, rows)
	b.throughout()
}

func withoutText(b *bench) {
	b.append(1, valueRows(b.schema, [][]column.Value{{column.FloatValue(0.5)}, {column.Value{}}}))
	b.throughout()
	if got := b.page(table.Page{Range: all(1), Limit: 2, Bytes: 1}); len(got) != 2 {
		b.Errorf("Page of rows without text up to 1 byte = %d rows, want 2", len(got))
	}
}

func withoutFields(b *bench) {
	b.append(1, table.Rows{Streams: []int64{5, 6}, Times: []int64{2, 1}})
	b.throughout()
}

func receipts(b *bench) {
	for i := range 20 {
		b.clock.move(time.Duration(i) * time.Millisecond)
		r := b.append(table.Partition(i%3+1), numbered(1, i*7+1))
		if want := b.clock.ms.Load(); r.Ingested != want || r.Repeated || r.First <= 0 {
			b.Errorf("Append = %+v, want ingested at %d, not repeated, first above 0", r, want)
		}
		if got := b.lastOf(); got < b.last {
			b.Errorf("Last() after Append = %d, want %d or more", got, b.last)
		}
		switch i % 5 {
		case 3:
			b.settle()
		case 4:
			b.reopen()
		}
	}
	b.throughout()
}

func ingestion(b *bench) {
	latest := b.append(1, numbered(1, 1)).Ingested
	for i, step := range []time.Duration{-time.Hour, time.Millisecond, 0, 2 * time.Hour, -time.Millisecond, time.Second} {
		b.clock.move(step)
		r := b.append(1, numbered(1, 1))
		if want := max(latest, b.clock.ms.Load()); r.Ingested != want {
			b.Errorf("step %d: Append with the clock at %d = ingested at %d, want %d", i, b.clock.ms.Load(), r.Ingested, want)
		}
		latest = r.Ingested
	}
	b.throughout()
}

func sizesOfAppends(b *bench) {
	b.append(1, rowsOf())
	for p := range table.Partition(3) { // nothing is remembered too, for each partition
		if r := b.append(p+1, withToken("none", rowsOf())); r.Repeated {
			b.Errorf("Append(%d, no rows) = %+v, want a new append", p+1, r)
		}
	}
	for p := range table.Partition(3) {
		if r := b.append(p+1, withToken("none", numbered(1, 3))); !r.Repeated {
			b.Errorf("Append(%d) with the token of no rows = %+v, want repeated", p+1, r)
		}
	}
	for _, n := range []int{1, 2, 511, 512, 513, 4095, 4096, 4097, 20_000} {
		b.append(1, numbered(int64(n), n))
	}
	var far []event // from one end of time to the other
	for i := range int64(200) {
		far = append(far, event{i, (i - 100) * (math.MaxInt64 / 101), "far"})
	}
	b.append(1, rowsOf(far...))
	b.throughout()
}

func misfits(b *bench) {
	good := [][]column.Value{{column.BoolValue(true), column.IntValue(1), column.FloatValue(1), column.StringValue(""), column.StringValue(""),
		column.TimeValue(1), column.JSONValue("1"), column.IntValue(2)}}
	for _, tt := range []struct {
		name string
		edit func(r *table.Rows)
	}{
		{"a column too few", func(r *table.Rows) { r.Fields = r.Fields[1:] }},
		{"a column too many", func(r *table.Rows) { r.Fields = append(r.Fields, r.Fields[0]) }},
		{"a column of another kind", func(r *table.Rows) { r.Fields[0] = r.Fields[1] }},
		{"a column too short", func(r *table.Rows) { r.Fields[7] = &column.Column{Kind: column.Int64} }},
		{"more streams than times", func(r *table.Rows) { r.Streams = []int64{1, 2} }},
		{"fewer streams than times", func(r *table.Rows) { r.Streams = nil }},
	} {
		rows := valueRows(b.schema, good)
		tt.edit(&rows)
		rows.Token = "misfit"
		_, err := b.Table.Append(b.Context(), 1, rows)
		b.wantKind("Append of "+tt.name, err, fault.Invalid)
	}
	b.rows[1] = nil
	b.verify("after misfits")
	b.append(1, withToken("misfit", valueRows(b.schema, good)))
	b.throughout()
}

// wantKind checks the kind of an error.
func (b *bench) wantKind(what string, err error, want fault.Kind) {
	b.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != want {
		b.Errorf("%s = %v, want an error of kind %s", what, err, want)
	}
}

func partitions(b *bench) {
	for i := range 25 {
		p := table.Partition(i*i*i*i*i + 1)
		b.append(p, rowsOf(event{1, start, fmt.Sprint("of partition ", p)}))
		if i%20 == 10 {
			b.settle()
		}
	}
	b.append(math.MaxInt64, rowsOf(event{math.MaxInt64, start, "greatest"}, event{0, start, "none"}))
	b.throughout()
}

func tokens(b *bench) {
	first := b.append(1, withToken("a", numbered(1, 3)))
	other := b.append(1, withToken("A", numbered(1, 1)))
	again := func(when string) {
		b.Helper()
		for _, rows := range []table.Rows{numbered(1, 3), numbered(2, 5), numbered(1, 1), rowsOf()} {
			got := b.append(1, withToken("a", rows))
			if want := (table.Receipt{First: first.First, Ingested: first.Ingested, Repeated: true}); got != want {
				b.Errorf("%s: Append with the same token = %+v, want %+v", when, got, want)
			}
		}
	}
	again("at once")
	b.verify("at once")
	b.append(2, withToken("a", numbered(1, 3)))
	b.append(1, withToken("é\xff'\\\n", numbered(1, 1)))
	b.append(1, withToken(strings.Repeat("t", 1000), numbered(1, 1)))
	if r := b.append(1, withToken("é\xff'\\\n", numbered(1, 1))); !r.Repeated {
		b.Errorf("Append with the same odd token = %+v, want repeated", r)
	}
	b.append(1, numbered(1, 1))
	b.append(1, numbered(1, 1)) // no token: every one counts
	b.settle()
	again("settled")
	b.reopen()
	again("reopened")
	b.clock.move(table.TokenLife - time.Second)
	again("late")
	b.reopen()
	again("late and reopened")
	if r := b.append(1, withToken("A", numbered(1, 1))); !r.Repeated || r.First != other.First {
		b.Errorf("Append with the other token = %+v, want %d, repeated", r, other.First)
	}
	b.throughout()
}

func oldTokens(b *bench) {
	for i := range 3 {
		r := b.append(1, withToken("a", numbered(1, 2)))
		if r.Repeated {
			b.Errorf("round %d: Append = %+v, want a new append", i, r)
		}
		if r := b.append(1, withToken("a", numbered(1, 2))); !r.Repeated {
			b.Errorf("round %d: Append at once again = %+v, want repeated", i, r)
		}
		b.clock.move(table.TokenLife + time.Second)
		if i == 1 {
			b.reopen()
		}
	}
	if err := b.Table.Expire(b.Context(), table.Expiry{Partition: 1, Before: math.MaxInt64}); err != nil {
		b.Fatalf("Expire = %v", err)
	}
	b.append(2, withToken("b", numbered(1, 2)))
	if err := b.Table.Expire(b.Context(), table.Expiry{Partition: 2, Before: start + 1}); err != nil {
		b.Fatalf("Expire = %v", err)
	}
	b.settle()
	if r := b.append(2, withToken("b", numbered(1, 2))); !r.Repeated {
		b.Errorf("Append again after half of it expired = %+v, want repeated", r)
	}
	b.rows[1], b.rows[2] = nil, b.rows[2][1:]
	b.throughout()
}

// tokenRace appends the same rows from many sides at once.
func tokenRace(b *bench) {
	for round := range 4 {
		rows := withToken(fmt.Sprint("round ", round), numbered(1, 10))
		var all sync.WaitGroup
		got := make([]table.Receipt, 8)
		for i := range got {
			all.Go(func() {
				var err error
				if got[i], err = b.Table.Append(b.Context(), 1, rows); err != nil {
					b.Errorf("Append = %v, want no error", err)
				}
			})
		}
		all.Wait()
		fresh := 0
		for _, r := range got {
			if r.First != got[0].First || r.Ingested != got[0].Ingested {
				b.Errorf("appends with one token = %+v and %+v, want one place", r, got[0])
			}
			if !r.Repeated {
				fresh++
				b.note(1, rows, r)
			}
		}
		if fresh != 1 {
			b.Fatalf("of %d appends with one token %d counted, want 1", len(got), fresh)
		}
	}
	b.throughout()
}
