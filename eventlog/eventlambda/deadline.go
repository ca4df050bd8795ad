package eventlambda

import (
	"context"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// warningTime is how long before the deadline an invocation is said to time out: long enough for a write on a busy
// sandbox, short against the second that Lambda's shortest timeout has.
const warningTime = 200 * time.Millisecond

// watchDeadline writes invocation_timing_out, and what waits in the unit's buffer, shortly before ctx's deadline. The
// function that it returns ends the watch, and waits for an event that is being written.
func watchDeadline(ctx context.Context, u *eventlog.Unit) (stop func()) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return func() {}
	}
	left := time.Until(deadline)
	ahead := min(warningTime, left/2)
	var writing sync.WaitGroup
	writing.Add(1)
	timer := time.AfterFunc(left-ahead, func() {
		defer writing.Done()
		u.Flush()
		eventlog.Error(ctx, "invocation_timing_out", eventlog.Ms("left_ms", max(0, time.Until(deadline))))
	})
	return func() {
		if timer.Stop() {
			writing.Done()
		}
		writing.Wait()
	}
}
