package preferences

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

const groups = "arn:aws:logs:" + servicetest.Region + ":" + servicetest.Account + ":log-group:"

func newService() *Service {
	return New(Options{
		Catalog: catalog.NewMemory(), Sealer: servicetest.Sealer(), Now: servicetest.Now,
		Find: func(_ context.Context, identifier string) (Group, error) {
			name := strings.TrimPrefix(identifier, groups)
			if strings.HasPrefix(name, "none") {
				return Group{}, &types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}
			}
			still := catalog.Entry{Key: catalog.Scope{Account: servicetest.Account, Region: servicetest.Region, Kind: "test-group"}.Key(name)}
			if name == "going" {
				return Group{name, groups + name, catalog.Put(still, catalog.Present)}, nil
			}
			return Group{name, groups + name, catalog.Put(still, catalog.Any)}, nil
		},
	})
}

func TestStorageTier(t *testing.T) {
	s, ctx := newService(), servicetest.As(servicetest.Account)
	get := func(ctx context.Context) string {
		out, err := s.GetStorageTierPolicy(ctx, &cloudwatchlogs.GetStorageTierPolicyInput{})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(out.StorageTier, aws.ToInt64(out.LastUpdatedTime))
	}
	if got := get(ctx); got != "STANDARD0" {
		t.Errorf("tier before one was put = %s", got)
	}
	for _, tier := range []types.StorageTier{types.StorageTierStandard, types.StorageTierIntelligentTiering} {
		out, err := s.PutStorageTierPolicy(ctx, &cloudwatchlogs.PutStorageTierPolicyInput{StorageTier: tier})
		if err != nil || out.StorageTier != tier || *out.LastUpdatedTime != servicetest.Clock {
			t.Errorf("PutStorageTierPolicy(%s) = %+v, %v", tier, out, err)
		}
	}
	if got, want := get(ctx), fmt.Sprint("INTELLIGENT_TIERING", int64(servicetest.Clock)); got != want {
		t.Errorf("tier = %s, want %s", got, want)
	}
	if got := get(servicetest.As("444455556666")); got != "STANDARD0" {
		t.Errorf("tier of another account = %s", got)
	}
}

func TestSyslogConfigurations(t *testing.T) {
	s, ctx := newService(), servicetest.As(servicetest.Account)
	put := func(group, endpoint string) error {
		_, err := s.PutSyslogConfiguration(ctx, &cloudwatchlogs.PutSyslogConfigurationInput{LogGroupIdentifier: &group, VpcEndpointId: &endpoint})
		return err
	}
	list := func(in cloudwatchlogs.ListSyslogConfigurationsInput) string {
		var found []string
		for {
			out, err := s.ListSyslogConfigurations(ctx, &in)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range out.SyslogConfigurations {
				found = append(found, strings.TrimPrefix(*c.LogGroupArn, groups)+":"+aws.ToString(c.VpcEndpointId))
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				return strings.Join(found, " ")
			}
		}
	}
	for _, c := range []struct{ group, endpoint string }{{"b", "vpce-1"}, {"a", "vpce-2"}, {groups + "a", "vpce-1"}, {"a", "vpce-1"}} {
		if err := put(c.group, c.endpoint); err != nil {
			t.Errorf("PutSyslogConfiguration(%s, %s) = %v", c.group, c.endpoint, err)
		}
	}
	servicetest.WantError(t, "PutSyslogConfiguration of no group", put("none", "vpce-1"), "ResourceNotFoundException: The specified log group does not exist.")
	servicetest.WantError(t, "PutSyslogConfiguration of a group that goes", put("going", "vpce-1"),
		"OperationAbortedException: A conflicting operation is currently in progress against this resource. Please try again.")
	for _, tt := range []struct {
		name string
		in   cloudwatchlogs.ListSyslogConfigurationsInput
		want string
	}{
		{"all", cloudwatchlogs.ListSyslogConfigurationsInput{}, "a:vpce-1 a:vpce-2 b:vpce-1"},
		{"pages of one", cloudwatchlogs.ListSyslogConfigurationsInput{MaxResults: 1}, "a:vpce-1 a:vpce-2 b:vpce-1"},
		{"a group's", cloudwatchlogs.ListSyslogConfigurationsInput{LogGroupIdentifier: aws.String("b")}, "b:vpce-1"},
		{"an endpoint's", cloudwatchlogs.ListSyslogConfigurationsInput{VpcEndpointId: aws.String("vpce-2")}, "a:vpce-2"},
	} {
		if got := list(tt.in); got != tt.want {
			t.Errorf("%s = %s, want %s", tt.name, got, tt.want)
		}
	}
	_, err := s.ListSyslogConfigurations(ctx, &cloudwatchlogs.ListSyslogConfigurationsInput{NextToken: aws.String("x")})
	servicetest.WantError(t, "ListSyslogConfigurations with no token", err, "InvalidParameterException: The specified nextToken is invalid.")
	for _, want := range []string{"", "ResourceNotFoundException: " + textSyslogMissing} {
		_, err := s.DeleteSyslogConfiguration(ctx, &cloudwatchlogs.DeleteSyslogConfigurationInput{LogGroupIdentifier: aws.String("a"), VpcEndpointId: aws.String("vpce-1")})
		servicetest.WantError(t, "DeleteSyslogConfiguration", err, want)
	}
	if got := list(cloudwatchlogs.ListSyslogConfigurationsInput{}); got != "a:vpce-2 b:vpce-1" {
		t.Errorf("after one was deleted there are %s", got)
	}
	many := groupSyslog{Group: groups + "c"}
	for i := range maxSyslogs - 3 {
		many.All = append(many.All, syslog{Endpoint: fmt.Sprintf("vpce-%d", i)})
	}
	if err := s.syslogs.Put(ctx, "c", many, catalog.Absent); err != nil {
		t.Fatal(err)
	}
	servicetest.WantError(t, "PutSyslogConfiguration at the limit", put("c", "vpce-x"), "")
	servicetest.WantError(t, "PutSyslogConfiguration beyond the limit", put("d", "vpce-1"), "InvalidOperationException: "+textLimit)
}
