package policies

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/masking"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A protection is what the catalog keeps of the data protection of a group or of the account, also when there is no policy any more: what
// was stored while there was one stays hidden [R].
type protection struct {
	Name     string               `json:"name"`               // in the catalog
	Document string               `json:"document,omitempty"` // "" after the policy was deleted
	Policy   string               `json:"policy,omitempty"`   // the name in the document
	Updated  int64                `json:"updated"`            // ms
	To       masking.Destinations `json:"to"`
	Spans    []span               `json:"spans"` // oldest first
}

// A span is what is sensitive in events that are stored from a time on.
type span struct {
	Since int64         `json:"since"` // ms
	Rules masking.Rules `json:"rules"`
}

// maxSpans is how often what is sensitive may change before the oldest times are taken together: what was sensitive in one of them then
// is in all. Ours, so that a document stays small.
const maxSpans = 20

// begin begins a span. If the last one began in the same millisecond, or the clock went back since, nobody can tell which of the two an event
// was stored in: until both have begun, what either hides is hidden.
func (p *protection) begin(now int64, rules masking.Rules) {
	p.Spans = slices.Clone(p.Spans)
	since := now
	if n := len(p.Spans); n > 0 && p.Spans[n-1].Since >= now {
		since = p.Spans[n-1].Since + 1
		at := slices.IndexFunc(p.Spans, func(s span) bool { return s.Since >= now })
		if p.Spans[at].Since > now {
			p.Spans = slices.Insert(p.Spans, at, span{now, p.at(now)})
		}
		for i := range p.Spans[at:] {
			p.Spans[at+i].Rules = p.Spans[at+i].Rules.With(rules)
		}
	}
	p.Spans = append(p.Spans, span{since, rules})
	for len(p.Spans) > maxSpans {
		first := span{p.Spans[0].Since, p.Spans[0].Rules.With(p.Spans[1].Rules)}
		p.Spans = append([]span{first}, p.Spans[2:]...)
	}
	p.Updated = now
}

// rules returns what is sensitive in events that are stored now.
func (p *protection) rules() masking.Rules {
	if len(p.Spans) == 0 {
		return masking.Rules{}
	}
	return p.Spans[len(p.Spans)-1].Rules
}

// at returns what is sensitive in events that were stored at a time.
func (p *protection) at(stored int64) masking.Rules {
	for _, s := range slices.Backward(p.Spans) {
		if s.Since <= stored {
			return s.Rules
		}
	}
	return masking.Rules{}
}

// PutDataProtectionPolicy makes or replaces the policy of a group. It is about events that are stored from now on.
func (s *Service) PutDataProtectionPolicy(ctx context.Context, in *cloudwatchlogs.PutDataProtectionPolicyInput) (*cloudwatchlogs.PutDataProtectionPolicyOutput, error) {
	g, err := s.opts.Find(ctx, aws.ToString(in.LogGroupIdentifier))
	if err != nil {
		return nil, err
	}
	if g.Class == types.LogGroupClassDelivery { // the user guide names the two other classes
		return nil, refuse.InvalidParameter("Data protection policies are not supported for log groups of class %s.", g.Class)
	}
	p, err := s.parseProtection(ctx, aws.ToString(in.PolicyDocument), g.Name)
	if err != nil {
		return nil, err
	}
	now := s.now()
	if err := s.protect(ctx, g.name(), *in.PolicyDocument, p, now); err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutDataProtectionPolicyOutput{LogGroupIdentifier: in.LogGroupIdentifier, PolicyDocument: in.PolicyDocument, LastUpdatedTime: &now}, nil
}

// parseProtection reads a policy, and checks where it sends its findings to. group is whose it is, "" for the account's.
func (s *Service) parseProtection(ctx context.Context, document, group string) (*masking.Policy, error) {
	p, err := masking.ParsePolicy(document)
	if err != nil {
		return nil, refuse.InvalidParameter("The data protection policy is invalid: %v.", err) // ours [R]
	}
	switch {
	case p.To.DeliveryStream != "" || p.To.Bucket != "":
		return nil, refuse.InvalidParameter("The data protection policy is invalid: this server sends findings to log groups only, not to Firehose or S3.")
	case p.To.LogGroup == "":
		return p, nil
	case p.To.LogGroup == group:
		return nil, refuse.InvalidParameter("The data protection policy is invalid: its findings cannot go to the log group that it protects.")
	}
	if _, err := s.opts.Find(ctx, p.To.LogGroup); err != nil {
		return nil, refuse.InvalidParameter("The data protection policy is invalid: the log group %s for its findings does not exist.", p.To.LogGroup)
	}
	return p, nil
}

// protect keeps a policy under a name.
func (s *Service) protect(ctx context.Context, name, document string, p *masking.Policy, now int64) error {
	return change(ctx, s, s.kinds.protection, name, func(doc *protection, _ bool) error {
		doc.Name, doc.Document, doc.Policy, doc.To = name, document, p.Name, p.To
		doc.begin(now, p.Rules)
		return nil
	})
}

// unprotect deletes the policy of a name, or fails with missing if there is none.
func (s *Service) unprotect(ctx context.Context, name string, missing error) error {
	return change(ctx, s, s.kinds.protection, name, func(doc *protection, exists bool) error {
		if !exists || doc.Document == "" {
			return missing
		}
		doc.Document, doc.Policy, doc.To = "", "", masking.Destinations{}
		doc.begin(s.now(), masking.Rules{})
		return nil
	})
}

// GetDataProtectionPolicy returns the policy of a group. Without one it returns the group alone [R].
func (s *Service) GetDataProtectionPolicy(ctx context.Context, in *cloudwatchlogs.GetDataProtectionPolicyInput) (*cloudwatchlogs.GetDataProtectionPolicyOutput, error) {
	g, err := s.opts.Find(ctx, aws.ToString(in.LogGroupIdentifier))
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.GetDataProtectionPolicyOutput{LogGroupIdentifier: in.LogGroupIdentifier}
	p, exists, err := get(ctx, s.kinds.protection, g.name())
	if exists && p.Document != "" {
		out.PolicyDocument, out.LastUpdatedTime = &p.Document, &p.Updated
	}
	return out, err
}

// DeleteDataProtectionPolicy deletes the policy of a group. What was stored before stays hidden.
func (s *Service) DeleteDataProtectionPolicy(ctx context.Context, in *cloudwatchlogs.DeleteDataProtectionPolicyInput) (*cloudwatchlogs.DeleteDataProtectionPolicyOutput, error) {
	g, err := s.opts.Find(ctx, aws.ToString(in.LogGroupIdentifier))
	if err != nil {
		return nil, err
	}
	missing := refuse.NotFound("The specified log group does not have a data protection policy.") // ours [R]
	return &cloudwatchlogs.DeleteDataProtectionPolicyOutput{}, s.unprotect(ctx, g.name(), missing)
}

// Protection returns whether g has a policy, or had one, "" if not, and whether the account has one.
func (s *Service) Protection(ctx context.Context, g Group) (status types.DataProtectionStatus, inherited bool, err error) {
	st, err := s.state(ctx, tenant{g.Account, g.Region})
	if err != nil || st.none() {
		return "", false, err
	}
	inherited = st.protections[ofAccount].Document != ""
	p, exists := st.protections[g.name()]
	switch {
	case p.Document != "" || inherited:
		return types.DataProtectionStatusActivated, inherited, nil
	case exists:
		return types.DataProtectionStatusDeleted, false, nil
	}
	return "", false, nil
}
