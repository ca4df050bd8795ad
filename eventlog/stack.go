package eventlog

import (
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// maxFrames is the number of innermost frames that a stack keeps.
const maxFrames = 32

// A stack is the places of calls, innermost first, as runtime.Callers gives them.
type stack struct {
	pcs [maxFrames]uintptr
	n   int
}

// set makes s the first maxFrames of pcs.
func (s *stack) set(pcs []uintptr) { s.n = copy(s.pcs[:], pcs) }

// callers makes s the stack above the function that is skip frames above the caller.
func (s *stack) callers(skip int) { s.n = runtime.Callers(skip+2, s.pcs[:]) }

// places returns the stack as runtime.Callers does.
func (s *stack) places() []uintptr { return s.pcs[:s.n] }

// site returns the innermost place, or 0.
func (s *stack) site() uintptr { return s.pcs[0] }

// A stackText is what is written for a stack.
type stackText struct {
	pcs  []uintptr
	text string
}

// stackTexts keeps texts of stacks, each in the place that its hash gives; a newer stack takes the place of an older
// one. 1,024 is more than the places a program fails at.
var stackTexts [1024]atomic.Pointer[stackText]

// textOf returns the text of a stack: a line for each frame, innermost first, of the function with its import path
// and the file's base name with the line. The runtime's frames at the outer end are left out.
func textOf(pcs []uintptr) *stackText {
	slot := &stackTexts[stackHash(pcs)%uint64(len(stackTexts))]
	if t := slot.Load(); t != nil && slices.Equal(t.pcs, pcs) {
		return t
	}
	t := &stackText{pcs: slices.Clone(pcs)}
	t.text = frameLines(t.pcs)
	slot.Store(t)
	return t
}

// stackHash mixes pcs. It need not be strong: a clash costs time, never a wrong text.
func stackHash(pcs []uintptr) uint64 {
	h := uint64(len(pcs))
	for _, pc := range pcs {
		h = (h ^ uint64(pc)) * 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
		h ^= h >> 29
	}
	return h
}

func frameLines(pcs []uintptr) string {
	var b strings.Builder
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		if f.Function != "" && f.Function != "runtime.goexit" && f.Function != "runtime.main" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(f.Function)
			b.WriteByte(' ')
			b.WriteString(path.Base(f.File))
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(f.Line))
		}
		if !more {
			return b.String()
		}
	}
}
