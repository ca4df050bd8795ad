package tabletest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

// Random does a list of steps, which follows from seed, on a table and on a Memory, and compares the two after each.
func Random(t *testing.T, open Open, seed uint64, steps int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	schema := logEvents
	if seed%4 == 3 {
		schema = everything
	}
	b := newBench(t, open, schema)
	m := &player{bench: b, Rand: random, memory: table.NewMemory(schema, b.clock.now), lines: map[table.Partition]int64{}}
	for i := range 4 {
		m.live = append(m.live, table.Partition(i+1))
	}
	for i := range steps {
		m.what = fmt.Sprintf("seed %d, step %d", seed, i)
		m.step()
		m.compare()
		if t.Failed() {
			t.Logf("seed %d: the last steps were\n%s", seed, strings.Join(m.log[max(0, len(m.log)-12):], "\n"))
			return
		}
	}
}

// A player does random steps on two tables.
type player struct {
	*bench
	*rand.Rand
	memory *table.Memory
	live   []table.Partition // all those not dropped
	gone   []table.Partition
	lines  map[table.Partition]int64 // rows before them have expired
	places []place                   // of appends, in order of their sequences
	what   string                    // is being done
	log    []string
}

// A place says which sequences the rows of an append got.
type place struct {
	engine, memory table.Sequence // of the first row
	rows           int
}

// do notes what is being done.
func (m *player) do(format string, args ...any) {
	act := fmt.Sprintf(format, args...)
	m.log = append(m.log, "\t"+act)
	m.what += ": " + act
}

func (m *player) step() {
	switch n := m.IntN(100); {
	case n < 45:
		m.appendRows()
	case n < 55:
		m.pages()
	case n < 70:
		m.scans()
	case n < 78:
		m.do("settle")
		m.settle()
	case n < 82:
		m.do("reopen")
		m.reopen()
	case n < 88:
		by := time.Duration(m.Int64N(int64(table.TokenLife / 2)))
		m.do("the clock moves by %s", by)
		m.clock.move(by)
	case n < 95:
		m.expireSome()
	case n < 97:
		m.dropOne()
	default:
		m.appendToGone()
	}
}

// pick returns a partition with room for rows.
func (m *player) pick() table.Partition { return m.live[m.IntN(len(m.live))] }

func (m *player) appendRows() {
	p := m.pick()
	n := m.IntN(30)
	if m.IntN(20) == 0 {
		n = m.IntN(5000)
	}
	rows := m.someRows(p, n)
	if n > 0 && m.IntN(2) == 0 { // of no rows the receipt's first says nothing that could be compared
		rows.Token = fmt.Sprint("token ", m.IntN(4))
	}
	m.do("append %d rows with token %q to %d", n, rows.Token, p)
	got, err := m.Table.Append(m.Context(), p, rows)
	want, wantErr := m.memory.Append(m.Context(), p, rows)
	if err != nil || wantErr != nil {
		m.Fatalf("%s = %v, want %v", m.what, err, wantErr)
	}
	if got.Repeated != want.Repeated || got.Ingested != want.Ingested {
		m.Fatalf("%s = %+v, want %+v but for first", m.what, got, want)
	}
	if got.Repeated {
		if first := m.translate(got.First); first != want.First && slices.ContainsFunc(m.places, func(x place) bool { return x.memory == want.First }) {
			m.Fatalf("%s = first %d, which is row %d, want that of row %d", m.what, got.First, first, want.First)
		}
		return
	}
	if n == 0 {
		return
	}
	if k := len(m.places); k > 0 && got.First < m.places[k-1].engine+table.Sequence(m.places[k-1].rows) {
		m.Fatalf("%s = first %d, want more than the last append's %+v", m.what, got.First, m.places[k-1])
	}
	m.places = append(m.places, place{got.First, want.First, n})
}

// translate returns the memory's sequence for an engine's; 0 if there is none.
func (m *player) translate(s table.Sequence) table.Sequence {
	i, found := slices.BinarySearchFunc(m.places, s, func(x place, s table.Sequence) int { return int(x.engine - s) })
	if !found {
		i--
	}
	if i < 0 || s-m.places[i].engine >= table.Sequence(m.places[i].rows) {
		return 0
	}
	return m.places[i].memory + s - m.places[i].engine
}

