package writebehind

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// pattern returns n bytes that differ from window to window.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16 ^ i>>22)
	}
	return b
}

func TestFileHasWhatWasWritten(t *testing.T) {
	for _, tt := range []struct {
		name        string
		size, write int
	}{
		{"nothing", 0, 1},
		{"one byte less than a window", windowBytes - 1, windowBytes},
		{"a window", windowBytes, windowBytes},
		{"one byte more than a window", windowBytes + 1, 64 << 10},
		{"windows with a rest", 3*windowBytes + 17, 100_001},
		{"four windows at once", 4 * windowBytes, 4 * windowBytes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "out")
			out, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			want := pattern(tt.size)
			f := New(out)
			for rest := want; len(rest) > 0; {
				n, err := f.Write(rest[:min(len(rest), tt.write)])
				if err != nil {
					t.Fatalf("Write at %d: %v", tt.size-len(rest), err)
				}
				rest = rest[n:]
			}
			if err := errors.Join(f.Sync(), f.Close()); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("file of %d bytes differs from the %d bytes written", len(got), len(want))
			}
		})
	}
}

func TestDevicesTakeWritesToo(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := New(null)
	for range 3 {
		if n, err := f.Write(make([]byte, windowBytes)); n != windowBytes || err != nil {
			t.Errorf("Write = %d, %v, want %d and no error", n, err, windowBytes)
		}
	}
	if !f.plain {
		t.Error("a device counts as a file that can be handed to a disk")
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	f := New(out)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = f.Write([]byte("x"))
	var of *fs.PathError
	if !errors.As(err, &of) || of.Path != name {
		t.Errorf("Write to a closed file: %v, want an error about %s", err, name)
	}
}
