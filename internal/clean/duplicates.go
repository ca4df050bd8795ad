package clean

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/groundwatch/groundwatch/internal/files"
)

// duplicates finds the events that equal one before them, in the order of the inputs, whoever reads
// which input when. Two events are equal if their text and time are, and their log group and stream as
// far as the inputs state them: see source.
//
// It is told every event first, add, and finds the equal ones after that, resolve. For each event it
// keeps 24 bytes: a hash of 128 bits, for which no two different events are expected to agree in
// the lifetime of this program, and the event's place. In memory that is never more than 50 MB, what
// exceeds it goes to hidden files in the folder of the results. What resolve needs is a 256th of
// everything, and a bit for each event that is kept for drops.
type duplicates struct {
	fs      fileSystem
	dir     string
	seeds   [4]maphash.Seed
	buckets [buckets]bucket
	max     int // sightings that a bucket keeps in memory

	drops []bitset // by input: events that equal an earlier one
}

const (
	buckets   = 256
	maxBucket = 8192
)

// A sighting is an event as duplicates sees it.
type sighting struct {
	hash  [2]uint64
	place uint64 // the number of the input, and in the lower placeBits that of the event in it
}

const (
	placeBits     = 40
	sightingBytes = 24
)

// A bucket holds the sightings whose hashes start with the same byte.
type bucket struct {
	sync.Mutex
	seen    []sighting
	spilled bool
}

func newDuplicates(fs fileSystem, dir string, inputs int) *duplicates {
	d := &duplicates{fs: fs, dir: dir, max: maxBucket, drops: make([]bitset, inputs)}
	for i := range d.seeds {
		d.seeds[i] = maphash.MakeSeed()
	}
	return d
}

// add takes note of event number event of input number input. scratch is memory for it to use; it
// returns it. It is safe for concurrent use.
func (d *duplicates) add(input int, event int64, in *files.Input, e *files.Event, scratch []byte) ([]byte, error) {
	head := appendSource(scratch[:0], in, e)
	s := sighting{place: uint64(input)<<placeBits | uint64(event)}
	s.hash[0] = maphash.Bytes(d.seeds[0], e.Message) + maphash.Bytes(d.seeds[1], head)
	s.hash[1] = maphash.Bytes(d.seeds[2], e.Message) + maphash.Bytes(d.seeds[3], head)
	n := int(s.hash[0] >> 56)
	b := &d.buckets[n]
	b.Lock()
	defer b.Unlock()
	b.seen = append(b.seen, s)
	if len(b.seen) < d.max {
		return head, nil
	}
	return head, d.spill(n, b)
}

// appendSource appends what tells events with the same text apart. The log group and the stream count
// where the input's format states them, and the stream's folder of an S3 export; a name made up from
// the path does not, so that a copy of a file is found to be one.
func appendSource(b []byte, in *files.Input, e *files.Event) []byte {
	if e.HasTime {
		b = binary.LittleEndian.AppendUint64(append(b, 1), uint64(e.Time))
	}
	if e.Log != in.Log {
		b = append(append(b, 2), e.Log...)
	}
	if e.Stream != in.Stream || filepath.Base(in.Path) != in.Stream && in.Path != files.Stdin {
		b = append(append(b, 3), e.Stream...)
	}
	return b
}

// spillName returns the hidden file of a bucket.
func (d *duplicates) spillName(n int) string {
	return filepath.Join(d.dir, tempName(fmt.Sprintf("%s-seen-%02x", stateName, n)))
}

// spill moves a bucket's sightings to its file.
func (d *duplicates) spill(n int, b *bucket) error {
	open := d.fs.Append
	if !b.spilled {
		open = func(name string) (file, error) { return d.fs.Create(name, false) }
	}
	f, err := open(d.spillName(n))
	if err != nil {
		return err
	}
	text := make([]byte, 0, len(b.seen)*sightingBytes)
	for _, s := range b.seen {
		text = binary.LittleEndian.AppendUint64(text, s.hash[0])
		text = binary.LittleEndian.AppendUint64(text, s.hash[1])
		text = binary.LittleEndian.AppendUint64(text, s.place)
	}
	_, err = f.Write(text)
	b.spilled, b.seen = true, b.seen[:0]
	return errors.Join(err, f.Close())
}

// resolve finds the events to drop. It is called once, after every add.
func (d *duplicates) resolve() error {
	for n := range d.buckets {
		b := &d.buckets[n]
		seen := b.seen
		if b.spilled {
			text, err := os.ReadFile(d.spillName(n))
			if err != nil {
				return err
			}
			seen = slices.Grow(seen, len(text)/sightingBytes)
			for ; len(text) >= sightingBytes; text = text[sightingBytes:] {
				seen = append(seen, sighting{
					hash:  [2]uint64{binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[8:])},
					place: binary.LittleEndian.Uint64(text[16:]),
				})
			}
			if err := d.fs.Remove(d.spillName(n)); err != nil {
				return err
			}
		}
		d.mark(seen)
		b.seen = nil
	}
	return nil
}

// mark notes which of the sightings are not the first of their kind.
func (d *duplicates) mark(seen []sighting) {
	slices.SortFunc(seen, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.hash[0], b.hash[0]), cmp.Compare(a.hash[1], b.hash[1]), cmp.Compare(a.place, b.place))
	})
	for i := 1; i < len(seen); i++ {
		if s := seen[i]; s.hash == seen[i-1].hash {
			d.drops[s.place>>placeBits].set(s.place & (1<<placeBits - 1))
		}
	}
}

// dropped reports whether an event equals an earlier one. It may be called after resolve.
func (d *duplicates) dropped(input int, event int64) bool {
	return d != nil && d.drops[input].has(uint64(event))
}

// A bitset is a set of small numbers.
type bitset []uint64

func (s *bitset) set(i uint64) {
	for uint64(len(*s)) <= i/64 {
		*s = append(*s, 0)
	}
	(*s)[i/64] |= 1 << (i % 64)
}

func (s bitset) has(i uint64) bool { return i/64 < uint64(len(s)) && s[i/64]>>(i%64)&1 != 0 }
