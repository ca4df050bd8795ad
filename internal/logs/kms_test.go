package logs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

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
			servicetest.WantError(t, "AssociateKmsKey", err, tt.want)
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
