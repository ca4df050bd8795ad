package policies

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/strictjson"
)

// An accountPolicy is what the catalog keeps of a policy of the account.
type accountPolicy struct {
	Name     string           `json:"name"`
	Type     types.PolicyType `json:"type"`
	Document string           `json:"document"`
	Criteria string           `json:"criteria,omitempty"`
	Updated  int64            `json:"updated"` // ms
}

// key returns the policy's name in the catalog.
func (p accountPolicy) key() string { return accountKey(p.Type, p.Name) }

func accountKey(t types.PolicyType, name string) string { return string(t) + "/" + name }

// described returns p as DescribeAccountPolicies has it.
func (p accountPolicy) described(account string) types.AccountPolicy {
	d := types.AccountPolicy{
		PolicyName: &p.Name, PolicyType: p.Type, PolicyDocument: &p.Document, LastUpdatedTime: &p.Updated,
		Scope: types.ScopeAll, AccountId: &account,
	}
	if p.Criteria != "" {
		d.SelectionCriteria = &p.Criteria
	}
	return d
}

// accountTypes say how many policies of a type an account may have, and what is checked beside (PutAccountPolicy in the API reference).
var accountTypes = map[types.PolicyType]struct {
	limit  int
	check  func(s *Service, ctx context.Context, p accountPolicy) error
	change func(s *Service, ctx context.Context, p accountPolicy) error // of what belongs to it; nil: nothing
	remove func(s *Service, ctx context.Context, name string) error
}{
	types.PolicyTypeTransformerPolicy:        {limit: maxScoped, check: checkTransformer, change: (*Service).transformAccount, remove: (*Service).untransformAccount},
	types.PolicyTypeFieldIndexPolicy:         {limit: maxScoped, check: checkIndex},
	types.PolicyTypeSubscriptionFilterPolicy: {limit: 1, check: checkSubscription},
	types.PolicyTypeMetricExtractionPolicy:   {limit: maxExtractions, check: checkExtraction},
	types.PolicyTypeDataProtectionPolicy:     {limit: 1, check: checkNoCriteria, change: (*Service).protectAccount, remove: (*Service).unprotectAccount},
}

// maxScoped is how many policies of a type there may be that are about some groups each.
const maxScoped = 20

// AWS's limits of metric extraction policies (PutAccountPolicy in the API reference).
const (
	maxExtractions      = 5
	maxExtractionValues = 50 // names or prefixes in the selection criteria of one
)

// maxAccountPolicyName is how long a policy's name may be; ours.
const maxAccountPolicyName = 256

// PutAccountPolicy makes or replaces a policy of the account.
func (s *Service) PutAccountPolicy(ctx context.Context, in *cloudwatchlogs.PutAccountPolicyInput) (*cloudwatchlogs.PutAccountPolicyOutput, error) {
	p := accountPolicy{
		Name: aws.ToString(in.PolicyName), Type: in.PolicyType, Document: aws.ToString(in.PolicyDocument),
		Criteria: aws.ToString(in.SelectionCriteria), Updated: s.now(),
	}
	kind, known := accountTypes[p.Type]
	switch {
	case !known:
		return nil, refuse.InvalidParameter("Policy type %s is not supported.", p.Type)
	case p.Name == "" || utf8.RuneCountInString(p.Name) > maxAccountPolicyName || strings.HasPrefix(strings.ToLower(p.Name), "aws/"):
		return nil, refuse.InvalidParameter("Invalid policyName: %q. It must have 1 to %d characters and cannot start with aws/.", p.Name, maxAccountPolicyName)
	case in.Scope != "" && in.Scope != types.ScopeAll:
		return nil, refuse.InvalidParameter("Invalid scope: %s. The only valid value is ALL.", in.Scope)
	case in.DryRun:
		return nil, refuse.InvalidParameter("dryRun is valid only for RETENTION_POLICY.")
	}
	s.ofAccount.Lock() // before the check: it looks at the others of the type
	defer s.ofAccount.Unlock()
	if err := kind.check(s, ctx, p); err != nil {
		return nil, err
	}
	if _, exists, err := get(ctx, s.kinds.account, p.key()); err != nil {
		return nil, err
	} else if !exists {
		if err := s.checkAccountRoom(ctx, p.Type, kind.limit); err != nil {
			return nil, err
		}
	}
	if kind.change != nil { // first: no crash may leave a policy that is listed and does nothing
		if err := kind.change(s, ctx, p); err != nil {
			return nil, err
		}
	}
	err := change(ctx, s, s.kinds.account, p.key(), func(doc *accountPolicy, _ bool) error {
		*doc = p
		return nil
	})
	if err != nil {
		return nil, err
	}
	d := p.described(tenantOf(ctx).account)
	return &cloudwatchlogs.PutAccountPolicyOutput{AccountPolicy: &d}, nil
}

