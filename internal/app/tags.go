package app

import "context"

// A tagger has resources with tags.
type tagger interface {
	Tag(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error)
}

// checkTags refuses tags that no resource can have.
func (w *world) checkTags(tags map[string]string) error { return w.logs.CheckTags(tags) }

// tag asks the services of w for the one that has a resource. It is a logs.Tagger: TagResource and its kin are operations of logs.
func (w *world) tag(ctx context.Context, resource string, change func(had map[string]string) (map[string]string, error)) (tags map[string]string, mine bool, err error) {
	for _, s := range w.services {
		if t, ok := s.(tagger); ok {
			if tags, mine, err = t.Tag(ctx, resource, change); mine || err != nil {
				return tags, mine, err
			}
		}
	}
	return nil, false, nil
}
