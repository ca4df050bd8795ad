package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

var events = table.Schema{Name: "events", Text: "@message", Fields: []table.Field{{Name: "@message", Kind: column.String}}}

// oneRow is what the tests append.
func oneRow() table.Rows {
	return table.Rows{Streams: []int64{1}, Times: []int64{1}, Fields: []*column.Column{column.Const(column.StringValue("x"), 1)}}
}

// A peer plays the server: it answers queries with nothing and remembers inserts, and fails as it is told.
type peer struct {
	sync.Mutex
	fail    func(w http.ResponseWriter, query string) bool // answers, if it returns true
	inserts []string                                       // tokens of those that were taken
	urls    []string
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	p.Lock()
	defer p.Unlock()
	p.urls = append(p.urls, r.URL.RawQuery)
	query := r.URL.Query().Get("query")
	if p.fail != nil && p.fail(w, query) {
		return
	}
	if strings.HasPrefix(query, "DESCRIBE") {
		_, _ = w.Write(describe(events))
	}
	if strings.HasPrefix(query, "INSERT") {
		p.inserts = append(p.inserts, r.URL.Query().Get("insert_deduplication_token"))
	}
}

// describe returns what a server says of the table of a schema.
func describe(schema table.Schema) []byte {
	names := allColumns(schema)
	texts := func(of func(i int) string) func([]byte) []byte {
		return func(dst []byte) []byte {
			for i := range names {
				dst = appendString(dst, of(i))
			}
			return dst
		}
	}
	columns := []sending{
		{"name", "String", texts(func(i int) string { return names[i] })},
		{"type", "String", texts(func(i int) string { return typeOf(schema, names[i]) })},
	}
	for range 5 {
		columns = append(columns, sending{"", "String", texts(func(int) string { return "" })})
	}
	return appendBlock(nil, len(names), columns)
}

// openPeer returns a table on a peer.
func openPeer(t *testing.T) (*Store, *peer) {
	t.Helper()
	p := new(peer)
	sv := httptest.NewServer(p)
	t.Cleanup(sv.Close)
	e, err := Open(t.Context(), Options{Endpoint: sv.URL, Database: "db", Writer: 3, Timeout: time.Second, Now: func() time.Time { return time.UnixMilli(1) }}, events)
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	t.Cleanup(e.Close)
	p.inserts = nil
	return e.Table("events").(*Store), p
}

// rowsOnly fails inserts of rows, the first n of them, as f does.
func rowsOnly(n int, f func(w http.ResponseWriter)) func(w http.ResponseWriter, query string) bool {
	return func(w http.ResponseWriter, query string) bool {
		if !strings.HasPrefix(query, "INSERT INTO `db`.`events` ") || n == 0 {
			return false
		}
		n--
		f(w)
		return true
	}
}

// hangUp breaks the connection.
func hangUp(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// refuse answers with an exception.
func refuse(code, status int) func(w http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("X-ClickHouse-Exception-Code", fmt.Sprint(code))
		w.WriteHeader(status)
		fmt.Fprintf(w, "Code: %d. DB::Exception: because", code)
	}
}

func TestExceptionsHaveKinds(t *testing.T) {
	for _, tt := range []struct {
		code, status int
		want         fault.Kind
	}{
		{241, 500, fault.Unavailable}, {252, 500, fault.Unavailable}, {243, 500, fault.Unavailable}, {242, 500, fault.Unavailable},
		{159, 500, fault.Unavailable}, {319, 500, fault.Unavailable}, {745, 503, fault.Unavailable}, {0, 502, fault.Unavailable},
		{62, 400, fault.InternalFailure}, {516, 403, fault.InternalFailure}, {60, 404, fault.InternalFailure}, {0, 404, fault.InternalFailure},
	} {
		s, p := openPeer(t)
		p.fail = func(w http.ResponseWriter, _ string) bool { refuse(tt.code, tt.status)(w); return true }
		_, appended := s.Append(t.Context(), 1, oneRow())
		_, scanned := s.Scan(t.Context(), table.Scan{Ranges: []table.Range{{Partition: 1, To: 9}}}, 1, nil)
		_, _, paged := s.Page(t.Context(), table.Page{Limit: 1})
		_, sized := s.Size(t.Context(), 1)
		for call, err := range map[string]error{
			"Append": appended, "Scan": scanned, "Page": paged, "Size": sized, "Drop": s.Drop(t.Context(), 1), "Expire": s.Expire(t.Context(), table.Expiry{Partition: 1, Before: 1}),
		} {
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != tt.want || strings.Contains(f.Message, "because") {
				t.Errorf("%s when the server says %d (%d) = %v, want kind %s and nothing of it for the sender", call, tt.code, tt.status, err, tt.want)
			}
		}
	}
}

