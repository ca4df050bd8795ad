package logs

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// PutBearerTokenAuthentication sets whether events may come to a group from senders that show a bearer token.
func (s *Service) PutBearerTokenAuthentication(ctx context.Context, in *cloudwatchlogs.PutBearerTokenAuthenticationInput) (*cloudwatchlogs.PutBearerTokenAuthenticationOutput, error) {
	name, err := tenantOf(ctx).groupName(aws.ToString(in.LogGroupIdentifier))
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.PutBearerTokenAuthenticationOutput{}, s.changeGroup(ctx, name, func(g *Group) ([]catalog.Change, error) {
		g.BearerTokens = aws.ToBool(in.BearerTokenAuthenticationEnabled)
		return nil, nil
	})
}

// textNoBearer is ours: AWS's is not known [R].
const textNoBearer = "Bearer token authentication is not enabled for the specified log group."

// CheckBearer returns nil if the caller did not come with a bearer token, or may with one: to a group that has it enabled.
func (s *Service) CheckBearer(ctx context.Context, group string) error {
	if !caller.From(ctx).ByToken {
		return nil
	}
	g, err := s.group(ctx, group)
	if err != nil {
		return err
	}
	if !g.BearerTokens {
		return refuse.Denied(textNoBearer)
	}
	return nil
}
