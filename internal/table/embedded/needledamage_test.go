package embedded

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
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
		field := "rid"
		if i%2 == 0 {
			field = "request"
		}
		texts = append(texts, fmt.Sprintf(`{"%s":"%s","level":"%s","ms":%d}`, field, needleID(i), []string{"info", "warn", "error"}[i%3], i%50))
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
