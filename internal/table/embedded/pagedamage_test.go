package embedded

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path"
	"testing"

	"github.com/groundwatch/groundwatch/internal/blocks"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// longTexts returns a folder with one part of several row groups, whose texts fill blocks of their own.
func longTexts(t *testing.T) (store snapshot, part string) {
	t.Helper()
	fs := vfs.NewMem()
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1), limits: limits{groupRows: 16}})
	if err != nil {
		t.Fatal(err)
	}
	random := rand.NewChaCha8([32]byte{1})
	for i := range 48 {
		p := make([]byte, 24<<10)
		random.Read(p)
		for k, b := range p {
			p[k] = ' ' + b%95
		}
		rows := rowsOf("", string(p))
		rows.Times[0] = int64(i)
		if _, err := e.Table("log_events").Append(context.Background(), 1, rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	stop()
	return files(t, fs, "data", snapshot{}), path.Join("data/parts", partName(1))
}

// walk reads partition 1 page by page until one is empty.
func walk(tab table.Table, order table.Order, limit int) (rows []seen, problems int, err error) {
	p := table.Page{Range: table.Range{Partition: 1, From: math.MinInt64, To: math.MaxInt64}, Order: order, Limit: limit, Columns: allColumns}
	for {
		b, stats, err := tab.Page(context.Background(), p)
		problems += len(stats.Problems)
		if err != nil || b.Len == 0 {
			return rows, problems, err
		}
		if int(stats.Rows) != b.Len {
			return nil, 0, fmt.Errorf("page of %d rows says that it has %d", b.Len, stats.Rows)
		}
		page := seenOf(b)
		rows = append(rows, page...)
		last := page[len(page)-1]
		p.After = table.Cursor{Time: last.time, Sequence: table.Sequence(last.sequence)}
	}
}

// TestPagesGoOnBehindDamage damages one block of a part at a time. A walk by pages has to give every row that a scan gives, in
// its order, and to say that there are others.
func TestPagesGoOnBehindDamage(t *testing.T) {
	store, part := longTexts(t)
	p := store[part]
	partly := 0
	for at := blocks.Bytes / 2; at < len(p); at += blocks.Bytes {
		for order, name := range map[table.Order]string{table.Ascending: "ascending", table.Descending: "descending"} {
			p[at] ^= 1
			e, stop, err := byHand(store.mem(t), Options{Now: clock(), Salt: salts(2), limits: limits{groupRows: 16}})
			p[at] ^= 1
			if err != nil {
				t.Fatal(err)
			}
			tab := e.Table("log_events")
			got, problems, err := walk(tab, order, 3)
			if err != nil || problems == 0 {
				t.Errorf("byte %d of %d, %s: walk = %d rows, %d problems, %v, want problems", at, len(p), name, len(got), problems, err)
			}
			rows, _, err := scanAll(tab, 1)
			if err != nil || len(got) < len(rows) || !isSubset(rows, got) {
				t.Errorf("byte %d of %d, %s: walk = %d rows, scan = %d, %v, want all of these", at, len(p), name, len(got), len(rows), err)
			}
			if len(rows) > 0 && len(rows) < 48 {
				partly++
			}
			stop()
		}
	}
	if partly == 0 {
		t.Errorf("%d bytes: no block makes some rows unreadable and not all, so nothing was tested", len(p))
	}
	t.Logf("%d bytes, %d of %d damages partial", len(p), partly, 2*len(p)/blocks.Bytes)
}

// TestBeginningOfAPartIsLost damages the first byte of a part, where a Parquet file says what it is. Only the row group there is lost,
// whether the part is small or large.
func TestBeginningOfAPartIsLost(t *testing.T) {
	store, name := longTexts(t)
	store[name][0] ^= 1
	e, stop, err := byHand(store.mem(t), Options{Now: clock(), Salt: salts(2)})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	rows, stats, err := scanAll(e.Table("log_events"), 1)
	if err != nil || len(rows) != 32 || len(stats.Problems) == 0 {
		t.Errorf("Scan = %d rows, %+v, %v, want the 32 of the second and third row group, and a problem", len(rows), stats, err)
	}
}
