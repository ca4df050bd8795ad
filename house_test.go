package groundwatch_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// onlyImporter names, for a dependency, the package that may import it; "analyzers/..." is that package
// and all below it. The rest of the module speaks to that package, so the dependency can be replaced in one place.
var onlyImporter = map[string][]string{
	"github.com/aws/aws-sdk-go-v2/service/s3": {"internal/buckets"},
	"github.com/klauspost/compress":           {"internal/files", "internal/part"},
	"github.com/parquet-go/parquet-go":        {"internal/part"},
	"github.com/spf13/cobra":                  {"internal/cli"},
	"github.com/spf13/pflag":                  {"internal/cli", "internal/config"},
	"github.com/prometheus/client_golang":     {"internal/app"},
	"go.yaml.in/yaml/v3":                      {"internal/config"},
	"go.opentelemetry.io/proto/otlp":          {"internal/otlp", "internal/app"},
	"golang.org/x/tools":                      {"analyzers/...", "cmd/eventlint"},
	"google.golang.org/protobuf":              {"internal/otlp", "internal/app"},
	"modernc.org/sqlite":                      {"internal/catalog/sqlcat"},
}

// TestOnlyImporter checks that each dependency named above is imported by its one package alone. Programs
// under bench may measure a dependency by itself.
func TestOnlyImporter(t *testing.T) {
	for _, p := range listPackages(t) {
		if strings.HasPrefix(p.name(), "bench/") {
			continue
		}
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for dep, owners := range onlyImporter {
				if (imp == dep || strings.HasPrefix(imp, dep+"/")) && !owns(owners, p.name()) {
					t.Errorf("%s imports %s, which only %s may", p.name(), imp, strings.Join(owners, ", "))
				}
			}
		}
	}
}

// owns tells whether one of owners is the package name, or a tree that holds it.
func owns(owners []string, name string) bool {
	return slices.ContainsFunc(owners, func(o string) bool {
		tree, ok := strings.CutSuffix(o, "/...")
		return o == name || ok && (name == tree || strings.HasPrefix(name, tree+"/"))
	})
}

func TestOwns(t *testing.T) {
	owners := []string{"a/...", "b"}
	for _, tt := range []struct {
		name string
		want bool
	}{{"a", true}, {"a/c", true}, {"ab", false}, {"b", true}, {"b/c", false}} {
		if got := owns(owners, tt.name); got != tt.want {
			t.Errorf("owns(%q, %q) = %t, want %t", owners, tt.name, got, tt.want)
		}
	}
}

// machinePath finds what is true on one machine only: home and working directories, and the hosts
// that packages are fetched from. It is put together from pieces so as not to find itself.
var machinePath = regexp.MustCompile(`(^|[^\w.$-])/(wor` + `k|roo` + `t)/|` +
	`prox` + `y\.golang\.org|registry` + `\.npmjs\.org|pypi` + `\.org|pythonhosted` + `\.org`)

// TestNoMachinePath checks that no Go, Markdown or shell file names a path or host of one machine.
func TestNoMachinePath(t *testing.T) {
	for _, p := range ownFiles(t) {
		if !isProse(p) {
			continue
		}
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			if found := machinePath.FindString(line); found != "" {
				t.Errorf("%s:%d: names %q, which is only right on one machine", p, n, found)
			}
		}
	}
}

func isProse(p string) bool {
	switch path.Ext(p) {
	case ".go", ".md", ".sh", ".txt", ".mod":
		return true
	}
	return path.Base(p) == "Makefile" || strings.HasPrefix(p, ".ci/")
}

func TestMachinePathFinds(t *testing.T) {
	for _, tt := range []struct {
		line string
		want bool
	}{
		{"cd /wor" + "k/main", true},
		{"`/roo" + "t/.cache`", true},
		{"see https://prox" + "y.golang.org/x", true},
		{"the events under logs/work/today", false},
		{"/workers/1", false},
		{"$HOME/work/", false},
	} {
		if got := machinePath.MatchString(tt.line); got != tt.want {
			t.Errorf("machinePath in %q: %t, want %t", tt.line, got, tt.want)
		}
	}
}

