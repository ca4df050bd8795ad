package wal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// An image is the files of a log, by name.
type image map[string][]byte

func imageOf(t testing.TB, fs vfs.FS) image {
	t.Helper()
	names, err := fs.List("wal")
	if err != nil {
		t.Fatal(err)
	}
	files := image{}
	for _, name := range names {
		f, err := fs.Open(path.Join("wal", name))
		if err != nil {
			t.Fatal(err)
		}
		size, err := f.Size()
		if err != nil {
			t.Fatal(err)
		}
		text := make([]byte, size)
		if _, err := f.ReadAt(text, 0); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		files[name] = text
	}
	return files
}

// with returns a file system with the image, in which one file is another.
func (m image) with(name string, text []byte) vfs.FS {
	fs := vfs.NewMem()
	if err := fs.MkdirAll("wal"); err != nil {
		panic("BUG: " + err.Error())
	}
	for n, old := range m {
		if n == name {
			old = text
		}
		if old == nil {
			continue // removed
		}
		f, err := fs.Create(path.Join("wal", n))
		if err == nil {
			_, err = f.Write(old)
		}
		if err != nil {
			panic("BUG: " + err.Error())
		}
	}
	return fs
}

// sampleLog returns a log of several files with batches of several records, closed cleanly if clean, and the records.
func sampleLog(t testing.TB, clean bool) (image, []Record) {
	fs, g := vfs.NewMem(), newLedger()
	g.ids = 7 // the next 15 are small
	for visit := range uint32(2) {
		l := mustOpen(t, fs, Options{FileBytes: 700, Now: clock(), Salt: salts(visit)})
		for i := range 4 {
			if err := commitNow(l, g, 1+i%3); err != nil {
				t.Fatal(err)
			}
			if i%3 == 0 {
				l.w.mark()
			}
		}
		if clean || visit == 0 {
			if err := l.w.close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	records := mustReplay(t, mustOpen(t, image.with(imageOf(t, fs), "", nil), Options{}))
	if err := g.check(records); err != nil {
		t.Fatal(err)
	}
	return imageOf(t, fs), records
}

// A reading is what a damaged log gave.
type reading struct {
	records []Record
	damage  []Damage
}

func read(fs vfs.FS) (*Log, reading, error) {
	var r reading
	l, err := Open(fs, "wal", Options{Now: clock(), Salt: salts(99), Hooks: Hooks{Damaged: func(d Damage) { r.damage = append(r.damage, d) }}})
	if err != nil {
		return nil, r, err
	}
	r.records, err = replayed(l)
	return l, r, err
}

// check tells what is wrong with a reading of a damaged log of records: one that is not of them, out of order or twice,
// or one that is missing without a word. Records from silent on may be missing without a word.
func (r reading) check(records []Record, silent Position) error {
	i := 0
	for _, got := range r.records {
		for i < len(records) && records[i].Position < got.Position {
			if !r.told(records[i].Position) && records[i].Position < silent {
				return fmt.Errorf("record %d is missing without a word (damage told: %+v)", records[i].Position, r.damage)
			}
			i++
		}
		if i == len(records) || records[i].Position != got.Position || records[i].Kind != got.Kind || !bytes.Equal(records[i].Payload, got.Payload) {
			return fmt.Errorf("record %d was never appended, or comes twice", got.Position)
		}
		i++
	}
	for ; i < len(records); i++ {
		if !r.told(records[i].Position) && records[i].Position < silent {
			return fmt.Errorf("record %d is missing without a word (damage told: %+v)", records[i].Position, r.damage)
		}
	}
	return nil
}

// told tells whether damage was reported that explains why a record is missing.
func (r reading) told(at Position) bool {
	for _, d := range r.damage {
		if d.From <= at && at <= d.To || errors.Is(d.Err, errHeader) && d.From == 0 {
			return true
		}
	}
	return false
}

// checkDamaged reads a damaged log, appends to it, reads it again, and expects the same and what was appended.
func checkDamaged(fs vfs.FS, records []Record, silent Position) error {
	l, first, err := read(fs)
	if err != nil {
		return nil // refused
	}
	if err := first.check(records, silent); err != nil {
		return err
	}
	g := newLedger()
	g.ids = 1 << 40
	for range 2 {
		if err := commitNow(l, g, 2); err != nil {
			return err
		}
	}
	if _, second, err := read(fs); err != nil {
		return fmt.Errorf("after appending: %w", err)
	} else if n := len(first.records); len(second.records) != n+4 {
		return fmt.Errorf("after appending 4 records to %d there are %d", n, len(second.records))
	} else if err := (reading{second.records[:n], first.damage}).check(records, silent); err != nil {
		return fmt.Errorf("after appending: %w", err)
	} else if err := g.check(second.records[n:]); err != nil {
		return fmt.Errorf("after appending: %w", err)
	}
	return nil
}

// TestEveryByteFlipped flips each byte of a small log, as a whole and in one bit.
func TestEveryByteFlipped(t *testing.T) {
	for _, clean := range []bool{true, false} {
		m, records := sampleLog(t, clean)
		silent := Position(1 << 62)
		if !clean { // the last batch may have been cut short: it has one record
			silent = records[len(records)-1].Position
		}
		flips := 0
		for name, text := range m {
			for i := range text {
				for _, mask := range []byte{0xff, 1 << (i % 8)} {
					flipped := bytes.Clone(text)
					flipped[i] ^= mask
					if err := checkDamaged(m.with(name, flipped), records, silent); err != nil {
						t.Fatalf("clean %t: byte %d of %d of %s ^ %02x: %v", clean, i, len(text), name, mask, err)
					}
					flips++
				}
			}
		}
		t.Logf("clean %t: %d flips in %d files with %d records", clean, flips, len(m), len(records))
	}
}

// TestEveryTruncation cuts each file at each length. What the newest file loses at its end, nobody can know; all else is told.
func TestEveryTruncation(t *testing.T) {
	m, records := sampleLog(t, true)
	_, all, err := read(m.with("", nil))
	if err != nil {
		t.Fatal(err)
	}
	l := mustOpen(t, m.with("", nil), Options{})
	newest := l.found[len(l.found)-1]
	for _, f := range l.found {
		silent := Position(1 << 62)
		if f == newest {
			silent = newest.first
		}
		for n := range m[f.name] {
			if err := checkDamaged(m.with(f.name, m[f.name][:n:n]), records, silent); err != nil {
				t.Fatalf("%s cut to %d of %d bytes: %v", f.name, n, len(m[f.name]), err)
			}
		}
	}
	if len(all.damage) > 0 {
		t.Errorf("the whole log tells damage %+v", all.damage)
	}
}

// TestFilesMissingSwappedCopied does what restores and operators do to files.
func TestFilesMissingSwappedCopied(t *testing.T) {
	m, records := sampleLog(t, true)
	files := mustOpen(t, m.with("", nil), Options{}).found
	for i, f := range files {
		silent := Position(1 << 62)
		switch i {
		case 0: // nobody tells a missing first file from a trimmed one
			_, r, err := read(m.with(f.name, nil))
			if err != nil || len(r.records) == 0 || r.records[0].Position != files[1].first {
				t.Errorf("without the first file: %d records, error %v, want those from %d on", len(r.records), err, files[1].first)
			}
			continue
		case len(files) - 1:
			silent = f.first
		}
		if err := checkDamaged(m.with(f.name, nil), records, silent); err != nil {
			t.Errorf("without %s: %v", f.name, err)
		}
	}
	a, b := files[1].name, files[2].name
	swapped := image{}
	for name, text := range m {
		swapped[name] = text
	}
	swapped[a], swapped[b] = m[b], m[a]
	if err := checkDamaged(swapped.with("", nil), records, 1<<62); err != nil {
		t.Errorf("%s and %s swapped: %v", a, b, err)
	}
	swapped[a], swapped[b] = m[a], m[b]
	copied := fileName(files[1].number+1000, files[1].salt)
	swapped[copied] = m[a]
	if err := checkDamaged(swapped.with("", nil), records, 1<<62); err != nil {
		t.Errorf("%s copied to %s: %v", a, copied, err)
	}
}

// TestStaleBlocks puts bytes of an older file behind the end of the newest, as a disk may after a power loss.
func TestStaleBlocks(t *testing.T) {
	m, records := sampleLog(t, true)
	files := mustOpen(t, m.with("", nil), Options{}).found
	newest := files[len(files)-1]
	for _, f := range files[:len(files)-1] {
		text := append(bytes.Clone(m[newest.name]), m[f.name][headerBytes:]...)
		if err := checkDamaged(m.with(newest.name, text), records, 1<<62); err != nil {
			t.Errorf("with the records of %s at its end: %v", f.name, err)
		}
	}
}

// TestQuarantine checks that damaged files are kept when they are not needed any more, and unreadable ones at once.
func TestQuarantine(t *testing.T) {
	m, _ := sampleLog(t, true)
	files := mustOpen(t, m.with("", nil), Options{}).found
	bad, zero := files[0].name, files[2].name
	flipped := bytes.Clone(m[bad])
	flipped[headerBytes+recordBytes] ^= 1
	m[bad] = flipped
	fs := m.with(zero, make([]byte, len(m[zero])))
	var kept []string
	l := mustOpen(t, fs, Options{Now: clock(), Hooks: Hooks{Quarantined: func(file string) { kept = append(kept, file) }}})
	if fmt.Sprint(kept) != fmt.Sprint([]string{zero}) {
		t.Errorf("Open put %s in quarantine, want %s, which has only zeros", kept, zero)
	}
	mustReplay(t, l)
	if err := commitNow(l, newLedger(), 1); err != nil {
		t.Fatal(err)
	}
	if err := l.Trim(l.w.next); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(kept) != fmt.Sprint([]string{zero, bad}) {
		t.Errorf("Open and Trim put %s in quarantine, want %s and %s", kept, zero, bad)
	}
	names, err := fs.List("wal/quarantine")
	if err != nil || len(names) != 2 {
		t.Errorf("List(quarantine) = %s, %v, want two files", names, err)
	}
	names, err = fs.List("wal")
	if err != nil || len(names) != 2 {
		t.Errorf("List = %s, %v, want the newest file and quarantine", names, err)
	}
}

// TestSeekAcrossWindows puts a record where each of its bytes in turn is the first of what is read next.
func TestSeekAcrossWindows(t *testing.T) {
	const salt = 0x01020304
	for shift := range 2 * recordBytes {
		text := make([]byte, headerBytes+windowBytes-shift)
		text = appendRecord(text, 1, []byte("found"))
		finish(text[headerBytes+windowBytes-shift:], salt, 9)
		s := &scanner{file: bytes.NewReader(text), size: int64(len(text)), salt: salt, at: headerBytes}
		if err := s.seek(); err != nil {
			t.Fatal(err)
		}
		if rec, err := s.next(); err != nil || string(rec.Payload) != "found" {
			t.Errorf("a record %d bytes before the end of the first window: got %q, %v", shift, rec.Payload, err)
		}
	}
}

// FuzzScanner reads arbitrary bytes as a file: each record it gives must be in the bytes, with a checksum that is right,
// none may overlap another, and it must come to an end.
func FuzzScanner(f *testing.F) {
	m, _ := sampleLog(f, false)
	for _, text := range m {
		f.Add(text)
		f.Add(text[:len(text)/2])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file := &logFile{name: "fuzz", number: 1}
		if h, err := parseHeader(text); err == nil {
			file.salt, file.number = h.salt, h.number
		} else if len(text) >= headerBytes+recordBytes {
			file.salt = binary.LittleEndian.Uint32(text[headerBytes+8:])
		}
		s := &scanner{file: bytes.NewReader(text), name: "fuzz", size: int64(len(text)), salt: file.salt, at: headerBytes}
		if _, err := file.look(s); err != nil {
			return
		}
		end := int64(headerBytes)
		s.at = headerBytes
		for {
			rec, err := s.next()
			if errors.Is(err, errRecord) {
				if err := s.seek(); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if rec.at < end || rec.at+rec.size > int64(len(text)) || rec.size != recordBytes+int64(len(rec.Payload)) {
				t.Fatalf("record at %d with %d bytes after one that ended at %d, of %d bytes", rec.at, rec.size, end, len(text))
			}
			again := appendRecord(nil, rec.Kind, rec.Payload)
			finish(again, file.salt, rec.Position)
			if !bytes.Equal(again, text[rec.at:rec.at+rec.size]) {
				t.Fatalf("record at %d is not the bytes that are there", rec.at)
			}
			end = rec.at + rec.size
		}
	})
}

// FuzzOpen gives a log with one arbitrary file to Open, which must refuse it or go on: what is appended then is there.
func FuzzOpen(f *testing.F) {
	m, _ := sampleLog(f, false)
	for _, text := range m {
		f.Add(text)
		f.Add(text[:len(text)/3])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		number, salt := uint64(1), uint32(1)
		if h, err := parseHeader(text); err == nil {
			number, salt = h.number, h.salt
		}
		if number > 1<<62 {
			return // a header with a good checksum that nobody wrote
		}
		name := fileName(number, salt)
		fs := image{name: nil}.with(name, text)
		l, before, err := read(fs)
		if err != nil {
			return
		}
		if l.w.next > 1<<62 {
			return
		}
		g := newLedger()
		g.ids = 1 << 40
		if err := commitNow(l, g, 3); err != nil {
			t.Fatal(err)
		}
		_, after, err := read(fs)
		if err != nil {
			t.Fatal(err)
		}
		n := len(before.records)
		if len(after.records) != n+3 {
			t.Fatalf("after appending 3 records to %d there are %d", n, len(after.records))
		}
		if err := g.check(after.records[n:]); err != nil {
			t.Fatal(err)
		}
	})
}

// TestEndMissing removes the newest files of a log, down to all, and cuts the last one behind each record. Who knows how far the log
// had come is told what is missing, and no position comes twice.
func TestEndMissing(t *testing.T) {
	files, records := sampleLog(t, true)
	reached := records[len(records)-1].Position
	for left := len(files); left > 0; left-- {
		last := slices.Sorted(maps.Keys(files))[left-1]
		for n := range len(files[last]) + 1 {
			left := maps.Clone(files)
			left[last] = files[last][:n]
			checkEnd(t, left.with("", nil), records, reached)
		}
		delete(files, last)
	}
	checkEnd(t, files.with("", nil), records, reached)
}

func checkEnd(t *testing.T, fs vfs.FS, records []Record, reached Position) {
	t.Helper()
	var r reading
	l, err := Open(fs, "wal", Options{Reached: reached, Now: clock(), Salt: salts(99), Hooks: Hooks{Damaged: func(d Damage) { r.damage = append(r.damage, d) }}})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	if r.records, err = replayed(l); err != nil {
		t.Fatalf("Replay: %v", err)
	}
	if err := r.check(records, reached+1); err != nil {
		t.Error(err)
	}
	if len(r.records) == len(records) && len(r.damage) > 0 {
		t.Errorf("told of damage %+v where all is there", r.damage)
	}
	if got := l.w.next; got <= reached {
		t.Errorf("the next record is %d, want one behind %d", got, reached)
	}
}

// TestEndThatIsSafeElsewhere opens a log that has nothing left, and need not.
func TestEndThatIsSafeElsewhere(t *testing.T) {
	damaged := func(d Damage) { t.Errorf("told of damage %+v, want none", d) }
	l, err := Open(vfs.NewMem(), "wal", Options{Reached: 7, After: 7, Hooks: Hooks{Damaged: damaged}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replayed(l); err != nil || l.Synced() != 0 {
		t.Errorf("Replay = %v, Synced() = %d, want no error, 0", err, l.Synced())
	}
}
