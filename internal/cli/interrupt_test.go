package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

func TestEndingWriterEndsWithALine(t *testing.T) {
	line := strings.Repeat("x", 99) + "\n"
	tests := []struct {
		name, text string
		endsAfter  int // writes
		want       int // bytes
	}{
		{"never", strings.Repeat(line, 1000), -1, 100_000},
		{"before it begins", line, 0, 0},
		{"between pieces", strings.Repeat(line, 1000), 1, endingPiece / 100 * 100},
		{"after a line that is longer than a piece", strings.Repeat("x", 2*endingPiece) + "\n" + line, 1, 2*endingPiece + 1},
		{"after a text without lines", strings.Repeat("x", 2*endingPiece), 1, 2 * endingPiece},
		{"after one piece exactly", strings.Repeat("x", endingPiece-1) + "\n" + line, 1, endingPiece},
		{"after less than one", strings.Repeat("x", endingPiece-2) + "\n", 1, endingPiece - 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			to := &countedWrites{left: test.endsAfter, end: cancel}
			if test.endsAfter == 0 {
				cancel()
			}
			n, err := (&endingWriter{ctx, to}).Write([]byte(test.text))
			if cut := test.want < len(test.text); n != test.want || to.b.Len() != n || errors.Is(err, context.Canceled) != cut {
				t.Errorf("Write(%d bytes) = %d, %v, writes %d, want %d", len(test.text), n, err, to.b.Len(), test.want)
			}
		})
	}
}

// A countedWrites ends something after some writes.
type countedWrites struct {
	b    bytes.Buffer
	left int
	end  func()
}

func (c *countedWrites) Write(p []byte) (int, error) {
	if c.left--; c.left == 0 {
		c.end()
	}
	return c.b.Write(p)
}
