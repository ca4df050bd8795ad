package logs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func TestBearerTokensNeedTheGroup(t *testing.T) {
	l := newLab(t)
	l.addGroup("g", nil)
	c := caller.From(l.ctx)
	c.ByToken = true
	byToken := caller.With(l.ctx, c)
	set := func(on bool) {
		t.Helper()
		_, err := l.PutBearerTokenAuthentication(l.ctx, &cloudwatchlogs.PutBearerTokenAuthenticationInput{LogGroupIdentifier: aws.String("g"), BearerTokenAuthenticationEnabled: &on})
		servicetest.WantError(t, "PutBearerTokenAuthentication", err, "")
		out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
		if err != nil || len(out.LogGroups) != 1 || aws.ToBool(out.LogGroups[0].BearerTokenAuthenticationEnabled) != on {
			t.Errorf("DescribeLogGroups = %+v, %v, want bearerTokenAuthenticationEnabled %t", out, err, on)
		}
	}
	servicetest.WantError(t, "CheckBearer of a fresh group", l.CheckBearer(byToken, "g"), "AccessDeniedException: "+textNoBearer)
	servicetest.WantError(t, "CheckBearer without a token", l.CheckBearer(l.ctx, "g"), "")
	set(true)
	servicetest.WantError(t, "CheckBearer of a group that allows it", l.CheckBearer(byToken, "g"), "")
	servicetest.WantError(t, "CheckBearer of no group", l.CheckBearer(byToken, "none"), "ResourceNotFoundException: The specified log group does not exist.")
	set(false)
	servicetest.WantError(t, "CheckBearer after it was disabled", l.CheckBearer(byToken, "g"), "AccessDeniedException: "+textNoBearer)

	_, err := l.PutBearerTokenAuthentication(l.ctx, &cloudwatchlogs.PutBearerTokenAuthenticationInput{LogGroupIdentifier: aws.String("none"), BearerTokenAuthenticationEnabled: aws.Bool(true)})
	servicetest.WantError(t, "PutBearerTokenAuthentication of none", err, "ResourceNotFoundException: The specified log group does not exist.")
}
