package tabletest

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

// between fails unless got has all rows that must come and none but those that may, as they are there. All are by sequence.
func (b *bench) between(what string, got, must, may []row) {
	b.Helper()
	known := map[int64]row{}
	for _, r := range may {
		known[r.sequence] = r
	}
	came := map[int64]bool{}
	for _, r := range got {
		if want, ok := known[r.sequence]; !ok || !r.equal(want) || came[r.sequence] {
			b.Errorf("%s: row %s, want %s, once", what, r, want)
			return
		}
		came[r.sequence] = true
	}
	for _, r := range must {
		if !came[r.sequence] {
			b.Errorf("%s: %d rows without %s, which meets the conditions", what, len(got), r)
			return
		}
	}
}

// meeting returns the rows that meet the conditions of a scan.
func (b *bench) meeting(s table.Scan, kind discover.Kind, rows []row) []row {
	text := b.schema.Index(b.schema.Text)
	var met []row
	for _, r := range rows {
		ok := true
		for _, c := range s.Contains {
			ok = ok && strings.Contains(r.values[text].Str(), c)
		}
		var values []column.Value
		if ok && len(s.Texts) > 0 {
			values = found(kind, s.Discovered, r.values[text].Str())
		}
		for _, t := range s.Texts {
			one := false
			if !ok {
				break
			}
			for _, want := range t.Any {
				one = one || values[t.Field] == column.StringValue(want)
			}
			ok = ok && one
		}
		if ok {
			met = append(met, r)
		}
	}
	return met
}

// wantConditions scans partition 1 with conditions, as each of these kinds.
func (b *bench) wantConditions(s table.Scan, kinds ...discover.Kind) {
	b.Helper()
	for _, kind := range kinds {
		r := all(1)
		r.Kind = kind
		for _, streams := range [][]int64{nil, {2, 3}} {
			r.Streams = streams
			s.Ranges = []table.Range{r}
			what := fmt.Sprintf("Scan of kind %s, streams %v, for %+v with texts %.200q, containing %.60q", kind, streams, s.Discovered, fmt.Sprint(s.Texts), s.Contains)
			may := within(b.rows[1], r, 0)
			full := s
			full.Columns = b.columns()
			var got []row
			var read, bytes atomic.Int64
			full.Read = func(rows, n int64) { read.Add(rows); bytes.Add(n) }
			stats, err := b.Table.Scan(b.Context(), full, 1, func(_ int, batch *column.Batch) error {
				declared := *batch
				declared.Columns = batch.Columns[:len(full.Columns)]
				rows, err := b.read(&declared)
				got = append(got, rows...)
				return err
			})
			if err != nil {
				b.Fatalf("%s = %v", what, err)
			}
			b.between(what, got, b.meeting(s, kind, may), may)
			if n := int64(len(may)); stats.Rows != n || stats.Bytes != b.bytes(may) || read.Load() != n || bytes.Load() != stats.Bytes {
				b.Errorf("%s = %+v, told of %d rows and %d bytes, want %d rows and %d bytes, told twice", what, stats, read.Load(), bytes.Load(), n, b.bytes(may))
			}
		}
	}
}

// someTexts are values of fields in the messages, and some of none.
var someTexts = []string{"", "info", "error", "first", "second", "12", "true", "seven", "two", "2026-11-21T00:00:00Z", "10.0.0.1", "\ufffd", "Info", "ACCEPT", "grüße é\n\"quoted\"", "nowhere"}

// somePieces are pieces of the messages, and some of none.
var somePieces = []string{
	"info", `"level":"info"`, `:"error"`, `12`, `"ms":12,`, `"ok":true`, "true", "tru", "null", "ull,", "{", "}", `":`, "", "ü", `\n`, "nope", "first\",\"level", "0.25", `"2026-11-21T00:00:00Z"`,
	`\u00e9`, "é", "\xff", "RequestId", "long long", "id\":7", "123456789", `T00:0`,
}

func conditions(b *bench) {
	b.fillMessages(1)
	b.settle()
	b.fillMessages(1)
	fields := []discover.Field{{Name: "level"}, {Name: "ms"}, {Name: "at"}, {Name: "user", Tree: true}, {Name: "ip"}, {Name: "not there"}, {Name: "action"}, {Name: "text"}}
	for range 2 {
		for i := range fields {
			for _, any := range [][]string{{"info"}, {"", "first", "12"}, {"second", "seven", "\ufffd", "true"}, someTexts[8:]} {
				b.wantConditions(table.Scan{Discovered: fields[i : i+1], Texts: []table.FieldTexts{{Field: 0, Any: any}}}, kinds...)
			}
		}
		b.wantConditions(table.Scan{Discovered: fields, Texts: []table.FieldTexts{{Field: 0, Any: someTexts}, {Field: 4, Any: []string{"10.0.0.1", "x"}}}}, kinds...)
		b.wantConditions(table.Scan{Discovered: fields, Texts: []table.FieldTexts{{Field: 0}}}, kinds...)
		for _, piece := range somePieces {
			b.wantConditions(table.Scan{Contains: []string{piece}}, kinds...)
			b.wantConditions(table.Scan{Discovered: fields[:2], Contains: []string{piece, "e"}, Texts: []table.FieldTexts{{Field: 0, Any: []string{"info", "error"}}}}, kinds...)
		}
		b.settle()
		b.reopen()
		b.settle()
	}
}

