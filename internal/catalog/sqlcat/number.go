package sqlcat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strconv"
	"sync"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// blockSize is how many numbers are reserved at a time: one wait for the disk in 64, and so many lost by a crash.
const blockSize = 64

// versionSequence is the sequence of versions. No caller can name it.
const versionSequence = ""

// numbers are what is reserved of each sequence.
type numbers struct {
	mu struct {
		sync.Mutex
		blocks map[string]block
	}
}

// A block are the numbers from next to last, none if last is less.
type block struct{ next, last int64 }

// take returns the next number of sequence, 0 if none is reserved.
func (n *numbers) take(sequence string) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.mu.blocks[sequence]
	if b.next == 0 || b.next > b.last {
		return 0
	}
	n.mu.blocks[sequence] = block{b.next + 1, b.last}
	return b.next
}

// add makes b the block of sequence, unless a later one is there already.
func (n *numbers) add(sequence string, b block) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if b.last > n.mu.blocks[sequence].last {
		n.mu.blocks[sequence] = b
	}
}

// NextNumber implements catalog.Catalog.
func (c *Catalog) NextNumber(ctx context.Context, sequence string) (int64, error) {
	if err := catalog.CheckWord("sequence", sequence); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	for {
		if n := c.numbers.take(sequence); n > 0 {
			return n, nil
		}
		r := &request{sequence: sequence}
		if err := c.submit(ctx, r); err != nil {
			return 0, err
		}
		c.numbers.add(sequence, r.block)
	}
}

// reserve returns the next block of a sequence.
func (t *tx) reserve(sequence string) (block, error) {
	last, err := t.last(sequence)
	if err != nil {
		return block{}, err
	}
	return block{last + 1, last + blockSize}, t.setLast(sequence, last+blockSize)
}

const (
	selectNumber = "SELECT last, checksum FROM numbers WHERE name = $1"
	storeNumber  = "INSERT INTO numbers (name, last, checksum) VALUES ($1, $2, $3)" +
		" ON CONFLICT (name) DO UPDATE SET last = excluded.last, checksum = excluded.checksum"
)

// LastNumber returns a number that no number of a sequence so far is greater than, and every later one is; 0 if there is none yet.
func (c *Catalog) LastNumber(ctx context.Context, sequence string) (int64, error) {
	last, err := lastNumber(ctx, &c.reads, sequence)
	if err != nil {
		return 0, c.failed("last number of "+sequence, false, err)
	}
	return last, nil
}

// last returns the last number of a sequence that is taken, 0 if it is new.
func (t *tx) last(sequence string) (int64, error) { return lastNumber(t.ctx, t.stmts, sequence) }

func lastNumber(ctx context.Context, stmts *statements, sequence string) (int64, error) {
	stmt, err := stmts.get(ctx, selectNumber)
	if err != nil {
		return 0, err
	}
	var last, got int64
	err = stmt.QueryRowContext(ctx, sequence).Scan(&last, &got)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return last, checkNumber(sequence, last, got)
}

func (t *tx) setLast(sequence string, last int64) error {
	if last > math.MaxInt64-blockSize {
		return fmt.Errorf("sequence %q: no number after %d", sequence, last)
	}
	return t.exec(storeNumber, sequence, last, numberChecksum(sequence, last))
}

func checkNumber(sequence string, last, got int64) error {
	if want := numberChecksum(sequence, last); got != want {
		return fmt.Errorf("%w: sequence %q at %d: checksum %08x, want %08x", errDamaged, sequence, last, got, want)
	}
	return nil
}

func numberChecksum(sequence string, last int64) int64 {
	return int64(crc32.Checksum([]byte(strconv.FormatInt(last, 10)+" "+sequence), castagnoli))
}
