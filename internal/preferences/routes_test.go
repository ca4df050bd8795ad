package preferences

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func TestSyslogRoutes(t *testing.T) {
	type place struct{ account, group, endpoint string }
	for _, tt := range []struct {
		name     string
		places   []place
		endpoint string
		want     string
	}{
		{"nobody", nil, "", ""},
		{"one takes all", []place{{"111122223333", "a", ""}}, "", "a"},
		{"one takes all of any endpoint", []place{{"111122223333", "a", ""}}, "vpce-1", "a"},
		{"by endpoint", []place{{"111122223333", "a", "vpce-1"}, {"111122223333", "b", "vpce-2"}}, "vpce-2", "b"},
		{"an endpoint that nobody names", []place{{"111122223333", "a", "vpce-1"}}, "vpce-2", ""},
		{"what nobody names goes to who names none", []place{{"111122223333", "a", "vpce-1"}, {"111122223333", "b", ""}}, "vpce-2", "b"},
		{"who is named gets it alone", []place{{"111122223333", "a", "vpce-1"}, {"111122223333", "b", ""}}, "vpce-1", "a"},
		{"two of an endpoint", []place{{"111122223333", "a", "vpce-1"}, {"111122223333", "b", "vpce-1"}}, "vpce-1", "a b"},
		{"no endpoint and one configuration", []place{{"111122223333", "a", "vpce-1"}}, "", "a"},
		{"no endpoint and two configurations of one", []place{{"111122223333", "a", "vpce-1"}, {"111122223333", "b", "vpce-1"}}, "", "a b"},
		{"no endpoint and configurations of two", []place{{"111122223333", "a", "vpce-1"}, {"111122223333", "b", "vpce-2"}}, "", ""},
		{"another account's are nobody's", []place{{"111122223333", "a", ""}, {"444455556666", "b", ""}}, "", "a"},
		{"another account's do not count", []place{{"111122223333", "a", "vpce-1"}, {"444455556666", "b", "vpce-2"}}, "", "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService()
			for _, p := range tt.places {
				in := &cloudwatchlogs.PutSyslogConfigurationInput{LogGroupIdentifier: &p.group}
				if p.endpoint != "" {
					in.VpcEndpointId = aws.String(p.endpoint)
				}
				if _, err := s.PutSyslogConfiguration(servicetest.As(p.account), in); err != nil {
					t.Fatalf("PutSyslogConfiguration(%+v) = %v", p, err)
				}
			}
			routes, err := s.SyslogRoutes(t.Context(), "111122223333", tt.endpoint)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range routes {
				got = append(got, strings.TrimPrefix(r.Group, groups))
				if r.Owner.Account != "111122223333" || r.Owner.Region != "eu-central-1" {
					t.Errorf("SyslogRoutes(%q): %+v has no owner", tt.endpoint, r)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("SyslogRoutes(%q) = %q, want %q", tt.endpoint, got, tt.want)
			}
		})
	}
}
