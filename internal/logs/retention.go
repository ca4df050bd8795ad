package logs

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// retentions are the days that a retention policy can have (PutRetentionPolicy).
var retentions = []int32{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// deliveryRetention is how many days AWS gives every group of the class DELIVERY; no one can change it. Seen in
// hashicorp/terraform-provider-aws#42657, with the text that refuses a change.
const deliveryRetention = 2

// PutRetentionPolicy sets after how many days events are gone. It counts at once, also for events that are there; longer retention
// may bring back those that had not been removed yet.
func (s *Service) PutRetentionPolicy(ctx context.Context, in *cloudwatchlogs.PutRetentionPolicyInput) (*cloudwatchlogs.PutRetentionPolicyOutput, error) {
	days := aws.ToInt32(in.RetentionInDays)
	if !slices.Contains(retentions, days) {
		return nil, refuse.Constraint(strconv.Itoa(int(days)), "retentionInDays", "Member must satisfy enum value set: ["+joined(retentions)+"]")
	}
	return &cloudwatchlogs.PutRetentionPolicyOutput{}, s.setRetention(ctx, aws.ToString(in.LogGroupName), days)
}

// DeleteRetentionPolicy lets events stay for ever.
func (s *Service) DeleteRetentionPolicy(ctx context.Context, in *cloudwatchlogs.DeleteRetentionPolicyInput) (*cloudwatchlogs.DeleteRetentionPolicyOutput, error) {
	return &cloudwatchlogs.DeleteRetentionPolicyOutput{}, s.setRetention(ctx, aws.ToString(in.LogGroupName), 0)
}

func (s *Service) setRetention(ctx context.Context, name string, days int32) error {
	return s.changeGroup(ctx, name, func(g *Group) ([]catalog.Change, error) {
		if g.Class == types.LogGroupClassDelivery {
			return nil, refuse.Validation("This operation is not supported for Delivery log class")
		}
		g.RetentionDays = days
		return nil, nil
	})
}

func joined(numbers []int32) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(int(n))
	}
	return strings.Join(texts, ", ")
}
