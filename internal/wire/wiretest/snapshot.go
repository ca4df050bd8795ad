// Package wiretest holds what the tests of all protocols share: AWS's own wire snapshots, the SDK as the other side, and
// Smithy's protocol tests. What a protocol must do with them is for its tests.
package wiretest

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// A Snapshot is a message that the SDK's authors froze: a request as the SDK writes it, or an answer as it reads it.
type Snapshot struct {
	Operation string // "PutLogEvents"; of an error's the one in its X-Amz-Target, "" without
	Error     string // the error's shape; "" if it is none
	Method    string // of a request
	URL       *url.URL
	Status    int // of an answer
	Header    http.Header
	Body      []byte
}

// Request returns the snapshot as a codec gets it.
func (s *Snapshot) Request() *wire.Request {
	return &wire.Request{ID: "id", Method: s.Method, URL: s.URL, Header: s.Header, Body: s.Body}
}

// Requests returns the requests that ship in the SDK's package service, "cloudwatchlogs", in order of their names.
func Requests(t *testing.T, service string) []*Snapshot {
	t.Helper()
	return read(t, service, "request_snapshot", ".request.snap", func(s *Snapshot, name, line string) error {
		s.Operation = name
		var err error
		var uri string
		s.Method, uri, _ = strings.Cut(line, " ")
		s.URL, err = url.Parse(uri)
		return err
	})
}

// Responses returns the answers that ship in the SDK's package service, those of errors left out.
func Responses(t *testing.T, service string) []*Snapshot {
	t.Helper()
	return read(t, service, "response_snapshot", ".response.snap", func(s *Snapshot, name, line string) (err error) {
		s.Operation = name
		s.Status, err = strconv.Atoi(line)
		return err
	})
}

// Errors returns the answers that tell an error.
func Errors(t *testing.T, service string) []*Snapshot {
	t.Helper()
	return read(t, service, "response_snapshot", ".error.snap", func(s *Snapshot, name, line string) (err error) {
		s.Error = name
		s.Status, err = strconv.Atoi(line)
		return err
	})
}

// read returns the files in folder whose names end in suffix; start reads the first line.
func read(t *testing.T, service, folder, suffix string, start func(s *Snapshot, name, line string) error) []*Snapshot {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(moduleDir(t, service), folder, "*"+suffix))
	if err != nil || len(files) == 0 {
		t.Fatalf("snapshots of %s: %d files, %v, want some", service, len(files), err)
	}
	slices.Sort(files)
	var all []*Snapshot
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s := &Snapshot{}
		first, rest, _ := bytes.Cut(text, []byte("\n"))
		if err := start(s, strings.TrimSuffix(filepath.Base(name), suffix), string(first)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.Method != "" {
			rest = bytes.TrimPrefix(rest, []byte("\n"))
		}
		s.Header, s.Body = headerAndBody(t, name, rest)
		if target := s.Header.Get("X-Amz-Target"); s.Error != "" && target != "" {
			s.Operation = target[strings.LastIndexByte(target, '.')+1:]
		}
		all = append(all, s)
	}
	return all
}

func headerAndBody(t *testing.T, name string, text []byte) (http.Header, []byte) {
	t.Helper()
	h := http.Header{}
	r := bufio.NewReader(bytes.NewReader(text))
	for {
		line, err := r.ReadString('\n')
		line = strings.TrimRight(line, "\n")
		if line == "" {
			break
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok || err != nil {
			t.Fatalf("%s: header line %q: %v", name, line, err)
		}
		h.Add(key, value)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return h, body
}

// moduleDir returns the folder of the SDK's module for service, as the go command knows it.
func moduleDir(t *testing.T, service string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/"+service).Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Fatalf("go list -m %s: %q, %v", service, dir, err)
	}
	return dir
}
