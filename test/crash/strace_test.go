//go:build linux

package crash

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An injection is what strace does to a server: which calls of the system, what with them, and from which one on. strace counts the
// calls of each thread by itself.
type injection struct {
	calls, action string
	when          string
}

func (i injection) String() string { return i.calls + ":" + i.action + ":when=" + i.when }

// injections returns n of them: deaths right before a call, errors that come once, and errors that stay. Those of write are deaths
// only, because sockets are written to, too.
func injections(r *rand.Rand, n int) []injection {
	const names = "rename,renameat,renameat2,unlink,unlinkat"
	kinds := []injection{
		{"fsync,fdatasync", "signal=SIGKILL", ""}, {"fsync,fdatasync", "error=EIO", ""}, {"pwrite64,write", "signal=SIGKILL", ""},
		{"fsync,fdatasync", "error=EIO", "+"}, {names, "signal=SIGKILL", ""}, {"pwrite64", "error=ENOSPC", "+"},
		{names, "error=EIO", ""}, {"ftruncate", "signal=SIGKILL", ""}, {"pwrite64", "error=EIO", ""}, {"ftruncate", "error=EIO", ""},
		{names, "error=EACCES", "+"}, {"openat", "error=EMFILE", ""},
	}
	all := make([]injection, n)
	for i := range all {
		all[i] = kinds[i%len(kinds)]
		most := 24
		if all[i].calls == names || all[i].calls == "ftruncate" {
			most = 8
		}
		all[i].when = fmt.Sprintf("%d%s", 1+r.IntN(most), all[i].when)
	}
	return all
}

// canTrace returns why strace cannot be used here, "" if it can.
func canTrace() string {
	if _, err := exec.LookPath("strace"); err != nil {
		return "strace is not installed"
	}
	if out, err := exec.Command("strace", "-f", "-qq", "-o", os.DevNull, "-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=1", "true").CombinedOutput(); err != nil {
		return fmt.Sprintf("strace does not work here: %v: %s", err, out)
	}
	return ""
}

// TestInjection lets calls of the system kill servers, or fail, and looks afterwards whether all that was acknowledged is there.
// GROUNDWATCH_POINTS is how many (in CI 8; the goal of a long run is 240).
func TestInjection(t *testing.T) {
	t.Parallel()
	if why := canTrace(); why != "" {
		t.Skip(why)
	}
	points := number(t, "GROUNDWATCH_POINTS", 8, 4)
	mustBuild(t)
	seed := seedOf(t)
	t.Logf("GROUNDWATCH_SEED=%d GROUNDWATCH_POINTS=%d", seed, points)
	f := newFolder(t.TempDir(), seed)
	happened := 0
	for _, i := range injections(rand.New(rand.NewPCG(seed, 1)), points) {
		out := filepath.Join(t.TempDir(), "strace")
		died, err := f.endure(i, out)
		if err != nil {
			t.Fatalf("%v: %v", i, err)
		}
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if died || bytes.Contains(text, []byte("(INJECTED)")) {
			happened++
		}
	}
	if err := f.lives(f.kills); err != nil {
		t.Fatal(err)
	}
	var total tally
	f.sum(&total)
	t.Logf("%d points, %d reached: %v", points, happened, total)
	if happened < points/2 {
		t.Errorf("%d of %d points were reached, want at least half", happened, points)
	}
}

// endure lets clients work on a server with an injection, then looks at what a healthy one finds. out tells what was injected. It
// returns whether the server died of it.
func (f *folder) endure(i injection, out string) (died bool, err error) {
	f.life++
	p, err := start(f.dir, "strace", "-f", "-qq", "-o", out, "-e", "trace="+i.calls, "-e", "inject="+i.String())
	if err != nil {
		return false, err
	}
	p.tolerant.Store(true)
	p.dying.Store(true)
	worked := false
	if p.wait() == nil { // else it died while it started, or refused to
		err = f.share(p)
		if err == nil {
			err = f.load(p, func() error {
				pause(p, time.Second)
				worked, died = true, p.over()
				p.kill()
				return nil
			})
		}
	}
	if !worked {
		died = p.over()
		p.kill()
	}
	if err != nil && !errors.Is(err, errOver) {
		return died, fmt.Errorf("%w\n%s", err, p.said())
	}
	f.kills++
	healthy, err := f.open()
	if err != nil {
		return died, err
	}
	return died, errors.Join(f.look(healthy, false), healthy.stop(), healthy.complaints())
}
