package scheduled

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// A mortal is a catalog that writes so many times, and never again: its process was killed.
type mortal struct {
	catalog.Catalog
	left int
}

var errKilled = errors.New("killed")

func (m *mortal) Write(ctx context.Context, changes ...catalog.Change) (catalog.Version, error) {
	if m.left--; m.left < 0 {
		return 0, errKilled
	}
	return m.Catalog.Write(ctx, changes...)
}

// TestAKillLeavesNoTimeOut kills a server before each write of a run that makes up for others. The next server must leave each of their times in
// the history, once, and none that runs for ever.
func TestAKillLeavesNoTimeOut(t *testing.T) {
	for writes := range 4 {
		t.Run(fmt.Sprintf("after %d writes", writes), func(t *testing.T) {
			l := newLab(t, Limits{})
			l.create("q", "fine", nil)
			whole := l.o.Catalog
			killed := &mortal{whole, writes}
			l.o.Catalog = killed
			l.Service = New(l.o)
			l.pass(35 * time.Minute) // 12:10 to 12:30 have passed
			l.o.Catalog = whole
			l.Service = New(l.o)
			l.endInterrupted(context.Background())
			l.pass(time.Minute)
			got := l.runsOf("q", nil)
			var times []string
			for r := range strings.SplitSeq(got, "; ") {
				times = append(times, r[:5])
			}
			if want := "12:30 12:20 12:10"; strings.Join(times, " ") != want || strings.Contains(got, "Running") {
				t.Errorf("history = %s, want %s, and none that runs", got, want)
			}
			q, err := l.GetScheduledQuery(l.ctx, &cloudwatchlogs.GetScheduledQueryInput{Identifier: new("q")})
			if err != nil || !strings.HasPrefix(got, "12:30 "+string(q.LastExecutionStatus)) {
				t.Errorf("GetScheduledQuery() = %s, %v, want the status of the last run of %s", q.LastExecutionStatus, err, got)
			}
		})
	}
}
