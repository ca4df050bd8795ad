package catalog

import "github.com/groundwatch/groundwatch/internal/fault"

// An Action is what a Change does.
type Action uint8

// The actions.
const (
	ActionPut Action = iota + 1
	ActionDelete
	ActionRequire
)

// A Change is one step of a Write. Put, Delete and Require make one.
type Change struct {
	Action Action
	Entry  Entry // of a delete and a requirement only the key
	Expect Version
}

// Put makes e the entry of its key. e.Version does not matter. Of an entry that exists it replaces value and terms,
// and raises the peaks.
func Put(e Entry, expect Version) Change { return Change{ActionPut, e, expect} }

// Delete removes the entry of k.
func Delete(k Key, expect Version) Change { return Change{ActionDelete, Entry{Key: k}, expect} }

// Require changes nothing, but lets the whole Write fail if k is not as expected: a stream's group that must still be
// there, say.
func Require(k Key, expect Version) Change { return Change{ActionRequire, Entry{Key: k}, expect} }

// MaxChanges is how many changes a Write takes. Reads go on beside a write, other writes wait for it.
const MaxChanges = 1000

// CheckChanges returns Invalid if no catalog can do changes in one Write.
func CheckChanges(changes []Change) error {
	if n := len(changes); n == 0 || n > MaxChanges {
		return invalid("write of %d changes, want 1 to %d", n, MaxChanges)
	}
	seen := make(map[Key]bool, len(changes))
	for _, c := range changes {
		if err := c.check(); err != nil {
			return err
		}
		if seen[c.Entry.Key] {
			return invalid("write: two changes of %s, want one", c.Entry.Key)
		}
		seen[c.Entry.Key] = true
	}
	return nil
}

func (c Change) check() error {
	if c.Action < ActionPut || c.Action > ActionRequire {
		return invalid("change of %s: action %d, want put, delete or require", c.Entry.Key, c.Action)
	}
	if c.Expect < Present {
		return invalid("change of %s: expects version %d, which is none", c.Entry.Key, c.Expect)
	}
	return c.Entry.Check()
}

// Meets decides whether c may be done to an entry whose version is got, Absent if there is none. It returns
//
//   - Exists, if there must be none and there is one;
//   - NotFound, if it expects Present and there is none;
//   - Conflict, if it expects a version, and there is another one or none: read again and decide again.
func (c Change) Meets(got Version) error {
	k := c.Entry.Key
	switch {
	case c.Expect == Any || c.Expect == got || c.Expect == Present && got != Absent:
		return nil
	case c.Expect == Absent:
		return fault.New(fault.Exists, "", "%s exists, with version %d", k, got)
	case c.Expect == Present:
		return Missing(k)
	}
	return fault.New(fault.Conflict, "", "%s was changed: version %d, want %d", k, got, c.Expect)
}

// Missing returns the NotFound that says that k has no entry.
func Missing(k Key) error {
	return fault.New(fault.NotFound, "", "%s does not exist", k)
}
