package remote

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go/middleware"
)

// What live tails take: groups of one session (StartLiveTail), and of the 15 sessions that an account may have those that one command
// leaves to others.
const (
	sessionGroups = 10
	maxSessions   = 5
)

// errNoLiveTail says that events have to be asked for.
var errNoLiveTail = errors.New("no live tail")

// mergePause is how long events of several sessions are collected to be put in order.
const mergePause = 50 * time.Millisecond

// settleAfter is when events are asked for again after a session began: what AWS took in just before may not be found at once.
const settleAfter = 10 * time.Second

// reopenAfter is how long after the end of a session the next one begins.
const reopenAfter = time.Second

// bareHost tells whether the service does without the prefix that StartLiveTail puts before its host's name: AWS's own does not.
func (c *Client) bareHost() bool {
	u, err := url.Parse(c.Endpoint)
	return c.Endpoint != "" && err == nil && !strings.HasSuffix(u.Hostname(), ".amazonaws.com")
}

// StartLiveTail begins a session. Each has a client of the SDK of its own: all streams of one client read through the same decoder,
// which is not made for that (smithy-go 1.28.8).
func (c *Client) StartLiveTail(ctx context.Context, in *cloudwatchlogs.StartLiveTailInput) (*cloudwatchlogs.StartLiveTailEventStream, error) {
	out, err := cloudwatchlogs.New(c.Logs.Options()).StartLiveTail(ctx, in, func(o *cloudwatchlogs.Options) {
		if !c.bareHost() {
			return
		}
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, err := stack.Finalize.Remove("EndpointHostPrefix")
			return err
		})
	})
	if err != nil {
		return nil, c.Explain(err)
	}
	return out.GetStream(), nil
}

// A liveTail follows groups by sessions.
type liveTail struct {
	*Follower
	each     func([]Fetched) error
	news     chan news
	settled  *time.Timer // when all groups are asked for what may be missing
	sessions int
	wg       sync.WaitGroup
}

// A news is what a session tells.
type news struct {
	events  []Fetched
	groups  []string // of the session
	began   bool
	sampled bool
	ended   error // not nil: the session is over
}

// live follows the groups by live tails, or returns errNoLiveTail.
func (f *Follower) live(ctx context.Context, each func([]Fetched) error) error {
	if len(f.places) > sessionGroups*maxSessions {
		f.Note(fmt.Sprintf("%d groups are more than live tails take; asking for events every %s instead", len(f.places), max(pollEvery, time.Duration(len(f.places))*pollPerGoup)))
		return errNoLiveTail
	}
	ctx, stop := context.WithCancel(ctx)
	t := &liveTail{Follower: f, each: each, news: make(chan news), settled: time.NewTimer(settleAfter)}
	defer t.settled.Stop()
	defer t.wg.Wait()
	defer stop()
	t.open(ctx, slices.Sorted(maps.Keys(f.places)))
	return t.run(ctx)
}

// open begins sessions for groups.
func (t *liveTail) open(ctx context.Context, groups []string) {
	for part := range slices.Chunk(groups, sessionGroups) {
		in := &cloudwatchlogs.StartLiveTailInput{}
		var places []Place
		for _, g := range part {
			in.LogGroupIdentifiers = append(in.LogGroupIdentifiers, t.places[g].ARN)
			places = append(places, t.places[g])
		}
		if t.Filter != "" {
			in.LogEventFilterPattern = aws.String(t.Filter)
		}
		if len(places) == 1 && len(places[0].Streams) == 1 {
			if prefix, _ := fixed(places[0].Streams[0]); prefix != "" {
				in.LogStreamNamePrefixes = []string{prefix}
			}
		}
		t.sessions++
		t.wg.Go(func() {
			err := t.Client.session(ctx, in, places, t.news)
			select {
			case t.news <- news{ended: err, groups: slices.Clone(part)}:
			case <-ctx.Done():
			}
		})
	}
}

