package queries

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
)

// An oddEvents makes events whose fields are easily taken for something else.
type oddEvents struct {
	*rand.Rand
	seen []oddID
}

// An oddID is an id that events had, or might have had, and the field.
type oddID struct{ field, id string }

func (o *oddEvents) pick(of ...string) string { return of[o.IntN(len(of))] }

// id returns an id for a field in lower case with dashes, as a column of ids has it.
func (o *oddEvents) id(field string) string {
	id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", o.Uint32(), o.IntN(1<<16), o.IntN(1<<12), o.IntN(1<<12), o.Uint64()>>16)
	if o.IntN(100) == 0 {
		for _, as := range []string{id, id, id, strings.ToUpper(id), "{" + id + "}", strings.ReplaceAll(id, "-", ""), "urn:uuid:" + id, id + " ", id[:35]} {
			o.seen = append(o.seen, oddID{field, as})
		}
	}
	return id
}

// odd returns an id for rid in another form, or what is none.
func (o *oddEvents) odd() string {
	id := o.id("rid")
	id = o.pick(id, id, strings.ToUpper(id), "{"+id+"}", strings.ReplaceAll(id, "-", ""), "", "-", "12")
	o.seen = append(o.seen, oddID{"rid", id})
	return id
}

// number returns a number, or what looks like one, as JSON.
func (o *oddEvents) number() string {
	return o.pick(fmt.Sprint(o.IntN(90)), fmt.Sprintf("%d.%d", o.IntN(90), o.IntN(100)), "0", "-0", "-0.0", "0.0", "1e3", "1000", "1000.0", "12345678901234567890",
		"9007199254740993", "9223372036854775807", "-9223372036854775808", "1e400", "null", "true", `"12"`, `"12.50"`, `"NaN"`, `"x"`, `""`, "[1]")
}

// event returns an event of a batch. Batches have groups and numbers of their own, and the later ones fields of their own.
func (o *oddEvents) event(batch int) string {
	fn := o.pick(`"a"`, `"b"`, `"b"`, `"a \"b\""`, `"1"`, `"true"`, `"1.0"`, `""`, `"é"`, `"\u00e9"`)
	odd := o.pick(fn, fn, fn, "1", "1.0", "true", "null", "-0", "0", `"0"`, `{"x":1}`, `"2026-11-21T12:00:00Z"`)
	late := ""
	if batch > 3 {
		late = fmt.Sprintf(`,"late":%s,"lateid":"%s"`, odd, o.id("lateid"))
	}
	switch o.IntN(12) {
	case 0:
		return fmt.Sprintf(`{"rid":"%s","fn":%s,"ms":%s,"rid":"%s"}`, o.odd(), odd, o.number(), o.id("rid"))
	case 1:
		return fmt.Sprintf(`{"ms": %s, "rid": %s, "odd": %s}`, o.number(), o.pick(`"`+o.odd()+`"`, "12", "null", `{"a":"`+o.id("rid")+`"}`), odd)
	case 2:
		return fmt.Sprintf(`{"fn":%s,"text":"a text of its own, %d","odd":%s%s}`, fn, o.IntN(1<<40), odd, late)
	case 3:
		return o.pick("no JSON", "", `{"rid":"`+o.id("rid"), `{"fn":"a"} {"fn":"b"}`, `["a"]`, `{"rid":"`+o.id("rid")+`","fn":"a"}`+"\n")
	case 4:
		return fmt.Sprintf(`{"rid":"%s","note":%s,"gap":"%s"}`, o.id("rid"), o.pick("null", `"n"`), o.pick("-", o.id("gap")))
	}
	return fmt.Sprintf(`{"rid":"%s","fn":%s,"key":"k%d","ms":%d.%02d,"n":%d%s}`, o.id("rid"), fn, batch*300+o.IntN(300), batch*500+o.IntN(8), o.IntN(60), o.IntN(1000), late)
}