// someRows returns rows for a partition. Many of them have the same time, none has expired.
func (m *player) someRows(p table.Partition, n int) table.Rows {
	values := make([][]column.Value, n)
	for i := range values {
		values[i] = []column.Value{column.StringValue(m.text())}
		if m.schema.Name == everything.Name {
			values[i] = everyValue(m.Int64N(100))
			values[i][m.schema.Index("text")] = column.StringValue(m.text())
			for j := range values[i] {
				if j != m.schema.Index("text") && m.IntN(5) == 0 {
					values[i][j] = column.Value{}
				}
			}
		}
	}
	rows := valueRows(m.schema, values)
	for i := range values {
		rows.Streams[i] = m.Int64N(8) + 1
		rows.Times[i] = max(m.lines[p], start+m.Int64N(50)*m.Int64N(50))
	}
	return rows
}

// text returns a message like those of services, or an odd one.
func (m *player) text() string {
	switch m.IntN(8) {
	case 0:
		return messages[m.IntN(len(messages))]
	case 1:
		return strings.Repeat(fmt.Sprint(m.IntN(10)), m.IntN(200))
	case 2:
		return fmt.Sprintf(`{"level":%d,"user":{"id":"%x"},"list":[%d]}`, m.IntN(5), m.IntN(50), m.IntN(3))
	}
	return fmt.Sprintf(`{"level":"%s","ms":%d,"user":{"id":%d},"ok":%t}`, []string{"info", "warn", "error"}[m.IntN(3)], m.IntN(1000), m.IntN(50), m.IntN(2) == 0)
}

// someRange returns a range that may be narrow or of a partition that is gone.
func (m *player) someRange() table.Range {
	r := all(m.pick())
	if len(m.gone) > 0 && m.IntN(8) == 0 {
		r.Partition = m.gone[m.IntN(len(m.gone))]
	}
	r.Kind = kinds[m.IntN(len(kinds))]
	if m.IntN(2) == 0 {
		r.From = start + m.Int64N(2500)
	}
	if m.IntN(2) == 0 {
		r.To = start + m.Int64N(2500)
	}
	if m.IntN(3) == 0 {
		r.Streams = []int64{}
		share := m.IntN(5)
		for s := range int64(9) {
			if m.IntN(4) < share {
				r.Streams = append(r.Streams, s)
			}
		}
	}
	return r
}

// through returns the same bound in the engine's sequences and in the memory's.
func (m *player) through() (engine, memory table.Bound) {
	if len(m.places) == 0 || m.IntN(2) == 0 {
		return nil, nil
	}
	x := m.places[m.IntN(len(m.places))]
	i := table.Sequence(m.IntN(x.rows))
	return table.UpTo(x.engine + i), table.UpTo(x.memory + i)
}

// pages walks through a range and compares every page.
func (m *player) pages() {
	mine := table.Page{Range: m.someRange(), Order: orders[m.IntN(2)], Limit: 1 + m.IntN(30), Columns: m.columns()}
	if m.IntN(8) == 0 {
		mine.Limit = 2000
	}
	if m.IntN(3) == 0 {
		mine.Bytes = 1 + m.IntN(2000)
	}
	theirs := mine
	mine.Through, theirs.Through = m.through()
	m.do("walk through %+v", mine)
	for range 20 {
		got, stats, err := m.Table.Page(m.Context(), mine)
		want, wantStats, wantErr := m.memory.Page(m.Context(), theirs)
		if err != nil || wantErr != nil {
			m.Fatalf("%s = %v, want %v", m.what, err, wantErr)
		}
		gotRows, wantRows := m.read2(got), m.read2(want)
		m.same(m.what, m.inMemory(gotRows), wantRows)
		if stats.Rows != wantStats.Rows || stats.Bytes != wantStats.Bytes {
			m.Errorf("%s: stats %+v, want %+v", m.what, stats, wantStats)
		}
		if len(gotRows) == 0 || m.Failed() {
			return
		}
		mine.After, theirs.After = gotRows[len(gotRows)-1].cursor(), wantRows[len(wantRows)-1].cursor()
	}
}

// read2 returns the rows of a batch that has to be right.
func (m *player) read2(batch *column.Batch) []row {
	rows, err := m.read(batch)
	if err != nil {
		m.Fatalf("%s: %v", m.what, err)
	}
	return rows
}

