package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestWalkEndsWhenItsContextDoes cancels at about the time when Walk returns; the race detector looks on.
func TestWalkEndsWhenItsContextDoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(path, []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		err := Walk(ctx, []Input{{Path: path, Size: 8}}, 2, Options{}, func(int, *Block) error {
			go func() {
				cancel()
				close(ended)
			}()
			return nil
		})
		<-ended
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatalf("Walk: got %v, want nil or %v", err, context.Canceled)
		}
	}
}
