package queries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// StartQuery checks a query, finds its log groups and lets it wait for its turn. What is wrong with the query, also that a group does not
// exist, is told here; a query that was started fails only for what happens while it runs.
func (s *Service) StartQuery(ctx context.Context, in *cloudwatchlogs.StartQueryInput) (*cloudwatchlogs.StartQueryOutput, error) {
	if in.QueryLanguage != "" && in.QueryLanguage != types.QueryLanguageCwli {
		return nil, unsupportedLanguage(in.QueryLanguage)
	}
	q := &query{caller: caller.From(ctx), text: aws.ToString(in.QueryString), created: s.opts.Now(), ended: make(chan struct{})}
	q.mu.status = types.QueryStatusScheduled
	if n := utf8.RuneCountInString(q.text); n > insights.MaxQuery {
		return nil, refuse.Constraint(q.text, "queryString", fmt.Sprintf("Member must have length less than or equal to %d", insights.MaxQuery))
	}
	var err error
	if q.from, q.to, err = window(in); err != nil {
		return nil, err
	}
	if q.limit, err = s.limit(in.Limit); err != nil {
		return nil, err
	}
	if err := s.compile(ctx, q); err != nil {
		return nil, err
	}
	if err := s.resolve(ctx, q, in); err != nil {
		return nil, err
	}
	if q.id, err = newID(s.opts.Random); err != nil {
		return nil, err
	}
	if err := s.enqueue(q); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.StartQueryOutput{QueryId: &q.id}, nil
}

// unsupportedLanguage is the error for PPL and SQL, in the form that AWS has for a value that it does not know, as in a region
// without these languages. [R]
func unsupportedLanguage(l types.QueryLanguage) error {
	return refuse.Constraint(l, "queryLanguage", "Member must satisfy enum value set: [CWLI]")
}

// longAgo is from when on a number is a time in milliseconds, not in seconds: 5138-11-16 as seconds, 1973-03-03 as milliseconds. [R] A
// sample of AWS's documentation passes milliseconds.
const longAgo = 100_000_000_000

// window returns the times of a request in milliseconds, both inclusive: the service echoes START=<start>000 END=<end>999.
func window(in *cloudwatchlogs.StartQueryInput) (from, to int64, err error) {
	from, to = aws.ToInt64(in.StartTime), aws.ToInt64(in.EndTime)
	if from > to {
		// [R] The words are ours.
		return 0, 0, refuse.InvalidParameter("End time should not be less than Start time.")
	}
	if from < longAgo {
		from *= 1000
	}
	if to < longAgo {
		to = to*1000 + 999
	}
	return from, to, nil
}

// limit returns how many rows a request wants, 0 if it does not say.
func (s *Service) limit(limit *int32) (int, error) {
	switch {
	case limit == nil:
		return 0, nil
	case *limit < 1:
		return 0, refuse.Constraint(*limit, "limit", "Member must have value greater than or equal to 1")
	case int(*limit) > s.limits.Rows:
		return 0, refuse.Constraint(*limit, "limit", fmt.Sprintf("Member must have value less than or equal to %d", s.limits.Rows))
	}
	return int(*limit), nil
}

// compile plans the text of q.
func (s *Service) compile(ctx context.Context, q *query) error {
	if err := s.expand(ctx, q); err != nil {
		return err
	}
	opts := q.options()
	tables := s.tablesFor(ctx)
	opts.Exec.Table = tables.columns
	p, err := insights.Compile(q.expanded.Text, opts)
	if tables.broken != nil {
		return tables.broken
	}
	if mistakes, ok := errors.AsType[syntax.Errors](err); ok {
		_, unparsed := syntax.ParseQuery(q.expanded.Text)
		return malformed(q.text, q.expanded.Places(mistakes), unparsed == nil)
	}
	if err != nil {
		return err
	}
	q.setPlan(p)
	return nil
}

func (q *query) setPlan(p *plan.Plan) {
	q.plan = p
	q.late.plan, q.late.fields = plan.Late(p)
}

// options returns what q is planned with.
func (q *query) options() insights.Options {
	return insights.Options{
		Limit: q.limit, Events: true,
		Exec: exec.Options{Env: function.Env{Now: q.created.UnixMilli(), Start: q.from, End: q.to}},
	}
}

// newID returns a random UUID.
func newID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make query id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// enqueue lets q wait, unless its account has too many queries that have not ended.
func (s *Service) enqueue(q *query) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.kept.open(q.place()) >= s.limits.Account {
		return tooMany(s.limits.Account)
	}
	if !s.line.join(q) {
		return tooMany(s.limits.Waiting)
	}
	s.mu.kept.add(q)
	return nil
}
