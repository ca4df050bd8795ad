package queries

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
)

// Groups are the log groups of the caller that the context carries.
type Groups interface {
	// Find returns the group that a name or an ARN names. Its error is a *types.ResourceNotFoundException if there is none.
	Find(ctx context.Context, identifier string) (Group, error)

	// Select returns the groups that are selected, sorted by name, up to limit of them.
	Select(ctx context.Context, s Selection, limit int) ([]Group, error)
}

// A Selection selects log groups by what all of its fields say; an empty one says nothing.
type Selection struct {
	Prefixes []string // of names
	Classes  []string // as AWS spells them; none means Standard
	Tags     []TagFilter
}

// A TagFilter selects log groups of which a tag has one of some values, in which '*' stands for any text and '!' in front for not.
type TagFilter struct {
	Key    string
	Values []string // none: any
}

// A Group is one log group as it was found. Deleted and made again, it is another one.
type Group interface {
	Facts() Facts

	// Kind returns what the texts of the group's events are, as far as some of them tell; discover.Other if they do not.
	Kind(ctx context.Context) (discover.Kind, error)

	// Gone returns the numbers of deleted streams whose rows may still be in the table.
	Gone(ctx context.Context) ([]int64, error)

	// Stream returns the name of a stream; "" if it was deleted.
	Stream(ctx context.Context, number int64) (string, error)

	// Pointer returns the logRecordPointer of an event.
	Pointer(stream int64, at table.Cursor) string
}

// Facts are what is known of a log group without reading anything.
type Facts struct {
	Account, Name string
	ARN           string // without ":*"
	Partition     table.Partition
	Created       int64               // ms
	Oldest        int64               // ms: what is older is gone
	Lens          Lens                // how its events are seen; nil if as they are
	Class         types.LogGroupClass // "" for Standard; groups of other classes have no fields but the system's
}

// log returns the @log of a group's events.
func (f Facts) log() string { return f.Account + ":" + f.Name }

// kinds remembers what the texts of groups are. A group's first answer stays, so that a query gives the same result again.
type kinds struct {
	mu struct {
		sync.Mutex
		of map[table.Partition]discover.Kind
	}
}

// maxKinds is how many answers are remembered: some megabytes.
const maxKinds = 100_000

// kind returns what the texts of a group are, for discovery. Where its events do not tell, JSON: it finds nothing in other texts, and
// misses no event of that kind that stands among them.
func (k *kinds) kind(ctx context.Context, g Group) (discover.Kind, error) {
	f := g.Facts()
	if f.Class != "" {
		return discover.Other, nil
	}
	k.mu.Lock()
	kind, known := k.mu.of[f.Partition]
	k.mu.Unlock()
	if known {
		return kind, nil
	}
	kind, err := g.Kind(ctx)
	if err != nil || kind == discover.Other {
		return discover.JSON, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.mu.of == nil || len(k.mu.of) >= maxKinds {
		k.mu.of = map[table.Partition]discover.Kind{}
	}
	k.mu.of[f.Partition] = kind
	return kind, nil
}
