// Package manifest keeps what a folder of tables has to know after a crash: which parts there are and what rows they hold, up to
// where the log of rows is in parts, which rows are dropped or expired, and the receipts of appends. It knows of parts what
// their makers say; what is in them, and who reads it, is for package embedded.
//
// Bytes on disk are described in docs/format/manifest.md.
package manifest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

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
	fileBytes     = 1 << 20 // bytes of a file of the manifest's log: what is behind a snapshot goes away file by file
	snapshotAfter = 1 << 20 // bytes of edits, if the last snapshot was not larger
	pieceBytes    = 1 << 20 // of a snapshot, or what one part needs if that is more
)

// A Manifest is the list of live parts and what else has to survive: the only truth after a crash. It keeps
// edits in a log of its own; now and then a snapshot takes the place of all before it.
type Manifest struct {
	log *wal.Log

	edits   sync.Mutex // held by who commits one, from its record to its effect
	written int        // bytes of edits since the snapshot
	size    int        // bytes of the snapshot
	whole   bool       // the next edit has to be written as a snapshot: an earlier one may be in the log, or not
	since   wal.Position

	doubtful atomic.Bool // an edit failed that a crash may yet bring about
}

// ErrMissing is why a folder with data and without a manifest is refused: to begin a new one would forget the data.
var ErrMissing = errors.New("the manifest is missing or damaged")

// Open opens the folder dir, which it makes if it is missing, and returns what it says. It refuses one that does not give back
// what it was given. Of o, FileBytes and After are its own to choose. Nothing can be committed until Run runs.
func Open(fs vfs.FS, dir string, o wal.Options) (*Manifest, *Contents, error) {
	var damage []error
	tell := o.Hooks.Damaged
	o.Hooks.Damaged = func(d wal.Damage) {
		damage = append(damage, fmt.Errorf("%s at %d: %w", d.File, d.Offset, d.Err))
		if tell != nil {
			tell(d)
		}
	}
	o.FileBytes = fileBytes
	log, err := wal.Open(fs, dir, o)
	if err != nil {
		return nil, nil, err
	}
	m := &Manifest{log: log, whole: true}
	c, err := m.replay()
	if len(damage) > 0 {
		return nil, nil, fmt.Errorf("%w: %w", ErrMissing, errors.Join(append(damage, err)...))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("manifest: %w", err)
	}
	return m, c, nil
}

// replay adds up what the log has. Edits before the first snapshot do not count: a trim that was cut short has left them.
func (m *Manifest) replay() (*Contents, error) {
	current, next := newContents(), (*Contents)(nil)
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
		target.Apply(x)
		target.Tokens = append(target.Tokens, x.Tokens...)
		for _, n := range x.Remove {
			target.Removed[n] = true
		}
		if flags&lastPiece != 0 {
			current, next, began = next, nil, true
		}
		return nil
	})
	if err == nil && records > 0 && !began {
		err = fmt.Errorf("%w: %d records and no snapshot", ErrMissing, records)
	}
	return current, err
}

// Run writes what is committed until ctx ends. Then it closes the log, and returns as wal.Log's Run does.
func (m *Manifest) Run(ctx context.Context) error { return m.log.Run(ctx) }

// Doubtful tells whether an edit failed that a crash may yet bring about. The next one that is committed settles it.
func (m *Manifest) Doubtful() bool { return m.doubtful.Load() }

// Commit makes an edit durable and then calls effect. One comes after the other, each effect before the next edit. Contents
// returns the whole, with the edit in it, for a snapshot. After an error nobody knows whether the edit survives a crash; but
// when a later one is durable, it does not.
func (m *Manifest) Commit(x *Edit, contents func() *Contents, effect func()) error {
	m.edits.Lock()
	defer m.edits.Unlock()
	if err := m.write(x, contents); err != nil {
		return err
	}
	effect()
	return nil
}

// write makes an edit durable, by itself or as part of a snapshot. The caller holds m.edits.
func (m *Manifest) write(x *Edit, contents func() *Contents) error {
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
	return m.snapshot(contents().pieces())
}

// snapshot makes the whole contents durable, in place of what is in the log.
func (m *Manifest) snapshot(pieces []*Edit) error {
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

// Trim removes what is before the last snapshot. What stays is in nobody's way.
func (m *Manifest) Trim() error {
	m.edits.Lock()
	since := m.since
	m.edits.Unlock()
	if since < 2 {
		return nil
	}
	return m.log.Trim(since - 1)
}
