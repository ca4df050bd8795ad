package logs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// create makes groups as a client does.
func (l *lab) create(names ...string) {
	l.t.Helper()
	for _, name := range names {
		_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name})
		l.must(err)
	}
}

// createStream makes streams as a client does.
func (l *lab) createStream(group string, names ...string) {
	l.t.Helper()
	for _, name := range names {
		_, err := l.CreateLogStream(l.ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &name})
		l.must(err)
	}
}

// remove deletes a group as a client does.
func (l *lab) remove(name string) {
	l.t.Helper()
	_, err := l.DeleteLogGroup(l.ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
	l.must(err)
}

// as returns a context of another account or region.
func as(account, region string) context.Context {
	return caller.With(context.Background(), caller.Caller{Account: account, Region: region})
}

// describeGroups returns the names on all pages of a DescribeLogGroups, and how many pages there were.
func (l *lab) describeGroups(ctx context.Context, in cloudwatchlogs.DescribeLogGroupsInput) (names []string, pages int) {
	l.t.Helper()
	for {
		out, err := l.DescribeLogGroups(ctx, &in)
		l.must(err)
		for _, g := range out.LogGroups {
			names = append(names, *g.LogGroupName)
		}
		pages++
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return names, pages
		}
	}
}

func TestCreateLogGroup(t *testing.T) {
	const key = "arn:aws:kms:eu-central-1:111122223333:key/1234"
	const own = "arn:aws:logs:eu-central-1:111122223333:log-group:"
	base := types.LogGroup{
		Arn: aws.String(own + "/app/x:*"), LogGroupArn: aws.String(own + "/app/x"), LogGroupName: aws.String("/app/x"),
		LogGroupClass: types.LogGroupClassStandard, CreationTime: aws.Int64(labStart.UnixMilli()), MetricFilterCount: aws.Int32(0),
		StoredBytes: aws.Int64(0), DeletionProtectionEnabled: aws.Bool(false), BearerTokenAuthenticationEnabled: aws.Bool(false),
	}
	with := func(change func(g *types.LogGroup)) types.LogGroup {
		g := base
		change(&g)
		return g
	}
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.CreateLogGroupInput
		want types.LogGroup
	}{
		{"nothing but a name", cloudwatchlogs.CreateLogGroupInput{}, base},
		{"infrequent access", cloudwatchlogs.CreateLogGroupInput{LogGroupClass: types.LogGroupClassInfrequentAccess}, with(func(g *types.LogGroup) { g.LogGroupClass = types.LogGroupClassInfrequentAccess })},
		{"delivery has its own retention", cloudwatchlogs.CreateLogGroupInput{LogGroupClass: types.LogGroupClassDelivery}, with(func(g *types.LogGroup) {
			g.LogGroupClass, g.RetentionInDays = types.LogGroupClassDelivery, aws.Int32(2)
		})},
		{"a key", cloudwatchlogs.CreateLogGroupInput{KmsKeyId: aws.String(key)}, with(func(g *types.LogGroup) { g.KmsKeyId = aws.String(key) })},
		{"protected", cloudwatchlogs.CreateLogGroupInput{DeletionProtectionEnabled: aws.Bool(true)}, with(func(g *types.LogGroup) { g.DeletionProtectionEnabled = aws.Bool(true) })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			tt.in.LogGroupName = aws.String("/app/x")
			_, err := l.CreateLogGroup(l.ctx, &tt.in)
			l.must(err)
			out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
			l.must(err)
			if diff := cmp.Diff([]types.LogGroup{tt.want}, out.LogGroups, cmpopts.IgnoreUnexported(types.LogGroup{})); diff != "" {
				t.Errorf("DescribeLogGroups (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCreateLogGroupNames(t *testing.T) {
	const pattern = `failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`
	for _, tt := range []struct{ name, group, want string }{
		{"one character", "a", "<nil>"},
		{"all kinds of characters", "/aws.x-_#9/Z", "<nil>"},
		{"512 characters", strings.Repeat("a", 512), "<nil>"},
		{"513 characters", strings.Repeat("a", 513), "InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512."},
		{"no character", "", "InvalidParameterException: 1 validation error detected: Value '' at 'logGroupName' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"a blank", "a b", "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' " + pattern},
		{"a colon", "a:b", "InvalidParameterException: 1 validation error detected: Value 'a:b' at 'logGroupName' " + pattern},
		{"a letter beyond ASCII", "ä", "InvalidParameterException: 1 validation error detected: Value 'ä' at 'logGroupName' " + pattern},
		{"AWS's own names", "aws/x", "InvalidParameterException: Log groups starting with AWS/ are reserved for AWS."},
		{"AWS's own names in capitals", "AWS/x", "InvalidParameterException: Log groups starting with AWS/ are reserved for AWS."},
		{"a slash before aws", "/aws/x", "<nil>"},
		{"aws without a slash", "aws", "<nil>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &tt.group})
			servicetest.WantError(t, fmt.Sprintf("CreateLogGroup(%.20q)", tt.group), err, tt.want)
		})
	}
}

func TestCreateLogGroupRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.CreateLogGroupInput
		want string
	}{
		{"an unknown class", cloudwatchlogs.CreateLogGroupInput{LogGroupClass: "FAST"}, "InvalidParameterException: 1 validation error detected: Value 'FAST' at 'logGroupClass' failed to satisfy constraint: Member must satisfy enum value set: [INFREQUENT_ACCESS, STANDARD, DELIVERY]"},
		{"a key that is an alias", cloudwatchlogs.CreateLogGroupInput{KmsKeyId: aws.String("alias/x")}, "InvalidParameterException: The specified KMS Key Id could not be found. 'g'"},
		{"a tag of AWS's", cloudwatchlogs.CreateLogGroupInput{Tags: map[string]string{"aws:x": "1"}}, "InvalidParameterException: aws: prefixed tag key names are not allowed for external use."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			tt.in.LogGroupName = aws.String("g")
			_, err := l.CreateLogGroup(l.ctx, &tt.in)
			servicetest.WantError(t, "CreateLogGroup", err, tt.want)
			if names, _ := l.describeGroups(l.ctx, cloudwatchlogs.DescribeLogGroupsInput{}); names != nil {
				t.Errorf("groups after a refused CreateLogGroup: %q, want none", names)
			}
		})
	}
}

