package scheduled

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// labStart is when the clock of a lab begins: a Saturday.
var labStart = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// A lab is a service over a catalog in memory, with a clock that the test moves and queries that answer what their text says.
type lab struct {
	*Service
	t   *testing.T
	ctx context.Context
	o   Options

	mu      sync.Mutex
	clock   time.Time
	asked   []string // text, window in seconds before the clock
	objects map[string]string
	tables  map[string]string
	ended   []Ended
	failed  []string
}

func newLab(t *testing.T, limits Limits) *lab {
	l := &lab{t: t, clock: labStart, objects: map[string]string{}, tables: map[string]string{}}
	l.ctx = caller.With(t.Context(), caller.Caller{Account: "111122223333", Region: "eu-central-1"})
	l.o = Options{
		Catalog: catalog.NewMemory(), Sealer: page.NewSealer([32]byte{7}, l.now), Now: l.now, Random: rand.Reader,
		Queries: l, Buckets: l, PutTable: l.putTable, Limits: limits,
		Hooks: Hooks{
			Ended: func(e Ended) { l.mu.Lock(); defer l.mu.Unlock(); l.ended = append(l.ended, e) },
			Failed: func(act string, err error) {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.failed = append(l.failed, act+": "+err.Error())
			},
		},
	}
	l.Service = New(l.o)
	return l
}

func (l *lab) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock
}

func (l *lab) move(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock = l.clock.Add(d)
}

func (l *lab) Check(_ context.Context, text string, groups []string) error {
	switch {
	case text == "bad":
		return &types.MalformedQueryException{Message: aws.String("1:1: bad")}
	case len(groups) == 0:
		return &types.InvalidParameterException{Message: aws.String("no groups")}
	}
	return nil
}

func (l *lab) StartQuery(ctx context.Context, in *cloudwatchlogs.StartQueryInput) (*cloudwatchlogs.StartQueryOutput, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	window := fmt.Sprintf("%d-%d", l.clock.Unix()-*in.StartTime, l.clock.Unix()-*in.EndTime)
	l.asked = append(l.asked, fmt.Sprint(caller.From(ctx).Account, " ", *in.QueryString, " ", in.LogGroupIdentifiers, " ", window))
	switch *in.QueryString {
	case "spoilt":
		return nil, &types.MalformedQueryException{Message: aws.String("1:1: spoilt")}
	case "no group":
		return nil, &types.ResourceNotFoundException{Message: aws.String("no group")}
	}
	return &cloudwatchlogs.StartQueryOutput{QueryId: aws.String("id of " + *in.QueryString)}, nil
}

func (l *lab) Answer(ctx context.Context, id string) (Answer, error) {
	switch id {
	case "id of slow":
		<-ctx.Done()
		return Answer{}, ctx.Err()
	case "id of late":
		return Answer{Late: true, Failure: "too late"}, nil
	case "id of broken":
		return Answer{Failure: "no disk"}, nil
	case "id of lost":
		return Answer{}, errors.New("lost")
	}
	return Answer{Complete: true, Columns: []string{"a", "n"}, Rows: [][]*string{{aws.String("x"), aws.String("1")}, {aws.String("y"), nil}}}, nil
}

func (l *lab) Put(_ context.Context, bucket, key string, body []byte) error {
	switch bucket {
	case "nowhere":
		return fault.New(fault.NotFound, "", "no bucket %s", bucket)
	case "broken":
		return errors.New("connection refused")
	}
	l.objects[bucket+" "+key] = string(body)
	return nil
}

func (l *lab) putTable(_ context.Context, c types.LookupTableConfiguration, columns []string, rows [][]string) (string, error) {
	l.tables[*c.TableName] = fmt.Sprintf("%q %q", columns, rows)
	return "arn of " + *c.TableName, nil
}

// create makes a query of that name and text, due every ten minutes, and returns the error's text.
func (l *lab) create(name, text string, change func(in *cloudwatchlogs.CreateScheduledQueryInput)) string {
	in := cloudwatchlogs.CreateScheduledQueryInput{
		Name: &name, QueryString: &text, QueryLanguage: types.QueryLanguageCwli, ScheduleExpression: aws.String("cron(0/10 * * * ? *)"),
		LogGroupIdentifiers: []string{"g"}, ExecutionRoleArn: aws.String("arn:aws:iam::111122223333:role/r"),
	}
	if change != nil {
		change(&in)
	}
	_, err := l.CreateScheduledQuery(l.ctx, &in)
	return servicetest.ErrorText(err)
}

// pass moves the clock and runs what is due then.
func (l *lab) pass(d time.Duration) {
	l.move(d)
	for _, t := range l.take(context.Background()) {
		l.execute(t)
	}
}

// runsOf returns the history of a query, newest first.
func (l *lab) runsOf(name string, change func(in *cloudwatchlogs.GetScheduledQueryHistoryInput)) string {
	l.t.Helper()
	in := &cloudwatchlogs.GetScheduledQueryHistoryInput{Identifier: &name, StartTime: aws.Int64(0), EndTime: aws.Int64(4_000_000_000)}
	if change != nil {
		change(in)
	}
	var all []string
	for {
		out, err := l.GetScheduledQueryHistory(l.ctx, in)
		if err != nil {
			return servicetest.ErrorText(err)
		}
		for _, r := range out.TriggerHistory {
			text := fmt.Sprint(time.UnixMilli(*r.TriggeredTimestamp).UTC().Format("15:04"), " ", r.ExecutionStatus)
			if r.ErrorMessage != nil {
				text += " (" + *r.ErrorMessage + ")"
			}
			all = append(all, text)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return strings.Join(all, "; ")
		}
	}
}
