package destinations

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

const (
	own     = "arn:aws:logs:eu-central-1:111122223333:destination:"
	theirs  = "arn:aws:logs:eu-central-1:444455556666:destination:"
	kinesis = "arn:aws:kinesis:eu-central-1:111122223333:stream/s"
	role    = "arn:aws:iam::111122223333:role/r"
)

func newService() *Service {
	return New(Options{
		Catalog: catalog.NewMemory(), Sealer: servicetest.Sealer(), Now: servicetest.Now,
		CheckTags: func(tags map[string]string) error {
			if _, bad := tags["bad"]; bad {
				return refuse.InvalidParameter("bad tag")
			}
			return nil
		},
	})
}

func as(account, region string) context.Context {
	return caller.With(context.Background(), caller.Caller{Account: account, Region: region})
}

func asOwner() context.Context { return as("111122223333", "eu-central-1") }

// put makes a destination with a role of the caller's.
func (s *Service) put(ctx context.Context, name string, tags map[string]string) error {
	ownRole := strings.Replace(role, "111122223333", caller.From(ctx).Account, 1)
	_, err := s.PutDestination(ctx, &cloudwatchlogs.PutDestinationInput{DestinationName: &name, TargetArn: aws.String(kinesis), RoleArn: &ownRole, Tags: tags})
	return err
}

func (s *Service) policy(ctx context.Context, name, document string) error {
	_, err := s.PutDestinationPolicy(ctx, &cloudwatchlogs.PutDestinationPolicyInput{DestinationName: &name, AccessPolicy: &document})
	return err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const missing = "ResourceNotFoundException: The specified destination does not exist."

func TestDestinations(t *testing.T) {
	s, ctx := newService(), asOwner()
	put := func(name, role string) error {
		_, err := s.PutDestination(ctx, &cloudwatchlogs.PutDestinationInput{DestinationName: &name, TargetArn: aws.String(kinesis), RoleArn: &role})
		return err
	}
	full := `{"x":"` + strings.Repeat("x", 5120-8) + `"}`
	const constraint = "InvalidParameterException: 1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s"
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"PutDestination b", put("b", role), "<nil>"},
		{"PutDestination a", put("a", role), "<nil>"},
		{"PutDestination with another account's role", put("b", "arn:aws:iam::444455556666:role/r"), "AccessDeniedException: Cross-account pass role is not allowed."},
		{"PutDestination with no role", put("b", "r"), "InvalidParameterException: Invalid roleArn: r"},
		{"PutDestination with a colon", put("b:c", role), fmt.Sprintf(constraint, "b:c", "destinationName", "satisfy regular expression pattern: [^:*]*")},
		{"PutDestination with 513 characters", put(strings.Repeat("ü", 513), role), fmt.Sprintf(constraint, strings.Repeat("ü", 513), "destinationName", "have length less than or equal to 512")},
		{"PutDestination with a bad tag", s.put(ctx, "c", map[string]string{"bad": ""}), "InvalidParameterException: bad tag"},
		{"PutDestinationPolicy of 5,120 bytes", s.policy(ctx, "a", full), "<nil>"},
		{"PutDestinationPolicy of 5,121 bytes", s.policy(ctx, "a", full+" "), fmt.Sprintf(constraint, full+" ", "accessPolicy", "have length less than or equal to 5120")},
		{"PutDestinationPolicy again", s.policy(ctx, "a", `{"v":1}`), "<nil>"},
		{"PutDestinationPolicy without JSON", s.policy(ctx, "b", "x"), "InvalidParameterException: Invalid policy document"},
		{"PutDestinationPolicy with no object", s.policy(ctx, "b", "null"), "InvalidParameterException: Invalid policy document"},
		{"PutDestinationPolicy of none", s.policy(ctx, "c", "{}"), missing},
		{"PutDestinationPolicy of what can be none", s.policy(ctx, "", "{}"), missing},
		{"PutDestination again keeps the policy", put("a", role+"2"), "<nil>"},
	} {
		servicetest.WantError(t, tt.name, tt.err, tt.want)
	}
	var seen []string
	for in := (cloudwatchlogs.DescribeDestinationsInput{Limit: aws.Int32(1)}); ; {
		out, err := s.DescribeDestinations(ctx, &in)
		must(t, err)
		for _, d := range out.Destinations {
			seen = append(seen, strings.Join([]string{*d.DestinationName, *d.Arn, *d.TargetArn, *d.RoleArn, aws.ToString(d.AccessPolicy), fmt.Sprint(*d.CreationTime - servicetest.Clock)}, " "))
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	if got, want := strings.Join(seen, "; "), "a "+own+"a "+kinesis+" "+role+`2 {"v":1} 0; b `+own+"b "+kinesis+" "+role+"  0"; got != want {
		t.Errorf("DescribeDestinations = %s, want %s", got, want)
	}
	_, err := s.DescribeDestinations(ctx, &cloudwatchlogs.DescribeDestinationsInput{NextToken: aws.String("x")})
	servicetest.WantError(t, "DescribeDestinations with no token", err, "InvalidParameterException: The specified nextToken is invalid.")
	for _, tt := range []struct{ name, want string }{{"a", "<nil>"}, {"a", missing}, {"", missing}} {
		_, err := s.DeleteDestination(ctx, &cloudwatchlogs.DeleteDestinationInput{DestinationName: &tt.name})
		servicetest.WantError(t, "DeleteDestination "+tt.name, err, tt.want)
	}
}

func TestQuota(t *testing.T) {
	s, ctx := newService(), asOwner()
	var many []catalog.Change
	for i := range maxDestinations - 1 {
		c, err := s.kind.Change(ctx, fmt.Sprint(i), destination{}, catalog.Absent)
		must(t, err)
		many = append(many, c)
	}
	must(t, s.kind.Write(ctx, many...))
	servicetest.WantError(t, "PutDestination 500", s.put(ctx, "last", nil), "")
	servicetest.WantError(t, "PutDestination 501", s.put(ctx, "more", nil), "LimitExceededException: Resource limit exceeded.")
	servicetest.WantError(t, "PutDestination again", s.put(ctx, "0", nil), "")
	servicetest.WantError(t, "PutDestination in another region", s.put(as("111122223333", "eu-west-1"), "more", nil), "")
}

func TestTag(t *testing.T) {
	s, ctx := newService(), asOwner()
	must(t, s.put(ctx, "d", map[string]string{"a": "1"}))
	must(t, s.put(ctx, "d", map[string]string{"later": "is not taken"}))
	add := func(had map[string]string) (map[string]string, error) {
		tags := maps.Clone(had)
		tags["b"] = "2"
		return tags, nil
	}
	refuse := func(map[string]string) (map[string]string, error) { return nil, errors.New("refused") }
	for _, tt := range []struct {
		name, resource string
		change         func(map[string]string) (map[string]string, error)
		tags           string
		mine           bool
		want           string
	}{
		{"as they are", own + "d", nil, "map[a:1]", true, "<nil>"},
		{"a change that is refused", own + "d", refuse, "map[]", true, "refused"},
		{"a change", own + "d", add, "map[a:1 b:2]", true, "<nil>"},
		{"as they are then", own + "d", nil, "map[a:1 b:2]", true, "<nil>"},
		{"none", own + "none", nil, "map[]", true, missing},
		{"a change of none", own + "none", add, "map[]", true, missing},
		{"what can be none", own + "a:b", nil, "map[]", true, missing},
		{"with a star", own + "d:*", nil, "map[]", false, "<nil>"},
		{"another account's", theirs + "d", nil, "map[]", false, "<nil>"},
		{"a group", "arn:aws:logs:eu-central-1:111122223333:log-group:d", nil, "map[]", false, "<nil>"},
		{"no ARN", "d", nil, "map[]", false, "<nil>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tags, mine, err := s.Tag(ctx, tt.resource, tt.change)
			if fmt.Sprint(tags) != tt.tags || mine != tt.mine {
				t.Errorf("Tag(%s) = %v, %t, want %s, %t", tt.resource, tags, mine, tt.tags, tt.mine)
			}
			servicetest.WantError(t, "Tag", err, tt.want)
		})
	}
}

