package policies

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/transform"
)

// A transformer is what the catalog keeps of the transformer of a group, or of a policy of the account, also when it was deleted: events
// that were stored while it was there stay transformed.
type transformer struct {
	Name    string       `json:"name"`    // in the catalog
	Created int64        `json:"created"` // ms
	Spans   []configSpan `json:"spans"`   // oldest first
}

// A configSpan is how events are transformed that are stored from a time on; not at all without a configuration.
type configSpan struct {
	Since    int64             `json:"since"` // ms
	Config   []types.Processor `json:"config,omitempty"`
	Criteria criteria          `json:"criteria,omitzero"` // of a policy of the account: groups whose events are
}

// maxSpansBytes is how long the spans of a transformer may be as JSON: the catalog takes 1 MiB, and a configuration may have 80 KB.
const maxSpansBytes = 512 << 10

// begin begins a span. Of more than maxSpans, or longer ones than maxSpansBytes, the two oldest become one, with the later configuration.
func (t *transformer) begin(now int64, config []types.Processor, c criteria) {
	if n := len(t.Spans); n > 0 && t.Spans[n-1].Since >= now {
		t.Spans = t.Spans[:n-1]
	}
	t.Spans = append(slices.Clone(t.Spans), configSpan{now, config, c})
	for len(t.Spans) > maxSpans || len(t.Spans) > 1 && t.bytes() > maxSpansBytes {
		t.Spans[1].Since = t.Spans[0].Since
		t.Spans = t.Spans[1:]
	}
}

// bytes returns how long the spans are as JSON.
func (t *transformer) bytes() int {
	text, err := json.Marshal(t.Spans)
	if err != nil {
		panic("BUG: no JSON of a transformer: " + err.Error())
	}
	return len(text)
}

// at returns how events of a group are transformed that were stored at a time; nil if they are not.
func (t *transformer) at(stored int64, group string) []types.Processor {
	for _, s := range slices.Backward(t.Spans) {
		if s.Since > stored {
			continue
		}
		if s.Criteria.covers(group) {
			return s.Config
		}
		break
	}
	return nil
}

// covers tells whether any events of a group are or were transformed.
func (t *transformer) covers(group string) bool {
	return slices.ContainsFunc(t.Spans, func(s configSpan) bool { return s.Config != nil && s.Criteria.covers(group) })
}

// now returns the configuration of the moment; nil if the transformer was deleted.
func (t *transformer) now() []types.Processor {
	if len(t.Spans) == 0 {
		return nil
	}
	return t.Spans[len(t.Spans)-1].Config
}

// checkConfig refuses a configuration with mistakes. The words before them are ours [R].
func checkConfig(config []types.Processor) (*transform.Transformer, error) {
	t, err := transform.New(config)
	if err != nil {
		return nil, refuse.InvalidParameter("Invalid transformer configuration: %v.", err)
	}
	return t, nil
}

// transformed returns the group of a request that is about its transformer.
func (s *Service) transformed(ctx context.Context, identifier *string) (Group, error) {
	g, err := s.opts.Find(ctx, aws.ToString(identifier))
	if err == nil && g.Class != types.LogGroupClassStandard && g.Class != "" {
		err = refuse.InvalidOperation("Log transformation is supported only for log groups of the Standard log class.")
	}
	return g, err
}

