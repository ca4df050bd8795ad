// Package groupquery answers Insights queries over log groups by asking a log service, with results that are typed as those of queries
// over files. How they look is for others.
package groupquery

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// awsSpan is how far back AWS itself is asked without --since: it charges for what it scans. Servers of ours are asked for all.
const awsSpan = time.Hour

// headroom is how far ahead of now events may be (PutLogEvents), and some time for clocks that differ.
const headroom = 3 * time.Hour

// An Engine answers queries over log groups. All but Places, From, To and Limit must be set; a limit above what services give is that.
type Engine struct {
	Client   *remote.Client
	Places   []remote.Place // none if every query names its groups
	From, To int64          // epoch milliseconds, both inclusive; 0 means that there is no bound
	Limit    int            // as of insights.Options
	Now      func() time.Time
	Note     func(string) // tells people what they should know

	prefix       string // SOURCE for more groups than may be named; "" if they are few
	read, events atomic.Int64
	waits        atomic.Bool
}

// ErrPartial says that a service could not read some of its events.
var ErrPartial = errors.New("some stored events could not be read: the result is right for the rest")

// A Mistake is a query that the service refuses, with nothing known of the place.
type Mistake struct{ Err error }

func (m *Mistake) Error() string { return m.Err.Error() }
func (m *Mistake) Unwrap() error { return m.Err }

// Over makes the engine answer over places, which globs name. It fails if they are more than a query can name.
func (e *Engine) Over(places []remote.Place, globs []string) (err error) {
	e.Places, e.prefix = places, ""
	if len(places) > remote.QueryGroups {
		e.prefix, err = sourceOf(globs, len(places))
	}
	return err
}

// Progress returns how many bytes and events the query that runs has read.
func (e *Engine) Progress() (bytes, events int64) { return e.read.Load(), e.events.Load() }

// Waits tells whether the query waits for others to end before it runs.
func (e *Engine) Waits() bool { return e.waits.Load() }

// maxPrefixes is how many prefixes SOURCE takes.
const maxPrefixes = 5

// sourceOf returns the SOURCE command for globs that fit more groups than may be named.
func sourceOf(globs []string, found int) (string, error) {
	var prefixes []string
	for _, g := range globs {
		prefix, rest, _ := strings.Cut(g, "*")
		if rest != "" || strings.ContainsAny(prefix, `?[\"`) || len(prefix) < 3 {
			return "", fmt.Errorf("%s are more than the %d that a query takes; name fewer, or globs with a * at their end alone", groups(found), remote.QueryGroups)
		}
		prefixes = append(prefixes, `"`+prefix+`"`)
	}
	if len(prefixes) > maxPrefixes {
		return "", fmt.Errorf("%s are more than the %d that a query takes; give at most %d globs", groups(found), remote.QueryGroups, maxPrefixes)
	}
	return "SOURCE logGroups(namePrefix: [" + strings.Join(prefixes, ", ") + "]) | ", nil
}

// question returns what to ask the service.
func (e *Engine) question(text string) (remote.Question, error) {
	q := remote.Question{Text: text}
	q.From, q.To = max(e.From, 0), e.To
	if q.To == 0 || q.To == math.MaxInt64 {
		q.To = e.Now().Add(headroom).UnixMilli()
	}
	if e.From == 0 && e.Client.Endpoint == "" {
		q.From = e.Now().Add(-awsSpan).UnixMilli()
		e.Note("asking about the last hour; --since says otherwise")
	}
	switch {
	case e.Limit < 0:
		q.Limit = plan.MaxLimit
	default:
		q.Limit = int32(min(e.Limit, plan.MaxLimit))
	}
	if NamesGroups(text) {
		return q, nil
	}
	for _, place := range e.Places {
		q.Groups = append(q.Groups, place.Group)
	}
	if e.prefix != "" {
		q.Groups, q.Text = nil, e.prefix+text
	}
	if len(q.Groups) == 0 && e.prefix == "" {
		return q, errors.New("which log groups? name them, or begin the query with SOURCE")
	}
	return q, nil
}

// NamesGroups tells whether a query begins with SOURCE.
func NamesGroups(text string) bool {
	q, _ := syntax.ParseQuery(text) // what is wrong further on is told by others
	if q == nil || len(q.Commands) == 0 {
		return false
	}
	_, ok := q.Commands[0].(*syntax.Source)
	return ok
}

