//go:build linux

package crash

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/test/built"
)

// program builds groundwatch once for all tests.
var program = sync.OnceValues(func() (string, error) { return built.Program("crash") })

func mustBuild(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Times that no test should need: they turn a hang into a failure.
const (
	startPatience = 60 * time.Second
	callPatience  = 60 * time.Second
	stopPatience  = 60 * time.Second
)

// A process is one run of the server.
type process struct {
	cmd   *exec.Cmd
	http  *http.Client
	url   string        // once ready is closed
	ready chan struct{} // closed when the server says where it is
	ended chan struct{} // closed when it has ended

	dying    atomic.Bool // somebody is about to end it: calls may go unanswered
	tolerant atomic.Bool // its disk is broken or full: calls may be refused, and it may say so

	mu struct {
		sync.Mutex
		tail   []string // the last lines of standard error
		errors []string // events of the server that it should not have had to tell
	}
}

// exportDir returns where the server in a folder exports to.
func exportDir(dir string) string { return filepath.Join(filepath.Dir(dir), "exports") }

// start starts a server in dir, under the command wrap if there is one.
func start(dir string, wrap ...string) (*process, error) {
	path, err := program()
	if err != nil {
		return nil, err
	}
	args := append(wrap, path, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--auth", "off",
		"--part-bytes", "1048576", "--part-age", "100ms", "--export-dir", exportDir(dir))
	p := &process{
		cmd:   exec.Command(args[0], args[1:]...),
		http:  &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: callPatience},
		ready: make(chan struct{}), ended: make(chan struct{}),
	}
	// The server's group has what wraps it in it. It does not outlive the test.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		p.listen(stderr)
		_ = p.cmd.Wait() // how it ended is in ProcessState
	}()
	return p, nil
}

// listen reads what the server says.
func (p *process) listen(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		line := lines.Text()
		if _, rest, ok := strings.Cut(line, "serving "); ok && p.url == "" {
			p.url, _, _ = strings.Cut(rest, ",")
			close(p.ready)
		}
		p.mu.Lock()
		p.mu.tail = append(p.mu.tail, line)
		if len(p.mu.tail) > 60 {
			p.mu.tail = p.mu.tail[1:]
		}
		if strings.Contains(line, `"level":"error"`) && !p.tolerant.Load() {
			p.mu.errors = append(p.mu.errors, line)
		}
		p.mu.Unlock()
	}
}

// wait waits until the server answers.
func (p *process) wait() error {
	patience := time.NewTimer(startPatience)
	defer patience.Stop()
	select {
	case <-p.ready:
		return nil
	case <-p.ended:
		return fmt.Errorf("the server ended instead of starting: %v\n%s", p.cmd.ProcessState, p.said())
	case <-patience.C:
		return fmt.Errorf("the server did not start within %v\n%s", startPatience, p.said())
	}
}

// said returns the last lines of what the server said.
func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.mu.tail, "\n")
}

// complaints returns what the server told of itself that must not happen on a healthy disk.
func (p *process) complaints() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mu.errors) == 0 {
		return nil
	}
	return fmt.Errorf("the server complained:\n%s", strings.Join(p.mu.errors, "\n"))
}

// kill ends the server at once.
func (p *process) kill() {
	p.dying.Store(true)
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may have ended by itself
	<-p.ended
	p.http.CloseIdleConnections()
}

// over tells whether the server has ended.
func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// stop asks the server to end.
func (p *process) stop() error {
	p.dying.Store(true)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.gone()
}

// gone waits until a server that was asked to end has ended well.
func (p *process) gone() error {
	patience := time.NewTimer(stopPatience)
	defer patience.Stop()
	defer p.http.CloseIdleConnections()
	select {
	case <-p.ended:
		if !p.cmd.ProcessState.Success() {
			return fmt.Errorf("the server ended with %v\n%s", p.cmd.ProcessState, p.said())
		}
		return nil
	case <-patience.C:
		p.kill()
		return fmt.Errorf("the server did not stop within %v\n%s", stopPatience, p.said())
	}
}

// A refusal is an answer that is an error.
type refusal struct {
	operation string
	status    int
	code      string
	message   string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%s: %d %s: %s", r.operation, r.status, r.code, r.message)
}

// call calls an operation. invocation is what AWS's SDKs know a call by in all of its attempts.
func (p *process) call(operation, invocation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, p.url+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	if invocation != "" {
		r.Header.Set("Amz-Sdk-Invocation-Id", invocation)
	}
	answer, err := p.http.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	switch {
	case answer.StatusCode == http.StatusOK && len(text) == 0: // of an operation without output
		return nil
	case answer.StatusCode == http.StatusOK:
		return json.Unmarshal(text, out)
	}
	e := &refusal{operation: operation, status: answer.StatusCode}
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return fmt.Errorf("%s: status %d with %q", operation, answer.StatusCode, text)
	}
	e.code, e.message = said.Type[strings.LastIndex(said.Type, "#")+1:], said.Message
	return e
}

// metric returns the value of one of the server's metrics.
func (p *process) metric(name string) (float64, error) {
	answer, err := p.http.Get(p.url + "/metrics")
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			var v float64
			_, err := fmt.Sscan(rest, &v)
			return v, err
		}
	}
	return 0, fmt.Errorf("metric %s is missing", name)
}

// checkData runs groundwatch check data and returns what it found.
func checkData(dir string) error {
	path, err := program()
	if err != nil {
		return err
	}
	if out, err := exec.Command(path, "check", "data", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("groundwatch check data: %v\n%s", err, out)
	}
	return nil
}
