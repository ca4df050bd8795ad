package livetail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
)

const (
	account = "111122223333"
	region  = "eu-west-1"
	ours    = "aws-sdk-go-v2/1.47.7 os/linux app/groundwatch"
	theirs  = "Boto3/1.43.11 md/Botocore#1.43.11"
)

// groupARN returns the ARN of a group of the caller's.
func groupARN(name string) string {
	return "arn:aws:logs:" + region + ":" + account + ":log-group:" + name
}

// find knows every group of the caller's but "missing"; "rare" is of another class.
func find(ctx context.Context, identifier string) (Group, types.LogGroupClass, error) {
	c := caller.From(ctx)
	a, err := arn.Parse(identifier)
	name, ok := strings.CutPrefix(a.Resource, "log-group:")
	if err != nil || !ok || name == "missing" || a.Account != c.Account || a.Region != c.Region {
		return Group{}, "", &types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}
	}
	class := types.LogGroupClassStandard
	if name == "rare" {
		class = types.LogGroupClassInfrequentAccess
	}
	return Group{c.Account, c.Region, name}, class, nil
}

// newService returns a service whose ids are the same every time.
func newService(change ...func(*Options)) *Service {
	o := Options{Find: find, Now: time.Now, Random: bytes.NewReader(make([]byte, 1<<16))}
	for _, c := range change {
		c(&o)
	}
	return New(o)
}

func input(groups ...string) *cloudwatchlogs.StartLiveTailInput {
	in := &cloudwatchlogs.StartLiveTailInput{}
	for _, g := range groups {
		in.LogGroupIdentifiers = append(in.LogGroupIdentifiers, groupARN(g))
	}
	return in
}

func as(ctx context.Context, account, userAgent string) context.Context {
	return caller.With(ctx, caller.Caller{Account: account, Region: region, UserAgent: userAgent, RequestID: "request-1"})
}

// A watcher is the client of a session.
type watcher struct {
	cancel context.CancelFunc
	ended  chan error
	slow   chan struct{} // if not nil, an event is taken only when something comes

	mu      sync.Mutex
	start   *types.LiveTailSessionStart
	updates []types.LiveTailSessionUpdate
	at      []time.Duration // when they came, since the session began
}

// watch starts a session in a bubble of synctest, and returns when it waits.
func watch(s *Service, userAgent string, in *cloudwatchlogs.StartLiveTailInput, slow ...chan struct{}) *watcher {
	ctx, cancel := context.WithCancel(as(context.Background(), account, userAgent))
	w := &watcher{cancel: cancel, ended: make(chan error, 1)}
	if len(slow) > 0 {
		w.slow = slow[0]
	}
	began := time.Now()
	go func() {
		w.ended <- s.StartLiveTail(ctx, in, func(e types.StartLiveTailResponseStream) error { return w.take(e, time.Since(began)) })
	}()
	synctest.Wait()
	return w
}

func (w *watcher) take(e types.StartLiveTailResponseStream, at time.Duration) error {
	if u, ok := e.(*types.StartLiveTailResponseStreamMemberSessionUpdate); ok {
		if w.slow != nil {
			<-w.slow
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.updates, w.at = append(w.updates, u.Value), append(w.at, at)
		return nil
	}
	if s, ok := e.(*types.StartLiveTailResponseStreamMemberSessionStart); ok {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.start = &s.Value
		return nil
	}
	return errors.New("an unknown event")
}

// stop ends the session as its client's leaving does.
func (w *watcher) stop() error {
	w.cancel()
	return <-w.ended
}

// messages returns the messages of each update.
func (w *watcher) messages() [][]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all [][]string
	for _, u := range w.updates {
		texts := []string{}
		for _, e := range u.SessionResults {
			texts = append(texts, *e.Message)
		}
		all = append(all, texts)
	}
	return all
}

// counts returns how many events each update has, with a + where it is sampled.
func (w *watcher) counts() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for _, u := range w.updates {
		mark := ""
		if u.SessionMetadata.Sampled {
			mark = "+"
		}
		list = append(list, fmt.Sprint(len(u.SessionResults))+mark)
	}
	return strings.Join(list, " ")
}

// batch returns n events of a stream, numbered from first on, with texts of some bytes at least.
func batch(group, stream string, first, n, bytes int) Batch {
	b := Batch{Group: Group{account, region, group}, Stream: stream, Ingested: 77}
	for i := range n {
		b.Times = append(b.Times, int64(first+i))
		text := fmt.Sprint("event ", first+i)
		b.Messages = append(b.Messages, text+strings.Repeat(".", max(0, bytes-len(text))))
	}
	return b
}

// texts returns a batch of these events.
func texts(group, stream string, messages ...string) Batch {
	return Batch{Group: Group{account, region, group}, Stream: stream, Times: make([]int64, len(messages)), Messages: messages}
}

// code returns the name of an error of the SDK's, "" for none.
func code(err error) string {
	var api interface{ ErrorCode() string }
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