// Answer answers a query. What it had found when ctx ended or it failed comes with the error.
func (e *Engine) Answer(ctx context.Context, text string) (*exec.Result, error) {
	q, err := e.question(text)
	if err != nil {
		return nil, err
	}
	compiled, mistakes := insights.Compile(text, e.options())
	e.note(&remote.Answer{})
	a, err := e.Client.Ask(ctx, q, e.note)
	if a == nil && remote.BeforeGroups(err) {
		return nil, e.tooEarly(q.To, err)
	}
	if a == nil {
		return nil, e.mistake(text, err, mistakes)
	}
	var names []string
	times := true
	if mistakes == nil {
		for _, c := range compiled.Output {
			names = append(names, c.Name)
		}
		times = plan.Times(compiled)
	}
	r := &exec.Result{LogRows: mistakes == nil && compiled.LogRows}
	r.Columns, r.Rows = a.Batch(names, times)
	r.Stats = exec.Stats{
		RecordsMatched: int64(a.Statistics.RecordsMatched), RecordsScanned: int64(a.Statistics.RecordsScanned), BytesScanned: int64(a.Statistics.BytesScanned),
		LogGroups: int(a.Statistics.LogGroupsScanned),
	}
	if n := int64(a.Statistics.EstimatedRecordsSkipped); n > 0 && a.Status == types.QueryStatusComplete {
		err = ErrPartial
	}
	return r, err
}

// note takes how far the query that runs is.
func (e *Engine) note(a *remote.Answer) {
	e.read.Store(int64(a.Statistics.BytesScanned))
	e.events.Store(int64(a.Statistics.RecordsScanned))
	e.waits.Store(a.Status == types.QueryStatusScheduled)
}

// mistake returns why a service refuses a query, with the query and a mark under what is wrong where that is known.
func (e *Engine) mistake(text string, err, ours error) error {
	at, ok := remote.MistakeAt(err)
	switch {
	case remote.Code(err) != "MalformedQueryException":
		return err
	case e.Client.Endpoint != "" && ours != nil:
		return ours
	case !ok:
		return &Mistake{err}
	}
	start, end := place(text, at-len([]rune(e.prefix))), place(text, at+1-len([]rune(e.prefix)))
	return syntax.Errors{&syntax.Error{Span: syntax.Span{Start: start, End: end}, Msg: err.Error()}}
}

// place returns the place of the character at, from 0.
func place(text string, at int) syntax.Pos {
	p := syntax.Pos{Line: 1, Col: 1}
	for i, r := range []rune(text) {
		if i >= at {
			break
		}
		p.Offset++
		if p.Col++; r == '\n' {
			p.Line, p.Col = p.Line+1, 1
		}
	}
	return p
}

// options are those that the query would be run with here.
func (e *Engine) options() insights.Options {
	return insights.Options{Limit: e.Limit, Exec: exec.Options{Env: function.Env{Now: e.Now().UnixMilli(), Start: e.From, End: e.To}}}
}

// Explain says what would be asked, and how we would answer it.
func (e *Engine) Explain(text string) (string, error) {
	compiled, err := insights.Compile(text, e.options())
	if err != nil {
		return "", err
	}
	q, err := e.question(text)
	if err != nil {
		return "", err
	}
	service := e.Client.Endpoint
	if service == "" {
		service = "AWS"
	}
	return fmt.Sprintf("ask      %s\ngroups   %s\nfrom     %s to %s\n%s", service, strings.Join(q.Groups, ", "), moment(q.From), moment(q.To), plan.Explain(compiled)), nil
}

// WhyEmpty says why there may be no row.
func (e *Engine) WhyEmpty(s exec.Stats) string {
	where := remote.Where(e.Places)
	if len(e.Places) == 0 && s.LogGroups == 0 {
		return "the SOURCE of the query fits no log group"
	}
	if len(e.Places) == 0 {
		where = groups(s.LogGroups)
	}
	switch {
	case s.RecordsScanned > 0 && s.RecordsMatched == 0:
		return fmt.Sprintf("of %s in %s none passed the filters", events(s.RecordsScanned), where)
	case s.RecordsScanned > 0:
		return fmt.Sprintf("%d of %s passed the filters; what follows them left none", s.RecordsMatched, events(s.RecordsScanned))
	}
	ctx, cancel := context.WithTimeout(context.Background(), whyWithin)
	defer cancel()
	n, err := e.Client.Newest(ctx, e.Places)
	if err != nil || n.At == 0 {
		return "there are no events in " + where
	}
	if n.Group == where {
		return fmt.Sprintf("there are no events of that time in %s; the newest one is of %s", where, moment(n.At))
	}
	return fmt.Sprintf("there are no events of that time in %s; the newest one, in %s, is of %s", where, n.Group, moment(n.At))
}

// whyWithin is how long finding out why there is nothing may take.
const whyWithin = 2 * time.Second

func groups(n int) string { return counted(int64(n), "group") }

func events(n int64) string { return counted(n, "event") }

func counted(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
