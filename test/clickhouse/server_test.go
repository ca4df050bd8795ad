package clickhouse_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A server is a ClickHouse process of the tests' own.
type server struct {
	t       *testing.T
	library string
	dir     string
	port    int
	process *exec.Cmd
	stdin   io.Closer
	ended   chan struct{}
	said    bytes.Buffer
}

// startServer starts ClickHouse on an empty folder. It is killed after the test.
func startServer(t *testing.T) *server {
	t.Helper()
	sv := &server{t: t, library: library(t), dir: dataDir(t)}
	config := "<clickhouse><logger><level>none</level></logger></clickhouse>"
	if err := os.WriteFile(sv.config(), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	sv.start()
	t.Cleanup(sv.kill)
	return sv
}

// dataDir returns a folder for the data: in memory where there is such a place, since what the tests can do to a server, which
// is to kill it, loses nothing of that either, and thousands of fsyncs take minutes on a busy disk.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "clickhouse-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (sv *server) config() string { return filepath.Join(sv.dir, "config.xml") }

func (sv *server) endpoint() string { return fmt.Sprintf("http://127.0.0.1:%d", sv.port) }

// start starts the process over what is in the folder and waits until it answers.
func (sv *server) start() {
	sv.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		sv.t.Fatal(err)
	}
	sv.port = listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	self, err := os.Executable()
	if err != nil {
		sv.t.Fatal(err)
	}
	sv.process = exec.Command(self, sv.args()...)
	sv.process.Env = append(os.Environ(), asEngine+"="+sv.library)
	sv.process.Stdout, sv.process.Stderr = &sv.said, &sv.said
	if sv.stdin, err = sv.process.StdinPipe(); err != nil {
		sv.t.Fatal(err)
	}
	if err := sv.process.Start(); err != nil {
		sv.t.Fatal(err)
	}
	process, ended := sv.process, make(chan struct{})
	sv.ended = ended
	go func() {
		_ = process.Wait() // it is killed
		close(ended)
	}()
	sv.waitUntilReady()
}

// args returns the command line of a ClickHouse that listens for ever.
func (sv *server) args() []string {
	return []string{
		"--path=" + filepath.Join(sv.dir, "data"), "--listen_host=127.0.0.1", fmt.Sprintf("--http_port=%d", sv.port), "--config-file=" + sv.config(),
		"--query=SYSTEM START LISTEN HTTP; " +
			"SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null",
	}
}

func (sv *server) waitUntilReady() {
	sv.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * time.Minute)
	for {
		select {
		case <-sv.ended:
			sv.t.Fatalf("ClickHouse ended before it answered:\n%s", &sv.said)
		case <-deadline:
			sv.t.Fatal("ClickHouse does not answer after 2 minutes")
		case <-tick.C:
		}
		resp, err := http.Get(sv.endpoint() + "/ping")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
}

// kill ends the process as a power cut would, but for the disk.
func (sv *server) kill() {
	_ = sv.process.Process.Kill() // it may have ended
	<-sv.ended
	_ = sv.stdin.Close()
}

// ask runs a statement of the tests' own.
func (sv *server) ask(sql string) string {
	sv.t.Helper()
	resp, err := http.Post(sv.endpoint()+"/?"+url.Values{"query": {sql}}.Encode(), "text/plain", nil)
	if err != nil {
		sv.t.Fatalf("%s: %v", sql, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		sv.t.Fatalf("%s: %s %s %v", sql, resp.Status, text, err)
	}
	return strings.TrimSpace(string(text))
}
