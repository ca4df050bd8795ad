//go:build linux

package crash

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A fullDisk is a small file system that a test fills.
type fullDisk struct {
	dir    string
	inodes bool // it is names that run out, not bytes
}

// mountDisk mounts a file system of some megabytes, and skips the test where that is not allowed.
func mountDisk(t *testing.T) *fullDisk {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m,nr_inodes=400,mode=0700"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return &fullDisk{dir: dir}
}

func (d *fullDisk) filler() string { return filepath.Join(d.dir, "filler") }

// fill takes all the room that is left.
func (d *fullDisk) fill() error {
	if err := os.MkdirAll(d.filler(), 0o700); err != nil && !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	for i := 0; ; i++ {
		f, err := os.OpenFile(filepath.Join(d.filler(), fmt.Sprint(i)), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.ENOENT) {
			return nil
		}
		if err != nil {
			return err
		}
		for err == nil && !d.inodes {
			_, err = f.Write(make([]byte, 4096))
		}
		f.Close()
		if errors.Is(err, syscall.ENOSPC) {
			return nil
		}
	}
}

// free gives it back.
func (d *fullDisk) free() error { return os.RemoveAll(d.filler()) }

// TestDiskFull fills the disk of a server under load: puts are refused with an error that SDKs answer by trying again, reads and
// deletions go on, and when there is room again so do puts, by themselves. GROUNDWATCH_CYCLES is how often (in CI 5; the goal of a long run is
// 200), by turns with bytes and with names that run out.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	disk := mountDisk(t)
	cycles := number(t, "GROUNDWATCH_CYCLES", 5, 2)
	mustBuild(t)
	seed := seedOf(t)
	t.Logf("GROUNDWATCH_SEED=%d GROUNDWATCH_CYCLES=%d", seed, cycles)
	f := newFolder(disk.dir, seed)
	f.probing = &client{number: folderClients + 1, seed: seed}
	slowest, refused := time.Duration(0), 0
	for i := range cycles {
		disk.inodes = i%2 == 1
		c := &cycle{folder: f, disk: disk, killFull: i%4 >= 2}
		if err := c.run(); err != nil {
			t.Fatalf("cycle %d: %v", i, err)
		}
		slowest, refused = max(slowest, c.resumed), refused+c.refused
	}
	if err := f.lives(f.kills); err != nil {
		t.Fatal(err)
	}
	var total tally
	f.sum(&total)
	t.Logf("%d cycles, %d refusals waited for, resumed after %v at most: %v", cycles, refused, slowest.Round(time.Millisecond), total)
}

// A cycle fills the disk once.
type cycle struct {
	*folder
	disk     *fullDisk
	killFull bool          // the server is killed and started while the disk is full
	resumed  time.Duration // after room was made
	refused  int
	doomed   []*group // with events: to be deleted while the disk is full
}

// run fills the disk under load, frees it, kills the server, and looks.
func (c *cycle) run() error {
	p, err := c.open()
	if err != nil {
		return err
	}
	if err := errors.Join(c.look(p, false), c.share(p)); err != nil {
		p.kill()
		return err
	}
	p.tolerant.Store(true)
	err = c.load(p, func() error {
		pause(p, c.moment(200*time.Millisecond))
		err := errors.Join(c.ballasted(p), c.fillUp(p))
		if err == nil && !c.killFull {
			err = c.resume(p)
		}
		p.kill()
		c.kills++
		return err
	})
	if err == nil && c.killFull {
		err = c.startFull()
	}
	if err = errors.Join(err, c.disk.free()); err != nil {
		return fmt.Errorf("%w\n%s", err, p.said())
	}
	healthy, err := c.open()
	if err != nil {
		return err
	}
	return errors.Join(c.look(healthy, false), healthy.stop(), healthy.complaints())
}

