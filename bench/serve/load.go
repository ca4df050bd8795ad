package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// group is where events go, to a stream for each client.
const group = "/bench/serve"

// build builds the program.
func (b *bench) build(ctx context.Context) error {
	if err := os.MkdirAll(b.dir, 0o777); err != nil {
		return err
	}
	b.program = filepath.Join(b.dir, "groundwatch")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program, "./cmd/groundwatch")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// prepare builds the program and the requests.
func (b *bench) prepare(ctx context.Context) error {
	path, err := b.generate(ctx)
	if err != nil {
		return err
	}
	return b.read(path, time.Now().Add(-time.Hour))
}

// generate builds the program and returns a file of events.
func (b *bench) generate(ctx context.Context) (string, error) {
	if err := b.build(ctx); err != nil {
		return "", err
	}
	path := filepath.Join(b.dir, fmt.Sprintf("%s-%d.ndjson", b.shape, b.events))
	if _, err := os.Stat(path); err != nil {
		file, err := os.Create(path)
		if err != nil {
			return "", err
		}
		generate := exec.CommandContext(ctx, b.program, "generate", "logs", "--shape", b.shape, "--count", fmt.Sprint(b.events))
		generate.Stdout = file
		if err := generate.Run(); err != nil {
			return "", fmt.Errorf("generate: %w", err)
		}
		if err := file.Close(); err != nil {
			return "", err
		}
	}
	return path, nil
}

// An event and a request as PutLogEvents has them; the stream is added when it is known.
type event struct {
	Timestamp int64  `json:"timestamp"`
	Message   string `json:"message"`
}

type request struct {
	Group  string  `json:"logGroupName"`
	Stream string  `json:"logStreamName"`
	Events []event `json:"logEvents"`
}

// read makes requests of a file's lines, so that sending them costs little. Their times are those of an hour from start on.
func (b *bench) read(path string, start time.Time) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	first := start.UnixMilli()
	var events []event
	add := func() error {
		body := new(bytes.Buffer)
		encoder := json.NewEncoder(body)
		encoder.SetEscapeHTML(false)
		stream := fmt.Sprintf("client-%d", len(b.bodies)%b.clients)
		if err := encoder.Encode(request{group, stream, events}); err != nil {
			return err
		}
		b.bodies = append(b.bodies, body.Bytes())
		events = events[:0]
		return nil
	}
	for n := int64(0); lines.Scan(); n++ {
		b.text += int64(len(lines.Bytes()))
		events = append(events, event{first + n*3_600_000/int64(b.events), lines.Text()})
		if len(events) == b.batch {
			if err := add(); err != nil {
				return err
			}
		}
	}
	if len(events) > 0 {
		if err := add(); err != nil {
			return err
		}
	}
	return lines.Err()
}

// call sends one signed request and returns the answer's body.
func (s *server) call(ctx context.Context, client *http.Client, signer *v4.Signer, operation string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	digest := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: s.key, SecretAccessKey: secret}
	if err := signer.SignHTTP(ctx, credentials, r, hex.EncodeToString(digest[:]), "logs", "us-east-1", time.Now()); err != nil {
		return nil, err
	}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s %s", operation, resp.Status, answer)
	}
	return answer, err
}

// prepare makes the group and the streams.
func (s *server) prepare(ctx context.Context) error {
	signer := v4.NewSigner()
	if _, err := s.call(ctx, http.DefaultClient, signer, "CreateLogGroup", fmt.Appendf(nil, `{"logGroupName":%q}`, group)); err != nil {
		return err
	}
	for n := range 64 {
		body := fmt.Appendf(nil, `{"logGroupName":%q,"logStreamName":"client-%d"}`, group, n)
		if _, err := s.call(ctx, http.DefaultClient, signer, "CreateLogStream", body); err != nil {
			return err
		}
	}
	return nil
}

// send sends all requests from all clients. An answer that rejects an event is an error.
func (b *bench) send(ctx context.Context, s *server) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var clients sync.WaitGroup
	for range b.clients {
		clients.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			signer := v4.NewSigner()
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= len(b.bodies) {
					return
				}
				answer, err := s.call(ctx, client, signer, "PutLogEvents", b.bodies[n])
				for err != nil && strings.Contains(err.Error(), "ServiceUnavailableException") { // SDKs try again
					answer, err = s.call(ctx, client, signer, "PutLogEvents", b.bodies[n])
				}
				if err == nil && bytes.Contains(answer, []byte("rejected")) {
					err = fmt.Errorf("PutLogEvents: %s", answer)
				}
				if err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	clients.Wait()
	return context.Cause(ctx)
}

// visible returns the slowest time, in milliseconds, from the ack of an event until a read returns it.
func (s *server) visible(ctx context.Context) (float64, error) {
	signer := v4.NewSigner()
	var slowest time.Duration
	for n := range 100 {
		message := fmt.Sprintf("probe %d", n)
		put := fmt.Appendf(nil, `{"logGroupName":%q,"logStreamName":"client-63","logEvents":[{"timestamp":%d,"message":%q}]}`, group, time.Now().UnixMilli(), message)
		if _, err := s.call(ctx, http.DefaultClient, signer, "PutLogEvents", put); err != nil {
			return 0, err
		}
		acked := time.Now()
		for {
			get := fmt.Appendf(nil, `{"logGroupName":%q,"logStreamName":"client-63","limit":1}`, group)
			answer, err := s.call(ctx, http.DefaultClient, signer, "GetLogEvents", get)
			if err != nil {
				return 0, err
			}
			if bytes.Contains(answer, fmt.Appendf(nil, "%q", message)) {
				break
			}
		}
		slowest = max(slowest, time.Since(acked))
	}
	return float64(slowest.Microseconds()) / 1000, nil
}
