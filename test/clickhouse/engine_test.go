package clickhouse_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/ebitengine/purego"
)

// asEngine is the variable that makes the test program be a ClickHouse server instead: its value is the path of libchdb.so.
const asEngine = "GROUNDWATCH_TEST_CLICKHOUSE"

// TestMain runs the tests, or the engine for them: that has to be a process of its own, so that it can be killed.
func TestMain(m *testing.M) {
	if library := os.Getenv(asEngine); library != "" {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // ends when the tests do, however they do
			os.Exit(0)
		}()
		if err := runEngine(library, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// runEngine runs the ClickHouse that is in the library, as its own command line does, until it ends.
func runEngine(library string, args []string) error {
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return fmt.Errorf("load %s: %w", library, err)
	}
	var command func(argc int32, argv **byte) uintptr
	purego.RegisterLibFunc(&command, handle, "chdb_query_cmdline")
	argv := make([]*byte, 0, len(args)+2)
	for _, arg := range append([]string{"clickhouse"}, args...) {
		if strings.ContainsRune(arg, 0) {
			return fmt.Errorf("argument %q has a zero byte", arg)
		}
		argv = append(argv, &append([]byte(arg), 0)[0])
	}
	argv = append(argv, nil)
	command(int32(len(argv)-1), &argv[0])
	runtime.KeepAlive(argv)
	return fmt.Errorf("the engine ended by itself")
}
