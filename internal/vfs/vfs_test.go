package vfs_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
)

func openDisk(t *testing.T) vfs.FS {
	disk, err := vfs.NewDisk(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := disk.Close(); err != nil {
			t.Error(err)
		}
	})
	return disk
}

func TestDisk(t *testing.T)  { vfstest.Run(t, openDisk) }
func TestMem(t *testing.T)   { vfstest.Run(t, func(*testing.T) vfs.FS { return vfs.NewMem() }) }
func TestCrash(t *testing.T) { vfstest.Run(t, func(*testing.T) vfs.FS { return vfs.NewCrash() }) }

func TestFaultWithoutFaults(t *testing.T) {
	vfstest.Run(t, func(*testing.T) vfs.FS { return vfs.NewFault(vfs.NewMem(), vfs.FailAt(0, fs.ErrInvalid)) })
}

// TestCrashSurvivor runs the suite on what is left after a power loss, and loses the power of that too.
func TestCrashSurvivor(t *testing.T) {
	vfstest.Run(t, func(*testing.T) vfs.FS { return vfs.NewCrash().Crash(1).Crash(2) })
}

func TestDiskStaysInItsFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../secret", filepath.Join(dir, "data", "link")); err != nil {
		t.Skip(err)
	}
	disk, err := vfs.NewDisk(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	if _, err := disk.Open("link"); err == nil {
		t.Error("Open followed a link out of the folder")
	}
}

func TestDiskOpensWhatMayOnlyBeRead(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("every file may be written by this user")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("text"), 0o400); err != nil {
		t.Fatal(err)
	}
	disk, err := vfs.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	f, err := disk.Open("a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write([]byte("x")); err == nil {
		t.Error("Write to a file that may only be read gave no error")
	}
}

func TestFault(t *testing.T) {
	mem := vfs.NewMem()
	script := func(fsys vfs.FS) (errs []error) {
		f, err := fsys.Create("a")
		errs = append(errs, err)
		if err == nil {
			_, err = f.Write([]byte("0123456789"))
			errs = append(errs, err, f.Sync(), f.Close())
		}
		return append(errs, fsys.Remove("a"))
	}
	for _, tt := range []struct {
		name   string
		inject func(vfs.Op) error
		want   string // o or x for each operation
	}{
		{"none", vfs.FailAt(0, syscall.EIO), "ooooo"},
		{"the first, and what rests on it", vfs.FailAt(1, syscall.EIO), "xx"},
		{"the third alone", vfs.FailAt(3, syscall.EIO), "ooxoo"},
		{"the third and all after", vfs.FailFrom(3, syscall.EIO), "ooxxx"},
		{"short writes", vfs.FailAt(2, vfs.ErrShort), "oxooo"},
		{"by name and verb", func(op vfs.Op) error {
			if op.Verb == "close" && op.Name == "a" {
				return syscall.EIO
			}
			return nil
		}, "oooxo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fault := vfs.NewFault(mem, tt.inject)
			var got strings.Builder
			for _, err := range script(fault) {
				switch {
				case err == nil:
					got.WriteByte('o')
				default:
					got.WriteByte('x')
				}
			}
			if got.String() != tt.want {
				t.Errorf("operations went %s, want %s", &got, tt.want)
			}
			if want := len(tt.want); tt.want != "xx" && fault.Ops() != want {
				t.Errorf("Ops() = %d, want %d", fault.Ops(), want)
			}
			mem.Remove("a") // where the script could not
		})
	}
}

func TestFaultShortWrite(t *testing.T) {
	mem := vfs.NewMem()
	f, err := vfs.NewFault(mem, vfs.FailAt(2, vfs.ErrShort)).Create("a")
	if err != nil {
		t.Fatal(err)
	}
	n, err := f.Write([]byte("0123456789"))
	if n != 5 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("short Write = %d, %v, want 5 and no space", n, err)
	}
	if size, err := f.Size(); size != 5 || err != nil {
		t.Errorf("Size() = %d, %v, want 5", size, err)
	}
}

func TestLock(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	release, err := vfs.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vfs.Lock(dir); !errors.Is(err, vfs.ErrLocked) || !strings.Contains(err.Error(), "(process ") {
		t.Errorf("a second Lock(dir): got error %v, want one that names the process", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, err = vfs.Lock(dir)
	if err != nil {
		t.Fatalf("Lock(dir) after release: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}

// lockFolder names, in the environment of a copy of this test, the folder to lock.
const lockFolder = "VFS_TEST_LOCK"

// TestLockEndsWithItsProcess locks a folder in another process, sees that it is locked, kills that process, and locks it.
func TestLockEndsWithItsProcess(t *testing.T) {
	if dir := os.Getenv(lockFolder); dir != "" {
		if _, err := vfs.Lock(dir); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("locked\n")
		select {}
	}
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLockEndsWithItsProcess$")
	child.Env = append(os.Environ(), lockFolder+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	if _, err := vfs.Lock(dir); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("Lock while another process has it: got error %v, want %v", err, vfs.ErrLocked)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() // its error is that it was killed
	release, err := vfs.Lock(dir)
	if err != nil {
		t.Fatalf("Lock after its process was killed: %v", err)
	}
	release()
}
