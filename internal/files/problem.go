package files

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// A ProblemKind says what sort of thing went wrong.
type ProblemKind uint8

// The kinds. Up to Unsupported something was lost; the others only tell.
const (
	Unreadable   ProblemKind = iota // a file, a folder or a glob that cannot be opened or read
	Truncated                       // data that ends early
	Corrupt                         // damaged data
	Shrunk                          // a file that became shorter while it was read
	LongLine                        // an event longer than Options.MaxEvent, cut there
	Garbled                         // a JSON event that is not valid UTF-8, of which a query wants fields
	Unsupported                     // a file whose compression or encoding is not understood
	Mixed                           // text that is not of the file's format, taken as a plain event
	Encoding                        // text that is not valid UTF-8, given as it is
	Extension                       // a file whose name promises another compression
	Skipped                         // a file or record that holds no events
	problemKinds                    // how many there are
)

var problemNames = [...]string{
	"unreadable", "truncated", "corrupt", "shrunk", "long line", "garbled", "unsupported", "mixed", "encoding", "extension", "skipped",
}

// String returns the kind's name, such as "long line".
func (k ProblemKind) String() string { return problemNames[k] }

// Lost reports whether events, or parts of them, are missing because of such a problem.
func (k ProblemKind) Lost() bool { return k <= Unsupported }

// A Problem is something wrong with an input, or worth a note. The rest of the input, and the other
// inputs, are still read.
type Problem struct {
	Path  string
	Line  int64 // in the decompressed text, from 1; 0 when it is about the whole file
	Kind  ProblemKind
	What  string
	Count int64 // how many such problems this one stands for, at least 1
}

// String returns "path:line: what", with the number of problems when there is more than one.
func (p Problem) String() string {
	s := p.Path
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d", p.Path, p.Line)
	}
	if p.Count > 1 {
		return fmt.Sprintf("%s: %s (%d times)", s, p.What, p.Count)
	}
	return s + ": " + p.What
}

// maxNamed is how many problems of a kind are reported one by one for a file. The others are
// reported as one Problem with their number and the place of the first of them.
const maxNamed = 10

// A tally keeps the problems of one file until its end, when the number of lines in each of its
// blocks, and with it each problem's line, is known. It reports the same problems in the same order
// however the file was cut and whoever read it. Its methods are safe for concurrent use.
type tally struct {
	mu    sync.Mutex
	path  string
	lines []int64 // lines in each block; -1: not known yet
	kept  []placed
	count [problemKinds]int64
}

// A placed problem is one whose line counts from the start of a block.
type placed struct {
	block int
	line  int64 // from 1 in the block; 0: about the file
	kind  ProblemKind
	what  string
}

// add notes a problem at a line of a block, both as in placed.
func (t *tally) add(block int, line int64, kind ProblemKind, what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count[kind]++
	t.kept = append(t.kept, placed{block, line, kind, what})
	if len(t.kept) >= 100*maxNamed {
		t.prune()
	}
}

// file notes a problem of the whole file.
func (t *tally) file(kind ProblemKind, what string) { t.add(0, 0, kind, what) }

// done notes how many lines a block has.
func (t *tally) done(block int, lines int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.lines) <= block {
		t.lines = append(t.lines, -1)
	}
	t.lines[block] = lines
}

// prune keeps the first maxNamed+1 problems of each kind.
func (t *tally) prune() {
	slices.SortStableFunc(t.kept, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.line, b.line), cmp.Compare(a.kind, b.kind))
	})
	var seen [problemKinds]int
	t.kept = slices.DeleteFunc(t.kept, func(p placed) bool {
		seen[p.kind]++
		return seen[p.kind] > maxNamed+1
	})
}

// report gives all problems to hook, in the order of their places.
func (t *tally) report(hook func(Problem)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if hook == nil || len(t.kept) == 0 {
		return
	}
	t.prune()
	var seen [problemKinds]int64
	for _, p := range t.kept {
		seen[p.kind]++
		out := Problem{Path: t.path, Line: t.line(p), Kind: p.kind, What: p.what, Count: 1}
		if seen[p.kind] > maxNamed {
			out.Count = t.count[p.kind] - maxNamed
		}
		hook(out)
	}
	t.kept = nil
}

// line returns the line of p in the file; 0 if a block before it was never finished, as after a stop.
func (t *tally) line(p placed) int64 {
	if p.line == 0 {
		return 0
	}
	n := p.line
	for i := range p.block {
		if i >= len(t.lines) || t.lines[i] < 0 {
			return 0
		}
		n += t.lines[i]
	}
	return n
}
