// Package built builds groundwatch for the tests that run it as a process. What the process does is theirs.
package built

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Root returns the folder of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Program builds groundwatch into a folder below build and returns where it is.
func Program(folder string) (string, error) {
	root := Root()
	if err := look(root); err != nil {
		return "", err
	}
	path := filepath.Join(root, "build", folder, "groundwatch")
	build := exec.Command("go", "build", "-o", path, "./cmd/groundwatch")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
}

// look looks at every source of the program: the go tool gives a test's verdict again without running it unless a file that
// the test looked at has changed, and of what a build in another process reads it knows nothing.
func look(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "build" || d.Name() == "node_modules" || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") && d.Name() != "go.mod":
			return nil
		}
		_, err = os.Stat(path)
		return err
	})
}
