// Package catalog keeps the named, versioned resources of an account and a region: log groups, streams, filters,
// policies, alarms, rules. It knows neither what their values mean nor anything of the rows that belong to them.
package catalog

import (
	"context"
	"iter"
)

// A Catalog is a set of entries, each under its key. Its methods are safe for concurrent use.
//
// What Write and NextNumber did is durable when they return, if the catalog has a disk, and every later call sees it.
// An error is a *fault.Error: Invalid for a key, query or change that no catalog takes; NotFound, Exists and Conflict as
// each method says; Unavailable when the store cannot do it now (disk full, disk failing), and then nothing was
// done; or it wraps the context's own error. Code is empty but for Unavailable: what AWS calls a missing group, the
// caller knows.
type Catalog interface {
	// Get returns the entry of k, or NotFound. The caller may keep and change it.
	Get(ctx context.Context, k Key) (Entry, error)

	// List returns the next page of q's entries as of one moment, in q's order. A cursor is a place between entries, not
	// a number of entries: it stays good when entries come and go, even the one it was taken from, and after a restart. Who
	// follows the cursors sees each entry exactly once that was there from first to last page, and none twice; in the
	// order of peaks an entry whose peak grows meanwhile may be seen twice or not at all.
	List(ctx context.Context, q Query) (Page, error)

	// Count returns how many entries q has from q.After on, counting no further than q.Limit (0: to the end). It takes
	// time in proportion to what it counts.
	Count(ctx context.Context, q Query) (int, error)

	// Scopes returns the scopes of kind with entries and without a parent, by account, then region: all there is for
	// work that goes through every tenant.
	Scopes(ctx context.Context, kind Kind) ([]Scope, error)

	// Write does all of the changes, or none, and returns the version of everything it put: greater than every version
	// before it, so one that was read never comes back, even if the entry is deleted and made again. What a change expects is
	// checked against the moment of the write; the first change that does not find what it expects is the error, as
	// Change.Meets has it. No key may be in two changes. At most MaxChanges.
	Write(ctx context.Context, changes ...Change) (Version, error)

	// Touch raises peaks of entries: each becomes the greater of what it was and what is given. Get and List see it at
	// once, but it is durable only some time later, or by Flush or Close of a catalog that has them: cheap enough for every
	// PutLogEvents, and a crash may lose the last. What it touches keeps its version. Order and repetition do not
	// matter, so the caller may touch again what it replays. A key without an entry is skipped, or touches the entry that it
	// gets soon after; never one that was made after a delete.
	Touch(ctx context.Context, touches ...Touch) error

	// NextNumber returns a number of the sequence that was never returned before and never will be again, whatever
	// crashes: 1 or more, greater than the last one that this process got, not necessarily by one. A sequence begins to be
	// when it is first asked for; its name is as a Kind's.
	NextNumber(ctx context.Context, sequence string) (int64, error)
}

// All yields every entry of q, a page at a time, from q.After on. It stops after an error, which comes with a zero
// Entry. q.Limit is the size of the pages.
func All(ctx context.Context, c Catalog, q Query) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for {
			page, err := c.List(ctx, q)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range page.Entries {
				if !yield(e, nil) {
					return
				}
			}
			if page.Next == (Cursor{}) {
				return
			}
			q.After = page.Next
		}
	}
}
