package embedded

import (
	"context"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/blocks"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// needleRows is how many events a haystack has, needleGroup how many of them are in a row group.
const needleRows, needleGroup = 3000, 600

// needleID returns the id of an event: of every other a text, else a UUID.
func needleID(i int) string {
	id := fmt.Sprintf("%08x-5a5a-4a4a-8a8a-%012x", uint32(i)*2654435761, i)
	if i%2 == 0 {
		id = fmt.Sprintf("request %x of %d", uint32(i)*2654435761, i)
	}
	return id
}

// needleText returns an event.
func needleText(i int) string {
	field := "rid"
	if i%2 == 0 {
		field = "request"
	}
	return fmt.Sprintf(`{"%s":"%s","level":"%s","ms":%d}`, field, needleID(i), []string{"info", "warn", "error"}[i%3], i%50)
}

// haystack returns a folder with one part of events that have ids, and the part's name.
func haystack(t *testing.T) (store snapshot, part string) {
	t.Helper()
	fs := vfs.NewMem()
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1), limits: limits{groupRows: needleGroup}})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for i := range needleRows {
		texts = append(texts, needleText(i))
	}
	rows := rowsOf("", texts...)
	for i := range rows.Times {
		rows.Times[i] = int64(i / 2)
	}
	if _, err := e.Table("log_events").Append(context.Background(), 1, rows); err != nil {
		t.Fatal(err)
	}
	if err := e.flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	stop()
	return files(t, fs, "data", snapshot{}), path.Join("data/parts", partName(1))
}

// needle looks for the events with an id.
func needle(tab table.Table, id string) (rows []seen, problems int, err error) {
	field := "rid"
	if strings.HasPrefix(id, "request") {
		field = "request"
	}
	s := table.Scan{
		Ranges:  []table.Range{{Partition: 1, From: 0, To: needleRows, Kind: discover.JSON}},
		Columns: allColumns, Discovered: []discover.Field{{Name: field}}, Texts: []table.FieldTexts{{Field: 0, Any: []string{id}}},
	}
	stats, err := tab.Scan(context.Background(), s, 1, func(_ int, b *column.Batch) error {
		for i, row := range seenOf(b) {
			if found := b.Columns[len(allColumns)]; !found.IsNull(i) && found.Value(i).Text() == id {
				rows = append(rows, row)
			}
		}
		return nil
	})
	return rows, len(stats.Problems), err
}

// TestNeedlesInDamagedParts damages one block of a part at a time. Who looks for an id, or for the events of a moment, finds them as they were, or
// learns that something cannot be read: the first time, and when filters are in memory.
func TestNeedlesInDamagedParts(t *testing.T) {
	store, part := haystack(t)
	p := store[part]
	ids := []int{0, 1, needleGroup - 1, needleGroup, 2*needleGroup + 4, needleRows - 1, needleRows + 1, needleRows + 4}
	told, right := 0, 0
	for at := -1; at < len(p); at += blocks.FineBytes / 2 {
		if at >= 0 {
			p[at] ^= 1
		}
		e, stop, err := byHand(store.mem(t), Options{Now: clock(), Salt: salts(2), limits: limits{groupRows: needleGroup}})
		if at >= 0 {
			p[at] ^= 1
		}
		if err != nil {
			t.Fatal(err)
		}
		tab := e.Table("log_events")
		judge := func(what string, rows []seen, want []int, problems int, err error) {
			t.Helper()
			var texts []int
			for _, r := range rows {
				i := slices.IndexFunc(want, func(i int) bool { return strings.Contains(r.text, `"`+needleID(i)+`","level"`) && r.time == int64(i/2) })
				if i < 0 {
					t.Fatalf("byte %d: %s gives %+v, which is not asked for", at, what, r)
				}
				texts = append(texts, want[i])
			}
			switch complete := len(slices.Compact(texts)) == len(want); {
			case err != nil, !complete && problems == 0, at < 0 && !complete:
				t.Errorf("byte %d: %s = %v, %d problems, %v, want %v or problems", at, what, texts, problems, err, want)
			case problems > 0:
				told++
			default:
				right++
			}
		}
		for round := range 2 {
			for _, i := range ids {
				var want []int
				if i < needleRows {
					want = []int{i}
				}
				rows, problems, err := needle(tab, needleID(i))
				judge(fmt.Sprintf("round %d, Scan for id %d", round, i), rows, want, problems, err)
				moment := int64(i / 2)
				b, stats, err := tab.Page(context.Background(), table.Page{
					Range: table.Range{Partition: 1, From: moment, To: moment + 1}, Order: table.Descending, Limit: 10, Columns: allColumns,
				})
				if err == nil {
					rows = seenOf(b)
				}
				if want != nil {
					want = []int{i / 2 * 2, i/2*2 + 1}
				}
				judge(fmt.Sprintf("round %d, Page of the time of id %d", round, i), rows, want, len(stats.Problems), err)
			}
		}
		stop()
	}
	if told == 0 || right == 0 {
		t.Errorf("%d answers told of problems and %d did not, want some of both", told, right)
	}
	t.Logf("%d bytes: %d answers right, %d told of problems", len(p), right, told)
}

// TestNeedlesWhilePartsMerge looks for ids, and for events of a moment, while parts are written, merged, dropped and expired, with a cache and open
// files for a few of them only.
func TestNeedlesWhilePartsMerge(t *testing.T) {
	const rounds, rows = 30, 100
	ctx := context.Background()
	e, stop, err := byHand(vfs.NewMem(), Options{Now: clock(), Salt: salts(1), CacheBytes: 16 << 10, limits: limits{groupRows: 700, fanIn: 2, openFiles: 2}})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab := e.Table("log_events")
	var known atomic.Int64 // events of partition 1 that are there
	var work sync.WaitGroup
	work.Go(func() {
		for round := range rounds {
			for _, p := range []table.Partition{1, 2, table.Partition(3 + round)} { // the first stays, the second expires, one of three others is dropped
				var texts []string
				for i := range rows {
					texts = append(texts, needleText(round*rows+i))
				}
				r := rowsOf("", texts...)
				for i := range r.Times {
					r.Times[i] = int64(round*rows + i)
				}
				if _, err := tab.Append(ctx, p, r); err != nil {
					t.Errorf("Append = %v", err)
				}
			}
			known.Store(int64((round + 1) * rows))
			err := errors.Join(e.flush(ctx), tab.Expire(ctx, table.Expiry{Partition: 2, Before: int64(round * rows)}))
			if round%3 == 2 {
				err = errors.Join(err, tab.Drop(ctx, table.Partition(3+round)), e.mergeAll(ctx))
			}
			if err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
	})
	for looker := range 2 {
		work.Go(func() {
			for turn := 0; known.Load() < rounds*rows; turn++ {
				n := int(known.Load())
				if n == 0 {
					runtime.Gosched()
					continue
				}
				i := (turn*7919 + looker) % n
				found, problems, err := needle(tab, needleID(i))
				if err != nil || problems > 0 || len(found) != 1 || found[0].text != needleText(i) {
					t.Errorf("Scan for id %d of %d = %+v, %d problems, %v, want it", i, n, found, problems, err)
				}
				b, stats, err := tab.Page(ctx, table.Page{Range: table.Range{Partition: 1, From: int64(i), To: int64(i) + 1}, Limit: 2, Columns: allColumns})
				if err != nil || b.Len != 1 || len(stats.Problems) > 0 || seenOf(b)[0].text != needleText(i) {
					t.Errorf("Page of moment %d of %d = %v, %+v, %v, want one event", i, n, b, stats, err)
				}
			}
		})
	}
	work.Wait()
}