// checkAccountRoom refuses one more policy of a type.
func (s *Service) checkAccountRoom(ctx context.Context, t types.PolicyType, limit int) error {
	n := 0
	for _, err := range s.kinds.account.All(ctx, accountKey(t, "")) {
		if err != nil {
			return err
		}
		n++
	}
	if n >= limit {
		return refuse.LimitExceeded()
	}
	return nil
}

// checkNoCriteria refuses selection criteria, and checks a data protection policy.
func checkNoCriteria(s *Service, ctx context.Context, p accountPolicy) error {
	if p.Criteria != "" {
		return refuse.InvalidParameter("selectionCriteria is not valid for policy type %s.", p.Type)
	}
	_, err := s.parseProtection(ctx, p.Document, "")
	return err
}

// checkOverlap refuses a policy whose selection criteria is of no allowed form, or is about groups that another one of its type is about.
func (s *Service) checkOverlap(ctx context.Context, p accountPolicy, allowed ...string) error {
	c, err := parseCriteria(p.Criteria, allowed...)
	if err != nil {
		return err
	}
	for other, err := range s.kinds.account.All(ctx, accountKey(p.Type, "")) {
		if err != nil {
			return err
		}
		if o, err := parseCriteria(other.Criteria, allowed...); err == nil && other.Name != p.Name && c.overlaps(o) {
			return refuse.InvalidParameter("The selectionCriteria overlaps with that of the policy %s.", other.Name) // ours [R]
		}
	}
	return nil
}

// strict reads a document in JSON. what it is goes into the error.
func strict(what, document string, into any) error {
	if err := strictjson.Decode(document, into); err != nil {
		return refuse.InvalidParameter("The %s is invalid: %v.", what, err)
	}
	return nil
}

// checkSubscription checks a subscription filter policy of the account. It is kept; nothing is delivered by it yet.
func checkSubscription(_ *Service, _ context.Context, p accountPolicy) error {
	var doc struct {
		DestinationArn, RoleArn, FilterPattern string
		Distribution                           types.Distribution
	}
	if err := strict("policy document", p.Document, &doc); err != nil {
		return err
	}
	if !arn.Is(doc.DestinationArn) {
		return refuse.InvalidParameter("The policy document is invalid: DestinationArn is %q, want an ARN.", doc.DestinationArn)
	}
	if doc.Distribution != "" && !slices.Contains(doc.Distribution.Values(), doc.Distribution) {
		return refuse.InvalidParameter("The policy document is invalid: Distribution is %q, want Random or ByLogStream.", doc.Distribution)
	}
	if _, err := filterpattern.Parse(doc.FilterPattern); err != nil {
		return refuse.InvalidParameter("Invalid filter pattern: %v", err)
	}
	_, err := parseCriteria(p.Criteria, "LogGroupName NOT IN")
	return err
}

