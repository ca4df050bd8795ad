package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFollow shows what is appended while the program runs, and ends well when it is interrupted.
func TestFollow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.ndjson")
	appendTo(t, name, `{"level":"info","msg":"first"}`)
	out, in := io.Pipe()
	p := &Program{
		Stdin: strings.NewReader(""), Stdout: in, Stderr: io.Discard, Now: time.Now,
		Env: func(string) string { return "" },
	}
	ctx, interrupt := context.WithCancel(t.Context())
	code := make(chan int)
	go func() { code <- p.Run(ctx, []string{"tail", "-f", name}) }()
	lines := bufio.NewReader(out)
	for _, want := range []string{"first", "second", "third"} {
		if got, err := lines.ReadString('\n'); err != nil || !strings.Contains(got, want) {
			t.Fatalf("line %q, %v, want %q", got, err, want)
		}
		appendTo(t, name, map[string]string{
			"first": `{"level":"info","msg":"second"}`, "second": `{"level":"info","msg":"third"}`, "third": ``,
		}[want])
	}
	interrupt()
	if got := <-code; got != ExitInterrupted {
		t.Errorf("exit code %d, want %d", got, ExitInterrupted)
	}
}

// What tail finds missing it does not name again when it follows.
func TestFollowNamesAMissingFileOnce(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.ndjson")
	appendTo(t, name, `{"level":"info","msg":"first"}`)
	out, in := io.Pipe()
	var stderr bytes.Buffer
	p := &Program{
		Stdin: strings.NewReader(""), Stdout: in, Stderr: &stderr, Now: time.Now,
		Env: func(string) string { return "" },
	}
	ctx, interrupt := context.WithCancel(t.Context())
	code := make(chan int)
	go func() { code <- p.Run(ctx, []string{"tail", "-f", name, name + ".gone"}) }()
	lines := bufio.NewReader(out)
	for _, want := range []string{"first", "second"} { // the second is read after files were looked for again
		if got, err := lines.ReadString('\n'); err != nil || !strings.Contains(got, want) {
			t.Fatalf("line %q, %v, want %q", got, err, want)
		}
		appendTo(t, name, `{"level":"info","msg":"second"}`)
	}
	interrupt()
	go io.Copy(io.Discard, out)
	<-code
	if got := strings.Count(stderr.String(), "app.ndjson.gone: "); got != 1 {
		t.Errorf("standard error names the missing file %d times, want once:\n%s", got, &stderr)
	}
}

// appendTo appends a line to a file.
func appendTo(t *testing.T, name, line string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(line + "\n"); err != nil {
		t.Fatal(err)
	}
}
