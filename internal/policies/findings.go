package policies

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/masking"
)

// An audit is what a policy does with what was found.
type audit struct {
	policy string // its name
	rules  masking.Rules
	to     string // the log group that findings are reported to; "" for none
}

// names tells whether an identifier is of the policy.
func (a audit) names(identifier string) bool {
	return slices.Contains(a.rules.Managed, identifier) ||
		slices.ContainsFunc(a.rules.Custom, func(c masking.Custom) bool { return c.Name == identifier })
}

// A finding is AWS's report of what is sensitive in one event.
type finding struct {
	AuditTimestamp  string       `json:"auditTimestamp"`
	ResourceARN     string       `json:"resourceArn"`
	DataIdentifiers []identified `json:"dataIdentifiers"`
}

type identified struct {
	Name       string      `json:"name"`
	Count      int         `json:"count"`
	Detections []detection `json:"detections"`
}

// A detection is where a piece stands, in characters from 1 on, both inclusive: "starts at the 13th character and ends at the 26th" [R].
type detection struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// maxDetections is how many places of an identifier a report tells; its count is right in any case. Ours, so that reports fit into events.
const maxDetections = 1000

// newFinding returns the report of those of all findings that a policy names; nil if there are none.
func newFinding(a audit, g Group, at time.Time, message string, all []masking.Finding) *finding {
	f := &finding{AuditTimestamp: at.UTC().Format("2006-01-02T15:04:05Z"), ResourceARN: g.ARN() + ":*"}
	done, chars := 0, 0 // how many bytes of the message are how many characters
	for _, x := range all {
		if !a.names(x.Identifier) {
			continue
		}
		chars += utf8.RuneCountInString(message[done:x.Start])
		done = x.Start
		i := slices.IndexFunc(f.DataIdentifiers, func(d identified) bool { return d.Name == x.Identifier })
		if i < 0 {
			i = len(f.DataIdentifiers)
			f.DataIdentifiers = append(f.DataIdentifiers, identified{Name: x.Identifier, Detections: []detection{}})
		}
		d := &f.DataIdentifiers[i]
		if d.Count++; d.Count <= maxDetections {
			d.Detections = append(d.Detections, detection{chars + 1, chars + utf8.RuneCountInString(message[x.Start:x.End])})
		}
	}
	if len(f.DataIdentifiers) == 0 {
		return nil
	}
	return f
}

// A report is a finding on its way.
type report struct {
	group Group  // that it is about
	to    string // the log group
	text  string
}

// auditing marks the context of reports that are written: what is found in them is not reported.
type auditing struct{}

// audit tells of the sensitive data in an event.
func (l *Lens) audit(ctx context.Context, message string, found []masking.Finding) {
	if ctx.Value(auditing{}) != nil {
		return
	}
	for _, a := range l.audits {
		f := newFinding(a, l.group, l.service.opts.Now(), message, found)
		if f == nil {
			continue
		}
		if hook := l.service.opts.Hooks.Found; hook != nil {
			hook(l.group, a.policy, 1)
		}
		if a.to == "" {
			continue
		}
		text, err := json.Marshal(f)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		select {
		case l.service.reports <- report{l.group, a.to, string(text)}:
		default:
			l.service.reportFailed(l.group.Name, 1, errors.New("too many reports wait"))
		}
	}
}

func (s *Service) reportFailed(group string, reports int, err error) {
	if s.opts.Hooks.ReportFailed != nil {
		s.opts.Hooks.ReportFailed(group, reports, err)
	}
}

// How many reports are written at a time, and how long the last ones may take when the server ends.
const (
	reportsTogether = 500
	lastReports     = 2 * time.Second
)

// Run writes reports of findings until ctx ends, and those that wait then. It returns the context's error.
func (s *Service) Run(ctx context.Context) error {
	writing := context.WithoutCancel(ctx) // a report that is being written is not lost for that
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(writing, lastReports)
			defer cancel()
			for len(s.reports) > 0 && last.Err() == nil {
				s.report(last, <-s.reports)
			}
			return ctx.Err()
		case first := <-s.reports:
			s.report(writing, first)
		}
	}
}

// report writes a report, and those that wait and have the same way.
func (s *Service) report(ctx context.Context, r report) {
	texts := []string{r.text}
	var other *report
	for len(texts) < reportsTogether && other == nil && len(s.reports) > 0 {
		next := <-s.reports
		if next.group != r.group || next.to != r.to {
			other = &next
			break
		}
		texts = append(texts, next.text)
	}
	as := caller.With(context.WithValue(ctx, auditing{}, true), caller.Caller{Account: r.group.Account, Region: r.group.Region})
	if err := s.opts.Write(as, r.to, r.group.Name, s.opts.Now(), texts); err != nil {
		s.reportFailed(r.group.Name, len(texts), err)
	}
	if other != nil {
		s.report(ctx, *other)
	}
}