func TestSubscribable(t *testing.T) {
	s, ctx := newService(), asOwner()
	other, elsewhere := as("444455556666", "eu-central-1"), as("444455556666", "eu-west-1")
	for _, ctx := range []context.Context{ctx, other, elsewhere} {
		must(t, s.put(ctx, "open", nil))
		must(t, s.put(ctx, "closed", nil))
		must(t, s.policy(ctx, "open", "{}"))
	}
	for _, tt := range []struct {
		name, to string
		want     bool
	}{
		{"an own one", own + "open", true},
		{"an own one without a policy", own + "closed", true},
		{"an own one that there is not", own + "none", false},
		{"another account's", theirs + "open", true},
		{"another account's without a policy", theirs + "closed", false},
		{"another account's that there is not", theirs + "none", false},
		{"one that there cannot be", theirs + "a:b", false},
		{"another region's", "arn:aws:logs:eu-west-1:444455556666:destination:open", false},
		{"a log group", "arn:aws:logs:eu-central-1:111122223333:log-group:g", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			to, err := arn.Parse(tt.to)
			must(t, err)
			if got, err := s.Subscribable(ctx, to); got != tt.want || err != nil {
				t.Errorf("Subscribable(%s) = %t, %v, want %t", tt.to, got, err, tt.want)
			}
		})
	}
}
