package embedded

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
	"github.com/groundwatch/groundwatch/internal/wal"
)

var errPower = errors.New("the power is out")

// tiny makes a few rows fill row groups, parts and tiers.
var tiny = limits{groupRows: 8, groupText: 600, ownText: 1500, partText: 50_000, fanIn: 2}

// partitions is how many a crash test has.
const partitions = 4

// TestPowerLoss uses tables until the power goes at a random operation, looks at what is left, and goes on with that, some
// times over, for each of GROUNDWATCH_SEEDS seeds (300; the goal of a long run is 500,000) after
// GROUNDWATCH_FIRST_SEED.
func TestPowerLoss(t *testing.T) {
	seeds := uint64(vfstest.Count(t, "GROUNDWATCH_SEEDS", 300))
	first := uint64(vfstest.Count(t, "GROUNDWATCH_FIRST_SEED", 0))
	var next, losses, rows atomic.Uint64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for seed := first + next.Add(1); seed <= first+seeds && !t.Failed(); seed = first + next.Add(1) {
				p := &powerLoss{rand: rand.New(rand.NewPCG(seed, 1)), fs: vfs.NewCrash(), ledger: newLedger()}
				for round := range 3 + p.rand.IntN(3) {
					if err := p.round(seed); err != nil {
						t.Errorf("seed %d, round %d: %v", seed, round, err)
						return
					}
					losses.Add(1)
				}
				rows.Add(uint64(p.ledger.ids))
			}
		})
	}
	all.Wait()
	t.Logf("seeds %d to %d, %d power losses, %d rows sent", first+1, first+seeds, losses.Load(), rows.Load())
}

// A powerLoss is one folder that loses its power again and again.
type powerLoss struct {
	rand   *rand.Rand
	fs     *vfs.Crash
	ledger *ledger
}

func (p *powerLoss) options(report func(error)) Options {
	damaged := func(d wal.Damage) { report(fmt.Errorf("damage reported where there is none: %+v", d)) }
	return Options{
		FlushBytes: 1 << 20, Now: clock(), Salt: salts(p.rand.Uint32()), limits: tiny,
		Hooks: Hooks{
			Log: wal.Hooks{Damaged: damaged}, Manifest: wal.Hooks{Damaged: damaged},
			Damaged: func(file string, err error) { report(fmt.Errorf("damage reported in %s: %w", file, err)) },
		},
	}
}

// round opens the folder, checks it, and uses it until the power goes.
func (p *powerLoss) round(seed uint64) error {
	err := p.use(vfs.NewFault(p.fs, vfs.FailFrom(1+p.rand.IntN(300), errPower)), 25)
	if err != nil {
		return err
	}
	if p.rand.IntN(3) > 0 { // else only the process ended, and what it wrote is still on its way to the disk
		p.fs = p.fs.Crash(seed ^ p.rand.Uint64())
	}
	for range 2 { // to recover twice gives the same
		if err := p.use(p.fs, 0); err != nil {
			return fmt.Errorf("after the loss: %w", err)
		}
	}
	return nil
}

// use opens the folder, compares it with the ledger, and does some steps. Errors of the power are none.
func (p *powerLoss) use(fs vfs.FS, steps int) error {
	var mu sync.Mutex
	var reported error
	e, stop, err := byHand(fs, p.options(func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if !errors.Is(err, errPower) {
			reported = errors.Join(reported, err)
		}
	}))
	if err != nil {
		return unlessPower(err)
	}
	defer stop()
	tab := e.Table("log_events")
	rows, stats, err := scanAll(tab, partitions)
	if err != nil {
		return unlessPower(err)
	}
	if len(stats.Problems) > 0 {
		if strings.Contains(stats.Problems[0], errPower.Error()) {
			return nil
		}
		return errors.New("problem where there is none: " + stats.Problems[0])
	}
	if err := p.ledger.check(rows); err != nil {
		return err
	}
	for range steps {
		if err := p.step(e, tab); err != nil {
			return err
		}
	}
	mu.Lock()
	defer mu.Unlock()
	return reported
}

func unlessPower(err error) error {
	if errors.Is(err, errPower) {
		return nil
	}
	return err
}

// step does one thing.
func (p *powerLoss) step(e *Engine, tab table.Table) error {
	ctx := context.Background()
	partition := table.Partition(p.rand.IntN(partitions) + 1)
	switch p.rand.IntN(12) {
	case 0, 1:
		return unlessPower(e.flush(ctx))
	case 2, 3:
		return unlessPower(errors.Join(e.sweep(), e.mergeAll(ctx), e.manifest.Trim()))
	case 4:
		if p.rand.IntN(8) > 0 {
			return nil
		}
		err := tab.Drop(ctx, partition)
		if !p.ledger.dropped[partition] {
			p.ledger.dropped[partition] = err == nil
		}
		return unlessPower(err)
	case 5:
		before := p.rand.Int64N(400)
		err := tab.Expire(ctx, table.Expiry{Partition: partition, Before: before})
		p.ledger.expire(partition, before, err == nil)
		return unlessPower(err)
	case 6:
		return p.again(tab)
	}
	return p.append(tab, p.ledger.send(p.rand, partition, 1+p.rand.IntN(9)))
}

