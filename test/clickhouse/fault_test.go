package clickhouse_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/clickhouse"
	"github.com/groundwatch/groundwatch/internal/table/tabletest"
)

// A badLine is a way to the server on which inserts, or the answers to them, get lost.
type badLine struct {
	to string

	mu struct {
		sync.Mutex
		*rand.Rand
		before, after int // how many were lost before and after the server had done them
	}
}

// ServeHTTP passes a request on, or does not.
func (l *badLine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	before, after := l.lose(r.URL.Query().Get("query"))
	if before {
		panic(http.ErrAbortHandler)
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, l.to+"/?"+r.URL.RawQuery, bytes.NewReader(body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	req.Header = r.Header.Clone()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer resp.Body.Close()
	if after {
		_, _ = io.Copy(io.Discard, resp.Body)
		panic(http.ErrAbortHandler)
	}
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// lose decides what becomes of a request. A third of the inserts gets lost, half of those when they have been done.
func (l *badLine) lose(query string) (before, after bool) {
	if !strings.HasPrefix(query, "INSERT") {
		return false, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.mu.IntN(6) {
	case 0:
		l.mu.before++
		return true, false
	case 1:
		l.mu.after++
		return false, true
	}
	return false, false
}

// TestLostAnswers does random steps while inserts and answers get lost. Nothing may be stored twice or not at all.
func TestLostAnswers(t *testing.T) {
	sv := startServer(t)
	line := &badLine{to: sv.endpoint()}
	line.mu.Rand = rand.New(rand.NewPCG(1, 2))
	proxy := httptest.NewServer(line)
	defer proxy.Close()
	bd := &bed{server: sv, through: proxy.URL}
	for seed := range uint64(2) {
		tabletest.Random(t, bd.open, 200+seed, 60)
	}
	if line.mu.before == 0 || line.mu.after == 0 {
		t.Errorf("lost %d inserts before and %d after they were done, want some of both", line.mu.before, line.mu.after)
	}
}

// TestTablesAreDurable checks what the promises rest on and tests without a power cut cannot see.
func TestTablesAreDurable(t *testing.T) {
	bd := &bed{server: startServer(t)}
	tab := bd.open(t, table.Schema{Name: "events"}, time.Now).Table
	for _, name := range []string{"events", "events.receipts", "events.lines", "events.writers"} {
		got := bd.ask(fmt.Sprintf("SELECT engine_full FROM system.tables WHERE database = 'test 1' AND name = '%s'", name))
		for _, want := range []string{"fsync_after_insert = 1", "fsync_part_directory = 1", "non_replicated_deduplication_window = 10000"} {
			if !strings.Contains(got, want) {
				t.Errorf("table %s is %s, want %s", name, got, want)
			}
		}
		if strings.Contains(got, "TTL") {
			t.Errorf("table %s is %s, want no TTL", name, got)
		}
	}
	times := []int64{-1 << 63, 0, 1<<62 + 1, 1<<63 - 2}
	_, err := tab.Append(t.Context(), 1, table.Rows{Streams: []int64{1, 1, 1, 1}, Times: times, Fields: []*column.Column{}})
	if err != nil {
		t.Fatalf("Append = %v", err)
	}
	bd.ask("OPTIMIZE TABLE `test 1`.`events` FINAL")
	if got, err := tab.Size(t.Context(), 1); err != nil || got.Rows != 4 {
		t.Errorf("Size after merging rows of all times = %+v, %v, want 4 rows: none has expired", got, err)
	}
}

// TestSweepFreesRoom checks that the server removes what has expired, once no token can ask for it.
func TestSweepFreesRoom(t *testing.T) {
	bd := &bed{server: startServer(t)}
	now := time.UnixMilli(1795219200000)
	e, err := clickhouse.Open(t.Context(), clickhouse.Options{
		Endpoint: bd.endpoint(), Database: "db", Writer: 1, Now: func() time.Time { return now },
	}, table.Schema{Name: "events"})
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	defer e.Close()
	tab := e.Table("events")
	for p := range table.Partition(3) {
		if _, err := tab.Append(t.Context(), p, table.Rows{Streams: []int64{1, 1}, Times: []int64{10, 20}}); err != nil {
			t.Fatalf("Append = %v", err)
		}
	}
	if err := tab.Expire(t.Context(), table.Expiry{Partition: 0, Before: 15}); err != nil {
		t.Fatalf("Expire = %v", err)
	}
	if err := tab.Drop(t.Context(), 1); err != nil {
		t.Fatalf("Drop = %v", err)
	}
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{time.Minute, "6"}, {2 * time.Hour, "3"}} {
		now = now.Add(tt.after)
		if err := e.Sweep(t.Context()); err != nil {
			t.Fatalf("Sweep = %v", err)
		}
		bd.waitForMutations()
		if got := bd.ask("SELECT count() FROM db.events"); got != tt.want {
			t.Errorf("after Sweep %s later the server has %s rows, want %s", tt.after, got, tt.want)
		}
	}
}

// waitForMutations waits until the server has removed what it was told to.
func (bd *bed) waitForMutations() {
	bd.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); bd.ask("SELECT count() FROM system.mutations WHERE NOT is_done") != "0"; {
		select {
		case <-deadline:
			bd.t.Fatal("ClickHouse removes nothing within a minute")
		case <-tick.C:
		}
	}
}
