package catalog

import "bytes"

// A Version tells one state of an entry from all others. Versions of a catalog only grow and are never used again. The
// three below 1 are what a change may expect instead of one.
type Version int64

const (
	Absent  Version = 0  // there is no such entry
	Any     Version = -1 // whatever there is, even nothing
	Present Version = -2 // an entry of any version
)

// Peaks are numbers of an entry that only grow, 0 or more, 0 when there was none yet: the time of the last event in
// milliseconds, say. The first can order a list. What only falls, such as the time of the first event, is kept as its
// distance from a fixed time in the far future.
type Peaks [3]int64

// Raise makes each of p the greater of itself and its counterpart.
func (p *Peaks) Raise(by Peaks) {
	for i := range p {
		p[i] = max(p[i], by[i])
	}
}

func (p Peaks) check(k Key) error {
	for i, n := range p {
		if n < 0 {
			return invalid("peak %d of %s: %d, want 0 or more", i, k, n)
		}
	}
	return nil
}

// Terms are texts that a list can ask for besides the name, "" for none: the metric that a filter feeds, say. What each
// of the two means is up to the kind.
type Terms [2]string

const (
	// MaxTerm is how many bytes a term may have: enough for two names of metrics and namespaces of 255 characters.
	MaxTerm = 2048
	// MaxValue is how many bytes a value may have. The largest that AWS takes is a dashboard's body, of far less.
	MaxValue = 1 << 20
)

// An Entry is a resource as the catalog keeps it.
type Entry struct {
	Key
	Version Version // of the Write that put it last; set by the catalog
	Value   []byte  // up to MaxValue; what it means is the caller's business. Empty and nil are the same
	Terms   Terms
	Peaks   Peaks // a Put of what exists never lowers them
}

// Check returns Invalid if no catalog can keep e.
func (e Entry) Check() error {
	if err := e.Key.Check(); err != nil {
		return err
	}
	if n := len(e.Value); n > MaxValue {
		return invalid("value of %s: %d bytes, want at most %d", e.Key, n, MaxValue)
	}
	for _, t := range e.Terms {
		if len(t) > MaxTerm {
			return invalid("term of %s: %d bytes, want at most %d", e.Key, len(t), MaxTerm)
		}
	}
	return e.Peaks.check(e.Key)
}

// clone returns e with a value of its own.
func (e Entry) clone() Entry {
	e.Value = bytes.Clone(e.Value)
	return e
}

// A Touch raises the peaks of one entry.
type Touch struct {
	Key   Key
	Peaks Peaks
}

// Check returns Invalid if no entry can be touched so.
func (t Touch) Check() error {
	if err := t.Key.Check(); err != nil {
		return err
	}
	return t.Peaks.check(t.Key)
}
