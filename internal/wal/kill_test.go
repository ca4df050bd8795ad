package wal

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
)

// killFolder names, in the environment of a copy of this test, the log to append to; killFirst the first id to give out.
const (
	killFolder = "WAL_TEST_FOLDER"
	killFirst  = "WAL_TEST_FIRST"
)

// killWriters is how many goroutines of the child append at once.
const killWriters = 8

// TestKill kills a process that appends, GROUNDWATCH_KILLS times (10), each time after a random number of acknowledgments.
// All that the child acknowledged, over all of its lives, has to be there. The child forgets a third of it on the way.
func TestKill(t *testing.T) {
	if dir := os.Getenv(killFolder); dir != "" {
		if err := appendUntilKilled(dir, uint64(vfstest.Count(t, killFirst, 0))); err != nil {
			t.Fatal(err)
		}
		return
	}
	dir, g := t.TempDir(), newLedger()
	rng := rand.New(rand.NewPCG(7, 7))
	kills := vfstest.Count(t, "GROUNDWATCH_KILLS", 10)
	for range kills {
		acks, err := killed(t, dir, g.ids+1, 1+rng.IntN(400))
		if err != nil {
			t.Fatal(err)
		}
		for id := g.ids + 1; id <= g.ids+1_000_000; id++ { // what it may have sent
			if at, ok := acks[id]; ok {
				g.ack(id, at)
			} else if id > g.ids+uint64(len(acks))+2*killWriters {
				break
			} else {
				g.open[id] = true
			}
		}
		g.ids += uint64(len(acks)) + 2*killWriters
		if err := checkFolder(dir, g); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d records kept", kills, len(g.there))
}

// killed runs a child on the log in dir, kills it after some acknowledgments, and returns those: positions by id.
func killed(t *testing.T, dir string, first uint64, after int) (map[uint64]Position, error) {
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$")
	child.Env = append(os.Environ(), killFolder+"="+dir, fmt.Sprintf("%s=%d", killFirst, first))
	var stderr bytes.Buffer
	child.Stderr = &stderr
	out, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	acks := map[uint64]Position{}
	from := bufio.NewReader(out)
	var ack [16]byte
	for n := 0; ; n++ {
		if n == after {
			if err := child.Process.Kill(); err != nil {
				return nil, err
			}
		}
		if _, err := io.ReadFull(from, ack[:]); err != nil { // the last one may be cut
			break
		}
		acks[binary.LittleEndian.Uint64(ack[:])] = Position(binary.LittleEndian.Uint64(ack[8:]))
	}
	child.Wait() // its error is that it was killed
	if len(acks) < after {
		return nil, fmt.Errorf("the child ended after %d acknowledgments of %d: %s", len(acks), after, stderr.String())
	}
	return acks, nil
}

// appendUntilKilled appends from several goroutines, and writes each acknowledgment to standard output.
func appendUntilKilled(dir string, first uint64) error {
	disk, err := vfs.NewDisk(dir)
	if err != nil {
		return err
	}
	l, err := Open(disk, "wal", Options{FileBytes: 50_000})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	all.Go(func() { l.Run(context.Background()) })
	var mu sync.Mutex
	next := first
	for range killWriters {
		all.Go(func() {
			for {
				mu.Lock()
				id := next
				next++
				mu.Unlock()
				kind, p := payload(id)
				at, err := l.Append(context.Background(), kind, p)
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				ack := binary.LittleEndian.AppendUint64(nil, id)
				os.Stdout.Write(binary.LittleEndian.AppendUint64(ack, uint64(at)))
			}
		})
	}
	all.Wait()
	return nil
}

// checkFolder compares a log on disk with the ledger, twice. Without an append between it has to stay as it is.
func checkFolder(dir string, g *ledger) error {
	disk, err := vfs.NewDisk(dir)
	if err != nil {
		return err
	}
	defer disk.Close()
	for range 2 {
		var damage []Damage
		l, err := Open(disk, "wal", Options{Hooks: Hooks{Damaged: func(d Damage) { damage = append(damage, d) }}})
		if err != nil {
			return err
		}
		records, err := replayed(l)
		if err != nil {
			return err
		}
		if l.w.file != nil {
			l.w.leave()
		}
		if len(damage) > 0 {
			return fmt.Errorf("damage reported where there is none: %+v", damage)
		}
		if err := g.check(records); err != nil {
			return err
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "wal", "*"+newSuffix))
	if err == nil && len(names) > 0 {
		err = fmt.Errorf("files that were never finished stay: %s", names)
	}
	return err
}
