//go:build amd64 || arm64

package eventlog

// framePC returns the return address of its caller, which must not be inlined: the place that called the caller. It
// reads it from the stack in a fiftieth of runtime.Callers' time. [framesRight] checks that it can.
func framePC() uintptr