// session runs one session and tells what it gives. It returns why it ended, which is never nil.
func (c *Client) session(ctx context.Context, in *cloudwatchlogs.StartLiveTailInput, places []Place, to chan<- news) error {
	stream, err := c.StartLiveTail(ctx, in)
	if err != nil {
		return errors.Join(errNoLiveTail, err)
	}
	defer func() { _ = stream.Close() }() // nothing is left to be lost
	byName := map[string]*Place{}
	names := make([]string, len(places))
	for i := range places {
		byName[places[i].Group] = &places[i]
		names[i] = places[i].Group
	}
	for {
		var n news
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case e, ok := <-stream.Events():
			if !ok {
				return cmpError(c.Explain(stream.Err()), errSessionEnded)
			}
			n = newsOf(e, byName)
			n.groups = names
		}
		if !n.began && !n.sampled && len(n.events) == 0 {
			continue
		}
		select {
		case to <- n:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// errSessionEnded is why a session ended that did not say.
var errSessionEnded = errors.New("the live tail has ended")

func cmpError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// newsOf reads what a session sent.
func newsOf(e types.StartLiveTailResponseStream, places map[string]*Place) news {
	switch e := e.(type) {
	case *types.StartLiveTailResponseStreamMemberSessionStart:
		return news{began: true}
	case *types.StartLiveTailResponseStreamMemberSessionUpdate:
		n := news{sampled: e.Value.SessionMetadata != nil && e.Value.SessionMetadata.Sampled}
		for _, r := range e.Value.SessionResults {
			id := strings.TrimSuffix(aws.ToString(r.LogGroupIdentifier), ":*")
			group := id[strings.LastIndexByte(id, ':')+1:]
			if p := places[group]; p == nil || !p.wants(aws.ToString(r.LogStreamName)) {
				continue
			}
			n.events = append(n.events, Fetched{group, types.FilteredLogEvent{
				LogStreamName: r.LogStreamName, Timestamp: r.Timestamp, IngestionTime: r.IngestionTime, Message: r.Message,
			}})
		}
		return n
	}
	return news{}
}

// run gives what the sessions tell, and asks for what they cannot know.
func (t *liveTail) run(ctx context.Context) error {
	again := time.NewTicker(findEvery)
	defer again.Stop()
	var held []Fetched
	var release <-chan time.Time
	for {
		var err error
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case n := <-t.news:
			held, err = t.take(ctx, held, n)
			switch {
			case t.sessions <= 1 || len(held) >= maxFresh:
				held, err = nil, cmpError(err, give(held, t.each))
			case len(held) > 0 && release == nil:
				release = time.After(mergePause)
			}
		case <-release:
			release = nil
			held, err = nil, give(held, t.each)
		case <-t.settled.C:
			err = t.catchUp(ctx, slices.Sorted(maps.Keys(t.places)), t.each)
		case <-again.C:
			err = t.survive(ctx, t.grow(ctx))
		}
		if err != nil {
			return errors.Join(give(held, t.each), err)
		}
	}
}

// catchUp asks for events that no session told. If nobody answers it is done again soon.
func (t *liveTail) catchUp(ctx context.Context, groups []string, each func([]Fetched) error) error {
	err := t.ask(ctx, groups, each)
	if Unreachable(err) {
		t.settled.Reset(reopenAfter)
	}
	return t.survive(ctx, err)
}

// grow opens a session for groups that are new.
func (t *liveTail) grow(ctx context.Context) error {
	fresh, err := t.findAgain(ctx)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if t.sessions+(len(fresh)+sessionGroups-1)/sessionGroups > maxSessions {
		t.Note("these are more groups than live tails take; asking for events instead")
		return errNoLiveTail
	}
	var names []string
	for _, p := range fresh {
		names = append(names, p.Group)
	}
	t.open(ctx, names)
	t.settled.Reset(settleAfter)
	return nil
}

// take adds what a session told to the events that are held.
func (t *liveTail) take(ctx context.Context, held []Fetched, n news) ([]Fetched, error) {
	for i := range n.events {
		if t.seen.came(&n.events[i]) {
			t.note(&n.events[i])
			held = append(held, n.events[i])
		}
	}
	switch {
	case n.ended != nil:
		return held, t.reopen(ctx, n)
	case n.sampled && !t.Client.bareHost():
		t.once("more than 500 events a second: AWS sends a sample of them; --poll asks for all, which is slower")
	case n.began || n.sampled: // what came before or between is there to be asked for
		collect := func(events []Fetched) error { held = append(held, events...); return nil }
		return held, t.catchUp(ctx, n.groups, collect)
	}
	return held, nil
}

// reopen begins a session again that has ended, as each does after three hours.
func (t *liveTail) reopen(ctx context.Context, n news) error {
	t.sessions--
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(n.ended, errNoLiveTail) && !Unreachable(n.ended):
		t.Note(fmt.Sprintf("%s; asking for events every second instead", refusal(n.ended)))
		return errNoLiveTail
	}
	if Unreachable(n.ended) {
		t.once(textNobody)
	}
	if !pause(ctx, reopenAfter) {
		return context.Cause(ctx)
	}
	groups := slices.DeleteFunc(slices.Clone(n.groups), func(g string) bool { _, ok := t.places[g]; return !ok })
	if len(groups) > 0 {
		t.open(ctx, groups)
	}
	return nil
}

// refusal says why there is no live tail.
func refusal(err error) string {
	switch code := Code(err); code {
	case "UnknownOperationException", "InvalidAction", "NotImplemented", "":
		return "the service has no live tail"
	default:
		return "no live tail (" + code + ")"
	}
}