// inMemory returns rows with their sequences as in the memory.
func (m *player) inMemory(rows []row) []row {
	rows = slices.Clone(rows)
	for i, r := range rows {
		rows[i].sequence = int64(m.translate(table.Sequence(r.sequence)))
	}
	return rows
}

// scans scans some ranges for some fields.
func (m *player) scans() {
	mine := table.Scan{Columns: m.columns()}
	for range m.IntN(4) {
		mine.Ranges = append(mine.Ranges, m.someRange())
	}
	known := fieldsOf(kinds[m.IntN(len(kinds))])
	for range m.IntN(4) {
		mine.Discovered = append(mine.Discovered, known[m.IntN(len(known))])
	}
	mine.Texts, mine.Contains = m.someConditions(mine.Discovered)
	theirs := mine
	mine.Through, theirs.Through = m.through()
	m.do("scan %+v", mine)
	got, gotStats := m.scanTable(m.Table, mine)
	if len(mine.Texts)+len(mine.Contains) > 0 {
		m.conditional(got, gotStats, theirs)
		return
	}
	want, wantStats := m.scanTable(m.memory, theirs)
	m.same(m.what, m.inMemory(got), want)
	if gotStats.Rows != wantStats.Rows || gotStats.Bytes != wantStats.Bytes || len(gotStats.Problems) > 0 {
		m.Errorf("%s: stats %+v, want %+v", m.what, gotStats, wantStats)
	}
}

// scanTable returns the rows of a scan by sequence, with the discovered values behind the declared ones.
func (m *player) scanTable(t table.Table, s table.Scan) ([]row, table.Stats) {
	var mu sync.Mutex
	var all []row
	stats, err := t.Scan(m.Context(), s, 1+m.IntN(3), func(_ int, batch *column.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		rows, err := m.read(batch)
		all = append(all, rows...)
		return err
	})
	if err != nil {
		m.Fatalf("%s = %v, want no error", m.what, err)
	}
	slices.SortFunc(all, bySequence)
	return all, stats
}

func (m *player) expireSome() {
	p, before := m.pick(), start+m.Int64N(1500)
	if m.IntN(10) == 0 {
		before = math.MinInt64
	}
	m.do("expire %d before %d", p, before)
	m.lines[p] = max(m.lines[p], before)
	if err := m.Table.Expire(m.Context(), table.Expiry{Partition: p, Before: before}); err != nil {
		m.Fatalf("%s = %v, want no error", m.what, err)
	}
	_ = m.memory.Expire(m.Context(), table.Expiry{Partition: p, Before: before})
}

func (m *player) dropOne() {
	i := m.IntN(len(m.live))
	p := m.live[i]
	m.do("drop %d", p)
	m.gone = append(m.gone, p)
	m.live[i] = table.Partition(4 + len(m.gone))
	if err := m.Table.Drop(m.Context(), p); err != nil {
		m.Fatalf("%s = %v, want no error", m.what, err)
	}
	_ = m.memory.Drop(m.Context(), p)
}

func (m *player) appendToGone() {
	if len(m.gone) == 0 {
		return
	}
	p := m.gone[m.IntN(len(m.gone))]
	m.do("append to %d, which was dropped", p)
	_, err := m.Table.Append(m.Context(), p, m.someRows(p, 1))
	m.wantKind(m.what, err, fault.NotFound)
}

// compare compares all rows and sizes of the two tables.
func (m *player) compare() {
	scan := table.Scan{Columns: m.columns()}
	for _, p := range slices.Concat(m.live, m.gone) {
		r := all(p)
		r.Kind = discover.Other
		scan.Ranges = append(scan.Ranges, r)
		got, err := m.Table.Size(m.Context(), p)
		want, _ := m.memory.Size(m.Context(), p)
		if got != want || err != nil {
			m.Errorf("after %s: Size(%d) = %+v, %v, want %+v", m.what, p, got, err, want)
		}
	}
	got, _ := m.scanTable(m.Table, scan)
	want, _ := m.scanTable(m.memory, scan)
	m.same("after "+m.what, m.inMemory(got), want)
	if n := len(m.places); n > 0 {
		x := m.places[n-1]
		if got, want := m.lastOf(), x.engine+table.Sequence(x.rows)-1; got < want {
			m.Errorf("after %s: Last() = %d, want %d or more", m.what, got, want)
		}
	}
}
