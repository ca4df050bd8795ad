// Package documents keeps the resources of one kind as JSON in the catalog, and gives them out page by page. What they mean, what may
// be in them and what their errors are called belongs to the services.
package documents

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// A Kind is the resources of one kind, each a T under its name. Its methods are for the account and region of caller.From. An error is
// NotFound, Exists, Conflict or Unavailable as the catalog has it, a Limit for what the catalog cannot hold, or the context's own; every
// other one is Internal.
type Kind[T any] struct {
	Catalog catalog.Catalog
	Name    catalog.Kind
}

// Scope returns where the caller's resources are.
func (k Kind[T]) Scope(ctx context.Context) catalog.Scope {
	c := caller.From(ctx)
	return catalog.Scope{Account: c.Account, Region: c.Region, Kind: k.Name}
}

// Get returns the resource of a name with its version, or NotFound.
func (k Kind[T]) Get(ctx context.Context, name string) (doc T, version catalog.Version, err error) {
	e, err := k.Catalog.Get(ctx, k.Scope(ctx).Key(name))
	if err != nil {
		return doc, catalog.Absent, checked("read", k.Name, err)
	}
	doc, err = Decode[T](e)
	return doc, e.Version, err
}

// Put writes the resource of a name, if what is there is as expected.
func (k Kind[T]) Put(ctx context.Context, name string, doc T, expect catalog.Version, more ...catalog.Change) error {
	put, err := k.Change(ctx, name, doc, expect)
	if err != nil {
		return err
	}
	return k.Write(ctx, append([]catalog.Change{put}, more...)...)
}

// Change returns what Put writes, for a Write with others.
func (k Kind[T]) Change(ctx context.Context, name string, doc T, expect catalog.Version) (catalog.Change, error) {
	e, err := Encode(k.Scope(ctx).Key(name), doc)
	return catalog.Put(e, expect), err
}

// Delete removes the resource of a name, or fails with NotFound.
func (k Kind[T]) Delete(ctx context.Context, name string, more ...catalog.Change) error {
	return k.Write(ctx, append([]catalog.Change{catalog.Delete(k.Scope(ctx).Key(name), catalog.Present)}, more...)...)
}

// Write does some changes at once.
func (k Kind[T]) Write(ctx context.Context, changes ...catalog.Change) error {
	_, err := k.Catalog.Write(ctx, changes...)
	return checked("write", k.Name, err)
}

// Count returns how many resources the caller has, counting no further than limit.
func (k Kind[T]) Count(ctx context.Context, limit int) (int, error) {
	n, err := k.Catalog.Count(ctx, catalog.Query{Scope: k.Scope(ctx), Limit: limit})
	return n, checked("count", k.Name, err)
}

// All yields the caller's resources by name, those whose name has a prefix. It stops after an error.
func (k Kind[T]) All(ctx context.Context, prefix string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for e, err := range catalog.All(ctx, k.Catalog, catalog.Query{Scope: k.Scope(ctx), Prefix: prefix}) {
			var doc T
			if err == nil {
				doc, err = Decode[T](e)
			}
			if !yield(doc, checked("list", k.Name, err)) || err != nil {
				return
			}
		}
	}
}

// Callers returns all accounts and regions with resources of the kind, for work that goes through every one.
func (k Kind[T]) Callers(ctx context.Context) ([]caller.Caller, error) {
	scopes, err := k.Catalog.Scopes(ctx, k.Name)
	var all []caller.Caller
	for _, s := range scopes {
		all = append(all, caller.Caller{Account: s.Account, Region: s.Region})
	}
	return all, checked("list", k.Name, err)
}

// checked returns err as Kind promises it.
func checked(act string, kind catalog.Kind, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, known := range []fault.Kind{fault.NotFound, fault.Exists, fault.Conflict, fault.Unavailable} {
		if fault.Is(err, known) {
			return err
		}
	}
	return fault.Internal(fmt.Errorf("%s %s: %w", act, kind, err))
}
