package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// The records of the manifest's log. Another form gets another kind.
const (
	editKind  = 1 // an edit
	pieceKind = 2 // a piece of a snapshot: flags, then an edit of what there is
)

// Flags of a piece. The first one forgets all before it, the last one makes it so.
const (
	firstPiece = 1 << iota
	lastPiece
)

const (
	manifestFile  = 1 << 20 // bytes of a file of the manifest's log: what is behind a snapshot goes away file by file
	snapshotAfter = 1 << 20 // bytes of edits, if the last snapshot was not larger
	pieceBytes    = 1 << 20 // of a snapshot, or what one part needs if that is more
)

// A manifest is the list of live parts and what else has to survive: the only truth after a crash. It keeps
// edits in a log of its own; now and then a snapshot takes the place of all before it.
type manifest struct {
	log *wal.Log

	edits   sync.Mutex // held by who writes one, from its record to its effect
	written int        // bytes of edits since the snapshot
	size    int        // bytes of the snapshot
	whole   bool       // the next edit has to be written as a snapshot: an earlier one may be in the log, or not
	since   wal.Position

	doubtful atomic.Bool // an edit failed that a crash may yet bring about
}

// A contents is what the edits of a manifest add up to.
type contents struct {
	writer   int64
	position wal.Position
	last     table.Sequence
	nextPart uint64
	parts    map[uint64]*partMeta
	dropped  map[home]bool
	lines    map[home]lines
	tokens   []token
	removed  map[uint64]bool // parts that edits since the snapshot took away; nil when Open has looked at them
}

func newContents() *contents {
	return &contents{nextPart: 1, removed: map[uint64]bool{}, parts: map[uint64]*partMeta{}, dropped: map[home]bool{}, lines: map[home]lines{}}
}

// apply adds an edit, except for its tokens if keep is false.
func (c *contents) apply(x *edit) {
	c.writer = max(c.writer, x.writer)
	c.position = max(c.position, x.position)
	c.last = max(c.last, x.last)
	c.nextPart = max(c.nextPart, x.nextPart)
	for _, m := range x.add {
		c.parts[m.number] = m
		c.nextPart = max(c.nextPart, m.number+1)
	}
	for _, n := range x.remove {
		delete(c.parts, n)
	}
	for _, h := range x.drop {
		c.dropped[h] = true
		delete(c.lines, h)
	}
	for _, l := range x.expire {
		c.lines[l.home] = c.lines[l.home].with(l.line)
	}
}

// errNoManifest is why a folder with data and without a manifest is refused: to begin a new one would forget the data.
var errNoManifest = errors.New("the manifest is missing or damaged")

// openManifest opens the log in dir and returns what it says. It refuses one that does not give back what it was given.
func openManifest(fs vfs.FS, dir string, o Options) (*manifest, *contents, error) {
	var damage []error
	hooks := o.Hooks.Manifest
	tell := hooks.Damaged
	hooks.Damaged = func(d wal.Damage) {
		damage = append(damage, fmt.Errorf("%s at %d: %w", d.File, d.Offset, d.Err))
		if tell != nil {
			tell(d)
		}
	}
	log, err := wal.Open(fs, path.Join(dir, "manifest"), wal.Options{FileBytes: manifestFile, Salt: o.Salt, Now: o.Now, Hooks: hooks})
	if err != nil {
		return nil, nil, err
	}
	m := &manifest{log: log, whole: true}
	c, err := m.replay()
	if len(damage) > 0 {
		return nil, nil, fmt.Errorf("%w: %w", errNoManifest, errors.Join(append(damage, err)...))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("manifest: %w", err)
	}
	return m, c, nil
}

