package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/config"
)

// A running is a server under test.
type running struct {
	*Server
	events *lockedBuffer
	stop   func() error // returns what Run returned
}

// A lockedBuffer is a bytes.Buffer for several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// settings returns checked settings, changed by change; the port is free and the data in a folder of the test.
func settings(t *testing.T, change ...func(*config.Server)) config.Server {
	t.Helper()
	cfg := config.Defaults(filepath.Join(t.TempDir(), "data"))
	cfg.Listen = "127.0.0.1:0"
	for _, c := range change {
		c(&cfg)
	}
	if err := cfg.Check(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// forTests makes settings those of serve --test.
func forTests(c *config.Server) { c.Test = true }

// start runs a server until the test ends, if it is not stopped before.
func start(t *testing.T, cfg config.Server) *running {
	t.Helper()
	return startAt(t, cfg, time.Now)
}

// startAt is start with another clock.
func startAt(t *testing.T, cfg config.Server, now func() time.Time) *running {
	t.Helper()
	r := &running{events: new(lockedBuffer)}
	s, err := Open(t.Context(), Options{Config: cfg, Now: now, Events: r.events, Version: "test"})
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	r.Server = s
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	r.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("Run() = %v", err)
		}
	})
	return r
}

// client returns the SDK's client of the server, with an access key and its secret.
func (r *running) client(key, secret string) *cloudwatchlogs.Client {
	return cloudwatchlogs.New(cloudwatchlogs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(r.URL()), RetryMaxAttempts: 3,
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, ""),
	})
}

// put makes group and stream if they are missing and stores messages.
func put(t *testing.T, c *cloudwatchlogs.Client, group, stream string, messages ...string) {
	t.Helper()
	ctx := t.Context()
	var exists *types.ResourceAlreadyExistsException
	if _, err := c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group}); err != nil && !errors.As(err, &exists) {
		t.Fatalf("CreateLogGroup(%q) = %v", group, err)
	}
	if _, err := c.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream}); err != nil && !errors.As(err, &exists) {
		t.Fatalf("CreateLogStream(%q) = %v", stream, err)
	}
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream}
	for i, m := range messages {
		in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: &m, Timestamp: aws.Int64(time.Now().UnixMilli() + int64(i))})
	}
	if _, err := c.PutLogEvents(ctx, in); err != nil {
		t.Fatalf("PutLogEvents = %v", err)
	}
}

// messages returns all messages of a group.
func messages(t *testing.T, c *cloudwatchlogs.Client, group string) []string {
	t.Helper()
	var all []string
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(c, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("FilterLogEvents(%q) = %v", group, err)
		}
		for _, e := range page.Events {
			all = append(all, *e.Message)
		}
	}
	return all
}

func TestARestartKeepsEverything(t *testing.T) {
	cfg := settings(t)
	want := []string{`{"tag":"label_created","n":1.50}`, "häß\x00🎉", " two\nlines "}
	first := start(t, cfg)
	put(t, first.client("111122223333", "x"), "/labels/web", "host-1", want...)
	if err := first.stop(); err != nil {
		t.Fatalf("Run() = %v", err)
	}
	second := start(t, cfg)
	if got := messages(t, second.client("111122223333", "x"), "/labels/web"); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("after a restart there are %q, want %q", got, want)
	}
	if got := second.events.String(); !strings.Contains(got, `"tag":"server_started"`) || !strings.Contains(got, `"durability":"sync"`) {
		t.Errorf("events of the server: %s", got)
	}
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	r := start(t, settings(t))
	put(t, r.client("111122223333", "x"), "/labels/web", "host-1", "mine")
	_, err := r.client("444455556666", "x").GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String("/labels/web"), LogStreamName: aws.String("host-1")})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("another account's GetLogEvents = %v, want ResourceNotFoundException", err)
	}
}

