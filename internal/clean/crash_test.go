package clean

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/redact"
)

// errKilled is what every operation of a crashFS says after the one that killed it.
var errKilled = errors.New("killed")

// A crashFS is the disk until its power goes: at operation number left, which does not happen, and
// every one after it. crash then takes back what need not have reached the disk.
type crashFS struct {
	disk
	mu      sync.Mutex
	left    int // operations until the end; negative: no end
	done    int
	content map[string][]byte // of files with writes that were not synced: what was synced
	names   []func()          // take back changes of names, oldest first
	dirs    []string          // of names
}

func newCrashFS(left int) *crashFS { return &crashFS{left: left, content: map[string][]byte{}} }

// step counts an operation.
func (c *crashFS) step() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return errKilled
	}
	c.left--
	c.done++
	return nil
}

// undo remembers how to take back a change of a name in dir, until dir is synced.
func (c *crashFS) undo(dir string, back func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dirs, c.names = append(c.dirs, dir), append(c.names, back)
}

func (c *crashFS) MkdirAll(dir string) error {
	if err := c.step(); err != nil {
		return err
	}
	return c.disk.MkdirAll(dir)
}

func (c *crashFS) Create(name string, private bool) (file, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	before, err := os.ReadFile(name)
	f, createErr := c.disk.Create(name, private)
	if createErr != nil {
		return nil, createErr
	}
	if err != nil {
		c.undo(filepath.Dir(name), func() { os.Remove(name) })
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.content[name] = before
	return &crashFile{f, c, name}, nil
}

func (c *crashFS) Append(name string) (file, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	f, err := c.disk.Append(name)
	return &crashFile{f, c, name}, err
}

func (c *crashFS) Rename(from, to string) error {
	if err := c.step(); err != nil {
		return err
	}
	before, err := os.ReadFile(to)
	if err := c.disk.Rename(from, to); err != nil {
		return err
	}
	c.move(from, to)
	c.undo(filepath.Dir(to), func() {
		c.move(to, from)
		os.Rename(to, from)
		if err == nil {
			os.WriteFile(to, before, 0o644)
		}
	})
	return nil
}

// move notes that a file has another name.
func (c *crashFS) move(from, to string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if synced, ok := c.content[from]; ok {
		c.content[to] = synced
		delete(c.content, from)
	}
}

func (c *crashFS) Remove(name string) error {
	if err := c.step(); err != nil {
		return err
	}
	if before, err := os.ReadFile(name); err == nil {
		c.undo(filepath.Dir(name), func() { os.WriteFile(name, before, 0o644) })
	}
	return c.disk.Remove(name)
}

func (c *crashFS) SyncDir(dir string) error {
	if err := c.step(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.dirs) - 1; i >= 0; i-- {
		if filepath.Clean(c.dirs[i]) == filepath.Clean(dir) {
			c.dirs, c.names = slices.Delete(c.dirs, i, i+1), slices.Delete(c.names, i, i+1)
		}
	}
	return nil
}

func (c *crashFS) Lock(name string) (io.Closer, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	return c.disk.Lock(name)
}

// crash takes back what was not synced. Changes of names are taken back from the newest on to one
// that r picks, as a journal of the file system would.
func (c *crashFS) crash(r *rand.Rand) {
	for name, synced := range c.content {
		if now, err := os.ReadFile(name); err == nil && r.IntN(2) == 0 {
			keep := min(len(synced)+r.IntN(len(now)+1), len(now))
			if synced == nil || len(synced) <= keep {
				os.WriteFile(name, now[:keep], 0o644)
			}
		}
	}
	for i := len(c.names) - 1; i >= 0 && r.IntN(4) > 0; i-- {
		c.names[i]()
	}
}

type crashFile struct {
	file
	fs   *crashFS
	name string
}

func (f *crashFile) Write(p []byte) (int, error) {
	if err := f.fs.step(); err != nil {
		n, _ := f.file.Write(p[:len(p)/2]) // a write may be half done
		return n, err
	}
	f.fs.mu.Lock()
	if _, ok := f.fs.content[f.name]; !ok {
		f.fs.content[f.name], _ = os.ReadFile(f.name)
	}
	f.fs.mu.Unlock()
	return f.file.Write(p)
}

func (f *crashFile) Sync() error {
	if err := f.fs.step(); err != nil {
		return err
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	delete(f.fs.content, f.name)
	return nil
}

// crashInputs writes some inputs that make several units, days, duplicates and kinds of events.
func crashInputs(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "in")
	for i := range 4 {
		var b strings.Builder
		for n := range 30 {
			fmt.Fprintf(&b, "2018-03-%02dT14:40:02.823Z {\"n\":%d,\"user\":{\"email\":\"u%d@example.com\"}}\n", 28+n%3, n*(i%3), i)
		}
		b.WriteString(issueLines)
		writeInput(t, filepath.Join(dir, fmt.Sprintf("%06d", i)), b.String())
	}
	return dir
}

func writeInput(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// visible returns the files that readers of dir see, with their content.
func visible(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestKilledAtEveryStep ends a run at each of its operations on files, by turns with and without a loss
// of power, takes it up again, and compares what comes out with an undisturbed run. Before that, no
// visible file may be one that the undisturbed run does not have.
func TestKilledAtEveryStep(t *testing.T) {
	in := crashInputs(t)
	rules, err := redact.Parse(redact.Text{Text: "value email"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{
		{Split: "day"},
		{To: "csv", Dedupe: true, Redact: rules},
		{To: "parquet", Split: "day"},
	} {
		o.Inputs, o.Workers, o.unitBytes = []string{in}, 2, 1
		t.Run(o.To+o.Split, func(t *testing.T) {
			whole := o
			whole.Dir = filepath.Join(t.TempDir(), "whole")
			fs := newCrashFS(-1)
			whole.fs = fs
			report := mustRun(t, whole)
			want := visible(t, whole.Dir)
			for step := range fs.done {
				if testing.Short() && step%5 != 0 {
					continue
				}
				o.Dir = filepath.Join(t.TempDir(), "out")
				kill(t, o, step, want)
				got := mustRun(t, o)
				compareResults(t, fmt.Sprintf("killed at step %d of %d", step, fs.done), visible(t, o.Dir), want)
				if got.Read != report.Read || got.Kept != report.Kept || got.Dropped != report.Dropped || len(got.Outputs) != len(report.Outputs) {
					t.Errorf("killed at step %d: read %v, kept %v, dropped %v, want %v, %v, %v",
						step, got.Read, got.Kept, got.Dropped, report.Read, report.Kept, report.Dropped)
				}
				noTemps(t, o.Dir)
			}
		})
	}
}

// kill runs o until its operation number step, and crashes every other time.
func kill(t *testing.T, o Options, step int, want map[string]string) {
	t.Helper()
	fs := newCrashFS(step)
	o.fs = fs
	_, err := Run(context.Background(), o)
	if !errors.Is(err, errKilled) && err != nil {
		t.Fatalf("run killed at step %d: %v", step, err)
	}
	if step%2 == 0 {
		fs.crash(rand.New(rand.NewPCG(uint64(step), 1)))
	}
	if _, err := os.Stat(o.Dir); errors.Is(err, os.ErrNotExist) {
		return
	}
	for name, text := range visible(t, o.Dir) {
		if want[name] != text {
			t.Errorf("after a kill at step %d: %s is visible with %d bytes, want %d", step, name, len(text), len(want[name]))
		}
	}
}

func mustRun(t testing.TB, o Options) *Report {
	t.Helper()
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return r
}

func compareResults(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s has %d bytes, want %d", what, name, len(got[name]), len(want[name]))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is there, want none", what, name)
		}
	}
}

// noTemps checks that nothing is left but results, the state and the lock.
func noTemps(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if name := d.Name(); err == nil && strings.HasPrefix(name, ".") && name != stateName && name != lockName {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestKilledAgainAndAgain ends each attempt a little later than the one before it until one succeeds.
func TestKilledAgainAndAgain(t *testing.T) {
	killUntilDone(t, Options{Inputs: []string{crashInputs(t)}, Split: "day", Dedupe: true, Workers: 2, unitBytes: 1}, 7, 10, 60)
}

// killUntilDone runs o until it succeeds, ending each attempt after least operations of the file system and up to
// spread more, as seed says, and compares what is there then with an undisturbed run.
func killUntilDone(t *testing.T, o Options, seed uint64, least, spread int) {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "whole")
	mustRun(t, o)
	want := visible(t, o.Dir)
	o.Dir = filepath.Join(t.TempDir(), "out")
	r := rand.New(rand.NewPCG(seed, seed))
	for attempt := range 1000 {
		fs := newCrashFS(least + r.IntN(spread))
		o.fs = fs
		_, err := Run(context.Background(), o)
		if err == nil {
			t.Logf("attempt %d succeeded", attempt)
			compareResults(t, "in the end", visible(t, o.Dir), want)
			return
		}
		if !errors.Is(err, errKilled) {
			t.Fatalf("attempt %d: %v", attempt, err)
		}
		fs.crash(r)
	}
	t.Error("no attempt of 1000 succeeded")
}
