//go:build amd64 || arm64

package eventlog

// framePC returns the return address of its caller, which must not be inlined: the place that called the caller. It
// takes two frame pointers' way instead of runtime.Callers', in a fiftieth of the time. [framesRight] checks it.
func framePC() uintptr
