package eventsql_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventsql"
)

var errGone = errors.New("server has gone away")

// record runs work as a unit of work and returns its events.
func record(t *testing.T, work func(ctx context.Context)) []map[string]any {
	t.Helper()
	var text bytes.Buffer
	log := eventlog.New(eventlog.Options{Writer: &text, Level: slog.LevelInfo, NoCaller: true, Getenv: func(string) string { return "" }})
	ctx, u := eventlog.Begin(log.Into(t.Context()), "label_created", "label_creation_failed")
	work(ctx)
	u.End(nil)
	var events []map[string]any
	for line := range strings.Lines(text.String()) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("event %q: %v", line, err)
		}
		events = append(events, e)
	}
	return events
}

// has fails if e lacks what want has; a nil value means that the key is absent.
func has(t *testing.T, e, want map[string]any) {
	t.Helper()
	for k, w := range want {
		if got := e[k]; got != w {
			t.Errorf("event's %s = %v, want %v (event %v)", k, got, w, e)
		}
	}
}

func TestTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := record(t, func(ctx context.Context) {
			for _, err := range []error{nil, errGone} {
				got := eventsql.Time(ctx, "user_by_email", func(context.Context) error { time.Sleep(20 * time.Millisecond); return err })
				if any(got) != any(err) {
					t.Errorf("Time = %v, want %v", got, err)
				}
			}
			eventsql.AddRows(ctx, 3)
		})
		if len(events) != 1 {
			t.Fatalf("%d events, want 1: %v", len(events), events)
		}
		has(t, events[0], map[string]any{"db_queries": 2.0, "db_ms": 40.0, "db_rows": 3.0})
	})
}

func TestTimeOutsideOfAUnit(t *testing.T) {
	if err := eventsql.Time(context.Background(), "x", func(context.Context) error { return errGone }); any(err) != any(errGone) {
		t.Errorf("Time = %v, want %v", err, errGone)
	}
}

func TestTimeOfAPanic(t *testing.T) {
	events := record(t, func(ctx context.Context) {
		defer func() {
			if v := recover(); v != any(errGone) {
				t.Errorf("Time panics with %v, want %v", v, errGone)
			}
		}()
		eventsql.Time(ctx, "x", func(context.Context) error { panic(errGone) })
	})
	has(t, events[0], map[string]any{"db_queries": 1.0})
}

func TestSlow(t *testing.T) {
	for _, tt := range []struct {
		name       string
		slow, took time.Duration
		want       int
	}{
		{"faster", time.Second, time.Second - 1, 0},
		{"just as slow", time.Second, time.Second, 1},
		{"slower", time.Second, time.Minute, 1},
		{"off", 0, time.Hour, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				events := record(t, func(ctx context.Context) {
					eventsql.Time(eventsql.WithSlow(ctx, tt.slow), "user_by_email", func(context.Context) error { time.Sleep(tt.took); return errGone })
				})
				if len(events) != tt.want+1 {
					t.Fatalf("%d events, want %d: %v", len(events), tt.want+1, events)
				}
				if tt.want > 0 {
					has(t, events[0], map[string]any{"tag": "slow_query_finished", "level": "warn", "query": "user_by_email",
						"duration_ms": float64(tt.took.Milliseconds()), "error": "server has gone away", "statement": nil})
				}
			})
		})
	}
}

// Results in the way of database/sql and of pgx.
type (
	sqlResult struct {
		n   int64
		err error
	}
	pgxResult int64
)

func (r sqlResult) RowsAffected() (int64, error) { return r.n, r.err }
func (r pgxResult) RowsAffected() int64          { return int64(r) }

func TestExec(t *testing.T) {
	for _, tt := range []struct {
		name   string
		result any
		err    error
		want   any
	}{
		{"database/sql", sqlResult{3, nil}, nil, 3.0},
		{"database/sql, a driver that does not know", sqlResult{3, errGone}, nil, nil},
		{"pgx", pgxResult(4), nil, 4.0},
		{"a result that says nothing", "x", nil, nil},
		{"a failure", pgxResult(4), errGone, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events := record(t, func(ctx context.Context) {
				run := func(_ context.Context, query string, args ...any) (any, error) {
					if query != "update t set a = $1" || !reflect.DeepEqual(args, []any{7}) {
						t.Errorf("run got %q, %v", query, args)
					}
					return tt.result, tt.err
				}
				if got, err := eventsql.Exec(ctx, run, "update t set a = $1", 7); got != tt.result || any(err) != any(tt.err) {
					t.Errorf("Exec = %v, %v, want %v, %v", got, err, tt.result, tt.err)
				}
			})
			has(t, events[0], map[string]any{"db_queries": 1.0, "db_rows": tt.want})
		})
	}
}

