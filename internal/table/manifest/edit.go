package manifest

import (
	"fmt"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/pack"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// Format is the version of edits. A reader accepts 1 to Format; docs/format/manifest.md describes each.
//
//	1: first release
//	2: runs of dropped partitions, how far the log has come
const Format = 2

// An Edit is one change of what the manifest says: all of it happens, or none.
type Edit struct {
	Writer   int64          // this writer number is taken; 0: none
	Position wal.Position   // records of the log up to here are in parts; 0: no change
	Last     table.Sequence // of rows up to position, whatever became of them; 0: no change
	Logged   wal.Position   // the log has had this record; 0: no change
	NextPart uint64         // lower numbers are taken; 0: no change
	Add      []*Part
	Remove   []uint64
	Drop     []Home
	Expire   []Expiry
	Tokens   []Token

	dropRuns []tableRun // in snapshots, in place of Drop
}

// A tableRun is a run of dropped partitions of a table.
type tableRun struct {
	table string
	Run
}

// An Expiry says that rows of a partition with an earlier time and a sequence up to Through are gone.
type Expiry struct {
	Home
	Line
}

// A Token is the receipt of an append that had one.
type Token struct {
	Key      TokenKey
	First    table.Sequence
	Ingested int64
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
	tagDropRun
	tagLogged
)

// bytes returns the edit in the form of docs/format/manifest.md.
func (x *Edit) bytes() []byte {
	e := &pack.Encoder{}
	e.Uint(Format)
	if x.Writer != 0 {
		e.Uint(tagWriter)
		e.Int(x.Writer)
	}
	if x.Position != 0 {
		e.Uint(tagPosition)
		e.Uint(uint64(x.Position))
	}
	if x.Last != 0 {
		e.Uint(tagLast)
		e.Uint(uint64(x.Last))
	}
	if x.Logged != 0 {
		e.Uint(tagLogged)
		e.Uint(uint64(x.Logged))
	}
	if x.NextPart != 0 {
		e.Uint(tagNextPart)
		e.Uint(x.NextPart)
	}
	for _, m := range x.Add {
		e.Uint(tagAdd)
		m.append(e)
	}
	for _, n := range x.Remove {
		e.Uint(tagRemove)
		e.Uint(n)
	}
	for _, h := range x.Drop {
		e.Uint(tagDrop)
		packHome(e, h)
	}
	for _, r := range x.dropRuns {
		e.Uint(tagDropRun)
		packHome(e, Home{r.table, r.First})
		e.Uint(uint64(r.Last - r.First))
	}
	for _, x := range x.Expire {
		e.Uint(tagExpire)
		packHome(e, x.Home)
		e.Int(x.Before)
		e.Uint(uint64(x.Through))
	}
	for _, t := range x.Tokens {
		e.Uint(tagToken)
		e.Raw(t.Key[:])
		e.Uint(uint64(t.First))
		e.Int(t.Ingested)
	}
	e.Uint(tagEnd)
	return e.P
}

// readEdit reads what bytes wrote.
func readEdit(p []byte) (*Edit, error) {
	d := &pack.Decoder{P: p}
	if v := d.Uint(); d.Err == nil && (v < 1 || v > Format) {
		return nil, fmt.Errorf("format version %d, want 1 to %d: written by a newer program", v, Format)
	}
	x := &Edit{}
	for d.Err == nil {
		switch tag := d.Uint(); tag {
		case tagEnd:
			if err := d.End(); err != nil {
				return nil, err
			}
			return x, nil
		case tagWriter:
			x.Writer = d.Int()
		case tagPosition:
			x.Position = wal.Position(d.Uint())
		case tagLast:
			x.Last = table.Sequence(d.Uint())
		case tagLogged:
			x.Logged = wal.Position(d.Uint())
		case tagNextPart:
			x.NextPart = d.Uint()
		case tagAdd:
			m := readPart(d)
			if m.Format < 1 || m.Format > PartFormat {
				return nil, fmt.Errorf("part %d: format version %d, want 1 to %d: written by a newer program", m.Number, m.Format, PartFormat)
			}
			x.Add = append(x.Add, m)
		case tagRemove:
			x.Remove = append(x.Remove, d.Uint())
		case tagDrop:
			x.Drop = append(x.Drop, unpackHome(d))
		case tagDropRun:
			h := unpackHome(d)
			x.dropRuns = append(x.dropRuns, tableRun{h.Table, Run{h.Partition, h.Partition + table.Partition(d.Uint())}})
		case tagExpire:
			x.Expire = append(x.Expire, Expiry{unpackHome(d), Line{d.Int(), table.Sequence(d.Uint())}})
		case tagToken:
			t := Token{}
			copy(t.Key[:], d.Raw(len(t.Key)))
			t.First, t.Ingested = table.Sequence(d.Uint()), d.Int()
			x.Tokens = append(x.Tokens, t)
		default:
			return nil, fmt.Errorf("member %d of an edit: %w", tag, pack.ErrForm)
		}
	}
	return nil, d.Err
}

func packHome(e *pack.Encoder, h Home) {
	e.Text(h.Table)
	e.Int(int64(h.Partition))
}

func unpackHome(d *pack.Decoder) Home { return Home{d.Text(), table.Partition(d.Int())} }
