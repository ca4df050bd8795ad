package site

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

func TestClassOf(t *testing.T) {
	const text = `package p
import ("time"; "encoding/json"; "net/netip")
type own struct{ A int }
type code int
type list []own
type named string
type loud struct{}
func (loud) MarshalJSON() ([]byte, error) { return nil, nil }
type pointed struct{}
func (*pointed) Error() string { return "" }
var (
	string1 string; string2 named; string3 []byte; string4 netip.Addr
	int1 int; int2 uint8; int3 code; int4 *int64
	float1 float32
	bool1 bool
	time1 time.Time; time2 *time.Time
	duration1 time.Duration
	error1 error; error2 *pointed
	array1 []int; array2 [2]string; array3 list
	object1 own; object2 *own; object3 map[string]int; object4 pointed
	any1 any; any2 json.RawMessage; any3 loud; any4 *loud; any5 chan int; any6 func()
)`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}).Check("p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pkg.Scope().Names() {
		v, ok := pkg.Scope().Lookup(name).(*types.Var)
		if !ok {
			continue
		}
		if got, want := ClassOf(v.Type()), Class(name[:len(name)-1]); got != want {
			t.Errorf("ClassOf(%s) = %s, want %s", v.Type(), got, want)
		}
	}
	if got := ClassOf(nil); got != Any {
		t.Errorf("ClassOf(nil) = %s, want any", got)
	}
}

func TestLooksLikeTag(t *testing.T) {
	for _, tt := range []struct {
		message string
		want    bool
	}{
		{"order_paid", true},
		{"http2_call_failed", true},
		{"order paid", false},
		{"order", false},
		{"Order_paid", false},
		{"_order", false},
		{"order__paid", false},
		{"order_", false},
		{"", false},
	} {
		if got := LooksLikeTag(tt.message); got != tt.want {
			t.Errorf("LooksLikeTag(%q) = %t, want %t", tt.message, got, tt.want)
		}
	}
}

func TestLevelName(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		want string
	}{{-8, "debug"}, {-4, "debug"}, {-1, "debug"}, {0, "info"}, {3, "info"}, {4, "warn"}, {7, "warn"}, {8, "error"}, {12, "error"}} {
		if got := levelName(tt.n); got != tt.want {
			t.Errorf("levelName(%d) = %q, want %q", tt.n, got, tt.want)
		}
	}
}
