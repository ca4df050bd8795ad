package lookuptables

import (
	"context"
	"strings"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// Tag lets change alter the tags of one of the caller's tables, and returns them as they then are: without a change, as they are. mine is
// false for an ARN of another kind.
func (s *Service) Tag(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error) {
	name, mine := strings.CutPrefix(resource, s.arn(ctx, ""))
	if !mine || name == "" {
		return nil, false, nil
	}
	for range changeTries {
		t, version, err := s.tables.Get(ctx, name)
		if err != nil || change == nil {
			return t.Tags, true, refused(err)
		}
		if t.Tags, err = change(t.Tags); err != nil {
			return nil, true, err
		}
		if err := s.tables.Put(ctx, name, t, version); !fault.Is(err, fault.Conflict) {
			return t.Tags, true, refused(err)
		}
	}
	return nil, true, changing()
}
