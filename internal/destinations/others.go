package destinations

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/arn"
	"github.com/groundwatch/groundwatch/internal/caller"
)

// Tag changes the tags of a destination of the caller's, and returns them as they then are: without a change, as they are. mine is false
// for what is no destination.
func (s *Service) Tag(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error) {
	name, ok := nameOf(ctx, resource)
	if !ok || strings.HasSuffix(name, ":*") { // an ARN of no resource, as AWS has it
		return nil, false, nil
	}
	if change == nil {
		d, err := s.get(ctx, name)
		return d.Tags, true, err
	}
	err = s.change(ctx, name, func(d *destination) (err error) {
		d.Tags, err = change(d.Tags)
		tags = d.Tags
		return err
	})
	return tags, true, err
}

// Subscribable tells whether the caller may send events to a destination: to its own, and in its region to those of other accounts that
// have an access policy. What a policy says is not looked at [R].
func (s *Service) Subscribable(ctx context.Context, to arn.ARN) (bool, error) {
	c := caller.From(ctx)
	owner := caller.Caller{Account: to.Account, Region: to.Region}
	theirs := caller.With(ctx, owner)
	name, ok := nameOf(theirs, to.String())
	if !ok || owner.Region != c.Region {
		return false, nil
	}
	d, err := s.get(theirs, name)
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return false, nil
	}
	return err == nil && (owner.Account == c.Account || d.Policy != ""), err
}