func TestAppendIsSentUntilSure(t *testing.T) {
	s, p := openPeer(t)
	p.fail = rowsOnly(2, hangUp)
	r, err := s.Append(t.Context(), 1, oneRow())
	if err != nil || len(p.inserts) != 1 || lastOf(t, s) != r.First {
		t.Errorf("Append over two broken connections = %+v, %v, %d inserts, Last %d, want one, the last", r, err, len(p.inserts), lastOf(t, s))
	}
}

func TestRefusedAppendLeavesNothing(t *testing.T) {
	s, p := openPeer(t)
	p.fail = rowsOnly(1, refuse(241, 500))
	_, err := s.Append(t.Context(), 1, oneRow())
	if !fault.Is(err, fault.Unavailable) || len(p.inserts) != 0 || lastOf(t, s) != 0 {
		t.Errorf("Append that is refused = %v, %d inserts, Last %d, want unavailable, none", err, len(p.inserts), lastOf(t, s))
	}
	if _, err := s.Append(t.Context(), 1, oneRow()); err != nil || len(p.inserts) != 1 {
		t.Errorf("Append after that = %v, %d inserts, want one", err, len(p.inserts))
	}
}

// TestDoubtIsResolvedFirst ends an append in the middle. Whether the server has its rows is made sure before the next ones.
func TestDoubtIsResolvedFirst(t *testing.T) {
	s, p := openPeer(t)
	p.fail = rowsOnly(math.MaxInt, hangUp)
	_, err := s.Append(t.Context(), 1, oneRow())
	if !errors.Is(err, context.DeadlineExceeded) || lastOf(t, s) != 0 {
		t.Errorf("Append that nobody confirms = %v, Last %d, want deadline exceeded, 0", err, lastOf(t, s))
	}
	p.Lock()
	p.fail = rowsOnly(1, refuse(252, 500)) // says nothing of the attempts before
	p.Unlock()
	if _, err := s.Append(t.Context(), 1, oneRow()); !fault.Is(err, fault.Unavailable) || len(p.inserts) != 0 {
		t.Errorf("Append while the one before is in doubt = %v, %d inserts, want unavailable, none", err, len(p.inserts))
	}
	r, err := s.Append(t.Context(), 1, oneRow())
	first := table.Sequence(3<<40 + 1)
	if want := fmt.Sprint([]string{"rows " + digits(int64(first)), "rows " + digits(int64(r.First))}); err != nil || fmt.Sprint(p.inserts) != want || lastOf(t, s) != r.First {
		t.Errorf("Append later = %+v, %v, inserts %v, Last %d, want %v, the last", r, err, p.inserts, lastOf(t, s), want)
	}
}

func TestUnreachableServerStoresNothing(t *testing.T) {
	s, _ := openPeer(t)
	s.server.endpoint = "http://127.0.0.1:1"
	if _, err := s.Append(t.Context(), 1, oneRow()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Append to nobody = %v, want unavailable", err)
	}
}

