package documents

import (
	"context"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// updateTries is how often Update tries again when somebody else was faster. Each try that fails is another one's success.
const updateTries = 20

// Update lets change alter the resource of a name, a new one if there is none, and writes it. When somebody else was faster it begins
// anew; who never is the fastest gets Conflict. An error of change ends it.
func (k Kind[T]) Update(ctx context.Context, name string, change func(doc *T, exists bool) error) error {
	for range updateTries {
		doc, version, err := k.Get(ctx, name)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err := change(&doc, version != catalog.Absent); err != nil {
			return err
		}
		err = k.Put(ctx, name, doc, version)
		if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Exists) && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return fault.New(fault.Conflict, "", "%s %q: others changed it %d times", k.Name, name, updateTries)
}
