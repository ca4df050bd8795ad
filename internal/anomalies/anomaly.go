package anomalies

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// An anomaly is what the catalog keeps of one. Times are ms.
type anomaly struct {
	ID          string           `json:"id"`
	Detector    string           `json:"detector"`
	Kind        kind             `json:"kind"`
	Pattern     string           `json:"pattern"`         // its text, with names in it
	Place       string           `json:"place,omitempty"` // in it, whose values are unusual: Number-2; or a level
	Priority    string           `json:"priority"`
	Description string           `json:"description"`
	GroupARN    string           `json:"arn"`
	First       int64            `json:"first"`
	Last        int64            `json:"last"`
	Run         int64            `json:"run"`       // up to where the run looked that saw it last
	Histogram   map[string]int64 `json:"histogram"` // events by the time of the run
	Samples     []sample         `json:"samples"`
	Tokens      []token          `json:"tokens"`
	Usual       bool             `json:"usual,omitempty"` // somebody said so
	Suppressed  *suppression     `json:"suppressed,omitempty"`
}

type sample struct {
	Time    int64  `json:"time"`
	Message string `json:"message"`
}

// A suppression says that somebody does not want to see an anomaly.
type suppression struct {
	At      int64 `json:"at"`
	Until   int64 `json:"until,omitempty"` // 0: for ever
	Pattern bool  `json:"pattern,omitempty"`
}

// Bounds of what is kept.
const (
	maxAnomalies  = 200 // of a detector; those that were not seen for longest go first
	maxHistogram  = 200 // runs of one anomaly
	maxSamples    = 5
	maxSampleText = 1500 // characters: so much of an event AWS looks at
)

// place is the anomaly's name in the catalog.
func (a anomaly) place() string { return a.Detector + "/" + a.ID }

// suppressed tells whether a is suppressed at a time.
func (a anomaly) suppressed(now time.Time) bool {
	return a.Suppressed != nil && (a.Suppressed.Until == 0 || now.UnixMilli() < a.Suppressed.Until)
}

// state returns what a is at a time: usual, once it has been there for as long as its detector says.
func (a anomaly) state(d *detector, now time.Time) types.State {
	switch {
	case a.Usual || now.Sub(time.UnixMilli(a.First)) >= d.visibility():
		return types.StateBaseline
	case a.suppressed(now):
		return types.StateSuppressed
	}
	return types.StateActive
}

// seen notes that the run up to a time saw a.
func (a *anomaly) seen(x finding, evidence evidence, run int64) {
	a.Kind, a.Priority, a.Description, a.Run = x.kind, x.priority.String(), x.description, run
	if a.First == 0 {
		a.First = evidence.first
	}
	a.Last = max(a.Last, evidence.last)
	a.Samples, a.Tokens = evidence.samples, tokensOf(x.pattern.Text, evidence.messages)
	if a.Histogram == nil {
		a.Histogram = map[string]int64{}
	}
	a.Histogram[strconv.FormatInt(run, 10)] = x.count
	for len(a.Histogram) > maxHistogram {
		oldest := ""
		for at := range a.Histogram {
			if oldest == "" || len(at) < len(oldest) || len(at) == len(oldest) && at < oldest {
				oldest = at
			}
		}
		delete(a.Histogram, oldest)
	}
}

// wire returns a as lists have it.
func (a anomaly) wire(ctx context.Context, d *detector, now time.Time) types.Anomaly {
	w := types.Anomaly{
		AnomalyId: &a.ID, AnomalyDetectorArn: aws.String(arnOf(ctx, a.Detector)), PatternId: aws.String(patternID(a.Pattern)),
		PatternString: aws.String(patternString(a.Pattern)), PatternRegex: aws.String(patternRegex(a.Pattern)),
		Priority: &a.Priority, Description: &a.Description, FirstSeen: a.First, LastSeen: a.Last,
		Active: aws.Bool(a.Run == d.Through && !d.Paused), State: a.state(d, now), Histogram: a.Histogram,
		LogGroupArnList: []string{a.GroupARN}, LogSamples: []types.LogEvent{}, PatternTokens: []types.PatternToken{},
		Suppressed: aws.Bool(a.suppressed(now)),
	}
	if a.suppressed(now) {
		w.SuppressedDate, w.SuppressedUntil, w.IsPatternLevelSuppression = a.Suppressed.At, a.Suppressed.Until, &a.Suppressed.Pattern
	}
	for _, s := range a.Samples {
		w.LogSamples = append(w.LogSamples, types.LogEvent{Timestamp: &s.Time, Message: &s.Message})
	}
	position := int32(0)
	for _, t := range a.Tokens {
		p := types.PatternToken{TokenString: &t.Text, IsDynamic: aws.Bool(t.Name != "")}
		if t.Name != "" {
			position++
			p.DynamicTokenPosition, p.InferredTokenName, p.Enumerations = position, &t.Name, t.Values
		}
		w.PatternTokens = append(w.PatternTokens, p)
	}
	return w
}
