package wal

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
)

// TestPowerLoss appends until the power goes at a random operation, looks at what is left, and goes on with that, some
// times over, for each of GROUNDWATCH_SEEDS seeds (5,000; the goal of a long run is 500,000) after
// GROUNDWATCH_FIRST_SEED.
func TestPowerLoss(t *testing.T) {
	seeds := uint64(vfstest.Count(t, "GROUNDWATCH_SEEDS", 5000))
	first := uint64(vfstest.Count(t, "GROUNDWATCH_FIRST_SEED", 0))
	var next, losses, records atomic.Uint64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for seed := first + next.Add(1); seed <= first+seeds && !t.Failed(); seed = first + next.Add(1) {
				p := &powerLoss{rand: rand.New(rand.NewPCG(seed, 1)), fs: vfs.NewCrash(), ledger: newLedger()}
				for round := range 4 + p.rand.IntN(4) {
					if err := p.round(seed); err != nil {
						t.Errorf("seed %d, round %d: %v", seed, round, err)
						return
					}
					losses.Add(1)
				}
				records.Add(uint64(len(p.ledger.there)))
			}
		})
	}
	all.Wait()
	t.Logf("seeds %d to %d, %d power losses, %d records kept", first+1, first+seeds, losses.Load(), records.Load())
}

// A powerLoss is one log that loses its power again and again.
type powerLoss struct {
	rand   *rand.Rand
	fs     *vfs.Crash
	ledger *ledger
	safe   Position // records up to here need not be replayed
}

var errPower = errors.New("the power is out")

// round opens the log, checks it, and uses it until the power goes.
func (p *powerLoss) round(seed uint64) error {
	fs := vfs.NewFault(p.fs, vfs.FailFrom(1+p.rand.IntN(60), errPower))
	l, err := p.check(fs)
	if err == nil {
		err = p.use(l)
	}
	if err != nil && !errors.Is(err, errPower) {
		return err
	}
	if p.rand.IntN(3) > 0 { // else only the process ended, and what it wrote is still on its way to the disk
		p.fs = p.fs.Crash(seed ^ p.rand.Uint64())
	}
	_, err = p.check(p.fs) // and once more in the next round: to recover twice gives the same
	return err
}

// check opens the log and compares it with the ledger.
func (p *powerLoss) check(fs vfs.FS) (*Log, error) {
	var damage []Damage
	l, err := Open(fs, "wal", Options{
		After: p.safe, FileBytes: 1 << (8 + p.rand.IntN(8)), Now: clock(), Salt: p.rand.Uint32,
		Hooks: Hooks{Damaged: func(d Damage) { damage = append(damage, d) }},
	})
	if err != nil {
		return nil, err
	}
	records, err := replayed(l)
	if err != nil {
		return nil, err
	}
	if len(damage) > 0 {
		return nil, fmt.Errorf("damage reported where there is none: %+v", damage)
	}
	return l, p.ledger.check(records)
}

// use appends batches, and now and then does what Run does when there is nothing to append, or trims.
func (p *powerLoss) use(l *Log) error {
	for range 30 {
		n := 1 + p.rand.IntN(4)
		if p.rand.IntN(16) == 0 {
			n = 30 // several blocks: the middle of a batch may be lost
		}
		if err := commitNow(l, p.ledger, n); err != nil {
			return err
		}
		switch p.rand.IntN(8) {
		case 0, 1, 2:
			l.w.mark()
		case 3:
			p.safe = max(p.safe, l.w.next-1-Position(p.rand.IntN(5))%l.w.next)
			p.ledger.trimmed(p.safe)
			if err := l.Trim(p.safe); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestEveryOperationFails runs a script with an error at its k-th operation, for each k, each error, once and for good. The
// script goes on after errors as a server does. Then all acknowledged records have to be there, also after a power loss.
func TestEveryOperationFails(t *testing.T) {
	count := vfs.NewFault(vfs.NewCrash(), vfs.FailAt(0, nil))
	if err := (&script{ledger: newLedger()}).run(count); err != nil {
		t.Fatal(err)
	}
	points := 0
	for _, kind := range []error{syscall.EIO, syscall.ENOSPC, vfs.ErrShort} {
		for mode, fail := range map[string]func(int, error) func(vfs.Op) error{"once": vfs.FailAt, "for good": vfs.FailFrom} {
			for k := 1; k <= count.Ops(); k++ {
				if err := failingScript(fail(k, kind), uint64(k)); err != nil {
					t.Fatalf("%v at operation %d %s: %v", kind, k, mode, err)
				}
				points++
			}
		}
	}
	t.Logf("%d failures at %d operations", points, count.Ops())
}

// failingScript runs the script with an error in it, and checks what is there after it, and after power losses.
func failingScript(inject func(vfs.Op) error, seed uint64) error {
	crash := vfs.NewCrash()
	s := &script{ledger: newLedger()}
	if err := s.run(vfs.NewFault(crash, inject)); err != nil {
		return err
	}
	for i := range uint64(3) {
		left := crash.Crash(seed + i)
		g := s.ledger.copy()
		for range 2 {
			l, err := Open(left, "wal", Options{Salt: salts(uint32(seed + i)), Now: clock()})
			if err != nil {
				return err
			}
			records, err := replayed(l)
			if err != nil {
				return err
			}
			if err := g.check(records); err != nil {
				return fmt.Errorf("power loss %d: %w", i, err)
			}
			if err := commitNow(l, g, 2); err != nil {
				return err
			}
		}
	}
	return nil
}

// copy returns a ledger that can be settled by itself.
func (g *ledger) copy() *ledger {
	c := newLedger()
	c.ids = g.ids
	for id := range g.open {
		c.open[id] = true
	}
	for _, id := range g.order {
		c.ack(id, g.there[id])
	}
	for id := range g.gone {
		c.gone[id] = true
	}
	return c
}

// A script opens, appends, fills files, trims, and opens again. What fails is tried again where a server would.
type script struct {
	ledger *ledger
}

func (s *script) run(fs vfs.FS) error {
	for visit := range 3 {
		l, err := s.open(fs, uint32(visit))
		if err != nil {
			continue // the disk said so; the server starts again
		}
		for i := range 6 {
			if commitNow(l, s.ledger, 1+i%3) == nil && i%2 == 0 {
				l.w.mark()
			}
		}
		if visit == 1 {
			upTo := l.w.next / 2
			s.ledger.trimmed(upTo)
			if l.Trim(upTo) != nil {
				continue // and killed
			}
		}
		if visit == 0 {
			l.w.close() // an error here is for the operator
		}
	}
	return nil
}

// open opens the log and checks it; an error in the records is one of the test.
func (s *script) open(fs vfs.FS, salt uint32) (*Log, error) {
	l, err := Open(fs, "wal", Options{FileBytes: 2500, Now: clock(), Salt: salts(salt)})
	if err != nil {
		return nil, err
	}
	_, err = replayed(l)
	return l, err
}