// replay adds up what the log has. Edits before the first snapshot do not count: a trim that was cut short has left them.
func (m *manifest) replay() (*contents, error) {
	current, next := newContents(), (*contents)(nil)
	began, records := false, 0
	err := m.log.Replay(func(r wal.Record) error {
		records++
		p := r.Payload
		target := current
		flags := byte(0)
		switch {
		case r.Kind == pieceKind && len(p) > 0:
			flags, p = p[0], p[1:]
			if flags&firstPiece != 0 {
				next = newContents()
			}
			if next == nil {
				return fmt.Errorf("record %d: a piece of no snapshot", r.Position)
			}
			target = next
		case r.Kind != editKind:
			return fmt.Errorf("record %d: kind %d, want %d or %d: written by a newer program", r.Position, r.Kind, editKind, pieceKind)
		case !began:
			return nil
		}
		x, err := readEdit(p)
		if err != nil {
			return fmt.Errorf("record %d: %w", r.Position, err)
		}
		target.apply(x)
		target.tokens = append(target.tokens, x.tokens...)
		for _, n := range x.remove {
			target.removed[n] = true
		}
		if flags&lastPiece != 0 {
			current, next, began = next, nil, true
		}
		return nil
	})
	if err == nil && records > 0 && !began {
		err = fmt.Errorf("%w: %d records and no snapshot", errNoManifest, records)
	}
	return current, err
}

// write makes an edit durable. The caller holds m.edits; full returns the whole contents with the edit in them, as edits that
// are added up. After an error nobody knows whether the edit survives a crash; but then no later edit does not.
func (m *manifest) write(x *edit, full func() []*edit) error {
	p := x.bytes()
	if !m.whole && m.written < max(snapshotAfter, m.size) && len(p) <= wal.MaxPayload {
		if _, err := m.log.Append(context.Background(), editKind, p); err != nil {
			m.whole = true
			m.doubtful.Store(true)
			return fmt.Errorf("manifest: %w", err)
		}
		m.written += len(p)
		return nil
	}
	return m.snapshot(full())
}

// snapshot makes the whole contents durable, in place of what is in the log.
func (m *manifest) snapshot(pieces []*edit) error {
	m.whole = true
	var first wal.Position
	size := 0
	for i, x := range pieces {
		p := append([]byte{0}, x.bytes()...)
		if i == 0 {
			p[0] |= firstPiece
		}
		if i == len(pieces)-1 {
			p[0] |= lastPiece
		}
		at, err := m.log.Append(context.Background(), pieceKind, p)
		if err != nil {
			m.doubtful.Store(true)
			return fmt.Errorf("manifest: snapshot: %w", err)
		}
		if i == 0 {
			first = at
		}
		size += len(p)
	}
	m.written, m.size, m.whole, m.since = 0, size, false, first
	m.doubtful.Store(false)
	return nil
}

// trim removes what is before the last snapshot. What stays is in nobody's way.
func (m *manifest) trim() error {
	m.edits.Lock()
	since := m.since
	m.edits.Unlock()
	if since < 2 {
		return nil
	}
	return m.log.Trim(since - 1)
}

// pieces returns the contents as edits that add up to them, each small enough for a record.
func (c *contents) pieces(tokens []token) []*edit {
	all := []*edit{{writer: c.writer, position: c.position, last: c.last, nextPart: c.nextPart}}
	room := 0
	last := func(bytes int) *edit {
		if room += bytes; room > pieceBytes {
			all, room = append(all, &edit{}), bytes
		}
		return all[len(all)-1]
	}
	for _, n := range slices.Sorted(maps.Keys(c.parts)) {
		m := c.parts[n]
		x := last(64 + 4*len(m.sums) + 40*len(m.spans))
		x.add = append(x.add, m)
	}
	for _, h := range slices.SortedFunc(maps.Keys(c.dropped), compareHomes) {
		x := last(20)
		x.drop = append(x.drop, h)
	}
	for _, h := range slices.SortedFunc(maps.Keys(c.lines), compareHomes) {
		for _, l := range c.lines[h] {
			x := last(40)
			x.expire = append(x.expire, expiry{h, l})
		}
	}
	for _, t := range tokens {
		x := last(36)
		x.tokens = append(x.tokens, t)
	}
	return all
}

// unavailable returns what senders see when rows cannot be stored now. SDKs try again on this code and status.
func unavailable(err error) error {
	f := fault.New(fault.Unavailable, "ServiceUnavailableException", "The service cannot store data at the moment.")
	f.Err = err
	return f
}

// clone returns contents that can be changed by themselves.
func (c *contents) clone() *contents {
	d := *c
	d.parts, d.dropped, d.lines = maps.Clone(c.parts), maps.Clone(c.dropped), maps.Clone(c.lines)
	return &d
}