func TestGroupQuota(t *testing.T) {
	l := newLab(t)
	l.opts.Limits.Groups = 2
	l.restart()
	create := func(name string) error {
		_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name})
		return err
	}
	servicetest.WantError(t, "first", create("a"), "")
	servicetest.WantError(t, "one that exists", create("a"), "ResourceAlreadyExistsException: The specified log group already exists")
	servicetest.WantError(t, "last", create("b"), "")
	servicetest.WantError(t, "one too many", create("c"), "LimitExceededException: Resource limit exceeded.")
	servicetest.WantError(t, "one that exists when no more fit", create("a"), "ResourceAlreadyExistsException: The specified log group already exists")
	l.restart()
	servicetest.WantError(t, "one too many after a restart", create("c"), "LimitExceededException: Resource limit exceeded.")
	l.remove("a")
	servicetest.WantError(t, "after a delete", create("c"), "")
	servicetest.WantError(t, "again one too many", create("d"), "LimitExceededException: Resource limit exceeded.")
}

func TestDescribeLogGroups(t *testing.T) {
	l := newLab(t)
	var many []string
	for i := range 60 {
		many = append(many, fmt.Sprintf("many/%02d", i))
	}
	l.create(append(many, "/app/Data", "/app/data", "other", "B", "a")...)
	_, err := l.CreateLogGroup(l.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("cold"), LogGroupClass: types.LogGroupClassInfrequentAccess})
	l.must(err)
	all := append([]string{"/app/Data", "/app/data", "B", "a", "cold"}, append(slices.Clone(many), "other")...)
	for _, tt := range []struct {
		name  string
		in    cloudwatchlogs.DescribeLogGroupsInput
		want  []string
		pages int
	}{
		{"all, 50 a page", cloudwatchlogs.DescribeLogGroupsInput{}, all, 2},
		{"one a page", cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(1)}, all, len(all)},
		{"a prefix", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/app/")}, all[:2], 1},
		{"a prefix that is a name", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("other")}, []string{"other"}, 1},
		{"a prefix that fills the last page", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("many/"), Limit: aws.Int32(30)}, many, 2},
		{"no such prefix", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("app")}, nil, 1},
		{"a pattern anywhere", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("ata")}, all[:2], 1},
		{"a pattern with its case", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("data")}, all[1:2], 1},
		{"a pattern over pages", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("y/1"), Limit: aws.Int32(4)}, many[10:20], 3},
		{"the last group that a pattern wants ends the list or not", cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: aws.String("oth"), Limit: aws.Int32(1)}, []string{"other"}, 1},
		{"a class", cloudwatchlogs.DescribeLogGroupsInput{LogGroupClass: types.LogGroupClassInfrequentAccess}, []string{"cold"}, 1},
		{"a class and a prefix", cloudwatchlogs.DescribeLogGroupsInput{LogGroupClass: types.LogGroupClassInfrequentAccess, LogGroupNamePrefix: aws.String("o")}, nil, 1},
		{"the own account", cloudwatchlogs.DescribeLogGroupsInput{IncludeLinkedAccounts: aws.Bool(true), AccountIdentifiers: []string{"111122223333"}, LogGroupNamePrefix: aws.String("a")}, []string{"a"}, 1},
		{"another account", cloudwatchlogs.DescribeLogGroupsInput{IncludeLinkedAccounts: aws.Bool(true), AccountIdentifiers: []string{"444455556666"}}, nil, 1},
		{"every form of a name", cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{
			"other", "arn:aws:logs:eu-central-1:111122223333:log-group:cold:*", "arn:aws:logs:eu-central-1:111122223333:log-group:a:",
			"arn:aws:logs:eu-central-1:111122223333:log-group:B", "none", "arn:aws:logs:eu-central-1:444455556666:log-group:a", "other",
		}}, []string{"B", "a", "cold", "other"}, 1},
		{"names with linked accounts", cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"a"}, IncludeLinkedAccounts: aws.Bool(true), AccountIdentifiers: []string{}}, []string{"a"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			names, pages := l.describeGroups(l.ctx, tt.in)
			if !slices.Equal(names, tt.want) || pages != tt.pages {
				t.Errorf("DescribeLogGroups = %q on %d pages, want %q on %d", names, pages, tt.want, tt.pages)
			}
		})
	}
}