// PutTransformer makes or replaces the transformer of a group. It sees events that are stored from now on.
func (s *Service) PutTransformer(ctx context.Context, in *cloudwatchlogs.PutTransformerInput) (*cloudwatchlogs.PutTransformerOutput, error) {
	g, err := s.transformed(ctx, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	if _, err := checkConfig(in.TransformerConfig); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutTransformerOutput{}, s.putTransformer(ctx, g.name(), criteria{}, in.TransformerConfig)
}

// putTransformer keeps a configuration under a name.
func (s *Service) putTransformer(ctx context.Context, name string, c criteria, config []types.Processor) error {
	return change(ctx, s, s.kinds.transformers, name, func(doc *transformer, _ bool) error {
		now := s.now()
		if doc.now() == nil {
			doc.Created = now
		}
		doc.Name = name
		doc.begin(now, config, c)
		return nil
	})
}

// GetTransformer returns the transformer of a group; nothing if it has none [R].
func (s *Service) GetTransformer(ctx context.Context, in *cloudwatchlogs.GetTransformerInput) (*cloudwatchlogs.GetTransformerOutput, error) {
	g, err := s.transformed(ctx, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	t, _, err := get(ctx, s.kinds.transformers, g.name())
	if err != nil || t.now() == nil {
		return &cloudwatchlogs.GetTransformerOutput{}, err
	}
	return &cloudwatchlogs.GetTransformerOutput{
		LogGroupIdentifier: aws.String(g.ARN()), TransformerConfig: t.now(), CreationTime: &t.Created, LastModifiedTime: &t.Spans[len(t.Spans)-1].Since,
	}, nil
}

// DeleteTransformer deletes the transformer of a group. What was stored before stays transformed.
func (s *Service) DeleteTransformer(ctx context.Context, in *cloudwatchlogs.DeleteTransformerInput) (*cloudwatchlogs.DeleteTransformerOutput, error) {
	g, err := s.transformed(ctx, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	missing := refuse.NotFound("The specified log group does not have a transformer.") // ours [R]
	return &cloudwatchlogs.DeleteTransformerOutput{}, s.endTransformer(ctx, g.name(), missing)
}

// endTransformer ends the transformer of a name, or fails with missing if there is none.
func (s *Service) endTransformer(ctx context.Context, name string, missing error) error {
	return change(ctx, s, s.kinds.transformers, name, func(doc *transformer, _ bool) error {
		if doc.now() == nil {
			return missing
		}
		doc.begin(s.now(), nil, criteria{})
		return nil
	})
}

// maxTested is how many messages TestTransformer takes (TestEventMessages in the model).
const maxTested = 50

// TestTransformer returns what a configuration makes of messages: nothing of those that it cannot transform [R].
func (s *Service) TestTransformer(ctx context.Context, in *cloudwatchlogs.TestTransformerInput) (*cloudwatchlogs.TestTransformerOutput, error) {
	if n := len(in.LogEventMessages); n < 1 || n > maxTested {
		return nil, refuse.InvalidParameter("1 validation error detected: Value at 'logEventMessages' failed to satisfy constraint: Member must have length between 1 and %d", maxTested)
	}
	t, err := checkConfig(in.TransformerConfig)
	if err != nil {
		return nil, err
	}
	who := tenantOf(ctx)
	out := &cloudwatchlogs.TestTransformerOutput{TransformedLogs: []types.TransformedLogRecord{}}
	for i, message := range in.LogEventMessages {
		r := types.TransformedLogRecord{EventMessage: aws.String(message), EventNumber: int64(i)}
		if made, err := t.Apply(message, transform.Source{Account: who.account, Region: who.region}); err == nil {
			r.TransformedEventMessage = &made
		}
		out.TransformedLogs = append(out.TransformedLogs, r)
	}
	return out, nil
}

// checkTransformer checks a transformer policy of the account.
func checkTransformer(s *Service, ctx context.Context, p accountPolicy) error {
	config, err := transform.ParseConfig(p.Document)
	if err != nil {
		return refuse.InvalidParameter("Invalid transformer configuration: %v.", err)
	}
	if _, err := checkConfig(config); err != nil {
		return err
	}
	return s.checkOverlap(ctx, p, "LogGroupNamePrefix IN")
}

// transformAccount lets a transformer policy of the account begin.
func (s *Service) transformAccount(ctx context.Context, p accountPolicy) error {
	config, err := transform.ParseConfig(p.Document)
	if err != nil {
		return err
	}
	c, err := parseCriteria(p.Criteria, "LogGroupNamePrefix IN")
	if err != nil {
		return err
	}
	return s.putTransformer(ctx, ofAccount+"/"+p.Name, c, config)
}

func (s *Service) untransformAccount(ctx context.Context, name string) error {
	return s.endTransformer(ctx, ofAccount+"/"+name, nil)
}
