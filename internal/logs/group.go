package logs

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// The kinds of what belongs to a group in the catalog.
const (
	groupKind     catalog.Kind = "log-group"
	goneGroupKind catalog.Kind = "log-group-gone" // by partition: deleted groups whose remains are still to be swept
)

// PartitionSequence is the catalog's sequence that the numbers of partitions come from.
const PartitionSequence = "log-partition"

// A Group is one incarnation of a log group: deleted and made again, it is another one. It is the catalog's value too, as JSON
// under short names that never change their meaning. A Group is shared and never changed.
type Group struct {
	tenant
	Name    string
	version catalog.Version
	groupFacts
}

// groupFacts is what the catalog keeps of a group under its name.
type groupFacts struct {
	Partition     table.Partition     `json:"partition"` // of its events, and the parent of its streams and filters
	Created       int64               `json:"created"`   // ms
	Class         types.LogGroupClass `json:"class"`
	RetentionDays int32               `json:"retention,omitempty"` // 0: events stay for ever
	KMSKey        string              `json:"kms,omitempty"`       // the key's ARN
	Protected     bool                `json:"protected,omitempty"` // from deletion
	BearerTokens  bool                `json:"bearer,omitempty"`    // are good for PutLogEvents' HTTP endpoints
	Tags          map[string]string   `json:"tags,omitempty"`

	// How many filters there are, so that a write that adds one is checked against the quota it saw.
	MetricFilters int `json:"metrics,omitempty"`
	Subscriptions int `json:"subscriptions,omitempty"`
	RegexFilters  int `json:"regexes,omitempty"` // of both
}

// ARN returns the group's ARN without ":*".
func (g *Group) ARN() string { return g.groupARN(g.Name) }

// Still returns what lets a write fail, with NotFound or Conflict, unless the group is as it was found.
func (g *Group) Still() catalog.Change {
	return catalog.Require(g.scope(groupKind).Key(g.Name), g.version)
}

// Oldest returns the time in ms before which no event of the group exists any more at now, 0 if events stay for ever. Whoever reads
// events never reads from before it: that makes retention exact at once.
func (g *Group) Oldest(now time.Time) int64 {
	if g.RetentionDays == 0 {
		return 0
	}
	return now.Add(-time.Duration(g.RetentionDays) * 24 * time.Hour).UnixMilli()
}

// groupOf reads a group's entry.
func groupOf(e catalog.Entry) (*Group, error) {
	facts, err := documents.Decode[groupFacts](e)
	if err != nil {
		return nil, err
	}
	return &Group{tenant: tenant{e.Account, e.Region}, Name: e.Name, version: e.Version, groupFacts: facts}, nil
}

// entry is the inverse of groupOf. The first term is the class, which groups are listed by.
func (g *Group) entry() (catalog.Entry, error) {
	e, err := documents.Encode(g.scope(groupKind).Key(g.Name), g.groupFacts)
	e.Terms = catalog.Terms{string(g.Class)}
	return e, err
}

// group returns the caller's group of that name.
func (s *Service) group(ctx context.Context, name string) (*Group, error) {
	key := tenantOf(ctx).scope(groupKind).Key(name)
	return s.groups.Get(key, func() (*Group, error) { return s.readGroup(ctx, key) })
}

// groupBy returns the group that an operation names by logGroupName or by logGroupIdentifier: by one of the two.
func (s *Service) groupBy(ctx context.Context, name, identifier *string) (*Group, error) {
	switch {
	case name != nil && identifier != nil:
		return nil, refuse.Validation("LogGroup name and LogGroup ARN are mutually exclusive parameters.")
	case name != nil:
		return s.group(ctx, *name)
	case identifier != nil:
		return s.groupIdentified(ctx, *identifier)
	}
	return nil, refuse.Validation("Either LogGroup name or LogGroup ARN must be specified.")
}

// groupIdentified returns the group that a name or an ARN names; see tenant.groupName.
func (s *Service) groupIdentified(ctx context.Context, identifier string) (*Group, error) {
	name, err := tenantOf(ctx).groupName(identifier)
	if err != nil {
		return nil, err
	}
	return s.group(ctx, name)
}

// readGroup reads a group past the cache.
func (s *Service) readGroup(ctx context.Context, key catalog.Key) (*Group, error) {
	if !isGroupName(key.Name) || key.Name == "" || len(key.Name) > maxName {
		return nil, refuse.NotFound(textGroupMissing)
	}
	e, err := s.catalog.Get(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return nil, refuse.NotFound(textGroupMissing)
	}
	if err != nil {
		return nil, refuse.Internal("read log group", err)
	}
	return groupOf(e)
}

// conflictTries is how often a change is tried again when somebody else was faster. Each try that fails is another one's success.
const conflictTries = 20

// groupLocks let the changes of a group wait for each other instead of failing: Terraform puts many filters at once. What they
// change is safe without them.
type groupLocks [64]sync.Mutex

func (l *groupLocks) of(k catalog.Key) *sync.Mutex {
	h := fnv.New32a()
	fmt.Fprint(h, k)
	return &l[h.Sum32()%uint32(len(l))]
}

// changeGroup lets change alter a copy of the caller's group, which it may do several times, and writes it together with the
// changes that it returns. When the group it began with is not the one in the catalog any more, nothing was written and it begins anew.
func (s *Service) changeGroup(ctx context.Context, name string, change func(g *Group) ([]catalog.Change, error)) error {
	key := tenantOf(ctx).scope(groupKind).Key(name)
	changing := s.changing.of(key)
	changing.Lock()
	defer changing.Unlock()
	for range conflictTries {
		g, err := s.readGroup(ctx, key)
		if err != nil {
			return err
		}
		g.Tags = maps.Clone(g.Tags)
		more, err := change(g)
		if err != nil {
			return err
		}
		e, err := g.entry()
		if err != nil {
			return err
		}
		_, err = s.catalog.Write(ctx, append([]catalog.Change{catalog.Put(e, g.version)}, more...)...)
		s.groups.Forget(key) // after an error too: whether a write was done is not always known
		if !fault.Is(err, fault.Conflict) {
			return wrapped("change log group", err)
		}
	}
	return refuse.Aborted()
}

// wrapped is internal for what may be nil.
func wrapped(act string, err error) error {
	if err == nil {
		return nil
	}
	return refuse.Internal(act, err)
}

// decimal is how numbers are names and terms in the catalog.
func decimal(n int64) string { return strconv.FormatInt(n, 10) }
