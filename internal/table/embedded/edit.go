package embedded

import (
	"fmt"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/pack"
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
	e := &pack.Encoder{}
	e.Uint(ManifestFormat)
	if x.writer != 0 {
		e.Uint(tagWriter)
		e.Int(x.writer)
	}
	if x.position != 0 {
		e.Uint(tagPosition)
		e.Uint(uint64(x.position))
	}
	if x.last != 0 {
		e.Uint(tagLast)
		e.Uint(uint64(x.last))
	}
	if x.nextPart != 0 {
		e.Uint(tagNextPart)
		e.Uint(x.nextPart)
	}
	for _, m := range x.add {
		e.Uint(tagAdd)
		m.append(e)
	}
	for _, n := range x.remove {
		e.Uint(tagRemove)
		e.Uint(n)
	}
	for _, h := range x.drop {
		e.Uint(tagDrop)
		packHome(e, h)
	}
	for _, x := range x.expire {
		e.Uint(tagExpire)
		packHome(e, x.home)
		e.Int(x.before)
		e.Uint(uint64(x.through))
	}
	for _, t := range x.tokens {
		e.Uint(tagToken)
		e.Raw(t.key[:])
		e.Uint(uint64(t.first))
		e.Int(t.ingested)
	}
	e.Uint(tagEnd)
	return e.P
}

// readEdit reads what bytes wrote.
func readEdit(p []byte) (*edit, error) {
	d := &pack.Decoder{P: p}
	if v := d.Uint(); d.Err == nil && (v < 1 || v > ManifestFormat) {
		return nil, fmt.Errorf("format version %d, want 1 to %d: written by a newer program", v, ManifestFormat)
	}
	x := &edit{}
	for d.Err == nil {
		switch tag := d.Uint(); tag {
		case tagEnd:
			if err := d.End(); err != nil {
				return nil, err
			}
			return x, nil
		case tagWriter:
			x.writer = d.Int()
		case tagPosition:
			x.position = wal.Position(d.Uint())
		case tagLast:
			x.last = table.Sequence(d.Uint())
		case tagNextPart:
			x.nextPart = d.Uint()
		case tagAdd:
			m := readPart(d)
			if m.format < 1 || m.format > PartFormat {
				return nil, fmt.Errorf("part %d: format version %d, want 1 to %d: written by a newer program", m.number, m.format, PartFormat)
			}
			x.add = append(x.add, m)
		case tagRemove:
			x.remove = append(x.remove, d.Uint())
		case tagDrop:
			x.drop = append(x.drop, unpackHome(d))
		case tagExpire:
			x.expire = append(x.expire, expiry{unpackHome(d), line{d.Int(), table.Sequence(d.Uint())}})
		case tagToken:
			t := token{}
			copy(t.key[:], d.Raw(len(t.key)))
			t.first, t.ingested = table.Sequence(d.Uint()), d.Int()
			x.tokens = append(x.tokens, t)
		default:
			return nil, fmt.Errorf("member %d of an edit: %w", tag, pack.ErrForm)
		}
	}
	return nil, d.Err
}

func packHome(e *pack.Encoder, h home) {
	e.Text(h.table)
	e.Int(int64(h.partition))
}

func unpackHome(d *pack.Decoder) home { return home{d.Text(), table.Partition(d.Int())} }
