package queries

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/saved"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A query is one that was started. What stands before mu is set when it is, and not changed.
type query struct {
	id       string
	number   int64 // by which it was started after others
	caller   caller.Caller
	text     string
	expanded *saved.Expanded // text with the saved queries that it calls
	from, to int64           // ms, both inclusive
	limit    int             // 0: none given
	created  time.Time
	plan     *plan.Plan
	late     lateRead
	sources  map[*syntax.Source]*source // by the SOURCE of a plan; nil for the request's groups
	through  table.Bound

	progress exec.Progress
	snapshot snapshot
	read     reading
	first    atomic.Pointer[exec.Result] // without texts, while all is read a second time for them
	ended    chan struct{}               // closed when it will not change any more

	mu struct {
		sync.Mutex
		status   types.QueryStatus
		began    time.Time
		took     time.Duration
		stop     context.CancelFunc // of a query that runs
		result   *exec.Result       // of one that has ended, also in part; nil for none
		size     int64              // of result, bytes
		problems []string
		failure  error // why it was ended
	}
}

// reading is what a query has read so far.
type reading struct {
	rows, bytes atomic.Int64
}

func (r *reading) add(rows, bytes int64) {
	r.rows.Add(rows)
	r.bytes.Add(bytes)
}

// A place is whose queries are meant.
type place struct{ account, region string }

func (q *query) place() place { return place{q.caller.Account, q.caller.Region} }

func (q *query) status() types.QueryStatus {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.mu.status
}

// isOpen tells whether a query has not ended.
func isOpen(s types.QueryStatus) bool {
	return s == types.QueryStatusScheduled || s == types.QueryStatusRunning
}

// begin tells that q runs, unless it was stopped before.
func (q *query) begin(ctx context.Context, stop context.CancelFunc, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.mu.status != types.QueryStatusScheduled {
		return false
	}
	q.mu.status, q.mu.stop, q.mu.began, q.snapshot.begun = types.QueryStatusRunning, stop, now, time.Now()
	q.snapshot.running = ctx
	return true
}

// cancel stops q; false if it has ended.
func (q *query) cancel() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	was := q.mu.status
	if !isOpen(was) {
		return false
	}
	q.mu.status = types.QueryStatusCancelled
	if was == types.QueryStatusScheduled {
		close(q.ended)
	} else {
		q.mu.stop()
	}
	return true
}

// end notes what became of a query that has run. A stopped one stays stopped.
func (q *query) end(r *exec.Result, err error, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mu.took = now.Sub(q.mu.began)
	q.mu.result, q.mu.size, q.mu.failure = r, resultSize(r), err
	switch {
	case q.mu.status == types.QueryStatusCancelled:
	case err != nil:
		q.mu.status = types.QueryStatusFailed
	default:
		q.mu.status = types.QueryStatusComplete
	}
	close(q.ended)
}

// problem notes what could not be read, once: the result goes on without it and says so (table.Marked).
func (q *query) problem(what []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, one := range what {
		if !slices.Contains(q.mu.problems, one) {
			q.mu.problems = append(q.mu.problems, one)
		}
	}
}

// queryBytes is about what a query takes beside its text and result.
const queryBytes = 4 << 10

// bytes returns about how much memory q holds after it has ended.
func (q *query) bytes() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return queryBytes + int64(len(q.text)) + q.mu.size
}

// ownResult returns r with no more than its own rows: their texts may be part of what was read with them.
func ownResult(r *exec.Result) *exec.Result {
	if r == nil {
		return nil
	}
	own := *r
	own.Rows = &column.Batch{Len: r.Rows.Len}
	for _, c := range r.Rows.Columns {
		own.Rows.Columns = append(own.Rows.Columns, owned(c))
	}
	if r.Times != nil {
		own.Times = owned(r.Times)
	}
	own.Numbers = slices.Clone(r.Numbers)
	return &own
}

// resultSize returns about how many bytes a result holds.
func resultSize(r *exec.Result) int64 {
	if r == nil {
		return 0
	}
	n := int64(8 * len(r.Numbers))
	for _, c := range r.Rows.Columns {
		n += int64(8*len(c.Ints) + 8*len(c.Floats) + 8*len(c.Nulls) + 4*len(c.Codes) + 32*len(c.Values) + 16*len(c.Strings))
		for _, s := range c.Strings {
			n += int64(len(s))
		}
		for _, v := range c.Values {
			n += int64(len(v.Str()))
		}
	}
	return n
}
