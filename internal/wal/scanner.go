package wal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// windowBytes is how much of a file is read at once: enough to forget the cost of a call.
const windowBytes = 256 << 10

// A scanner reads the records of one file. What it reads may be anything.
type scanner struct {
	file io.ReaderAt
	name string // for errors
	size int64
	salt uint32 // of the file's records

	at int64 // where the next record begins, if there is one

	buf   []byte // bytes of the file
	bufAt int64  // where buf is from
}

// A scanned is one valid record as it is in the file.
type scanned struct {
	Record
	at   int64 // where it begins
	size int64 // with all that surrounds the payload
}

// next returns the record at s.at and moves behind it. It fails with io.EOF where the file ends, and with errRecord if
// there is no valid record; then it does not move. Other errors are the disk's.
func (s *scanner) next() (scanned, error) {
	if s.at >= s.size {
		return scanned{}, io.EOF
	}
	rec, ok, err := s.try(s.at)
	switch {
	case err != nil:
		return scanned{}, err
	case !ok:
		return scanned{}, errRecord
	}
	s.at += rec.size
	return rec, nil
}

// seek moves to the nearest valid record behind s.at, or to the end.
func (s *scanner) seek() error {
	var salt [4]byte
	binary.LittleEndian.PutUint32(salt[:], s.salt)
	for at := s.at + 1; ; {
		if at+recordBytes > s.size {
			s.at = s.size
			return nil
		}
		p, err := s.window(at, min(windowBytes, s.size-at))
		if err != nil {
			return err
		}
		i := bytes.Index(p[8:], salt[:])
		if i < 0 {
			at += int64(len(p) - 8 - 3) // the salt may begin in the last three bytes
			continue
		}
		at += int64(i)
		_, ok, err := s.try(at)
		if err != nil {
			return err
		}
		if ok {
			s.at = at
			return nil
		}
		at++
	}
}

// try returns the record that begins at a place, if there is a valid one.
func (s *scanner) try(at int64) (scanned, bool, error) {
	if at+recordBytes > s.size {
		return scanned{}, false, nil
	}
	p, err := s.window(at, recordBytes)
	if err != nil {
		return scanned{}, false, err
	}
	length := int64(binary.LittleEndian.Uint32(p))
	size := recordBytes + length
	if length > MaxPayload || size > s.size-at || binary.LittleEndian.Uint32(p[8:]) != s.salt {
		return scanned{}, false, nil
	}
	if p, err = s.window(at, size); err != nil {
		return scanned{}, false, err
	}
	if binary.LittleEndian.Uint32(p[4:]) != checksum(p) {
		return scanned{}, false, nil
	}
	rec := Record{Position(binary.LittleEndian.Uint64(p[12:])), p[20], p[recordBytes:]}
	return scanned{rec, at, size}, rec.Position != 0, nil
}

// window returns n bytes at a place, valid until the next call.
func (s *scanner) window(at, n int64) ([]byte, error) {
	if at >= s.bufAt && at+n <= s.bufAt+int64(len(s.buf)) {
		return s.buf[at-s.bufAt:][:n], nil
	}
	want := min(max(n, windowBytes), s.size-at)
	if int64(cap(s.buf)) < want {
		s.buf = make([]byte, want)
	}
	s.buf, s.bufAt = s.buf[:want], at
	if got, err := s.file.ReadAt(s.buf, at); int64(got) < want {
		s.buf = s.buf[:0]
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("log file %s: read %d bytes at %d: %w", s.name, want, at, err)
	}
	return s.buf[:n], nil
}
