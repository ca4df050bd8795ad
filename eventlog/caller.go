package eventlog

import (
	"runtime"
	"strings"
	"sync/atomic"
)

// callerPC returns the return address of the skip-th function above its caller.
func callerPC(skip int) uintptr {
	var pcs [1]uintptr
	runtime.Callers(skip+2, pcs[:])
	return pcs[0]
}

// A site is a place in the code, and what is written for it.
type site struct {
	pc   uintptr
	text []byte // `,"fn":"Server.Create","pkg":"label"`
}

// sites keeps what is written for a place, at the index its address gives; a newer place takes over from an older
// one. 4,096 is more than the places that large programs log from.
var sites [4096]atomic.Pointer[site]

// addCaller writes fn and pkg of the function that pc lies in; 0 is no place.
func (e *event) addCaller(pc uintptr) {
	if pc == 0 || e.log.sink.opts.NoCaller {
		return
	}
	slot := &sites[(pc^pc>>12)%uintptr(len(sites))]
	s := slot.Load()
	if s == nil || s.pc != pc {
		s = newSite(pc)
		slot.Store(s)
	}
	e.line = append(e.line, s.text...)
}

func newSite(pc uintptr) *site {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	fn, pkg := splitFunction(frame.Function)
	b := appendString([]byte(`,"fn":`), fn)
	return &site{pc, appendString(append(b, `,"pkg":`...), pkg)}
}

// splitFunction takes the runtime's name of a function apart. Fn is its name with that of the receiver's type, without
// type arguments: "Server.Create" for pkg.(*Server[...]).Create. A function literal goes by the name of the function
// it stands in. Pkg is the last element of the import path that is no major version: "label" for example.com/label/v2.
func splitFunction(name string) (fn, pkg string) {
	slash := strings.LastIndexByte(name, '/')
	dot := strings.IndexByte(name[slash+1:], '.')
	if dot < 0 {
		return name, ""
	}
	path, fn := name[:slash+1+dot], name[slash+dot+2:]
	return functionName(fn), packageName(path)
}

// packageName returns the last element of an import path that is no major version.
func packageName(path string) string {
	base := path[strings.LastIndexByte(path, '/')+1:]
	if len(base) < len(path) && len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		return packageName(path[:len(path)-len(base)-1])
	}
	return strings.ReplaceAll(base, "%2e", ".") // how the linker writes a dot here
}

// functionName cleans the part of a function's name that is behind the package.
func functionName(name string) string {
	for {
		open := strings.Index(name, "[...]")
		if open < 0 {
			break
		}
		name = name[:open] + name[open+len("[...]"):]
	}
	name = strings.NewReplacer("(*", "", ")", "").Replace(name)
	parts := strings.Split(name, ".")
	keep := 1
	for keep < len(parts) && !isLiteral(parts[keep]) {
		keep++
	}
	name, _, _ = strings.Cut(strings.Join(parts[:keep], "."), "-") // -fm, -range1
	return name
}

// isLiteral tells whether part of a function's name is the compiler's name of a function literal or of the wrapper
// behind a defer or go statement: func1, deferwrap2, gowrap1, a number, or nothing (in glob..func1).
func isLiteral(part string) bool {
	part, _, _ = strings.Cut(part, "-")
	name := strings.TrimRight(part, "0123456789")
	return name == "" || name != part && (name == "func" || name == "deferwrap" || name == "gowrap")
}