// even returns an event of few shapes, whose fields are of one kind each.
func (o *oddEvents) even(batch int) string {
	fn, key, ms := o.pick("a", "b", "b", "é", "1"), batch*300+o.IntN(300), fmt.Sprintf("%d.%02d", batch*500+o.IntN(8), 1+o.IntN(60))
	switch o.IntN(20) {
	case 0:
		return fmt.Sprintf(`{"key":"k%d","ms":%s,"odd":"0"}`, key, ms)
	case 1, 2, 3:
		return fmt.Sprintf(`{"rid":"%s","gap":"%s","fn":"%s","n":1}`, o.id("rid"), o.id("gap"), fn)
	}
	request := fmt.Sprintf("%x-of-%s-%d", o.Uint64(), fn, o.Uint64())
	if o.IntN(100) == 0 {
		o.seen = append(o.seen, oddID{"request", request})
	}
	return fmt.Sprintf(`{"rid":"%s","request":"%s","fn":"%s","key":"k%d","ms":%s,"n":%d}`, o.id("rid"), request, fn, key, ms, o.IntN(1000))
}

// query returns a query about such events.
func (o *oddEvents) query() string {
	id := func(field string) string {
		of := slices.DeleteFunc(slices.Clone(o.seen), func(x oddID) bool { return x.field != field && o.IntN(20) > 0 })
		if len(of) == 0 {
			return "none"
		}
		return of[o.IntN(len(of))].id
	}
	ask := func() string {
		field := o.pick("rid", "rid", "request", "request", "lateid", "gap", "fn", "odd", "rid.a")
		switch o.IntN(10) {
		case 0, 1, 2:
			return fmt.Sprintf("%s = '%s'", field, id(field))
		case 3:
			return fmt.Sprintf("%s in ['%s', '%s', '%s', 'a']", field, id(field), id(field), id(field))
		case 4:
			return fmt.Sprintf("(%s = '%s' or fn = '%s')", field, id(field), o.pick("a", "b", "1", "0", "é", "-0", "1.0"))
		case 5:
			return fmt.Sprintf("%s = %s", o.pick("odd", "late", "ms", "n", "fn"), o.pick("1", "0", "-0", "'1'", "'true'", "true", "12.5", "'1000'", "9007199254740993", "''"))
		case 6:
			return fmt.Sprintf("@message like '%s'", o.pick(id(field), "a text", "null", "-0", "é", `\"b\"`))
		case 7:
			return o.pick("@logStream = '2'", "@logStream in ['1', '3']", "ispresent(late)", "not ispresent(ms)", "ms > 900", "fn != 'a'", "isempty(odd)", "gap = '-'", "odd = ''")
		}
		return fmt.Sprintf("fn = '%s'", o.pick("a", "b", "1", "1.0", "true", "", "é", `a "b"`))
	}
	var steps []string
	for range o.IntN(3) {
		steps = append(steps, "filter "+ask())
	}
	return strings.Join(append(steps, o.pick(
		"fields @timestamp, @message", "fields rid, fn, ms, odd, late | limit 2000", "fields odd, ms | sort ms, odd desc | limit 300", "stats count(*)",
		"stats count(*) as c, avg(ms), sum(ms), min(ms), max(ms) by fn", "stats pct(ms, 99), median(ms), histogram(ms, 5) by odd",
		"stats pct(ms, 50), avg(ms), count(ms) by key", "stats sum(ms), pct(ms, 90), histogram(ms, 3)", "stats count(*) as c by late", "stats count(*) as c by odd, fn",
		"stats count(*) as c by rid | sort c desc, rid | limit 300", "stats pct(n, 10), stddev(n), count_distinct(odd) by key, fn | sort key, fn | limit 500",
		"stats latest(ms), earliest(odd), count_distinct(rid) by fn", "stats count(*) as c by ms | sort c desc, ms", "stats avg(ms) as a by bin(1s), fn",
		"stats sum(ms) as s by key, fn | stats sum(s), count(*) by fn", "fields fn, odd, @message | dedup fn, odd", "stats values(odd) by gap",
	)), " | ")
}