func TestASecondServerRefusesTheFolder(t *testing.T) {
	cfg := settings(t)
	start(t, cfg)
	_, err := Open(t.Context(), Options{Config: cfg, Now: time.Now, Events: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "another server works in "+cfg.Data) {
		t.Errorf("Open() of a folder in use = %v", err)
	}
}

func TestKeys(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys.yaml")
	text := "access-keys:\n- access-key-id: AKIATEST\n  secret-access-key: right\n  account: \"111122223333\"\n"
	if err := os.WriteFile(keys, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := start(t, settings(t, func(c *config.Server) { c.KeysFile = keys }))
	put(t, r.client("AKIATEST", "right"), "/labels/web", "host-1", "signed")
	groups, err := r.client("AKIATEST", "right").DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	if err != nil || len(groups.LogGroups) != 1 || !strings.Contains(*groups.LogGroups[0].Arn, ":eu-west-1:111122223333:") {
		t.Fatalf("DescribeLogGroups = %+v, %v, want one group of the key's account", groups, err)
	}
	for _, wrong := range []struct{ key, secret, code string }{
		{"AKIATEST", "wrong", "InvalidSignatureException"},
		{"AKIANONE", "right", "UnrecognizedClientException"},
	} {
		_, err := r.client(wrong.key, wrong.secret).DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != wrong.code {
			t.Errorf("DescribeLogGroups with key %s and secret %s = %v, want %s", wrong.key, wrong.secret, err, wrong.code)
		}
	}
	if code, _ := get(t, r.URL()+"/readyz"); code != http.StatusOK {
		t.Errorf("/readyz = %d, want 200: it needs no key", code)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestOperationsThatWeLackAreUnknown(t *testing.T) {
	r := start(t, settings(t, forTests))
	_, err := eventbridge.New(eventbridge.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(r.URL()), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("1", "x", ""),
	}).ListEventBuses(t.Context(), &eventbridge.ListEventBusesInput{})
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "UnknownOperationException" {
		t.Errorf("ListEventBuses = %v, want UnknownOperationException", err)
	}
}

func TestResetForgets(t *testing.T) {
	r := start(t, settings(t, forTests))
	c := r.client("1", "x")
	put(t, c, "/labels/web", "host-1", "x")
	for range 3 {
		resp, err := http.Post(r.URL()+"/moto-api/reset", "", nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("POST /moto-api/reset = %v, %v", resp, err)
		}
		_ = resp.Body.Close()
		groups, err := c.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
		if err != nil || len(groups.LogGroups) != 0 {
			t.Fatalf("DescribeLogGroups after a reset = %+v, %v, want none", groups, err)
		}
		put(t, c, "/labels/web", "host-1", "y")
	}
	if got := messages(t, c, "/labels/web"); fmt.Sprint(got) != "[y]" {
		t.Errorf("messages after resets: %q, want y", got)
	}
	if code, _ := get(t, r.URL()+"/moto-api/reset"); code != http.StatusMethodNotAllowed {
		t.Errorf("GET /moto-api/reset = %d, want 405", code)
	}
}

func TestOnlyTestServersReset(t *testing.T) {
	r := start(t, settings(t))
	resp, err := http.Post(r.URL()+"/moto-api/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode < 400 || resp.StatusCode >= 500 {
		t.Errorf("POST /moto-api/reset = %d, want 4xx", resp.StatusCode)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	r := start(t, settings(t))
	put(t, r.client("1", "x"), "/labels/secret-name", "host-1", "x")
	for _, path := range []string{"/livez", "/readyz", "/healthz"} {
		code, body := get(t, r.URL()+path)
		var h health
		if err := json.Unmarshal([]byte(body), &h); code != http.StatusOK || err != nil || h != (health{"ok", "test", "sync"}) {
			t.Errorf("%s = %d %s (%v)", path, code, body, err)
		}
	}
	_, body := get(t, r.URL()+"/metrics")
	for _, want := range []string{
		`groundwatch_calls_total{code="",operation="PutLogEvents",service="logs"} 1`,
		`groundwatch_wal_sync_seconds_count{log="rows"}`,
		"process_resident_memory_bytes",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(body, "secret-name") {
		t.Error("/metrics tells the name of a group")
	}
}

func TestServersAreReadyUntilTheyStop(t *testing.T) {
	r := start(t, settings(t))
	if err := r.stop(); err != nil {
		t.Fatalf("Run() = %v", err)
	}
	if r.ready.Load() {
		t.Error("a stopped server says that it is ready")
	}
	if _, err := http.Get(r.URL() + "/readyz"); err == nil {
		t.Error("a stopped server answers")
	}
}
