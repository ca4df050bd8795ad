package headroom

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

const mib = 1 << 20

// A disk of some MiB with a Headroom that its test tells when to look.
type disk struct {
	*vfs.Small
	*Headroom
	changes  []bool
	released int
	failed   []error
}

func newDisk(t *testing.T, bytes, names int64) *disk {
	t.Helper()
	d := &disk{Small: vfs.NewSmall(vfs.NewMem(), bytes, names)}
	d.open(t)
	return d
}

func (d *disk) open(t *testing.T) {
	t.Helper()
	r, err := Open(d.Small, "ballast", Hooks{
		Changed:  func(low bool) { d.changes = append(d.changes, low) },
		Released: func(files int) { d.released += files },
		Failed:   func(err error) { d.failed = append(d.failed, err) },
	})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	d.Headroom = r
}

// files returns how many files the ballast has on the disk.
func (d *disk) files(t *testing.T) int {
	t.Helper()
	names, err := d.List("ballast")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return len(names)
}

func (d *disk) looks(n int) {
	for range n {
		d.look()
	}
}

func TestMarks(t *testing.T) {
	for _, tt := range []struct {
		name string
		all  int64
		want int64
	}{
		{"a small disk has its eighth", 64 * mib, 8 * mib},
		{"a larger one 16 MiB", 1 << 30, 16 * mib},
		{"then a hundredth", 10_000 * mib, 100 * mib},
		{"a large one 256 MiB", 1 << 40, 256 * mib},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := lowMark(vfs.Room{All: tt.all}); got != tt.want {
				t.Errorf("lowMark of %d bytes = %d, want %d", tt.all, got, tt.want)
			}
		})
	}
}

func TestLow(t *testing.T) {
	r := &Headroom{hooks: Hooks{}.fill()}
	const all, mark = 1 << 30, 16 * mib
	for _, tt := range []struct {
		name string
		room vfs.Room
		want bool
	}{
		{"at the mark", vfs.Room{Free: mark, All: all}, false},
		{"one byte less", vfs.Room{Free: mark - 1, All: all}, true},
		{"at the mark again", vfs.Room{Free: mark, All: all}, true},
		{"one byte short of a quarter more", vfs.Room{Free: mark*5/4 - 1, All: all}, true},
		{"a quarter more", vfs.Room{Free: mark * 5 / 4, All: all}, false},
		{"as many names as have to be", vfs.Room{Free: all, All: all, FreeNames: 64, AllNames: 10_000}, false},
		{"one name less", vfs.Room{Free: all, All: all, FreeNames: 63, AllNames: 10_000}, true},
		{"names again", vfs.Room{Free: all, All: all, FreeNames: 80, AllNames: 10_000}, false},
		{"nothing", vfs.Room{All: all}, true},
	} {
		if r.judge(tt.room); r.Low() != tt.want {
			t.Errorf("%s, %+v: Low() = %t, want %t", tt.name, tt.room, r.Low(), tt.want)
		}
	}
}

func TestNobodyWatched(t *testing.T) {
	var r *Headroom
	if r.Low() || r.Release(0) {
		t.Error("a nil Headroom is low, or has something to give")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run of a nil Headroom = %v, want %v", err, context.Canceled)
	}
}

func TestBallast(t *testing.T) {
	d := newDisk(t, 64*mib, 1000)
	d.looks(5)
	room, _ := d.Room()
	if d.files(t) != ballastFiles || room.Free != 60*mib {
		t.Fatalf("%d files of ballast, %d bytes free, want %d, and a sixteenth of the disk taken", d.files(t), room.Free, ballastFiles)
	}
	d.Take(room.Free) // somebody else fills the disk
	d.look()
	if !d.Low() {
		t.Error("a full disk is not low")
	}
	if d.Release(4) || d.files(t) != ballastFiles {
		t.Errorf("Release that leaves four quarters gave some, or %d files are left", d.files(t))
	}
	for i := range 4 {
		if !d.Release(3 - i) {
			t.Fatalf("Release %d gave nothing", i+1)
		}
		if room, _ := d.Room(); room.Free != int64(i+1)*mib {
			t.Errorf("after Release %d: %d bytes free, want %d MiB", i+1, room.Free, i+1)
		}
	}
	if d.Release(0) || d.released != ballastFiles || d.files(t) != 0 {
		t.Errorf("a fifth Release: %d files given, %d left, want nothing more than the %d", d.released, d.files(t), ballastFiles)
	}
	d.looks(3)
	if d.files(t) != 0 {
		t.Error("ballast was laid in on a disk that is low")
	}
	d.Take(-20 * mib)
	d.looks(ballastFiles + 1)
	if d.Low() || d.files(t) != ballastFiles {
		t.Errorf("with room again: low %t, %d files of ballast, want all", d.Low(), d.files(t))
	}
	if len(d.changes) != 2 || !d.changes[0] || d.changes[1] {
		t.Errorf("told of changes %v, want low and not low", d.changes)
	}
	if len(d.failed) > 0 {
		t.Errorf("told of %v", d.failed)
	}
}

