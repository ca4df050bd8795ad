package resourcepolicies

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

const (
	groups = "arn:aws:logs:eu-central-1:111122223333:log-group:"
)

// A lab is a service over memory, with the groups "g" and "gg".
type lab struct {
	*Service
	t   *testing.T
	ctx context.Context
}

func newLab(t *testing.T) *lab {
	l := &lab{t: t, ctx: servicetest.As(servicetest.Account)}
	l.Service = New(Options{
		Catalog: catalog.NewMemory(), Sealer: servicetest.Sealer(), Now: servicetest.Now, Random: rand.Reader,
		Find: func(_ context.Context, identifier string) (Group, error) {
			name := strings.TrimPrefix(identifier, groups)
			if name != "g" && name != "gg" {
				return Group{}, &types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}
			}
			return Group{Name: name, Still: catalog.Require(l.groupKey(name), catalog.Present)}, nil
		},
	})
	for _, name := range []string{"g", "gg"} {
		l.write(catalog.Put(catalog.Entry{Key: l.groupKey(name)}, catalog.Absent))
	}
	return l
}

func (l *lab) groupKey(name string) catalog.Key {
	scope := l.accounts.Scope(l.ctx)
	scope.Kind = "group"
	return scope.Key(name)
}

func (l *lab) write(changes ...catalog.Change) {
	l.t.Helper()
	if _, err := l.opts.Catalog.Write(l.ctx, changes...); err != nil {
		l.t.Fatal(err)
	}
}

// described lists policies, one by one: of groups what their ARNs end with, of the account all there is of them.
func (l *lab) described(in cloudwatchlogs.DescribeResourcePoliciesInput) string {
	l.t.Helper()
	var seen []string
	for in.Limit = aws.Int32(1); ; {
		out, err := l.DescribeResourcePolicies(l.ctx, &in)
		if err != nil || out.ResourcePolicies == nil {
			l.t.Fatalf("DescribeResourcePolicies(%+v) = %+v, %v", in, out, err)
		}
		for _, p := range out.ResourcePolicies {
			if p.ResourceArn != nil {
				seen = append(seen, strings.TrimPrefix(*p.ResourceArn, groups))
				continue
			}
			seen = append(seen, fmt.Sprintf("%s %s %.7s %d;", *p.PolicyName, p.PolicyScope, *p.PolicyDocument, *p.LastUpdatedTime-servicetest.Clock))
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return strings.Join(seen, " ")
		}
	}
}

// document returns a policy of n bytes.
func document(n int) string { return `{"x":"` + strings.Repeat("x", n-8) + `"}` }

// tooLong is the error of a document of more than limit bytes.
func tooLong(document string, limit int) string {
	return fmt.Sprintf("InvalidParameterException: 1 validation error detected: Value '%s' at 'policyDocument' failed to satisfy constraint: Member must have length less than or equal to %d", document, limit)
}

func TestPoliciesOfTheAccount(t *testing.T) {
	l := newLab(t)
	put := func(name, document string) error {
		_, err := l.PutResourcePolicy(l.ctx, &cloudwatchlogs.PutResourcePolicyInput{PolicyName: &name, PolicyDocument: &document})
		return err
	}
	for _, tt := range []struct{ name, policy, document, want string }{
		{"a policy", "b", `{"v":1}`, "<nil>"},
		{"the same again", "b", `{"v":2}`, "<nil>"},
		{"5,120 bytes", "a", document(5120), "<nil>"},
		{"5,121 bytes", "a", document(5121), tooLong(document(5121), 5120)},
		{"no JSON", "c", "{", "InvalidParameterException: Invalid policy document"},
		{"no object", "c", "null", "InvalidParameterException: Invalid policy document"},
		{"no name", "", "{}", "InvalidParameterException: Invalid policy name"},
		{"a name of 2,048 bytes", strings.Repeat("n", 2048), "{}", "<nil>"},
		{"a name of 2,049 bytes", strings.Repeat("n", 2049), "{}", "InvalidParameterException: Invalid policy name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			servicetest.WantError(t, "PutResourcePolicy", put(tt.policy, tt.document), tt.want)
		})
	}
	remove := func(name string) error {
		_, err := l.DeleteResourcePolicy(l.ctx, &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: &name})
		return err
	}
	servicetest.WantError(t, "DeleteResourcePolicy", remove(strings.Repeat("n", 2048)), "")
	if got, want := l.described(cloudwatchlogs.DescribeResourcePoliciesInput{}), `a ACCOUNT {"x":"x 0; b ACCOUNT {"v":2} 0;`; got != want {
		t.Errorf("DescribeResourcePolicies = %s, want %s", got, want)
	}
	_, err := l.DescribeResourcePolicies(l.ctx, &cloudwatchlogs.DescribeResourcePoliciesInput{NextToken: aws.String("x")})
	servicetest.WantError(t, "DescribeResourcePolicies with no token", err, "InvalidParameterException: The specified nextToken is invalid.")
	servicetest.WantError(t, "DeleteResourcePolicy", remove("a"), "")
	servicetest.WantError(t, "DeleteResourcePolicy again", remove("a"), "ResourceNotFoundException: Policy with name [a] does not exist.") // recorded
	servicetest.WantError(t, "DeleteResourcePolicy without a name", remove(""), "ResourceNotFoundException: Policy with name [] does not exist.")
	for _, name := range strings.Fields("c d e f g h i j k") {
		servicetest.WantError(t, "PutResourcePolicy "+name, put(name, "{}"), "")
	}
	servicetest.WantError(t, "the 11th PutResourcePolicy", put("l", "{}"), "LimitExceededException: Resource limit exceeded.") // recorded
	servicetest.WantError(t, "PutResourcePolicy of one of the ten", put("k", "{}"), "")
}

