package remote

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A Selection says which events to fetch.
type Selection struct {
	Places       []Place
	Streams      []string // names, at most 100; nil means all that the places say
	StreamPrefix string   // instead of names
	From, To     int64    // epoch milliseconds, both inclusive; 0 means no bound
	Filter       string   // a filter pattern; "" means all
}

// A Fetched is an event with the group that it is in.
type Fetched struct {
	Group string
	types.FilteredLogEvent
}

// Events yields the events of a selection, oldest first, those of one time in the order of groups. It stops after an error.
func (c *Client) Events(ctx context.Context, s Selection) iter.Seq2[Fetched, error] {
	return func(yield func(Fetched, error) bool) {
		var heads []*head
		for _, p := range s.Places {
			next, stop := iter.Pull2(c.group(ctx, p, s))
			defer stop()
			h := &head{next: next}
			if h.advance(); !h.done {
				heads = append(heads, h)
			}
		}
		for len(heads) > 0 {
			least := 0
			for i, h := range heads {
				if h.err != nil || aws.ToInt64(h.event.Timestamp) < aws.ToInt64(heads[least].event.Timestamp) {
					least = i
				}
				if h.err != nil {
					break
				}
			}
			h := heads[least]
			if h.err != nil {
				yield(Fetched{}, h.err)
				return
			}
			if !yield(h.event, nil) {
				return
			}
			if h.advance(); h.done {
				heads = append(heads[:least], heads[least+1:]...)
			}
		}
	}
}

// A head is the next event of a group.
type head struct {
	next  func() (Fetched, error, bool)
	event Fetched
	err   error
	done  bool
}

func (h *head) advance() {
	event, err, ok := h.next()
	h.event, h.err, h.done = event, err, !ok
}

// group yields the events of one group.
func (c *Client) group(ctx context.Context, p Place, s Selection) iter.Seq2[Fetched, error] {
	return func(yield func(Fetched, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		in := s.request(p)
		pages := &pages{each: cloudwatchlogs.NewFilterLogEventsPaginator(c.Logs, in)}
		defer pages.end()
		defer stop()
		for pages.more() {
			page, err := pages.next(ctx)
			if Code(err) == "ResourceNotFoundException" && len(in.LogStreamNames) > 0 {
				in.LogStreamNames, err = c.having(ctx, p.Group, in.LogStreamNames)
				if err == nil && len(in.LogStreamNames) > 0 {
					pages.each = cloudwatchlogs.NewFilterLogEventsPaginator(c.Logs, in)
					continue
				}
				if err == nil && len(s.Places) > 1 {
					return // another group may have them
				}
				err = cmpError(err, fmt.Errorf("no log stream %s in %s", strings.Join(s.Streams, ", "), p.Group))
			}
			if err != nil {
				yield(Fetched{}, c.Explain(err))
				return
			}
			for _, e := range page.Events {
				if p.wants(aws.ToString(e.LogStreamName)) && !yield(Fetched{p.Group, e}, nil) {
					return
				}
			}
		}
	}
}

// having returns those of some streams that a group has: the service refuses to give events of any if one is missing.
func (c *Client) having(ctx context.Context, group string, names []string) ([]string, error) {
	var known []string
	for _, name := range names {
		in := &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String(group), LogStreamNamePrefix: aws.String(name), Limit: aws.Int32(1)}
		out, err := c.Logs.DescribeLogStreams(ctx, in)
		if err != nil {
			return nil, err
		}
		if len(out.LogStreams) > 0 && aws.ToString(out.LogStreams[0].LogStreamName) == name { // by name the shortest stands first
			known = append(known, name)
		}
	}
	return known, nil
}

// request returns what to ask for the events of one group. It may ask for more streams than are meant.
func (s *Selection) request(p Place) *cloudwatchlogs.FilterLogEventsInput {
	in := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(p.Group), LogStreamNames: s.Streams}
	prefix := s.StreamPrefix
	if len(p.Streams) == 1 && prefix == "" && len(s.Streams) == 0 {
		prefix, _ = fixed(p.Streams[0])
	}
	if prefix != "" {
		in.LogStreamNamePrefix = aws.String(prefix)
	}
	if s.From != 0 {
		in.StartTime = aws.Int64(s.From)
	}
	if s.To != 0 {
		in.EndTime = aws.Int64(s.To)
	}
	if s.Filter != "" {
		in.FilterPattern = aws.String(s.Filter)
	}
	return in
}
