package resourcepolicies

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// Quotas of CloudWatch Logs, and of PutResourcePolicy in the API reference.
const (
	maxPolicies     = 10     // of the account, not those of groups
	maxAccountBytes = 5120   // of the document of one of the account
	maxGroupBytes   = 51_200 // of the document of a group's
	pageSize        = 50     // policies of a page, at most and if the request does not say
)

// A policy is what the catalog keeps of a resource policy.
type policy struct {
	Name     string `json:"name,omitempty"`
	Document string `json:"document"`
	Updated  int64  `json:"updated"`            // ms
	Revision string `json:"revision,omitempty"` // of a group's policy
}

// described returns p as DescribeResourcePolicies has it; resource is the ARN of its group, nil for one of the account.
func (p policy) described(resource *string) *types.ResourcePolicy {
	d := &types.ResourcePolicy{PolicyDocument: aws.String(p.Document), LastUpdatedTime: aws.Int64(p.Updated), PolicyScope: types.PolicyScopeAccount}
	if p.Name != "" {
		d.PolicyName = aws.String(p.Name)
	}
	if resource != nil {
		d.PolicyScope, d.ResourceArn, d.RevisionId = types.PolicyScopeResource, resource, aws.String(p.Revision)
	}
	return d
}

// checkName refuses what no policy may be called.
func checkName(name string) error {
	if name == "" || len(name) > catalog.MaxName {
		return refuse.InvalidParameter(textName)
	}
	return nil
}

// checkDocument refuses what is no JSON object, or longer than limit bytes.
func checkDocument(document string, limit int) error {
	if len(document) > limit {
		return refuse.InvalidParameter("1 validation error detected: Value '%s' at 'policyDocument' failed to satisfy constraint: Member must have length less than or equal to %d", document, limit)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(document), &object) != nil || object == nil {
		return refuse.InvalidParameter(textPolicy)
	}
	return nil
}

// PutResourcePolicy makes or replaces a policy of the account or of a group.
func (s *Service) PutResourcePolicy(ctx context.Context, in *cloudwatchlogs.PutResourcePolicyInput) (*cloudwatchlogs.PutResourcePolicyOutput, error) {
	p := policy{Name: aws.ToString(in.PolicyName), Document: aws.ToString(in.PolicyDocument), Updated: s.opts.Now().UnixMilli()}
	if in.ResourceArn != nil {
		return s.putGroupPolicy(ctx, in, p)
	}
	if err := checkName(p.Name); err != nil {
		return nil, err
	}
	if err := checkDocument(p.Document, maxAccountBytes); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	err := s.accounts.Update(ctx, p.Name, func(doc *policy, exists bool) error {
		*doc = p
		if exists {
			return nil
		}
		n, err := s.accounts.Count(ctx, maxPolicies)
		if err == nil && n >= maxPolicies {
			err = refuse.LimitExceeded()
		}
		return err
	})
	if err != nil {
		return nil, refused(err)
	}
	return &cloudwatchlogs.PutResourcePolicyOutput{ResourcePolicy: p.described(nil)}, nil
}

// putGroupPolicy makes or replaces the policy of a group, if it has the revision that the caller has seen.
func (s *Service) putGroupPolicy(ctx context.Context, in *cloudwatchlogs.PutResourcePolicyInput, p policy) (*cloudwatchlogs.PutResourcePolicyOutput, error) {
	if err := checkDocument(p.Document, maxGroupBytes); err != nil {
		return nil, err
	}
	err := s.changeGroupPolicy(ctx, *in.ResourceArn, in.ExpectedRevisionId, func(name string, version catalog.Version) (catalog.Change, error) {
		var random [16]byte
		if _, err := io.ReadFull(s.opts.Random, random[:]); err != nil {
			return catalog.Change{}, fault.Internal(fmt.Errorf("make revision id: %w", err))
		}
		p.Revision = hex.EncodeToString(random[:])
		return s.groups.Change(ctx, name, p, version)
	})
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutResourcePolicyOutput{ResourcePolicy: p.described(in.ResourceArn), RevisionId: aws.String(p.Revision)}, nil
}