func TestPoliciesOfGroups(t *testing.T) {
	l := newLab(t)
	put := func(resource, document string, revision *string) (*string, error) {
		out, err := l.PutResourcePolicy(l.ctx, &cloudwatchlogs.PutResourcePolicyInput{ResourceArn: &resource, PolicyDocument: &document, ExpectedRevisionId: revision})
		if err != nil {
			return nil, err
		}
		if *out.RevisionId != *out.ResourcePolicy.RevisionId || out.ResourcePolicy.PolicyScope != types.PolicyScopeResource {
			t.Errorf("PutResourcePolicy = %+v, want one revision and the scope RESOURCE", out)
		}
		return out.RevisionId, nil
	}
	const g, aborted = groups + "g", "OperationAbortedException: A conflicting operation is currently in progress against this resource. Please try again."
	_, err := put(g+"g", document(51_200), nil)
	servicetest.WantError(t, "PutResourcePolicy of 51,200 bytes", err, "")
	_, err = put(g+"g", document(51_201), nil)
	servicetest.WantError(t, "PutResourcePolicy of 51,201 bytes", err, tooLong(document(51_201), 51_200))
	first, err := put(g, "{}", nil)
	servicetest.WantError(t, "PutResourcePolicy", err, "")
	_, err = put(g, "{}", nil)
	servicetest.WantError(t, "PutResourcePolicy without the revision", err, aborted)
	second, err := put(g, "{}", first)
	servicetest.WantError(t, "PutResourcePolicy with the revision", err, "")
	_, err = put(g, "{}", first)
	servicetest.WantError(t, "PutResourcePolicy with the revision before", err, aborted)
	_, err = put(g+"x", "{}", nil)
	servicetest.WantError(t, "PutResourcePolicy of no group", err, "ResourceNotFoundException: The specified log group does not exist.")

	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.DescribeResourcePoliciesInput
		want string
	}{
		{"of groups", cloudwatchlogs.DescribeResourcePoliciesInput{PolicyScope: types.PolicyScopeResource}, "g gg"},
		{"of g", cloudwatchlogs.DescribeResourcePoliciesInput{ResourceArn: aws.String(g)}, "g"},
		{"of gg", cloudwatchlogs.DescribeResourcePoliciesInput{ResourceArn: aws.String(g + "g")}, "gg"},
		{"of the account", cloudwatchlogs.DescribeResourcePoliciesInput{}, ""},
	} {
		if got := l.described(tt.in); got != tt.want {
			t.Errorf("policies %s: %q, want %q", tt.name, got, tt.want)
		}
	}
	_, err = l.DescribeResourcePolicies(l.ctx, &cloudwatchlogs.DescribeResourcePoliciesInput{ResourceArn: aws.String(g + "x")})
	servicetest.WantError(t, "DescribeResourcePolicies of no group", err, "ResourceNotFoundException: The specified log group does not exist.")

	drop := func(resource string, revision *string) error {
		_, err := l.DeleteResourcePolicy(l.ctx, &cloudwatchlogs.DeleteResourcePolicyInput{ResourceArn: &resource, ExpectedRevisionId: revision})
		return err
	}
	servicetest.WantError(t, "DeleteResourcePolicy of no group", drop(g+"x", nil), "ResourceNotFoundException: The specified log group does not exist.")
	servicetest.WantError(t, "DeleteResourcePolicy with the revision before", drop(g, first), aborted)
	servicetest.WantError(t, "DeleteResourcePolicy", drop(g, second), "")
	servicetest.WantError(t, "DeleteResourcePolicy again", drop(g, nil), "ResourceNotFoundException: Policy with name [] does not exist.")
	l.write(catalog.Delete(l.groupKey("g"), catalog.Present))
	_, err = put(g, "{}", nil)
	servicetest.WantError(t, "PutResourcePolicy of a group that went meanwhile", err, aborted)
}
