package logs

import (
	"context"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A tagChange returns the tags that a resource has afterwards. It does not change those it had.
type tagChange func(had map[string]string) (map[string]string, error)

// A Tagger has resources with tags beside groups.
type Tagger func(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error)

// others calls the Tagger, if there is one.
func (s *Service) others(ctx context.Context, resource string, change tagChange) (tags map[string]string, theirs bool, err error) {
	if s.opts.Tagged == nil {
		return nil, false, nil
	}
	return s.opts.Tagged(ctx, resource, change)
}

// TagResource adds tags to a group, or to what a Tagger has.
func (s *Service) TagResource(ctx context.Context, in *cloudwatchlogs.TagResourceInput) (*cloudwatchlogs.TagResourceOutput, error) {
	resource := aws.ToString(in.ResourceArn)
	return &cloudwatchlogs.TagResourceOutput{}, s.changeTags(ctx, resource, func(had map[string]string) (map[string]string, error) {
		if err := checkEachTag(in.Tags); err != nil {
			return nil, err
		}
		tags := union(had, in.Tags)
		if len(tags) > s.limits.Tags {
			return nil, &types.TooManyTagsException{Message: aws.String(textTooManyTags), ResourceName: &resource}
		}
		return tags, nil
	})
}

// UntagResource removes tags of a group, or of what a Tagger has; those it does not have do not matter.
func (s *Service) UntagResource(ctx context.Context, in *cloudwatchlogs.UntagResourceInput) (*cloudwatchlogs.UntagResourceOutput, error) {
	return &cloudwatchlogs.UntagResourceOutput{}, s.changeTags(ctx, aws.ToString(in.ResourceArn), without(in.TagKeys))
}

// ListTagsForResource returns the tags of a group, or of what a Tagger has.
func (s *Service) ListTagsForResource(ctx context.Context, in *cloudwatchlogs.ListTagsForResourceInput) (*cloudwatchlogs.ListTagsForResourceOutput, error) {
	if tags, theirs, err := s.others(ctx, aws.ToString(in.ResourceArn), nil); theirs || err != nil {
		return &cloudwatchlogs.ListTagsForResourceOutput{Tags: union(tags, nil)}, err
	}
	group, err := tenantOf(ctx).tagged(aws.ToString(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	g, err := s.group(ctx, group)
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.ListTagsForResourceOutput{Tags: union(g.Tags, nil)}, nil
}

// TagLogGroup is TagResource's predecessor.
func (s *Service) TagLogGroup(ctx context.Context, in *cloudwatchlogs.TagLogGroupInput) (*cloudwatchlogs.TagLogGroupOutput, error) {
	return &cloudwatchlogs.TagLogGroupOutput{}, s.changeGroupTags(ctx, aws.ToString(in.LogGroupName), func(had map[string]string) (map[string]string, error) {
		return union(had, in.Tags), s.checkTags(had, in.Tags)
	})
}

// UntagLogGroup is UntagResource's predecessor.
func (s *Service) UntagLogGroup(ctx context.Context, in *cloudwatchlogs.UntagLogGroupInput) (*cloudwatchlogs.UntagLogGroupOutput, error) {
	return &cloudwatchlogs.UntagLogGroupOutput{}, s.changeGroupTags(ctx, aws.ToString(in.LogGroupName), without(in.Tags))
}

// ListTagsLogGroup is ListTagsForResource's predecessor.
func (s *Service) ListTagsLogGroup(ctx context.Context, in *cloudwatchlogs.ListTagsLogGroupInput) (*cloudwatchlogs.ListTagsLogGroupOutput, error) {
	g, err := s.group(ctx, aws.ToString(in.LogGroupName))
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.ListTagsLogGroupOutput{Tags: union(g.Tags, nil)}, nil
}

// tagged returns the name of the group that an ARN means in tagging. It may not end in ":*", as AWS has it.
func (t tenant) tagged(resource string) (string, error) {
	a, err := arn.Parse(resource)
	if err != nil || a.Service != "logs" || strings.HasSuffix(resource, ":*") {
		return "", refuse.Validation("Invalid resourceArn")
	}
	name, ok := t.ownResource(resource, groupResource)
	if !ok {
		return "", refuse.NotFound("The specified resource does not exist.")
	}
	return name, nil
}

func (s *Service) changeTags(ctx context.Context, resource string, change tagChange) error {
	if _, theirs, err := s.others(ctx, resource, change); theirs || err != nil {
		return err
	}
	group, err := tenantOf(ctx).tagged(resource)
	if err != nil {
		return err
	}
	return s.changeGroupTags(ctx, group, change)
}

func (s *Service) changeGroupTags(ctx context.Context, name string, change tagChange) error {
	return s.changeGroup(ctx, name, func(g *Group) (more []catalog.Change, err error) {
		g.Tags, err = change(g.Tags)
		return nil, err
	})
}

// textTooManyTags is ours: AWS's is not known [R].
const textTooManyTags = "The resource already has the maximum number of tags."

// CheckTags refuses tags that no new resource can have. Its error is the sender's.
func (s *Service) CheckTags(tags map[string]string) error { return s.checkTags(nil, tags) }

// checkTags refuses tags that no resource can have, or not besides those it had.
func (s *Service) checkTags(had, added map[string]string) error {
	if err := checkEachTag(added); err != nil {
		return err
	}
	if len(union(had, added)) > s.limits.Tags {
		return refuse.InvalidParameter(textTooManyTags)
	}
	return nil
}

// checkEachTag refuses a tag that no resource can have.
func checkEachTag(tags map[string]string) error {
	if refuse.ReservedTag(tags) {
		return refuse.InvalidParameter(refuse.TextReservedTag)
	}
	for k, v := range tags {
		if k == "" {
			return refuse.Constraint(k, "tags", "Map keys must satisfy constraint: [Member must have length greater than or equal to 1]")
		}
		if err := checkLength(k, "tags", 128); err != nil {
			return err
		}
		if err := checkLength(v, "tags", 256); err != nil {
			return err
		}
	}
	return nil
}

// union returns a with b's members over its own, never nil.
func union(a, b map[string]string) map[string]string {
	u := make(map[string]string, len(a)+len(b))
	maps.Copy(u, a)
	maps.Copy(u, b)
	return u
}

// without returns the change that removes keys.
func without(keys []string) tagChange {
	return func(had map[string]string) (map[string]string, error) {
		left := union(had, nil)
		for _, k := range keys {
			delete(left, k)
		}
		return left, nil
	}
}
