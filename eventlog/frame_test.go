package eventlog

import (
	"runtime"
	"testing"
)

func TestFramesAreRightWhereTheyAreRead(t *testing.T) {
	frame, walked := probeFrame()
	switch runtime.GOARCH {
	case "amd64", "arm64":
		if frame != walked {
			t.Errorf("probeFrame() = %#x, and %#x by runtime.Callers", frame, walked)
		}
	default:
		if frame != 0 {
			t.Errorf("probeFrame() = %#x, want 0 on %s", frame, runtime.GOARCH)
		}
	}
}

func TestFunctionNames(t *testing.T) {
	for _, tt := range []struct{ name, fn, pkg string }{
		{"main.main", "main", "main"},
		{"example.com/label.Create", "Create", "label"},
		{"example.com/label/v2.Create", "Create", "label"},
		{"v2.Create", "Create", "v2"},
		{"example.com/vat.Create", "Create", "vat"},
		{"gopkg.in/yaml%2ev3.Marshal", "Marshal", "yaml.v3"},
		{"example.com/label.(*Server).Create", "Server.Create", "label"},
		{"example.com/label.Server.Create", "Server.Create", "label"},
		{"example.com/label.(*Server[...]).Create", "Server.Create", "label"},
		{"example.com/label.Map[...]", "Map", "label"},
		{"example.com/label.Map[...].func1", "Map", "label"},
		{"example.com/label.Create.func1.2", "Create", "label"},
		{"example.com/label.Create.func2.deferwrap1", "Create", "label"},
		{"example.com/label.Create.gowrap3", "Create", "label"},
		{"example.com/label.(*Server).Create-fm", "Server.Create", "label"},
		{"example.com/label.(*Server).Create-range1", "Server.Create", "label"},
		{"example.com/label.Create.func1-range2", "Create", "label"},
		{"example.com/label.glob..func1", "init", "label"},
		{"example.com/label.init.0.func1", "init", "label"},
		{"example.com/label.init.func3", "init", "label"},
		{"example.com/label.(*Server).Create.(*Server).Create.func1.func2", "Server.Create", "label"},
		{"example.com/label.Create.Create.func1.func2", "Create", "label"},
		{"example.com/label.Run.func1.(*Server).Create.func2", "Server.Create", "label"},
		{"example.com/label.function1", "function1", "label"},
		{"", "", ""},
		{"assembly", "assembly", ""},
	} {
		if fn, pkg := splitFunction(tt.name); fn != tt.fn || pkg != tt.pkg {
			t.Errorf("splitFunction(%q) = %q, %q, want %q, %q", tt.name, fn, pkg, tt.fn, tt.pkg)
		}
	}
}

// TestWithoutFrames looks for the place where frames cannot be read.
func TestWithoutFrames(t *testing.T) {
	l := New(Options{Getenv: func(string) string { return "" }})
	l.sink.frames = false
	if s := frontLike(l); s == nil || string(s.text) != `,"fn":"TestWithoutFrames","pkg":"eventlog"` {
		t.Errorf("place without frames: got %+v, want this test", s)
	}
}

// frontLike stands where a front function does: two functions above realSite.
//
//go:noinline
func frontLike(l *Logger) *site { return logLike(l, framePC()) }

func logLike(l *Logger, pc uintptr) *site { return l.place(pc) }
