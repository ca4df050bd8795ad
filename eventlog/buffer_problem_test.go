package eventlog

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// A failingWriter fails from its n-th write on.
type failingWriter struct{ left int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

// TestProblemsOfABufferMayBeWrittenIntoItsUnit has OnProblem write into the unit whose buffer is being flushed.
func TestProblemsOfABufferMayBeWrittenIntoItsUnit(t *testing.T) {
	var ctx context.Context
	told := map[ProblemKind]int{}
	l := New(Options{
		Writer: &failingWriter{left: 1}, Getenv: func(string) string { return "" },
		Buffer: Buffer{Level: slog.LevelDebug, MaxBytes: 600},
		OnProblem: func(p Problem) {
			told[p.Kind]++
			Debug(ctx, "problem_noticed", slog.String("kind", string(p.Kind)))
		},
	})
	ctx, unit := Begin(l.Into(t.Context()), "run_finished", "run_failed")
	for range 10 {
		Debug(ctx, "step_taken")
	}
	Debug(ctx, "step_taken", slog.String("large", strings.Repeat("x", 700)))
	Error(ctx, "step_failed")
	unit.End(errors.New("stopped"))
	if told[BufferEvicted] == 0 || told[WriteFailed] == 0 {
		t.Errorf("OnProblem was told %v, want buffer_evicted and write_failed", told)
	}
}