// TestBallastNeverMakesDiskLow lays it in where there is hardly room for it.
func TestBallastNeverMakesDiskLow(t *testing.T) {
	d := newDisk(t, 64*mib, 1000)
	d.Take(53 * mib) // 11 MiB are free, 10 are ample
	d.looks(100)
	if room, _ := d.Room(); d.Low() || !ample(room) || d.files(t) != 4 {
		t.Errorf("%d files, %+v, low %t, want four files of a quarter MiB and the rest left", d.files(t), room, d.Low())
	}
}

func TestLargeDiskNeedsNoBallast(t *testing.T) {
	d := newDisk(t, 1<<40, 1000)
	d.looks(10)
	if d.files(t) != 0 {
		t.Errorf("%d files of ballast on an empty disk of 1 TiB, want none", d.files(t))
	}
	d.Take(1<<40 - 4<<30 + 1)
	d.look()
	if d.files(t) != releaseFiles {
		t.Errorf("%d files of ballast with less than 4 GiB left, want a quarter at each look", d.files(t))
	}
}

// TestOpenFindsBallast opens a disk that is full, with the ballast of an earlier life.
func TestOpenFindsBallast(t *testing.T) {
	d := newDisk(t, 64*mib, 1000)
	d.looks(ballastFiles)
	room, _ := d.Room()
	d.Take(room.Free)
	d.open(t)
	if !d.Low() {
		t.Error("Low() after Open on a full disk = false, want true before Run")
	}
	if !d.Release(0) {
		t.Error("Release() after Open gave nothing of the ballast that is there")
	}
}

// TestBallastCutShort opens a disk on which a loss of power has left a file of the ballast without its bytes: it is laid in anew.
func TestBallastCutShort(t *testing.T) {
	d := newDisk(t, 64*mib, 1000)
	d.looks(5)
	if err := d.Remove("ballast/03"); err != nil {
		t.Fatal(err)
	}
	f, err := d.Create("ballast/03")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	d.open(t)
	d.looks(1)
	if room, _ := d.Room(); room.Free != 60*mib || len(d.failed) > 0 {
		t.Errorf("%d bytes are free, told of %v, want a sixteenth of the disk taken", room.Free, d.failed)
	}
}

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		name            string
		all, most, want int64
	}{
		{"a large disk lets a file be as long as it likes", 1 << 40, 64 * mib, 64 * mib},
		{"a small one a thirty-second of it", 96 * mib, 64 * mib, 3 * mib},
		{"a tiny one 1 MiB", 8 * mib, 64 * mib, mib},
		{"no file gets longer than it likes", 96 * mib, 1000, 1000},
		{"nobody knows how large the disk is", 0, 64 * mib, 64 * mib},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := (&Headroom{all: tt.all}).Fit(tt.most); got != tt.want {
				t.Errorf("Fit(%d) on a disk of %d bytes = %d, want %d", tt.most, tt.all, got, tt.want)
			}
		})
	}
	if got := (*Headroom)(nil).Fit(1000); got != 1000 {
		t.Errorf("Fit(1000) of a nil Headroom = %d, want 1000", got)
	}
}

// TestNamesThatNobodyCounts lays in a ballast on a disk that has as many files as one likes, as Btrfs has.
func TestNamesThatNobodyCounts(t *testing.T) {
	r := &Headroom{disk: vfs.NewSmall(vfs.NewMem(), 64*mib, 1000), dir: "ballast", hooks: Hooks{}.fill()}
	r.mu.files = map[string]bool{}
	if err := r.layIn(vfs.Room{Free: 60 * mib, All: 64 * mib}); err != nil || len(r.mu.files) != releaseFiles {
		t.Errorf("layIn = %v, %d files, want some", err, len(r.mu.files))
	}
}

func TestRunLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDisk(t, 64*mib, 1000)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		time.Sleep(3 * time.Second)
		if d.files(t) != ballastFiles {
			t.Errorf("%d files of ballast after 3 s, want %d", d.files(t), ballastFiles)
		}
		d.Take(56 * mib)
		time.Sleep(watchEvery)
		synctest.Wait()
		if !d.Low() {
			t.Errorf("a disk that was filled is not low after %v", watchEvery)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v, want %v", err, context.Canceled)
		}
	})
}

// TestFailureIsToldOnceAMinute lets the ballast fail again and again.
func TestFailureIsToldOnceAMinute(t *testing.T) {
	d := newDisk(t, 64*mib, 1000)
	d.disk = broken{d.Small}
	d.looks(601)
	if len(d.failed) != 2 {
		t.Errorf("told %d times of a ballast that fails for a minute and a look, want twice", len(d.failed))
	}
}

// broken makes no files.
type broken struct{ *vfs.Small }

func (broken) Create(string) (vfs.File, error) { return nil, fs.ErrPermission }
