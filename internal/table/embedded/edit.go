package embedded

import (
	"fmt"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// ManifestFormat is the version of edits. A reader accepts 1 to ManifestFormat; docs/format/manifest.md describes each.
const ManifestFormat = 1

// An edit is one change of what the manifest says: all of it happens, or none.
type edit struct {
	writer   int64          // this writer number is taken; 0: none
	position wal.Position   // records of the log up to here are in parts; 0: no change
	last     table.Sequence // of rows up to position, whatever became of them; 0: no change
	nextPart uint64         // lower numbers are taken; 0: no change
	add      []*partMeta
	remove   []uint64
	drop     []home
	expire   []expiry
	tokens   []token
}

// An expiry says that rows of a partition with an earlier time and a sequence up to through are gone.
type expiry struct {
	home
	line
}

// A token is the receipt of an append that had one.
type token struct {
	key      tokenKey
	first    table.Sequence
	ingested int64
}

// The members of an edit in its bytes. Numbers are never used again for something else.
const (
	tagEnd = iota
	tagWriter
	tagPosition
	tagNextPart
	tagAdd
	tagRemove
	tagDrop
	tagExpire
	tagToken
	tagLast
)

// bytes returns the edit in the form of docs/format/manifest.md.
func (x *edit) bytes() []byte {
	e := &encoder{}
	e.uint(ManifestFormat)
	if x.writer != 0 {
		e.uint(tagWriter)
		e.int(x.writer)
	}
	if x.position != 0 {
		e.uint(tagPosition)
		e.uint(uint64(x.position))
	}
	if x.last != 0 {
		e.uint(tagLast)
		e.uint(uint64(x.last))
	}
	if x.nextPart != 0 {
		e.uint(tagNextPart)
		e.uint(x.nextPart)
	}
	for _, m := range x.add {
		e.uint(tagAdd)
		m.append(e)
	}
	for _, n := range x.remove {
		e.uint(tagRemove)
		e.uint(n)
	}
	for _, h := range x.drop {
		e.uint(tagDrop)
		e.home(h)
	}
	for _, x := range x.expire {
		e.uint(tagExpire)
		e.home(x.home)
		e.int(x.before)
		e.uint(uint64(x.through))
	}
	for _, t := range x.tokens {
		e.uint(tagToken)
		e.raw(t.key[:])
		e.uint(uint64(t.first))
		e.int(t.ingested)
	}
	e.uint(tagEnd)
	return e.p
}

// readEdit reads what bytes wrote.
func readEdit(p []byte) (*edit, error) {
	d := &decoder{p: p}
	if v := d.uint(); d.err == nil && (v < 1 || v > ManifestFormat) {
		return nil, fmt.Errorf("format version %d, want 1 to %d: written by a newer program", v, ManifestFormat)
	}
	x := &edit{}
	for d.err == nil {
		switch tag := d.uint(); tag {
		case tagEnd:
			if err := d.end(); err != nil {
				return nil, err
			}
			return x, nil
		case tagWriter:
			x.writer = d.int()
		case tagPosition:
			x.position = wal.Position(d.uint())
		case tagLast:
			x.last = table.Sequence(d.uint())
		case tagNextPart:
			x.nextPart = d.uint()
		case tagAdd:
			m := readPart(d)
			if m.format < 1 || m.format > PartFormat {
				return nil, fmt.Errorf("part %d: format version %d, want 1 to %d: written by a newer program", m.number, m.format, PartFormat)
			}
			x.add = append(x.add, m)
		case tagRemove:
			x.remove = append(x.remove, d.uint())
		case tagDrop:
			x.drop = append(x.drop, d.home())
		case tagExpire:
			x.expire = append(x.expire, expiry{d.home(), line{d.int(), table.Sequence(d.uint())}})
		case tagToken:
			t := token{}
			copy(t.key[:], d.raw(len(t.key)))
			t.first, t.ingested = table.Sequence(d.uint()), d.int()
			x.tokens = append(x.tokens, t)
		default:
			return nil, fmt.Errorf("member %d of an edit: %w", tag, errShape)
		}
	}
	return nil, d.err
}

func (e *encoder) home(h home) {
	e.text(h.table)
	e.int(int64(h.partition))
}

func (d *decoder) home() home { return home{d.text(), table.Partition(d.int())} }