// append sends rows, and writes down what is known of them then.
func (p *powerLoss) append(tab table.Table, s *sent) error {
	r, err := tab.Append(context.Background(), s.partition, s.rows)
	switch {
	case err == nil && p.ledger.dropped[s.partition]: // for sure
		return fmt.Errorf("append %d to partition %d, which was dropped, returned %+v", s.id, s.partition, r)
	case err == nil:
		s.acked, s.receipt = true, r
		delete(p.ledger.dropped, s.partition)
	case fault.Is(err, fault.NotFound):
		s.gone = true
		if _, dropped := p.ledger.dropped[s.partition]; !dropped {
			return err
		}
		p.ledger.dropped[s.partition] = true
	case !fault.Is(err, fault.Unavailable):
		return err
	}
	return unlessPower(ignore(err, fault.NotFound))
}

func ignore(err error, kind fault.Kind) error {
	if fault.Is(err, kind) {
		return nil
	}
	return err
}

// again repeats an append that had a token and was acknowledged.
func (p *powerLoss) again(tab table.Table) error {
	for _, s := range p.ledger.sent {
		if _, dropped := p.ledger.dropped[s.partition]; dropped || !s.acked || s.rows.Token == "" || s.receipt.First == 0 {
			continue
		}
		r, err := tab.Append(context.Background(), s.partition, s.rows)
		if err != nil {
			return unlessPower(err)
		}
		if r.First != s.receipt.First || r.Ingested != s.receipt.Ingested || !r.Repeated {
			return fmt.Errorf("append %d again: got %+v, want %+v repeated", s.id, r, s.receipt)
		}
	}
	return nil
}

// TestEveryOperationFails runs a script with an error at its k-th operation, for each k, each error, once and for good. The
// script goes on after errors as a server does. Then all acknowledged rows have to be there, also after a power loss.
func TestEveryOperationFails(t *testing.T) {
	count := vfs.NewFault(vfs.NewCrash(), vfs.FailAt(0, nil))
	if err := script(count, newLedger()); err != nil {
		t.Fatal(err)
	}
	stride := max(1, count.Ops()*6/vfstest.Count(t, "GROUNDWATCH_FAILURES", 150))
	points := 0
	for n, kind := range []error{syscall.EIO, syscall.ENOSPC, vfs.ErrShort} {
		for mode, fail := range map[string]func(int, error) func(vfs.Op) error{"once": vfs.FailAt, "for good": vfs.FailFrom} {
			for k := 1 + n%stride; k <= count.Ops(); k += stride {
				if err := failingScript(fail(k, kind), uint64(k)); err != nil {
					t.Fatalf("%v at operation %d %s: %v", kind, k, mode, err)
				}
				points++
			}
		}
	}
	t.Logf("%d failures at %d operations", points, count.Ops())
}

func failingScript(inject func(vfs.Op) error, seed uint64) error {
	crash := vfs.NewCrash()
	g := newLedger()
	if err := script(vfs.NewFault(crash, inject), g); err != nil {
		return err
	}
	p := &powerLoss{rand: rand.New(rand.NewPCG(seed, 2)), fs: crash.Crash(seed), ledger: g}
	for range 2 {
		if err := p.use(p.fs, 0); err != nil {
			return fmt.Errorf("after a power loss: %w", err)
		}
	}
	return nil
}

// script opens, appends, flushes, merges, drops and expires, twice over. What fails is tried again where a server would.
func script(fs vfs.FS, g *ledger) error {
	ctx := context.Background()
	random := rand.New(rand.NewPCG(1, 3))
	for range 2 {
		e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(7), limits: tiny})
		if err != nil {
			continue // the disk said so; the server starts again
		}
		tab := e.Table("log_events")
		for i := range 12 {
			s := g.send(random, table.Partition(i%3+1), 1+i)
			if r, err := tab.Append(ctx, s.partition, s.rows); err == nil {
				s.acked, s.receipt = true, r
			} else if !fault.Is(err, fault.Unavailable) && !g.dropped[s.partition] {
				stop()
				return fmt.Errorf("append: got error %w, want one of kind unavailable", err)
			}
			if i%3 == 2 {
				_ = errors.Join(e.flush(ctx), e.sweep(), e.mergeAll(ctx), e.manifest.Trim())
			}
			if i == 7 {
				if _, dropped := g.dropped[3]; !dropped || !g.dropped[3] {
					g.dropped[3] = tab.Drop(ctx, 3) == nil
				}
			}
			if i == 9 {
				g.expire(2, 300, tab.Expire(ctx, table.Expiry{Partition: 2, Before: 300}) == nil)
			}
		}
		stop()
	}
	return nil
}
