package logs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

func TestResourcePolicies(t *testing.T) {
	l := newLab(t)
	put := func(name, document string) error {
		_, err := l.PutResourcePolicy(l.ctx, &cloudwatchlogs.PutResourcePolicyInput{PolicyName: &name, PolicyDocument: &document})
		return err
	}
	full := `{"x":"` + strings.Repeat("x", 5120-8) + `"}`
	for _, tt := range []struct{ name, policy, document, want string }{
		{"a policy", "b", `{"v":1}`, "<nil>"},
		{"the same again", "b", `{"v":2}`, "<nil>"},
		{"5,120 bytes", "a", full, "<nil>"},
		{"5,121 bytes", "a", full + " ", "InvalidParameterException: 1 validation error detected: Value '" + full + " ' at 'policyDocument' failed to satisfy constraint: Member must have length less than or equal to 5120"},
		{"no JSON", "c", "{", "InvalidParameterException: Invalid policy document"},
		{"no object", "c", "null", "InvalidParameterException: Invalid policy document"},
		{"no name", "", "{}", "InvalidParameterException: Invalid policy name"},
	} {
		t.Run(tt.name, func(t *testing.T) { wantError(t, "PutResourcePolicy", put(tt.policy, tt.document), tt.want) })
	}
	var seen []string
	for in := (cloudwatchlogs.DescribeResourcePoliciesInput{Limit: aws.Int32(1)}); ; {
		out, err := l.DescribeResourcePolicies(l.ctx, &in)
		l.must(err)
		for _, p := range out.ResourcePolicies {
			seen = append(seen, fmt.Sprintf("%s %s %.7s %d", *p.PolicyName, p.PolicyScope, *p.PolicyDocument, *p.LastUpdatedTime-l.ms(0)))
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	if got, want := strings.Join(seen, "; "), `a ACCOUNT {"x":"x 0; b ACCOUNT {"v":2} 0`; got != want {
		t.Errorf("DescribeResourcePolicies = %s, want %s", got, want)
	}
	_, err := l.DeleteResourcePolicy(l.ctx, &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: aws.String("a")})
	l.must(err)
	_, err = l.DeleteResourcePolicy(l.ctx, &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: aws.String("a")})
	wantError(t, "DeleteResourcePolicy again", err, "ResourceNotFoundException: Policy with name [a] does not exist.")
}

