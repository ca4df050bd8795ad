package queries

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// StopQuery ends a query at once. What it has found stays to be read.
func (s *Service) StopQuery(ctx context.Context, in *cloudwatchlogs.StopQueryInput) (*cloudwatchlogs.StopQueryOutput, error) {
	q, err := s.query(ctx, in.QueryId)
	if err != nil {
		return nil, err
	}
	if !q.cancel() {
		return nil, refuse.InvalidParameter(textQueryEnded)
	}
	s.line.leave(q)
	return &cloudwatchlogs.StopQueryOutput{Success: true}, nil
}
