package sqlcat

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Sizes of SQLite's log ("Database File Format" of sqlite.org, §4): a header, then frames of a frame header and a page.
const (
	logHeaderBytes   = 32
	frameHeaderBytes = 24
	frameBytes       = frameHeaderBytes + pageBytes
	logMagic         = 0x377f0682 // the last bit says in which order checksums take bytes: 1 for big endian
)

// checkLog refuses a log that lost more than its end. SQLite reads a log up to the first frame that does not fit and drops
// the rest, which is right for the last transaction: it was torn by a crash and never acknowledged. But each commit is
// on the disk before the next one begins, so if behind a bad frame there is a commit and a frame that was written after
// it, something that had been acknowledged is damaged. What cannot be told from a torn end is damage to the last transaction.
func checkLog(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	header := make([]byte, logHeaderBytes)
	if _, err := io.ReadFull(r, header); err != nil {
		return whole(err) // shorter than a header: nothing was ever in it
	}
	log := newLogReader(header)
	if log == nil {
		if _, err := r.Peek(1); err != nil {
			return whole(err)
		}
		return fmt.Errorf("%w: %s: the header's checksum is wrong", errDamaged, path)
	}
	frame := make([]byte, frameBytes)
	for n := 1; ; n++ {
		if _, err := io.ReadFull(r, frame); err != nil {
			return whole(err)
		}
		if log.next(frame) {
			return fmt.Errorf("%w: %s: frame %d is bad, and frame %d is a commit after it", errDamaged, path, log.bad, n-1)
		}
	}
}

// whole takes the end of a file for a success.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// A logReader follows the frames of a log.
type logReader struct {
	order  binary.ByteOrder
	salts  [8]byte   // of this life of the log; frames of an earlier one have others
	sum    [2]uint32 // of all before, as long as no frame is bad; then what the frame before says of itself
	n      int       // frames so far
	bad    int       // the first bad frame, 0 if there is none
	commit bool      // the frame before is the last one of a transaction of this life
}

// newLogReader returns nil if header is none.
func newLogReader(header []byte) *logReader {
	magic := binary.BigEndian.Uint32(header)
	l := &logReader{order: binary.LittleEndian}
	if magic&1 == 1 {
		l.order = binary.BigEndian
	}
	l.sum = l.add([2]uint32{}, header[:24])
	if magic&^1 != logMagic || l.sum != sumAt(header[24:]) || binary.BigEndian.Uint32(header[8:]) != pageBytes {
		return nil
	}
	copy(l.salts[:], header[16:24])
	return l
}

// next takes the next frame, and tells whether it proves that a transaction is damaged.
func (l *logReader) next(frame []byte) (proof bool) {
	l.n++
	ours := [8]byte(frame[8:16]) == l.salts
	sum := l.add(l.add(l.sum, frame[:8]), frame[frameHeaderBytes:])
	fits := ours && sum == sumAt(frame[16:])
	if !fits && l.bad == 0 {
		l.bad = l.n
	}
	proof = fits && l.commit && l.bad > 0 && l.bad < l.n
	l.sum = sumAt(frame[16:])
	l.commit = ours && binary.BigEndian.Uint32(frame[4:]) != 0
	return proof
}

// add is SQLite's checksum of the log (§4.2).
func (l *logReader) add(sum [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		sum[0] += l.order.Uint32(b) + sum[1]
		sum[1] += l.order.Uint32(b[4:]) + sum[0]
	}
	return sum
}

func sumAt(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}