func TestGroupPolicies(t *testing.T) {
	const g = "arn:aws:logs:eu-central-1:111122223333:log-group:g"
	l := newLab(t)
	l.create("g", "gg")
	put := func(resource string, revision *string) (*string, error) {
		out, err := l.PutResourcePolicy(l.ctx, &cloudwatchlogs.PutResourcePolicyInput{ResourceArn: &resource, PolicyDocument: aws.String("{}"), ExpectedRevisionId: revision})
		if err != nil {
			return nil, err
		}
		if *out.RevisionId != *out.ResourcePolicy.RevisionId || out.ResourcePolicy.PolicyScope != types.PolicyScopeResource {
			t.Errorf("PutResourcePolicy = %+v, want one revision and the scope RESOURCE", out)
		}
		return out.RevisionId, nil
	}
	_, err := put(g+"g", nil)
	l.must(err)
	first, err := put(g, nil)
	l.must(err)
	_, err = put(g, nil)
	wantError(t, "PutResourcePolicy without the revision", err, "OperationAbortedException: "+textAborted)
	second, err := put(g, first)
	l.must(err)
	_, err = put(g, first)
	wantError(t, "PutResourcePolicy with the revision before", err, "OperationAbortedException: "+textAborted)
	_, err = put(g+"x", nil)
	wantError(t, "PutResourcePolicy of no group", err, "ResourceNotFoundException: The specified log group does not exist.")

	described := func(in cloudwatchlogs.DescribeResourcePoliciesInput) string {
		out, err := l.DescribeResourcePolicies(l.ctx, &in)
		l.must(err)
		var arns []string
		for _, p := range out.ResourcePolicies {
			arns = append(arns, strings.TrimPrefix(*p.ResourceArn, g[:len(g)-1]))
		}
		return strings.Join(arns, " ")
	}
	if got := described(cloudwatchlogs.DescribeResourcePoliciesInput{PolicyScope: types.PolicyScopeResource}); got != "g gg" {
		t.Errorf("policies of groups: %q, want g and gg", got)
	}
	if got := described(cloudwatchlogs.DescribeResourcePoliciesInput{ResourceArn: aws.String(g)}); got != "g" {
		t.Errorf("policies of g: %q, want g", got)
	}
	if got := described(cloudwatchlogs.DescribeResourcePoliciesInput{}); got != "" {
		t.Errorf("policies of the account: %q, want none", got)
	}

	drop := func(revision *string) error {
		_, err := l.DeleteResourcePolicy(l.ctx, &cloudwatchlogs.DeleteResourcePolicyInput{ResourceArn: aws.String(g), ExpectedRevisionId: revision})
		return err
	}
	wantError(t, "DeleteResourcePolicy with the revision before", drop(first), "OperationAbortedException: "+textAborted)
	wantError(t, "DeleteResourcePolicy", drop(second), "<nil>")
	wantError(t, "DeleteResourcePolicy again", drop(nil), "ResourceNotFoundException: Policy with name [] does not exist.")
	l.remove("gg")
	if got := described(cloudwatchlogs.DescribeResourcePoliciesInput{PolicyScope: types.PolicyScopeResource}); got != "" {
		t.Errorf("policies after their groups are gone: %q, want none", got)
	}
}

func TestDestinations(t *testing.T) {
	l := newLab(t)
	l.opts.Limits.Destinations = 2
	l.restart()
	put := func(name, role string) error {
		_, err := l.PutDestination(l.ctx, &cloudwatchlogs.PutDestinationInput{DestinationName: &name, TargetArn: aws.String(kinesisARN), RoleArn: &role})
		return err
	}
	policy := func(name, document string) error {
		_, err := l.PutDestinationPolicy(l.ctx, &cloudwatchlogs.PutDestinationPolicyInput{DestinationName: &name, AccessPolicy: &document})
		return err
	}
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"PutDestination b", put("b", roleARN), "<nil>"},
		{"PutDestination a", put("a", roleARN), "<nil>"},
		{"PutDestination one too many", put("c", roleARN), "LimitExceededException: Resource limit exceeded."},
		{"PutDestination with another account's role", put("b", "arn:aws:iam::444455556666:role/r"), "AccessDeniedException: Cross-account pass role is not allowed."},
		{"PutDestination with a colon", put("b:c", roleARN), "InvalidParameterException: 1 validation error detected: Value 'b:c' at 'destinationName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*"},
		{"PutDestinationPolicy", policy("b", `{"v":1}`), "<nil>"},
		{"PutDestinationPolicy without JSON", policy("b", "x"), "InvalidParameterException: Invalid policy document"},
		{"PutDestinationPolicy of none", policy("c", "{}"), "ResourceNotFoundException: The specified destination does not exist."},
		{"PutDestination again keeps the policy", put("b", roleARN+"2"), "<nil>"},
	} {
		wantError(t, tt.name, tt.err, tt.want)
	}
	out, err := l.DescribeDestinations(l.ctx, &cloudwatchlogs.DescribeDestinationsInput{Limit: aws.Int32(1)})
	l.must(err)
	more, err := l.DescribeDestinations(l.ctx, &cloudwatchlogs.DescribeDestinationsInput{Limit: aws.Int32(1), NextToken: out.NextToken})
	l.must(err)
	var seen []string
	for _, d := range append(out.Destinations, more.Destinations...) {
		seen = append(seen, strings.Join([]string{*d.DestinationName, *d.Arn, *d.TargetArn, *d.RoleArn, aws.ToString(d.AccessPolicy)}, " "))
	}
	const own = "arn:aws:logs:eu-central-1:111122223333:destination:"
	if got, want := strings.Join(seen, "; "), "a "+own+"a "+kinesisARN+" "+roleARN+" ; b "+own+"b "+kinesisARN+" "+roleARN+`2 {"v":1}`; got != want || more.NextToken != nil {
		t.Errorf("DescribeDestinations = %s, want %s", got, want)
	}
	drop := func() error {
		_, err := l.DeleteDestination(l.ctx, &cloudwatchlogs.DeleteDestinationInput{DestinationName: aws.String("a")})
		return err
	}
	wantError(t, "DeleteDestination", drop(), "<nil>")
	wantError(t, "DeleteDestination again", drop(), "ResourceNotFoundException: The specified destination does not exist.")
}