// TestStoredAnswersAreThoseOfMemory asks over parts, which are written and merged meanwhile, and over plain rows in memory: whatever the parts are
// read by, filters, dictionaries or columns of ids, the answers are the same, in the same order.
func TestStoredAnswersAreThoseOfMemory(t *testing.T) {
	const batches, events = 9, 1500
	for seed := range uint64(vfstest.Count(t, "GROUNDWATCH_STORED_SEEDS", 3)) {
		o := &oddEvents{Rand: rand.New(rand.NewPCG(seed, 3))}
		groups := []string{"even", "odd"}
		if seed%3 < 2 { // else parts have both
			groups = groups[seed%3:][:1]
		}
		plain, stored := newLab(t, Limits{Workers: 1}), newLab(t, Limits{Workers: 3})
		var flushed atomic.Int64
		stored.table.Table = openEmbedded(t, vfs.NewMem(), embedded.Options{FlushBytes: 1, Now: stored.now, Hooks: embedded.Hooks{
			Flushed: func(w embedded.Written) { flushed.Add(w.Rows) },
		}})
		labs := []*lab{plain, stored}
		for batch := range batches {
			for _, name := range groups {
				o.append(t, labs, name, batch, events)
			}
			for _, query := range []string{o.query(), o.query(), "stats count(*), pct(ms, 50), avg(ms) by key"} { // of the last, more and more is counted
				same(t, seed, input(query, groups...), labs)
			}
		}
		for flushed.Load() < int64(len(groups)*batches*events) {
			runtime.Gosched()
		}
		for range 25 {
			in := input(o.query(), groups...)
			if o.IntN(3) == 0 { // an end is part of the window
				from := labStart.Unix() + o.Int64N(3)
				in.StartTime, in.EndTime = &from, aws.Int64(from+o.Int64N(2))
			}
			same(t, seed, in, labs)
		}
	}
}

// append adds events of a batch to a group of each lab, in three streams, some of them at one time.
func (o *oddEvents) append(t *testing.T, labs []*lab, name string, batch, n int) {
	t.Helper()
	var rows table.Rows
	var text column.Builder
	for range n {
		rows.Streams = append(rows.Streams, int64(1+o.IntN(3)))
		rows.Times = append(rows.Times, labStart.Add(time.Duration(batch*300+o.IntN(400))*time.Millisecond).UnixMilli())
		if name == "odd" {
			text.Text(o.event(batch))
		} else {
			text.Text(o.even(batch))
		}
	}
	rows.Fields = []*column.Column{text.Column()}
	for _, l := range labs {
		g := l.groups[name]
		if g == nil {
			g = l.group(name)
			g.streams = []string{"1", "2", "3"}
		}
		if _, err := l.table.Append(l.ctx, g.facts.Partition, rows); err != nil {
			t.Fatal(err)
		}
	}
}

// same asks labs one query, which all have to answer as the first.
func same(t *testing.T, seed uint64, in *cloudwatchlogs.StartQueryInput, labs []*lab) {
	t.Helper()
	want := ""
	for i, l := range labs {
		out := l.wait(l.start(in))
		got := fmt.Sprintf("%s: %.0f of %.0f records, %.0f bytes\n%s", out.Status, out.Statistics.RecordsMatched, out.Statistics.RecordsScanned, out.Statistics.BytesScanned, rowTexts(out))
		if i == 0 {
			want = got
			continue
		}
		if got == want {
			continue
		}
		had, have := strings.Split(want, "\n"), strings.Split(got, "\n")
		at := 0
		for at < min(len(had), len(have))-1 && had[at] == have[at] {
			at++
		}
		t.Errorf("seed %d: query(%s) over %s from %d to %d = %d lines, want %d; line %d is %q, want %q", seed, *in.QueryString, in.LogGroupNames, *in.StartTime, *in.EndTime, len(have), len(had), at, have[at], had[at])
	}
}
