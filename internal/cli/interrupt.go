package cli

import (
	"bytes"
	"context"
	"io"
)

// An endingWriter writes to another one until its context ends, and then ends with a line: a long result does not keep people who have
// seen enough.
type endingWriter struct {
	ctx context.Context
	to  io.Writer
}

// endingPiece is how much is written between two looks at the context. A terminal takes it within some milliseconds.
const endingPiece = 16 << 10

// Write implements io.Writer. Its error is the context's once that has ended.
func (w *endingWriter) Write(text []byte) (written int, err error) {
	for len(text) > 0 {
		if w.ctx.Err() != nil {
			return written, context.Cause(w.ctx)
		}
		n, err := w.to.Write(text[:piece(text)])
		written += n
		if err != nil {
			return written, err
		}
		text = text[n:]
	}
	return written, nil
}

// piece returns how much of text is written at once: whole lines.
func piece(text []byte) int {
	if len(text) <= endingPiece {
		return len(text)
	}
	if end := bytes.LastIndexByte(text[:endingPiece], '\n'); end >= 0 {
		return end + 1
	}
	if end := bytes.IndexByte(text, '\n'); end >= 0 {
		return end + 1
	}
	return len(text)
}

// untilInterrupted returns standard output for a result. What is there when ctx has ended already is shown whole.
func (p *Program) untilInterrupted(ctx context.Context) io.Writer {
	if ctx.Err() != nil {
		return p.Stdout
	}
	return &endingWriter{ctx, p.Stdout}
}

// cut returns why a result was not shown whole: silently, if ctx has ended.
func cut(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &exitError{ExitInterrupted, nil}
	}
	return err
}
