package sqlcat

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

var groups = catalog.Scope{Account: "123456789012", Region: "eu-central-1", Kind: "log-group"}

// put puts an entry whose value is its name, often enough to be told from damage.
func put(t testing.TB, c *Catalog, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := c.Write(t.Context(), catalog.Put(named(name), catalog.Absent)); err != nil {
			t.Fatalf("Write(put %q) = %v, want no error", name, err)
		}
	}
}

func named(name string) catalog.Entry {
	return catalog.Entry{
		Key: groups.Key(name), Value: []byte(strings.Repeat(name+" ", 20)), Terms: catalog.Terms{"t" + name}, Peaks: catalog.Peaks{int64(len(name))},
	}
}

func numbered(from, to int) []string {
	var all []string
	for i := from; i < to; i++ {
		all = append(all, fmt.Sprintf("group-%04d", i))
	}
	return all
}

// crashed returns a copy of path and its log as they are now: what a killed process would leave.
func crashed(t testing.TB, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "catalog.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#%20é.db")
	c := open(t, path)
	put(t, c, "a", "b")
	before, err := c.Get(t.Context(), groups.Key("b"))
	if err != nil {
		t.Fatalf("Get(b) = %v", err)
	}
	number, err := c.NextNumber(t.Context(), "partition")
	if err != nil {
		t.Fatalf("NextNumber = %v", err)
	}
	if err := c.Touch(t.Context(), catalog.Touch{Key: groups.Key("a"), Peaks: catalog.Peaks{77}}); err != nil {
		t.Fatalf("Touch = %v", err)
	}
	closing(t, c)
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Close the log is there (%v), want it folded into the file", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v, want only the owner to read it", info.Mode(), err)
	}

	c = open(t, path)
	defer closing(t, c)
	if got, err := c.Get(t.Context(), groups.Key("a")); err != nil || got.Peaks[0] != 77 {
		t.Errorf("Get(a) after reopening = %+v, %v, want the touch that Close wrote", got, err)
	}
	if got, err := c.NextNumber(t.Context(), "partition"); err != nil || got <= number {
		t.Errorf("NextNumber after reopening = %d, %v, want more than %d", got, err, number)
	}
	if v, err := c.Write(t.Context(), catalog.Put(named("c"), catalog.Absent)); err != nil || v <= before.Version {
		t.Errorf("version after reopening = %d, %v, want more than %d", v, err, before.Version)
	}
}

// TestCrash opens what a process leaves that ends at some moment without Close.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	c := open(t, path)
	defer closing(t, c)
	put(t, c, numbered(0, 50)...)
	number, err := c.NextNumber(t.Context(), "partition")
	if err != nil {
		t.Fatalf("NextNumber = %v", err)
	}
	after := open(t, crashed(t, path))
	defer closing(t, after)
	for _, name := range numbered(0, 50) {
		if got, err := after.Get(t.Context(), groups.Key(name)); err != nil || string(got.Value) != string(named(name).Value) {
			t.Errorf("Get(%s) after a crash = %+v, %v, want what was acknowledged", name, got, err)
		}
	}
	if got, err := after.NextNumber(t.Context(), "partition"); err != nil || got <= number {
		t.Errorf("NextNumber after a crash = %d, %v, want more than %d", got, err, number)
	}
}

// TestTornLog cuts the log at many places in its last transaction, as a power failure may.
func TestTornLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	c := open(t, path)
	defer closing(t, c)
	put(t, c, numbered(0, 20)...)
	before := logSize(t, path)
	put(t, c, "last")
	for size := before; size < logSize(t, path); size += 1021 {
		torn := crashed(t, path)
		if err := os.Truncate(torn+"-wal", size); err != nil {
			t.Fatal(err)
		}
		after := open(t, torn)
		if n, err := after.Count(t.Context(), catalog.Query{Scope: groups}); err != nil || n != 20 {
			t.Errorf("Count after the log was cut to %d bytes = %d, %v, want the 20 of whole transactions", size, n, err)
		}
		closing(t, after)
	}
}

func logSize(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// victim, in the environment, makes the test binary a process that writes to that file until it is killed.
const victim = "SQLCAT_TEST_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		if err := writeForever(path); err != nil {
			fmt.Println("error", err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever writes from several sides at once, and prints each name after its write was acknowledged.
func writeForever(path string) error {
	ctx := context.Background()
	c, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	next, err := c.NextNumber(ctx, "start")
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%d-%d-%d", next, worker, i)
				if _, err := c.Write(ctx, catalog.Put(named(name), catalog.Absent), catalog.Put(named("twin of "+name), catalog.Absent)); err != nil {
					fmt.Println("error", err)
					return
				}
				fmt.Println("put", name)
				number, err := c.NextNumber(ctx, "partition")
				if err != nil {
					fmt.Println("error", err)
					return
				}
				fmt.Println("number", number)
			}
		})
	}
	all.Wait()
	return nil
}

// TestKill kills such a process again and again, each time after another number of writes.
func TestKill(t *testing.T) {
	kills := 12
	if testing.Short() {
		kills = 3
	}
	path := filepath.Join(t.TempDir(), "catalog.db")
	acknowledged := map[string]bool{}
	for kill := range kills {
		killAfter(t, path, 1+kill*kill*5, acknowledged)
		c := open(t, path)
		for seen := range acknowledged {
			name, isName := strings.CutPrefix(seen, "put ")
			if !isName {
				continue
			}
			for _, name := range []string{name, "twin of " + name} {
				if got, err := c.Get(t.Context(), groups.Key(name)); err != nil || string(got.Value) != string(named(name).Value) {
					t.Fatalf("Get(%q) after kill %d = %+v, %v, want what was acknowledged", name, kill, got, err)
				}
			}
		}
		n, err := c.Count(t.Context(), catalog.Query{Scope: groups})
		if err != nil || n%2 != 0 {
			t.Errorf("Count after kill %d = %d, %v, want pairs: writes are whole", kill, n, err)
		}
		if err := c.Check(t.Context()); err != nil {
			t.Errorf("Check after kill %d = %v", kill, err)
		}
		closing(t, c)
	}
	t.Logf("%d kills, %d lines acknowledged", kills, len(acknowledged))
}

// killAfter kills the process when it has acknowledged n things. It adds them to acknowledged.
func killAfter(t *testing.T, path string, n int, acknowledged map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victim+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); seen++ {
		line := lines.Text()
		if strings.HasPrefix(line, "error") {
			t.Errorf("the process says %q", line)
		}
		if number, ok := strings.CutPrefix(line, "number "); ok {
			if _, err := strconv.Atoi(number); err == nil && acknowledged[line] {
				t.Errorf("NextNumber = %s twice", number)
			}
		}
		acknowledged[line] = true
		if seen == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the process ended by itself, want it killed")
	}
}
