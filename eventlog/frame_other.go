//go:build !amd64 && !arm64

package eventlog

// framePC returns 0: nobody knows this architecture's frames here, and runtime.Callers has to walk.
func framePC() uintptr { return 0 }