func TestDescribeLogGroupsRefuses(t *testing.T) {
	l := newLab(t)
	l.create("a", "b")
	first, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(1)})
	l.must(err)
	streams, err := l.DescribeLogStreams(l.ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("a"), Limit: aws.Int32(1)})
	l.must(err)
	if streams.NextToken != nil {
		t.Errorf("token of an empty list: %q, want none", *streams.NextToken)
	}
	changed := []byte(*first.NextToken)
	changed[len(changed)/2] ^= 1 // another letter or digit, or none at all
	for _, tt := range []struct {
		name string
		ctx  context.Context
		in   cloudwatchlogs.DescribeLogGroupsInput
		want string
	}{
		{"the own token", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{NextToken: first.NextToken}, "<nil>"},
		{"any text", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{NextToken: aws.String("x")}, "InvalidParameterException: The specified nextToken is invalid."},
		{"a changed token", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{NextToken: aws.String(string(changed))}, "InvalidParameterException: The specified nextToken is invalid."},
		{"a token of another list", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{NextToken: first.NextToken, LogGroupNamePrefix: aws.String("a")}, "InvalidParameterException: The specified nextToken is invalid."},
		{"a token of another account", as("444455556666", "eu-central-1"), cloudwatchlogs.DescribeLogGroupsInput{NextToken: first.NextToken}, "InvalidParameterException: The specified nextToken is invalid."},
		{"a token of another region", as("111122223333", "us-east-1"), cloudwatchlogs.DescribeLogGroupsInput{NextToken: first.NextToken}, "InvalidParameterException: The specified nextToken is invalid."},
		{"no items", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(0)}, "InvalidParameterException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"51 items", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(51)}, "InvalidParameterException: 1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"},
		{"identifiers and accounts", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"a"}, AccountIdentifiers: []string{"111122223333"}}, "InvalidParameterException: " + textOnlyIdentifiers},
		{"identifiers and other linked accounts", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"a"}, IncludeLinkedAccounts: aws.Bool(true), AccountIdentifiers: []string{"444455556666"}}, "InvalidParameterException: " + textOnlyIdentifiers},
		{"identifiers and a prefix", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"a"}, LogGroupNamePrefix: aws.String("a")}, "InvalidParameterException: " + textOnlyIdentifiers},
		{"identifiers and a pattern", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"a"}, LogGroupNamePattern: aws.String("a")}, "InvalidParameterException: " + textOnlyIdentifiers},
		{"identifiers and a class", l.ctx, cloudwatchlogs.DescribeLogGroupsInput{LogGroupIdentifiers: []string{"a"}, LogGroupClass: types.LogGroupClassStandard}, "InvalidParameterException: " + textOnlyIdentifiers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.DescribeLogGroups(tt.ctx, &tt.in)
			servicetest.WantError(t, "DescribeLogGroups", err, tt.want)
		})
	}
	l.restart()
	if names, _ := l.describeGroups(l.ctx, cloudwatchlogs.DescribeLogGroupsInput{NextToken: first.NextToken}); !slices.Equal(names, []string{"b"}) {
		t.Errorf("page of a token after a restart: %q, want b", names)
	}
}