// conditionsOfShapes asks among many events of few shapes, whose texts engines take apart.
func conditionsOfShapes(b *bench) {
	const rows = 2500
	var events []event
	text := func(i int) string {
		switch i % 4 {
		case 0:
			return fmt.Sprintf(`{"level":"info","id":"00000000-0000-4000-8000-%012x","ms":%d,"at":"2026-11-21T00:00:0%d.000Z","note":"plain é %d"}`, i, i%100, i%10, i)
		case 1:
			return fmt.Sprintf(`{"level": "warn", "id": "id-%d", "ok": %t, "note": null, "error": {"code": "E%d"}}`, i, i%8 == 1, i%7)
		case 2:
			return fmt.Sprintf(`{"level":"error","id":%d,"level":"second","ratio":%d.50,"list":[%d]}`, i, i%9, i)
		}
		return fmt.Sprintf(`{"level":"a \"quoted\"\n%d","text":"ünïcode <%d>"}`, i%3, i)
	}
	for i := range rows {
		events = append(events, event{int64(i%5 + 1), start + int64(i), text(i)})
	}
	b.append(1, rowsOf(events...))
	b.append(1, rowsOf(event{1, start, `not JSON, with info and "level"`}))
	for range 2 {
		b.settle()
		fields := []discover.Field{{Name: "id"}, {Name: "level"}, {Name: "error", Tree: true}, {Name: "error.code"}, {Name: "at"}}
		for _, any := range [][]string{{fmt.Sprintf("00000000-0000-4000-8000-%012x", 2000)}, {"id-1001", "id-2301"}, {"00000000-0000-4000-8000-ffffffffffff"}, {"1002"}} {
			b.wantConditions(table.Scan{Discovered: fields, Texts: []table.FieldTexts{{Field: 0, Any: any}}}, discover.JSON)
		}
		for _, any := range [][]string{{"info"}, {"error"}, {"second"}, {"a \"quoted\"\n1"}, {"nothing"}} {
			b.wantConditions(table.Scan{Discovered: fields, Texts: []table.FieldTexts{{Field: 1, Any: any}}}, discover.JSON)
		}
		for _, piece := range []string{
			"0000-8000-0000000007d0", `"id-1001"`, "id-1001\"", "warn", `"level":"w`, `"level": "warn"`, "null", `: nul`, "quoted", `\"quoted\"`, `d\"\n1`, "n1", "ünï", "<2003>", "E5\"}}", ":00:03.", `7.50,`, "true, \"n", "tru", "nothing at all", "info",
		} {
			b.wantConditions(table.Scan{Contains: []string{piece}}, discover.JSON)
		}
		b.wantConditions(table.Scan{Discovered: fields, Texts: []table.FieldTexts{{Field: 2, Any: []string{`{"code":"E5"}`, "E5"}}}}, discover.JSON)
		b.wantConditions(table.Scan{Discovered: fields, Texts: []table.FieldTexts{{Field: 3, Any: []string{"E5"}}, {Field: 1, Any: []string{"warn"}}}, Contains: []string{"E5"}}, discover.JSON)
		b.wantConditions(table.Scan{Discovered: fields, Texts: []table.FieldTexts{{Field: 4, Any: []string{"2026-11-21T00:00:04.000Z"}}}}, discover.JSON)
		b.reopen()
	}
}

func toldReads(b *bench) {
	b.scatter(1, 5000)
	for range 2 {
		b.wantConditions(table.Scan{}, discover.JSON)
		b.settle()
	}
}

func oddConditions(b *bench) {
	nothing := func(int, *column.Batch) error { return nil }
	_, err := b.Table.Scan(b.Context(), table.Scan{Contains: []string{"x"}}, 1, nothing)
	b.wantKind("Scan for a piece of a text that is not there", err, fault.Invalid)
	for _, field := range []int{-1, 0, 1} {
		_, err := b.Table.Scan(b.Context(), table.Scan{Texts: []table.FieldTexts{{Field: field}}}, 1, nothing)
		b.wantKind(fmt.Sprintf("Scan for texts of field %d", field), err, fault.Invalid)
	}
}

// someConditions returns conditions on some of the fields, mostly none.
func (m *player) someConditions(fields []discover.Field) (texts []table.FieldTexts, contains []string) {
	if m.IntN(3) > 0 {
		return nil, nil
	}
	for i, f := range fields {
		if f.All || m.IntN(2) == 0 {
			continue
		}
		t := table.FieldTexts{Field: i}
		for range 1 + m.IntN(3) {
			t.Any = append(t.Any, someTexts[m.IntN(len(someTexts))])
		}
		texts = append(texts, t)
	}
	for range m.IntN(2) {
		contains = append(contains, somePieces[m.IntN(len(somePieces))])
	}
	return texts, contains
}

// conditional compares what came of a scan with conditions: all rows that meet them, and perhaps others of those that the
// memory, of which theirs asks the same, has without conditions.
func (m *player) conditional(got []row, stats table.Stats, theirs table.Scan) {
	must, _ := m.scanTable(m.memory, theirs)
	theirs.Texts, theirs.Contains = nil, nil
	may, wantStats := m.scanTable(m.memory, theirs)
	m.between(m.what, m.inMemory(got), must, may)
	if stats.Rows != wantStats.Rows || stats.Bytes != wantStats.Bytes || len(stats.Problems) > 0 {
		m.Errorf("%s: stats %+v, want %+v", m.what, stats, wantStats)
	}
}