// changeGroupPolicy makes a change of the policy of a group, as long as both are what was seen.
func (s *Service) changeGroupPolicy(ctx context.Context, resource string, expected *string, change func(group string, version catalog.Version) (catalog.Change, error)) error {
	g, err := s.opts.Find(ctx, resource)
	if err != nil {
		return err
	}
	old, version, err := s.groups.Get(ctx, g.Name)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if aws.ToString(expected) != old.Revision {
		return refuse.Aborted()
	}
	c, err := change(g.Name, version)
	if err != nil {
		return err
	}
	err = s.groups.Write(ctx, g.Still, c)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exists) || fault.Is(err, fault.NotFound) {
		return refuse.Aborted()
	}
	return err
}

// DescribeResourcePolicies lists the policies of the account by name, or those of groups by the group's name.
func (s *Service) DescribeResourcePolicies(ctx context.Context, in *cloudwatchlogs.DescribeResourcePoliciesInput) (*cloudwatchlogs.DescribeResourcePoliciesOutput, error) {
	list := documents.List{
		Sealer: s.opts.Sealer, Purpose: "DescribeResourcePolicies\x00",
		Token: in.NextToken, Limit: documents.Limit(in.Limit, pageSize, pageSize),
	}
	query := catalog.Query{Scope: s.accounts.Scope(ctx)}
	read := func(e catalog.Entry) (types.ResourcePolicy, bool, error) {
		p, err := documents.Decode[policy](e)
		return *p.described(nil), true, err
	}
	if in.ResourceArn != nil || in.PolicyScope == types.PolicyScopeResource {
		only, err := s.only(ctx, in.ResourceArn)
		if err != nil {
			return nil, err
		}
		list.Purpose += "RESOURCE\x00" + only
		query = catalog.Query{Scope: s.groups.Scope(ctx), Prefix: only}
		read = func(e catalog.Entry) (types.ResourcePolicy, bool, error) {
			p, err := documents.Decode[policy](e)
			return *p.described(aws.String(groupARN(ctx, e.Name))), only == "" || e.Name == only, err
		}
	}
	found, next, err := documents.Select(ctx, list, s.opts.Catalog, query, read)
	if err != nil {
		return nil, refused(err)
	}
	return &cloudwatchlogs.DescribeResourcePoliciesOutput{ResourcePolicies: found, NextToken: next}, nil
}

// only returns the name of the group whose policy is asked for, "" for those of all.
func (s *Service) only(ctx context.Context, resource *string) (string, error) {
	if resource == nil {
		return "", nil
	}
	g, err := s.opts.Find(ctx, *resource)
	return g.Name, err
}

// groupARN returns the ARN of the caller's log group of a name.
func groupARN(ctx context.Context, name string) string {
	c := caller.From(ctx)
	return arn.ARN{Partition: arn.Partition(c.Region), Service: "logs", Region: c.Region, Account: c.Account, Resource: "log-group:" + name}.String()
}

// DeleteResourcePolicy removes a policy of the account by its name, or that of a group by its ARN and revision.
func (s *Service) DeleteResourcePolicy(ctx context.Context, in *cloudwatchlogs.DeleteResourcePolicyInput) (*cloudwatchlogs.DeleteResourcePolicyOutput, error) {
	name := aws.ToString(in.PolicyName)
	if in.ResourceArn != nil {
		return &cloudwatchlogs.DeleteResourcePolicyOutput{}, s.changeGroupPolicy(ctx, *in.ResourceArn, in.ExpectedRevisionId, func(group string, version catalog.Version) (catalog.Change, error) {
			if version == catalog.Absent {
				return catalog.Change{}, notFound(name)
			}
			return catalog.Delete(s.groups.Scope(ctx).Key(group), version), nil
		})
	}
	if checkName(name) != nil {
		return nil, notFound(name)
	}
	err := s.accounts.Delete(ctx, name)
	if fault.Is(err, fault.NotFound) {
		err = notFound(name)
	}
	return &cloudwatchlogs.DeleteResourcePolicyOutput{}, refused(err)
}