// checkExtraction checks a metric extraction policy: whether metrics are made of events in the embedded metric format. It is kept; none
// are made yet.
func checkExtraction(s *Service, ctx context.Context, p accountPolicy) error {
	var doc struct{ EmbeddedMetricFormat *struct{ Status string } }
	if err := strict("policy document", p.Document, &doc); err != nil {
		return err
	}
	if f := doc.EmbeddedMetricFormat; f == nil || !strings.EqualFold(f.Status, "Enabled") && !strings.EqualFold(f.Status, "Disabled") {
		return refuse.InvalidParameter("The policy document is invalid: the Status of EmbeddedMetricFormat must be Enabled or Disabled.")
	}
	allowed := []string{"LogGroupNamePrefix IN", "LogGroupNamePrefix NOT IN", "LogGroupName IN", "LogGroupName NOT IN"}
	if c, err := parseCriteria(p.Criteria, allowed...); err == nil && c.values() > maxExtractionValues {
		return refuse.InvalidParameter("Invalid selectionCriteria: it has %d values, want at most %d.", c.values(), maxExtractionValues)
	}
	return s.checkOverlap(ctx, p, allowed...)
}

// protectAccount lets a data protection policy of the account begin.
func (s *Service) protectAccount(ctx context.Context, p accountPolicy) error {
	parsed, err := s.parseProtection(ctx, p.Document, "")
	if err != nil {
		return err
	}
	return s.protect(ctx, ofAccount, p.Document, parsed, p.Updated)
}

func (s *Service) unprotectAccount(ctx context.Context, _ string) error {
	return s.unprotect(ctx, ofAccount, nil)
}

// accountPage is how many policies a page has [R]; AWS has no parameter for it.
const accountPage = 50

// DescribeAccountPolicies lists the account's policies of a type by name.
func (s *Service) DescribeAccountPolicies(ctx context.Context, in *cloudwatchlogs.DescribeAccountPoliciesInput) (*cloudwatchlogs.DescribeAccountPoliciesOutput, error) {
	account := tenantOf(ctx).account
	all := []types.AccountPolicy{}
	wanted := len(in.AccountIdentifiers) == 0 || in.AccountIdentifiers[0] == account
	for p, err := range s.kinds.account.All(ctx, accountKey(in.PolicyType, "")) {
		if err != nil {
			return nil, err
		}
		if wanted && (in.PolicyName == nil || *in.PolicyName == p.Name) {
			all = append(all, p.described(account))
		}
	}
	if in.PolicyName != nil && len(all) == 0 {
		return nil, refuse.NotFound("Policy with name [%s] does not exist.", *in.PolicyName) // as DescribeResourcePolicies' [R]
	}
	l := documents.List{
		Sealer: s.opts.Sealer, Purpose: "DescribeAccountPolicies\x00" + string(in.PolicyType) + "\x00" + aws.ToString(in.PolicyName),
		Token: in.NextToken, Limit: accountPage,
	}
	page, next, err := documents.Page(ctx, l, all, func(p types.AccountPolicy) string { return *p.PolicyName })
	return &cloudwatchlogs.DescribeAccountPoliciesOutput{AccountPolicies: page, NextToken: next}, refuse.Token(err)
}

// DeleteAccountPolicy deletes a policy of the account.
func (s *Service) DeleteAccountPolicy(ctx context.Context, in *cloudwatchlogs.DeleteAccountPolicyInput) (*cloudwatchlogs.DeleteAccountPolicyOutput, error) {
	name := aws.ToString(in.PolicyName)
	s.ofAccount.Lock()
	defer s.ofAccount.Unlock()
	if _, exists, err := get(ctx, s.kinds.account, accountKey(in.PolicyType, name)); err != nil || !exists {
		if err == nil {
			err = refuse.NotFound("Policy with name [%s] does not exist.", name)
		}
		return nil, err
	}
	if remove := accountTypes[in.PolicyType].remove; remove != nil {
		if err := remove(s, ctx, name); err != nil {
			return nil, err
		}
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	defer s.changed(ctx)
	return &cloudwatchlogs.DeleteAccountPolicyOutput{}, s.kinds.account.Delete(ctx, accountKey(in.PolicyType, name))
}
