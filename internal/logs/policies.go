package logs

import (
	"context"
	"encoding/hex"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

const (
	accountPolicyKind catalog.Kind = "log-resource-policy" // by the policy's name
	groupPolicyKind   catalog.Kind = "log-group-policy"    // by the group's name; one of a group
)

// A resourcePolicy is what the catalog keeps of a resource policy. It lets AWS's services write; nothing here enforces it.
type resourcePolicy struct {
	Name     string `json:"name,omitempty"`
	Document string `json:"document"`
	Updated  int64  `json:"updated"`            // ms
	Revision string `json:"revision,omitempty"` // of a group's policy
}

// PutResourcePolicy makes or replaces a policy of the account or of a group.
func (s *Service) PutResourcePolicy(ctx context.Context, in *cloudwatchlogs.PutResourcePolicyInput) (*cloudwatchlogs.PutResourcePolicyOutput, error) {
	p := resourcePolicy{Name: aws.ToString(in.PolicyName), Document: aws.ToString(in.PolicyDocument), Updated: s.now()}
	if in.ResourceArn != nil {
		return s.putGroupPolicy(ctx, in, p)
	}
	if err := checkPolicyName(p.Name); err != nil {
		return nil, err
	}
	if err := checkPolicy(p.Document, "policyDocument", s.limits.ResourcePolicyBytes); err != nil {
		return nil, err
	}
	scope := tenantOf(ctx).scope(accountPolicyKind)
	s.making.Lock()
	defer s.making.Unlock()
	err := changeDocument(ctx, s, scope.Key(p.Name), func(doc *resourcePolicy, exists bool) error {
		*doc = p
		if exists {
			return nil
		}
		return s.checkRoom(ctx, scope, s.limits.ResourcePolicies)
	})
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutResourcePolicyOutput{ResourcePolicy: p.described(nil)}, nil
}

// checkPolicyName refuses what no policy may be called.
func checkPolicyName(name string) error {
	if name == "" || len(name) > catalog.MaxName {
		return invalidParameter("Invalid policy name") // ours [R]
	}
	return nil
}

// groupPolicyFactor is how much longer a group's policy may be than one of the account: 51,200 bytes.
const groupPolicyFactor = 10

// putGroupPolicy makes or replaces the policy of a group, if it has the revision that the caller has seen.
func (s *Service) putGroupPolicy(ctx context.Context, in *cloudwatchlogs.PutResourcePolicyInput, p resourcePolicy) (*cloudwatchlogs.PutResourcePolicyOutput, error) {
	if err := checkPolicy(p.Document, "policyDocument", groupPolicyFactor*s.limits.ResourcePolicyBytes); err != nil {
		return nil, err
	}
	err := s.changeGroupPolicy(ctx, *in.ResourceArn, in.ExpectedRevisionId, func(key catalog.Key, version catalog.Version) (catalog.Change, error) {
		var random [16]byte
		if _, err := io.ReadFull(s.opts.Random, random[:]); err != nil {
			return catalog.Change{}, fault.Internal(err)
		}
		p.Revision = hex.EncodeToString(random[:])
		e, err := encoded(key, p)
		return catalog.Put(e, version), err
	})
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutResourcePolicyOutput{ResourcePolicy: p.described(in.ResourceArn), RevisionId: aws.String(p.Revision)}, nil
}

// changeGroupPolicy makes a change of the policy of a group, as long as both are what was seen.
func (s *Service) changeGroupPolicy(ctx context.Context, resource string, expected *string, change func(catalog.Key, catalog.Version) (catalog.Change, error)) error {
	g, err := s.groupIdentified(ctx, resource)
	if err != nil {
		return err
	}
	key := g.scope(groupPolicyKind).Key(g.Name)
	old, version, err := document[resourcePolicy](ctx, s, key)
	if err != nil {
		return err
	}
	if aws.ToString(expected) != old.Revision {
		return aborted()
	}
	c, err := change(key, version)
	if err != nil {
		return err
	}
	_, err = s.catalog.Write(ctx, catalog.Require(g.scope(groupKind).Key(g.Name), g.version), c)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exists) || fault.Is(err, fault.NotFound) {
		return aborted()
	}
	return wrapped("change policy of log group", err)
}

// described returns p as DescribeResourcePolicies has it; resource is the ARN of its group, nil for one of the account.
func (p resourcePolicy) described(resource *string) *types.ResourcePolicy {
	d := &types.ResourcePolicy{PolicyDocument: aws.String(p.Document), LastUpdatedTime: aws.Int64(p.Updated), PolicyScope: types.PolicyScopeAccount}
	if p.Name != "" {
		d.PolicyName = aws.String(p.Name)
	}
	if resource != nil {
		d.PolicyScope, d.ResourceArn, d.RevisionId = types.PolicyScopeResource, resource, aws.String(p.Revision)
	}
	return d
}

// DescribeResourcePolicies lists the policies of the account by name, or those of groups by the group's name.
func (s *Service) DescribeResourcePolicies(ctx context.Context, in *cloudwatchlogs.DescribeResourcePoliciesInput) (*cloudwatchlogs.DescribeResourcePoliciesOutput, error) {
	limit, err := pageLimit(in.Limit, "limit", 50, 50)
	if err != nil {
		return nil, err
	}
	t := tenantOf(ctx)
	out := &cloudwatchlogs.DescribeResourcePoliciesOutput{}
	q := catalog.Query{Scope: t.scope(accountPolicyKind)}
	if in.ResourceArn == nil && in.PolicyScope != types.PolicyScopeResource {
		out.ResourcePolicies, out.NextToken, err = listed(ctx, s, t.listOf("DescribeResourcePolicies"), in.NextToken, q, limit, all(func(e catalog.Entry) (types.ResourcePolicy, error) {
			p, err := decoded[resourcePolicy](e)
			return *p.described(nil), err
		}))
		return out, err
	}
	var only string
	if in.ResourceArn != nil {
		g, err := s.groupIdentified(ctx, *in.ResourceArn)
		if err != nil {
			return nil, err
		}
		only = g.Name
	}
	q.Scope, q.Prefix = t.scope(groupPolicyKind), only
	out.ResourcePolicies, out.NextToken, err = listed(ctx, s, t.listOf("DescribeResourcePolicies", "RESOURCE", only), in.NextToken, q, limit, func(e catalog.Entry) (types.ResourcePolicy, bool, error) {
		p, err := decoded[resourcePolicy](e)
		return *p.described(aws.String(t.groupARN(e.Name))), only == "" || e.Name == only, err
	})
	return out, err
}

// DeleteResourcePolicy removes a policy of the account by its name, or that of a group by its ARN and revision.
func (s *Service) DeleteResourcePolicy(ctx context.Context, in *cloudwatchlogs.DeleteResourcePolicyInput) (*cloudwatchlogs.DeleteResourcePolicyOutput, error) {
	name := aws.ToString(in.PolicyName)
	missing := notFound("Policy with name [" + name + "] does not exist.")
	if in.ResourceArn == nil {
		if checkPolicyName(name) != nil {
			return nil, missing
		}
		return &cloudwatchlogs.DeleteResourcePolicyOutput{}, s.deleteDocument(ctx, tenantOf(ctx).scope(accountPolicyKind).Key(name), missing)
	}
	return &cloudwatchlogs.DeleteResourcePolicyOutput{}, s.changeGroupPolicy(ctx, *in.ResourceArn, in.ExpectedRevisionId, func(key catalog.Key, version catalog.Version) (catalog.Change, error) {
		if version == catalog.Absent {
			return catalog.Change{}, missing
		}
		return catalog.Delete(key, version), nil
	})
}
