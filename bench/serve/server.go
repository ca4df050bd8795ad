package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A server is a running groundwatch serve.
type server struct {
	cmd  *exec.Cmd
	data string
	url  string
	key  string        // that requests are signed with
	took time.Duration // from its start to its first answer
	out  bytes.Buffer
}

// key is what clients sign with, and its secret. Those of attackers are its followed by digits, each of an account of its own.
const (
	key              = "AKIABENCH"
	secret           = "a secret for measurements"
	attackerAccounts = 4
)

// start starts a server on a folder and waits until it answers.
func (b *bench) start(ctx context.Context, data string) (*server, error) {
	keys := filepath.Join(b.dir, "keys.yaml")
	text := fmt.Sprintf("access-keys:\n- access-key-id: %s\n  secret-access-key: %s\n", key, secret)
	for n := range attackerAccounts {
		text += fmt.Sprintf("- access-key-id: %s\n  secret-access-key: %s\n  account: \"%012d\"\n", attacker(n), secret, n+1)
	}
	if err := os.WriteFile(keys, []byte(text), 0o600); err != nil {
		return nil, err
	}
	free, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		return nil, err
	}
	s := &server{data: data, url: "http://" + address, key: key}
	s.cmd = exec.CommandContext(ctx, b.program, "serve", "--quiet", "--listen", address, "--data", data, "--keys-file", keys)
	s.cmd.Stderr = &s.out
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(begun) < 30*time.Second {
		resp, err := http.Get(s.url + "/readyz") //nolint:noctx // ends in a moment
		if err == nil {
			_ = resp.Body.Close()
			s.took = time.Since(begun)
			return s, nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	s.kill()
	return nil, fmt.Errorf("the server does not answer: %s", s.out.String())
}

// attacker returns the key of an attacker.
func attacker(n int) string { return fmt.Sprint(key, n) }

func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()
}

// stop lets the server end by itself.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("stop: %w\n%s", err, s.out.String())
	}
	return nil
}

// cpu returns the seconds of CPU that the server has used.
func (s *server) cpu() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100 // Linux's clock ticks
}

// status returns a value of the process's status in MB.
func (s *server) status(name string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(value)[0], 64)
			return kb * 1024 / 1e6
		}
	}
	return 0
}

// settle waits until the server has written what it was sent and works no more, and returns the bytes of its parts.
func (s *server) settle() int64 {
	calm, last := 0, s.cpu()
	for calm < 6 {
		time.Sleep(500 * time.Millisecond)
		now := s.cpu()
		if now-last < 0.02 {
			calm++
		} else {
			calm = 0
		}
		last = now
	}
	var size int64
	_ = filepath.WalkDir(filepath.Join(s.data, "tables", "parts"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				size += info.Size()
			}
		}
		return nil
	})
	return size
}