// cursor is a query's rows; what it embeds closes it.
type cursor struct {
	left int
	err  error
}

func (c *cursor) Next() bool { c.left--; return c.left >= 0 }
func (c *cursor) Err() error { return c.err }

// Rows that are closed in the way of database/sql and of pgx.
type (
	sqlRows struct {
		cursor
		closed   int
		closeErr error
	}
	pgxRows struct {
		cursor
		closed int
	}
)

func (r *sqlRows) Close() error { r.closed++; return r.closeErr }
func (r *pgxRows) Close()       { r.closed++ }

func TestEach(t *testing.T) {
	errClose := errors.New("close failed")
	for _, tt := range []struct {
		name              string
		rows              int
		run, scan, err    error
		closeErr, wantErr error
		want              any
	}{
		{"three rows", 3, nil, nil, nil, nil, nil, 3.0},
		{"no rows", 0, nil, nil, nil, nil, nil, 0.0},
		{"the query fails", 3, errGone, nil, nil, nil, errGone, 0.0},
		{"a row is not read", 3, nil, errGone, nil, nil, errGone, 1.0},
		{"the rows break off", 2, nil, nil, errGone, nil, errGone, 2.0},
		{"closing fails", 2, nil, nil, nil, errClose, errClose, 2.0},
		{"the first error counts", 2, nil, nil, errGone, errClose, errGone, 2.0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows := &sqlRows{cursor: cursor{tt.rows, tt.err}, closeErr: tt.closeErr}
			events := record(t, func(ctx context.Context) {
				run := func(context.Context, string, ...any) (*sqlRows, error) { return rows, tt.run }
				if err := eventsql.Each(ctx, run, func(*sqlRows) error { return tt.scan }, "select a from t"); any(err) != any(tt.wantErr) {
					t.Errorf("Each = %v, want %v", err, tt.wantErr)
				}
			})
			has(t, events[0], map[string]any{"db_queries": 1.0, "db_rows": tt.want})
			if want := 1; tt.run == nil && rows.closed != want {
				t.Errorf("rows were closed %d times, want %d", rows.closed, want)
			}
		})
	}
}

func TestEachOfPgx(t *testing.T) {
	rows := &pgxRows{cursor: cursor{2, nil}}
	run := func(context.Context, string, ...any) (*pgxRows, error) { return rows, nil }
	if err := eventsql.Each(t.Context(), run, func(*pgxRows) error { return nil }, "select a from t"); err != nil || rows.closed != 1 {
		t.Errorf("Each = %v with rows closed %d times, want no error and once", err, rows.closed)
	}
}

func TestSlowStatement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := record(t, func(ctx context.Context) {
			run := func(context.Context, string, ...any) (*sqlRows, error) {
				time.Sleep(time.Second)
				return &sqlRows{cursor: cursor{2, nil}}, nil
			}
			ctx = eventsql.WithSlow(ctx, time.Second)
			eventsql.Each(ctx, run, func(*sqlRows) error { return nil }, "select a from t where b = 'Bob' and c = $1", "Ann")
			eventsql.Query(ctx, run, "select a from t where b = 'Bob'", "Ann")
		})
		if len(events) != 3 {
			t.Fatalf("%d events, want 3: %v", len(events), events)
		}
		has(t, events[0], map[string]any{"statement": "select a from t where b = ? and c = ?", "db_rows": 2.0, "query": nil})
		has(t, events[1], map[string]any{"statement": "select a from t where b = ?", "db_rows": nil})
		has(t, events[2], map[string]any{"tag": "label_created", "db_queries": 2.0, "db_ms": 2000.0, "db_rows": 2.0})
	})
}
