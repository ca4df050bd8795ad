package policies

import (
	"context"
	"strconv"
	"sync"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// The kinds of policies in the catalog. Those of groups have the group's partition for a name, and go with the group.
const (
	protectionKind  catalog.Kind = "log-data-protection"
	transformerKind catalog.Kind = "log-transformer"
	indexKind       catalog.Kind = "log-index-policy"
	accountKind     catalog.Kind = "log-account-policy" // by type, a slash and the policy's name
)

// GroupKinds are the kinds of entries whose name is a group's partition.
var GroupKinds = []catalog.Kind{protectionKind, transformerKind, indexKind}

// ofAccount is the name of what belongs to the whole account among what belongs to groups.
const ofAccount = "account"

type kinds struct {
	protection   documents.Kind[protection]
	transformers documents.Kind[transformer]
	indexes      documents.Kind[indexPolicy]
	account      documents.Kind[accountPolicy]
}

func newKinds(c catalog.Catalog) kinds {
	return kinds{
		protection:   documents.Kind[protection]{Catalog: c, Name: protectionKind},
		transformers: documents.Kind[transformer]{Catalog: c, Name: transformerKind},
		indexes:      documents.Kind[indexPolicy]{Catalog: c, Name: indexKind},
		account:      documents.Kind[accountPolicy]{Catalog: c, Name: accountKind},
	}
}

// name returns the name of g's policies in the catalog.
func (g Group) name() string { return strconv.FormatInt(g.Partition, 10) }

// A state is all policies of an account in a region that events are seen through. It is not changed: whoever writes a policy drops it.
type state struct {
	protections  map[string]protection  // by name
	transformers map[string]transformer // by name
	lenses       sync.Map               // of *lens by partition: nil for what is seen as it is
}

// none tells whether no policy is or was there.
func (st *state) none() bool { return len(st.protections)+len(st.transformers) == 0 }

// state returns the policies of t.
func (s *Service) state(ctx context.Context, t tenant) (*state, error) {
	return kept(ctx, s, t, s.mu.states, func(ctx context.Context) (st *state, err error) {
		st = &state{}
		if st.protections, err = byName(ctx, s.kinds.protection, func(p protection) string { return p.Name }); err != nil {
			return nil, err
		}
		st.transformers, err = byName(ctx, s.kinds.transformers, func(t transformer) string { return t.Name })
		return st, err
	})
}

// kept returns what all has of t, or reads it. s.changed drops it.
func kept[T any](ctx context.Context, s *Service, t tenant, all map[tenant]*T, read func(ctx context.Context) (*T, error)) (*T, error) {
	s.mu.RLock()
	st := all[t]
	s.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	s.changing.Lock() // nobody changes what is read
	defer s.changing.Unlock()
	st, err := read(caller.With(ctx, caller.Caller{Account: t.account, Region: t.region}))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all[t] = st
	return st, nil
}

// byName returns all documents of a kind by their name.
func byName[T any](ctx context.Context, k documents.Kind[T], name func(T) string) (map[string]T, error) {
	all := map[string]T{}
	for doc, err := range k.All(ctx, "") {
		if err != nil {
			return nil, err
		}
		all[name(doc)] = doc
	}
	return all, nil
}

// changed is called after policies of the caller were written: also after an error, as what was done is not always known.
func (s *Service) changed(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.mu.states, tenantOf(ctx))
	delete(s.mu.indexings, tenantOf(ctx))
}

// change lets f alter the document of a name, and writes it. exists is false for a new one.
func change[T any](ctx context.Context, s *Service, k documents.Kind[T], name string, f func(doc *T, exists bool) error) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	doc, version, err := k.Get(ctx, name)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err := f(&doc, err == nil); err != nil {
		return err
	}
	defer s.changed(ctx)
	return k.Put(ctx, name, doc, version)
}

// get returns the document of a name; exists is false if there is none.
func get[T any](ctx context.Context, k documents.Kind[T], name string) (doc T, exists bool, err error) {
	doc, _, err = k.Get(ctx, name)
	if fault.Is(err, fault.NotFound) {
		return doc, false, nil
	}
	return doc, err == nil, err
}