func TestTenantsAreIsolated(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "s")
	for _, tt := range []struct{ name, account, region string }{
		{"another account", "444455556666", "eu-central-1"},
		{"another region", "111122223333", "us-east-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := as(tt.account, tt.region)
			if names, _ := l.describeGroups(ctx, cloudwatchlogs.DescribeLogGroupsInput{}); names != nil {
				t.Errorf("groups: %q, want none", names)
			}
			for _, id := range []string{"g", "arn:aws:logs:eu-central-1:111122223333:log-group:g"} {
				_, err := l.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupIdentifier: &id})
				servicetest.WantError(t, "DescribeLogStreams of "+id, err, "ResourceNotFoundException: The specified log group does not exist.")
			}
			_, err := l.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("g")})
			servicetest.WantError(t, "CreateLogGroup of the same name", err, "")
			_, err = l.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("g")})
			servicetest.WantError(t, "DeleteLogGroup of the same name", err, "")
		})
	}
	if names, _ := l.describeStreams(cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("g")}); !slices.Equal(names, []string{"s"}) {
		t.Errorf("streams of the first tenant: %q, want s", names)
	}
}

func TestDeletionProtection(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "s")
	const refused = "ValidationException: The log group g has deletion protection enabled. Disable deletion protection before you delete it."
	protect := func(id string, on bool) {
		_, err := l.PutLogGroupDeletionProtection(l.ctx, &cloudwatchlogs.PutLogGroupDeletionProtectionInput{LogGroupIdentifier: &id, DeletionProtectionEnabled: &on})
		servicetest.WantError(t, "PutLogGroupDeletionProtection "+id, err, "")
	}
	protect("arn:aws:logs:eu-central-1:111122223333:log-group:g:*", true)
	_, err := l.DeleteLogGroup(l.ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("g")})
	servicetest.WantError(t, "DeleteLogGroup", err, refused)
	_, err = l.DeleteLogStream(l.ctx, &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")})
	servicetest.WantError(t, "DeleteLogStream", err, refused)
	protect("g", false)
	l.remove("g")
	_, err = l.PutLogGroupDeletionProtection(l.ctx, &cloudwatchlogs.PutLogGroupDeletionProtectionInput{LogGroupIdentifier: aws.String("g"), DeletionProtectionEnabled: aws.Bool(true)})
	servicetest.WantError(t, "PutLogGroupDeletionProtection of none", err, "ResourceNotFoundException: The specified log group does not exist.")
}

func TestDescribedSize(t *testing.T) {
	l := newLab(t)
	l.create("g")
	l.createStream("g", "s")
	l.putTexts("g", "s", "12345", "ü")
	out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	l.must(err)
	if got := *out.LogGroups[0].StoredBytes; got != 7 {
		t.Errorf("storedBytes = %d, want 7", got)
	}
}
