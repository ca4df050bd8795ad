package clickhouse_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// chdb is the npm package whose platform packages bring ClickHouse 26.7 as a library, with the version that the tests are
// known to pass with.
const chdb = "chdb@3.4.0"

// root is the repository's.
const root = "../.."

// library returns the path of libchdb.so. CI installs it where it is missing; elsewhere the test is skipped.
func library(t *testing.T) string {
	t.Helper()
	installed := filepath.Join(root, "build", "chdb")
	for _, modules := range []string{filepath.Join(installed, "node_modules"), filepath.Join(root, "bench", "peer", "node_modules")} {
		if path := inModules(modules); path != "" {
			return path
		}
	}
	if os.Getenv("CI") == "" {
		t.Skipf("skipped: no libchdb.so; get one with: npm install --prefix build/chdb --no-save %s", chdb)
	}
	if err := install(installed); err != nil {
		t.Fatal(err)
	}
	path := inModules(filepath.Join(installed, "node_modules"))
	if path == "" {
		t.Fatalf("install %s: it brought no libchdb.so for %s/%s", chdb, runtime.GOOS, runtime.GOARCH)
	}
	return path
}

// inModules returns the path of the library in a folder of npm packages, "" if it is not there.
func inModules(folder string) string {
	found, err := filepath.Glob(filepath.Join(folder, "@chdb", "lib-*", "libchdb.so"))
	if err != nil || len(found) == 0 {
		return ""
	}
	path, err := filepath.Abs(found[0])
	if err != nil {
		return ""
	}
	return path
}

// install puts the package into a folder. It is moved there whole, so that a half of it is never taken for all.
func install(folder string) error {
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(filepath.Dir(folder), "chdb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	out, err := exec.Command("npm", "install", "--prefix", draft, "--no-save", "--no-audit", "--no-fund", chdb).CombinedOutput()
	if err != nil {
		return fmt.Errorf("install %s: %w\n%s", chdb, err, out)
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.Rename(draft, folder)
}