// prober returns the client that looks for refusals, which does nothing else, and a stream that it is alone with.
func (c *cycle) prober(p *process) (*client, *group, error) {
	k := c.probing
	if len(k.left) > leftGroups/2 && k.left[0].fate == done {
		if err := k.deleteGroup(p, k.left[0]); err != nil {
			return nil, nil, err
		}
	}
	g := k.newGroup()
	k.left = append(k.left, g)
	return k, g, errors.Join(k.createGroup(p, g), k.makeStream(p, g, "probe"))
}

// ballasted waits until the server has its ballast.
func (c *cycle) ballasted(p *process) error {
	const files = 16 // of internal/headroom
	for begun := time.Now(); ; pause(p, 5*time.Millisecond) {
		names, err := os.ReadDir(filepath.Join(c.dir, "ballast"))
		if err == nil && len(names) == files {
			return nil
		}
		if time.Since(begun) > stopPatience {
			return fmt.Errorf("%d files of ballast after %v, want %d: %w", len(names), stopPatience, files, err)
		}
	}
}

// fillUp fills the disk until a put is refused. Then what was put must be readable, and a group can be deleted.
func (c *cycle) fillUp(p *process) error {
	for range 2 {
		k, g, err := c.prober(p)
		if err == nil {
			err = k.put(p, c.r, g)
		}
		if err != nil {
			return err
		}
		c.doomed = append(c.doomed, g)
	}
	k, g, err := c.prober(p)
	if err != nil {
		return err
	}
	s := g.streams["probe"]
	for range 2000 {
		if err := c.disk.fill(); err != nil {
			return err
		}
		b := k.batch(c.r, s, false)
		b.n, b.tooOld, b.tooNew = 200, 0, 0
		k.next = b.first%clientNumbers + b.n
		g.add(s, b)
		if err := k.send(p, &resend{g, s, b}); err != nil {
			return err
		}
		if b.fate == unknown {
			c.refused++
			return errors.Join(k.look(p, c.r, g), c.deleteFull(p))
		}
	}
	return errors.New("the disk is full, and puts go on and on")
}

// deleteFull deletes a group: that makes room, so it has to work while the disk is full.
func (c *cycle) deleteFull(p *process) error {
	g := c.doomed[0]
	c.doomed = c.doomed[1:]
	if err := c.probing.deleteGroup(p, g); err != nil {
		return err
	}
	if g.ending {
		return fmt.Errorf("group %s cannot be deleted while the disk is full: %w", g.name, c.probing.no)
	}
	return nil
}

// resume makes room and waits until puts go on.
func (c *cycle) resume(p *process) error {
	k := c.probing
	if err := c.disk.free(); err != nil {
		return err
	}
	again, freed := k.resend, time.Now()
	for again.batch.fate == unknown {
		if time.Since(freed) > stopPatience {
			return fmt.Errorf("puts are refused %v after there is room again: %w", stopPatience, k.no)
		}
		pause(p, 5*time.Millisecond)
		if err := k.send(p, again); err != nil {
			return err
		}
	}
	c.resumed = time.Since(freed)
	return k.look(p, c.r, again.group)
}

// startFull starts a server on the full disk, stops it, which leaves less to find, and starts another. What was acknowledged can be
// read, and a group can be deleted.
func (c *cycle) startFull() error {
	p, err := c.openFull()
	if err != nil {
		return err
	}
	if err := errors.Join(p.stop(), c.disk.fill()); err != nil {
		return fmt.Errorf("on a full disk: %w\n%s", err, p.said())
	}
	if p, err = c.openFull(); err != nil {
		return err
	}
	defer p.kill()
	return c.deleteFull(p)
}

// openFull starts a server on the full disk and looks.
func (c *cycle) openFull() (*process, error) {
	c.life++
	p, err := start(c.dir)
	if err != nil {
		return nil, err
	}
	p.tolerant.Store(true)
	if err = p.wait(); err != nil {
		err = fmt.Errorf("on a full disk: %w\n%s", err, p.said())
	} else {
		err = c.look(p, false)
	}
	if err != nil {
		p.kill()
		return nil, err
	}
	return p, nil
}
