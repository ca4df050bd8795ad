package prompt

import (
	"bytes"
	"context"
	"io"
	"sync"
)

// interrupt is what a terminal sends for Ctrl-C when it makes no signal of it.
const interrupt = 0x03

// What Ctrl-C becomes while a line is edited: to its end, delete all before it, enter. The editor itself would take Ctrl-C for the end of
// the input.
const dropLine = "\x05\x15\r"

// keys reads what people type, also while a query runs. It reads only when somebody waits for it, so that other programs may read in
// between. A read that nothing comes of outlives it: it ends with the terminal or the process.
type keys struct {
	ctx  context.Context
	in   io.Reader
	read chan typed // of the read under way; nil if there is none
	rest []byte     // read and not yet given

	interrupted bool // Ctrl-C was typed while a line was edited
	pasting     bool // what comes is pasted
}

type typed struct {
	bytes []byte
	err   error
}

// begin begins a read unless there is one under way.
func (k *keys) begin() {
	if k.read != nil {
		return
	}
	ch := make(chan typed, 1)
	k.read = ch
	go func() {
		buf := make([]byte, 256)
		n, err := k.in.Read(buf)
		ch <- typed{buf[:n], err}
	}()
}

// Read implements io.Reader for the editor of lines.
func (k *keys) Read(p []byte) (int, error) {
	for len(k.rest) == 0 {
		k.begin()
		select {
		case <-k.ctx.Done():
			return 0, context.Cause(k.ctx)
		case t := <-k.read:
			k.read = nil
			if k.rest = k.untabbed(t.bytes); len(t.bytes) == 0 && t.err != nil {
				return 0, t.err
			}
		}
	}
	if k.rest[0] == interrupt {
		k.interrupted = true
		k.rest = append([]byte(dropLine), k.rest[1:]...)
	}
	n := len(k.rest)
	if i := bytes.IndexByte(k.rest, interrupt); i >= 0 {
		n = i
	}
	n = copy(p, k.rest[:n])
	k.rest = k.rest[n:]
	return n, nil
}

// What a terminal sends before and behind what is pasted.
const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

// untabbed makes blanks of the tabs in what is pasted: the editor of lines takes them for one column.
func (k *keys) untabbed(text []byte) []byte {
	for i, c := range text {
		switch {
		case bytes.HasPrefix(text[i:], []byte(pasteBegins)):
			k.pasting = true
		case bytes.HasPrefix(text[i:], []byte(pasteEnds)):
			k.pasting = false
		case k.pasting && c == '\t':
			text[i] = ' '
		}
	}
	return text
}

// watch returns a context that ends when Ctrl-C is typed. What is typed besides is kept for the next line. stop has to be called.
func (k *keys) watch() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(k.ctx)
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			if i := bytes.LastIndexByte(k.rest, interrupt); i >= 0 {
				k.rest = k.rest[i+1:]
				cancel()
				return
			}
			k.begin()
			select {
			case <-over:
				return
			case t := <-k.read:
				k.read = nil
				k.rest = append(k.rest, k.untabbed(t.bytes)...)
				if t.err != nil {
					return
				}
			}
		}
	})
	return ctx, func() {
		close(over)
		wg.Wait()
		cancel()
	}
}