func TestKmsKeys(t *testing.T) {
	const key = "arn:aws:kms:eu-central-1:111122223333:key/1"
	const own = "arn:aws:logs:eu-central-1:111122223333:"
	l := newLab(t)
	l.create("g")
	name := aws.String("g")
	for _, tt := range []struct {
		name            string
		group, resource *string
		key, want       string
	}{
		{"a group", name, nil, key, "<nil>"},
		{"a group by its ARN", nil, aws.String(own + "log-group:g"), key, "<nil>"},
		{"results of queries", nil, aws.String(own + "query-result:*"), key, "<nil>"},
		{"both", name, aws.String(own + "log-group:g"), key, "InvalidParameterException: Exactly one of logGroupName and resourceIdentifier must be specified."},
		{"nothing", nil, nil, key, "InvalidParameterException: Exactly one of logGroupName and resourceIdentifier must be specified."},
		{"a group that there is not", aws.String("none"), nil, key, "ResourceNotFoundException: The specified log group does not exist."},
		{"a key's id", name, nil, "1", "InvalidParameterException: The specified KMS Key Id could not be found. 'g'"},
		{"a queue for a key", name, nil, "arn:aws:sqs:eu-central-1:111122223333:key/1", "InvalidParameterException: The specified KMS Key Id could not be found. 'g'"},
		{"a key without an id", name, nil, "arn:aws:kms:eu-central-1:111122223333:key/", "InvalidParameterException: The specified KMS Key Id could not be found. 'g'"},
		{"a key's alias for queries", nil, aws.String(own + "query-result:*"), "arn:aws:kms:eu-central-1:111122223333:alias/1", "InvalidParameterException: The specified KMS Key Id could not be found. 'query-result:*'"},
		{"another account's queries", nil, aws.String("arn:aws:logs:eu-central-1:444455556666:query-result:*"), key, "ResourceNotFoundException: The specified log group does not exist."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.AssociateKmsKey(l.ctx, &cloudwatchlogs.AssociateKmsKeyInput{LogGroupName: tt.group, ResourceIdentifier: tt.resource, KmsKeyId: &tt.key})
			wantError(t, "AssociateKmsKey", err, tt.want)
		})
	}
	keys := func() string {
		out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
		l.must(err)
		q, _, err := document[queryKey](l.ctx, l.Service, tenantOf(l.ctx).scope(settingKind).Key(queryKeySetting))
		l.must(err)
		return aws.ToString(out.LogGroups[0].KmsKeyId) + " " + q.KMSKey
	}
	if got := keys(); got != key+" "+key {
		t.Errorf("keys of group and queries: %s, want both %s", got, key)
	}
	_, err := l.DisassociateKmsKey(l.ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: name})
	l.must(err)
	_, err = l.DisassociateKmsKey(l.ctx, &cloudwatchlogs.DisassociateKmsKeyInput{ResourceIdentifier: aws.String(own + "query-result:*")})
	l.must(err)
	if got := keys(); got != " " {
		t.Errorf("keys of group and queries: %s, want none", got)
	}
}
