package anomalies

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

const labGroup = "arn:aws:logs:eu-central-1:111122223333:log-group:/web"

// A lab is a service over events that the test makes, with a clock that it moves. Detectors run when it says so.
type lab struct {
	*Service
	t      *testing.T
	ctx    context.Context
	clock  time.Time
	events map[int64][]string // of the group "/web", by time
	broken error
	failed []error
	ran    []Evaluated
}

func newLab(t *testing.T) *lab {
	l := &lab{t: t, clock: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), events: map[int64][]string{}}
	l.ctx = caller.With(t.Context(), caller.Caller{Account: "111122223333", Region: "eu-central-1"})
	now := func() time.Time { return l.clock }
	l.Service = New(Options{
		Catalog: catalog.NewMemory(), Events: l, Sealer: page.NewSealer([32]byte{7}, now), Now: now, Random: rand.Reader, Limit: 60,
		Hooks: Hooks{
			Evaluated: func(e Evaluated) { l.ran = append(l.ran, e) },
			Failed:    func(_ string, err error) { l.failed = append(l.failed, err) },
		},
	})
	return l
}

func (l *lab) Group(ctx context.Context, arn string) (Group, error) {
	if strings.TrimSuffix(arn, ":*") != labGroup || caller.From(ctx).Account != "111122223333" {
		return Group{}, refuse.NotFound("The specified log group does not exist.")
	}
	return Group{Name: "/web", ARN: labGroup}, nil
}

func (l *lab) Each(_ context.Context, _ string, from, to int64, f func(at int64, message string) error) error {
	for at, messages := range l.events {
		for _, m := range messages {
			if from <= at && at < to {
				if err := f(at, m); err != nil {
					return err
				}
			}
		}
	}
	return l.broken
}

// put stores a message n times, a while before now.
func (l *lab) put(ago time.Duration, n int, message string) {
	at := l.clock.Add(-ago).UnixMilli()
	for range n {
		l.events[at] = append(l.events[at], message)
	}
}

// hours stores what is usual in each of the last n hours: 60 requests.
func (l *lab) hours(n int) {
	for h := range n {
		l.put(time.Duration(h)*time.Hour+30*time.Minute, 60, "request of user 4711 done")
	}
}

func (l *lab) create(change ...func(*cloudwatchlogs.CreateLogAnomalyDetectorInput)) *string {
	l.t.Helper()
	in := &cloudwatchlogs.CreateLogAnomalyDetectorInput{LogGroupArnList: []string{labGroup}, EvaluationFrequency: types.EvaluationFrequencyOneHour}
	for _, c := range change {
		c(in)
	}
	out, err := l.CreateLogAnomalyDetector(l.ctx, in)
	if err != nil {
		l.t.Fatalf("CreateLogAnomalyDetector() = %v", err)
	}
	return out.AnomalyDetectorArn
}

// run lets detectors run that are due.
func (l *lab) run() {
	l.t.Helper()
	l.failed = nil
	l.runAll(context.Background())
}

// after moves the clock and lets detectors run.
func (l *lab) after(d time.Duration) {
	l.t.Helper()
	l.clock = l.clock.Add(d)
	l.run()
}

func (l *lab) status(arn *string) types.AnomalyDetectorStatus {
	l.t.Helper()
	out, err := l.GetLogAnomalyDetector(l.ctx, &cloudwatchlogs.GetLogAnomalyDetectorInput{AnomalyDetectorArn: arn})
	if err != nil {
		l.t.Fatalf("GetLogAnomalyDetector(%s) = %v", *arn, err)
	}
	return out.AnomalyDetectorStatus
}

func (l *lab) list(in cloudwatchlogs.ListAnomaliesInput) []types.Anomaly {
	l.t.Helper()
	out, err := l.ListAnomalies(l.ctx, &in)
	if err != nil {
		l.t.Fatalf("ListAnomalies() = %v", err)
	}
	return out.Anomalies
}

// one returns the only anomaly.
func (l *lab) one() types.Anomaly {
	l.t.Helper()
	all := l.list(cloudwatchlogs.ListAnomaliesInput{})
	if len(all) != 1 || len(l.failed) != 0 {
		l.t.Fatalf("there are %d anomalies, %v failed; want one and none", len(all), l.failed)
	}
	return all[0]
}

func (l *lab) update(in cloudwatchlogs.UpdateAnomalyInput) {
	l.t.Helper()
	if _, err := l.UpdateAnomaly(l.ctx, &in); err != nil {
		l.t.Fatalf("UpdateAnomaly(%+v) = %v", in, err)
	}
}
