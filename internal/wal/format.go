package wal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// Format is the version of a log file. A reader accepts 1 to Format; docs/format/wal.md describes each.
//
//	1: header, records with checksum, salt and position, commit records
const Format = 1

// MaxPayload is the most bytes a record has. It is far more than a request brings (PutLogEvents: 1 MiB), and
// bounds what one damaged length can make a reader allocate.
const MaxPayload = 16 << 20

// A file begins with a header: magic, version, salt, number, first position, checksum. All numbers are little-endian.
const headerBytes = 8 + 4 + 4 + 8 + 8 + 4

// A record begins with length of the payload, checksum of all but itself, salt of the file, position, kind.
const recordBytes = 4 + 4 + 4 + 8 + 1

// commitKind is the kind of the log's own records. Such a record has no payload, and the position of the next
// record: all bytes before it were synced when it was written. So damage before one is damage; behind the last one it may be
// a batch that the power cut short.
const commitKind = 0

// magic begins every file. The line ends show a file that went through a text conversion.
var magic = [8]byte{'G', 'W', 'L', 'O', 'G', '\r', '\n', 0}

// castagnoli is CRC-32C, which processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A header is what a file says about itself. Its form is the same in all versions.
type header struct {
	version uint32
	salt    uint32   // random, not 0; in each record, so that leftovers of other files are not taken for records
	number  uint64   // of the file; a later file has a higher one
	first   Position // of the file's records; earlier files' records from here on do not count
}

var (
	errHeader = errors.New("header is damaged")
	errRecord = errors.New("record is damaged")
	errGap    = errors.New("records are missing")
	errEnd    = errors.New("the log ends before a record that it has had: its end was cut, or its newest file is missing")
)

func (h header) append(p []byte) []byte {
	start := len(p)
	p = append(p, magic[:]...)
	p = binary.LittleEndian.AppendUint32(p, h.version)
	p = binary.LittleEndian.AppendUint32(p, h.salt)
	p = binary.LittleEndian.AppendUint64(p, h.number)
	p = binary.LittleEndian.AppendUint64(p, uint64(h.first))
	return binary.LittleEndian.AppendUint32(p, crc32.Checksum(p[start:], castagnoli))
}

// parseHeader reads a header. It fails with errHeader if p is none.
func parseHeader(p []byte) (header, error) {
	if len(p) < headerBytes || !bytes.Equal(p[:8], magic[:]) {
		return header{}, errHeader
	}
	sum := binary.LittleEndian.Uint32(p[headerBytes-4:])
	if sum != crc32.Checksum(p[:headerBytes-4], castagnoli) {
		return header{}, errHeader
	}
	h := header{
		version: binary.LittleEndian.Uint32(p[8:]),
		salt:    binary.LittleEndian.Uint32(p[12:]),
		number:  binary.LittleEndian.Uint64(p[16:]),
		first:   Position(binary.LittleEndian.Uint64(p[24:])),
	}
	if h.version < 1 || h.version > Format {
		return header{}, fmt.Errorf("format version %d, want 1 to %d: written by a newer program", h.version, Format)
	}
	if h.first == 0 || h.salt == 0 {
		return header{}, errHeader
	}
	return h, nil
}

// appendRecord appends a record that is not finished: finish adds what depends on the file.
func appendRecord(p []byte, kind byte, payload []byte) []byte {
	p = binary.LittleEndian.AppendUint32(p, uint32(len(payload)))
	p = append(p, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, kind)
	return append(p, payload...)
}

// finish writes salt, position and checksum into the record that p begins with, and returns what follows it.
func finish(p []byte, salt uint32, at Position) (rest []byte) {
	size := recordBytes + int(binary.LittleEndian.Uint32(p))
	binary.LittleEndian.PutUint32(p[8:], salt)
	binary.LittleEndian.PutUint64(p[12:], uint64(at))
	binary.LittleEndian.PutUint32(p[4:], checksum(p[:size]))
	return p[size:]
}

// checksum returns the checksum of a whole record: of all bytes but its own.
func checksum(p []byte) uint32 {
	return crc32.Update(crc32.Checksum(p[:4], castagnoli), castagnoli, p[8:])
}

// fileName returns a file's name. It repeats number and salt, so that records can be found without a header.
func fileName(number uint64, salt uint32) string {
	return fmt.Sprintf("%016x-%08x.wal", number, salt)
}

// parseName reads a name that fileName made.
func parseName(name string) (number uint64, salt uint32, ok bool) {
	left, right, _ := strings.Cut(strings.TrimSuffix(name, ".wal"), "-")
	number, err := strconv.ParseUint(left, 16, 64)
	if err != nil {
		return 0, 0, false
	}
	wide, err := strconv.ParseUint(right, 16, 32)
	if err != nil || fileName(number, uint32(wide)) != name {
		return 0, 0, false
	}
	return number, uint32(wide), true
}