// refusedNames are package names that say nothing about what is inside.
var refusedNames = []string{"util", "utils", "common", "helper", "helpers", "misc", "pkg"}

// mayPanic names functions that may panic without a BUG, and why.
var mayPanic = map[string]string{
	"eventlog/call.go:Done":     "raises again what it recovered and wrote",
	"eventlog/unit.go:Done":     "raises again what it recovered and wrote",
	"eventlog/panic.go:Recover": "raises again what it recovered and wrote",
}

// mayInit names files that may have an init function, and why.
var mayInit = map[string]string{
	"analyzers/golangci/plugin.go": "golangci-lint knows a plugin by what its init registers",
}

// TestRefusedConstructs checks production code for what house rules refuse: printing past the
// writer that was given, the global logger, init functions, panics that are not bugs of ours.
func TestRefusedConstructs(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains(refusedNames, s.tree.Name.Name) {
			t.Errorf("%s: package %s says nothing about what is inside", s.path, s.tree.Name.Name)
		}
		if s.isTest() {
			if !imports(s, "testing/synctest") { // inside a bubble a sleep takes no time
				reportCalls(t, s, s.tree, sleepCall)
			}
			continue
		}
		if imports(s, "log") {
			t.Errorf("%s: imports log; lower layers tell through hooks, the top writes to stderr", s.path)
		}
		for _, d := range s.tree.Decls {
			refuseIn(t, s, d)
		}
	}
}

func imports(s source, name string) bool {
	return slices.ContainsFunc(s.tree.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(name) })
}

func refuseIn(t *testing.T, s source, d ast.Decl) {
	t.Helper()
	f, isFunc := d.(*ast.FuncDecl)
	if isFunc && f.Recv == nil && f.Name.Name == "init" && mayInit[s.path] == "" {
		t.Errorf("%s: has an init function; wire by hand", s.path)
	}
	panics := isFunc && (strings.HasPrefix(strings.ToLower(f.Name.Name), "must") || mayPanic[s.path+":"+f.Name.Name] != "")
	reportCalls(t, s, d, func(c *ast.CallExpr) string {
		if why := printCall(c); why != "" && s.tree.Name.Name != "main" { // a program owns its stdout
			return why
		}
		if panics {
			return ""
		}
		return panicCall(c)
	})
}

// reportCalls fails the test for each call under n that refuse gives a reason for.
func reportCalls(t *testing.T, s source, n ast.Node, refuse func(*ast.CallExpr) string) {
	t.Helper()
	ast.Inspect(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			if why := refuse(c); why != "" {
				t.Errorf("%s: %s", s.files.Position(c.Pos()), why)
			}
		}
		return true
	})
}

func printCall(c *ast.CallExpr) string {
	switch calledName(c) {
	case "fmt.Print", "fmt.Printf", "fmt.Println":
		return "prints to stdout; write to the writer that was given"
	case "print", "println":
		return "prints to stderr; write to the writer that was given"
	}
	return ""
}

func sleepCall(c *ast.CallExpr) string {
	if calledName(c) == "time.Sleep" {
		return "sleeps in a test; wait for the event, or use testing/synctest"
	}
	return ""
}

// panicCall returns why a call of panic is refused: its text does not start with BUG.
func panicCall(c *ast.CallExpr) string {
	if calledName(c) != "panic" || len(c.Args) != 1 {
		return ""
	}
	arg := c.Args[0]
	if f, ok := arg.(*ast.CallExpr); ok && calledName(f) == "fmt.Sprintf" && len(f.Args) > 0 {
		arg = f.Args[0]
	}
	for {
		sum, ok := arg.(*ast.BinaryExpr)
		if !ok {
			break
		}
		arg = sum.X
	}
	if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if text, err := strconv.Unquote(lit.Value); err == nil && strings.HasPrefix(text, "BUG") {
			return ""
		}
	}
	return `panics without "BUG: ..."; bad input is an error`
}

// calledName returns the name of the function that c calls: f or p.f, else "".
func calledName(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
	}
	return ""
}
