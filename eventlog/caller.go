package eventlog

import (
	"runtime"
	"strings"
)

// callerPC returns the return address of the skip-th function above its caller.
func callerPC(skip int) uintptr {
	var pcs [1]uintptr
	runtime.Callers(skip+2, pcs[:])
	return pcs[0]
}

// appendCaller appends fn and pkg of the function that pc lies in.
func appendCaller(b []byte, pc uintptr) []byte {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	pkg, fn, _ := strings.Cut(frame.Function[strings.LastIndexByte(frame.Function, '/')+1:], ".")
	b = append(b, `,"fn":`...)
	b = appendString(b, fn)
	b = append(b, `,"pkg":`...)
	return appendString(b, pkg)
}