// TestValuesAreNoSQL appends and reads what would be SQL, and looks for it in statements.
func TestValuesAreNoSQL(t *testing.T) {
	s, p := openPeer(t)
	rows := oneRow()
	rows.Token = "'); DROP TABLE events; --"
	rows.Fields[0] = column.Const(column.StringValue("' OR 1=1 --"), 1)
	if _, err := s.Append(t.Context(), 4711, rows); err != nil {
		t.Fatalf("Append = %v", err)
	}
	_, _, err := s.Page(t.Context(), table.Page{Range: table.Range{Partition: 4711, From: 815, To: 916, Streams: []int64{1337}}, Limit: 17, After: table.Cursor{Time: 99, Sequence: 98}})
	if err != nil {
		t.Fatalf("Page = %v", err)
	}
	for _, url := range p.urls {
		statement, _, _ := strings.Cut(url[strings.Index(url, "query="):], "&")
		for _, value := range []string{"DROP+TABLE", "OR+1", "4711", "815", "916", "1337", "17", "99", "98"} {
			if strings.Contains(statement, value) {
				t.Errorf("statement %s has the value %s in it", statement, value)
			}
		}
	}
}

func TestOpenRefusesOldWriters(t *testing.T) {
	p := &peer{fail: func(w http.ResponseWriter, query string) bool {
		if !strings.HasPrefix(query, "SELECT max(writer)") {
			return false
		}
		_, _ = w.Write(appendBlock(nil, 1, []sending{{"max(writer)", "Int64", ints(7)}}))
		return true
	}}
	sv := httptest.NewServer(p)
	defer sv.Close()
	for writer, want := range map[int64]fault.Kind{0: fault.Invalid, 1 << 23: fault.Invalid, 6: fault.Conflict, 7: fault.Conflict} {
		_, err := Open(t.Context(), Options{Endpoint: sv.URL, Database: "db", Writer: writer}, events)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != want {
			t.Errorf("Open as writer %d after 7 = %v, want kind %s", writer, err, want)
		}
	}
	e, err := Open(t.Context(), Options{Endpoint: sv.URL, Database: "db", Writer: 8}, events)
	if err != nil {
		t.Fatalf("Open as writer 8 after 7 = %v", err)
	}
	if got := lastOf(t, e.Table("events")); got != 8<<40 {
		t.Errorf("Last() as writer 8 after 7 = %d, want %d", got, int64(8<<40))
	}
}

func TestOpenRefusesOtherColumns(t *testing.T) {
	sv := httptest.NewServer(new(peer)) // has the table of events
	defer sv.Close()
	other := table.Schema{Name: "events", Fields: []table.Field{{Name: "@message", Kind: column.String}}} // which may be null
	_, err := Open(t.Context(), Options{Endpoint: sv.URL, Database: "db", Writer: 1}, other)
	if err == nil || !strings.Contains(err.Error(), "@message Nullable(String)") {
		t.Errorf("Open of a table with other columns = %v, want an error that names both", err)
	}
}

func TestNamesAreQuoted(t *testing.T) {
	if got, want := quote("a`b\\c.d\"e"), "`a\\`b\\\\c.d\"e`"; got != want {
		t.Errorf("quote = %s, want %s", got, want)
	}
}

// lastOf returns the last sequence of a table.
func lastOf(t *testing.T, tab table.Table) table.Sequence {
	t.Helper()
	b, err := tab.Last(t.Context())
	if err != nil {
		t.Fatalf("Last() = %v", err)
	}
	return b.Last()
}

func TestBoundAsCondition(t *testing.T) {
	for _, tt := range []struct {
		name  string
		bound table.Bound
		want  string
	}{
		{"none", nil, ""},
		{"one writer", table.UpTo(7), "(`@sequence` <= {p0:Int64})"},
		{"two writers", table.Bound{7, 3<<40 + 1}, "(`@sequence` <= {p0:Int64} OR (`@sequence` >= {p2:Int64} AND `@sequence` <= {p1:Int64}))"},
	} {
		var q query
		q.through(tt.bound)
		if got := strings.Join(q.where, " AND "); got != tt.want {
			t.Errorf("%s: through(%v) = %s, want %s", tt.name, tt.bound, got, tt.want)
		}
	}
}
