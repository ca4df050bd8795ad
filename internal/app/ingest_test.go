package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	"google.golang.org/protobuf/proto"

	"github.com/groundwatch/groundwatch/internal/config"
)

// A parcel is a request to one of the HTTP endpoints.
type parcel struct {
	path, mediaType string
	body            []byte
	headers         []string // in pairs
}

func (p parcel) request(t *testing.T, r *running) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+p.path, bytes.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", p.mediaType)
	for i := 0; i < len(p.headers); i += 2 {
		req.Header.Set(p.headers[i], p.headers[i+1])
	}
	return req
}

// send returns the status and body of the answer.
func send(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("x-amzn-RequestId") == "" {
		t.Errorf("%s: the answer has no request id", req.URL.Path)
	}
	return resp.StatusCode, string(body)
}

// parcels are one event for each endpoint, and the messages that come of them.
func parcels(t *testing.T) (all []parcel, want []string) {
	t.Helper()
	nano := uint64(time.Now().UnixNano())
	otlp, err := proto.Marshal(&logspb.LogsData{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{{LogRecords: []*logspb.LogRecord{{
		TimeUnixNano: nano, SeverityText: "INFO", Body: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: "häß"}},
	}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(otlp); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	record := fmt.Sprintf(`{"resource":{"attributes":{}},"scope":{"attributes":{}},"timeUnixNano":%d,"severityText":"INFO","body":"häß"}`, nano)
	inJSON := fmt.Sprintf(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"%d","severityText":"INFO","body":{"stringValue":"häß"}}]}]}]}`, nano)
	place := []string{"x-aws-log-group", "/labels/web", "x-aws-log-stream", "host-1"}
	const query = "?logGroup=%2Flabels%2Fweb&logStream=host-1"
	return []parcel{
		{"/v1/logs", "application/x-protobuf", otlp, place},
		{"/v1/logs", "application/x-protobuf", packed.Bytes(), append([]string{"Content-Encoding", "gzip"}, place...)},
		{"/v1/logs", "application/json", []byte(inJSON), place},
		{"/services/collector/event" + query, "application/json", []byte(`{"event":"one"}{"event":"two","host":"a"}`), nil},
		{"/ingest/bulk" + query, "application/x-ndjson", []byte("{\"n\":1}\nbad\n\"text\""), nil},
		{"/ingest/json", "application/json", []byte(`[{"n": 2}]`), place},
	}, []string{record, record, record, `{"event":"one"}`, `{"event":"two","host":"a"}`, `{"n":1}`, "text", `{"n": 2}`}
}

// wants fails unless the group has these messages.
func wants(t *testing.T, c *cloudwatchlogs.Client, want []string) {
	t.Helper()
	got := messages(t, c, "/labels/web")
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("stored\n%q, want\n%q", got, want)
	}
}

func TestEventsOverPlainHTTP(t *testing.T) {
	r := start(t, settings(t, func(c *config.Server) { c.Region = "eu-west-1" }))
	client := r.client(r.cfg.Account, "x")
	put(t, client, "/labels/web", "host-1", "first")
	all, want := parcels(t)
	for _, p := range all {
		if code, body := send(t, p.request(t, r)); code != http.StatusOK || body != "{}" && body != "" {
			t.Errorf("POST %s = %d %s, want 200", p.path, code, body)
		}
	}
	wants(t, client, append(want, "first"))
	missing := parcel{"/ingest/json?logGroup=none&logStream=host-1", "application/json", []byte("{}"), nil}
	if code, body := send(t, missing.request(t, r)); code != http.StatusBadRequest || !strings.Contains(body, "ResourceNotFoundException") {
		t.Errorf("POST to no group = %d %s, want 400", code, body)
	}
	skipped := parcel{"/ingest/bulk?logGroup=none&logStream=host-1", "application/json", []byte("no JSON\n"), nil}
	if code, body := send(t, skipped.request(t, r)); code != http.StatusBadRequest || !strings.Contains(body, "ResourceNotFoundException") {
		t.Errorf("POST of lines that are skipped to no group = %d %s, want 400", code, body)
	}
	missing.path = "/ingest/json?logGroup=%2Flabels%2Fweb&logStream=none"
	if code, body := send(t, missing.request(t, r)); code != http.StatusBadRequest || !strings.Contains(body, "log stream does not exist") {
		t.Errorf("POST to no stream = %d %s, want 400", code, body)
	}
	_, metrics := get(t, r.URL()+"/metrics")
	if want := `groundwatch_skipped_events_total{door="/ingest/bulk",reason="no event"} 1`; !strings.Contains(metrics, want) {
		t.Errorf("/metrics lacks %s", want)
	}
}

// withKeys returns a server with a key and a token of one account, and one of another.
func withKeys(t *testing.T) *running {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys.yaml")
	text := `access-keys:
- {access-key-id: AKIATEST, secret-access-key: right, account: "111122223333"}
bearer-tokens:
- {token: ACWL-right-right-right, account: "111122223333", region: eu-west-1}
- {token: ACWL-other-other-other, account: "444455556666", region: eu-west-1}
`
	if err := os.WriteFile(keys, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, settings(t, func(c *config.Server) { c.KeysFile = keys }))
}

func TestBearerTokens(t *testing.T) {
	r := withKeys(t)
	client := r.client("AKIATEST", "right")
	put(t, client, "/labels/web", "host-1", "first")
	all, want := parcels(t)
	try := func(authorization string, code int, text string) {
		t.Helper()
		for _, p := range all {
			req := p.request(t, r)
			req.Header.Set("Authorization", authorization)
			if got, body := send(t, req); got != code || !strings.Contains(body, text) {
				t.Errorf("POST %s with %q = %d %s, want %d %s", p.path, authorization, got, body, code, text)
			}
		}
	}
	try("", 401, "MissingAuthenticationTokenException")
	for _, p := range all[:3] { // OTLP wants google.rpc.Status: code 16, UNAUTHENTICATED
		want := map[string]string{"application/json": `{"code":16,"message":"Missing`, "application/x-protobuf": "\x08\x10\x12"}[p.mediaType]
		if code, body := send(t, p.request(t, r)); code != 401 || !strings.HasPrefix(body, want) {
			t.Errorf("POST %s as %s = %d %q, want 401 %q", p.path, p.mediaType, code, body, want)
		}
	}
	try("Bearer ACWL-wrong", 401, "bearer token included in the request is invalid")
	try("Bearer ACWL-right-right-right", 401, "not enabled for the specified log group")
	allow := func(on bool) {
		t.Helper()
		in := &cloudwatchlogs.PutBearerTokenAuthenticationInput{LogGroupIdentifier: aws.String("/labels/web"), BearerTokenAuthenticationEnabled: &on}
		if _, err := client.PutBearerTokenAuthentication(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	allow(true)
	try("Bearer ACWL-other-other-other", 400, "log group does not exist")
	wants(t, client, []string{"first"})
	try("Bearer ACWL-right-right-right", 200, "")
	wants(t, client, append(want, "first"))
	try("Splunk ACWL-right-right-right", 200, "")
	allow(false)
	try("Bearer ACWL-right-right-right", 401, "not enabled for the specified log group")
	wants(t, client, append(append(want, want...), "first"))

	// A token is good for nothing else.
	req := parcel{"/", "application/x-amz-json-1.1", []byte("{}"), []string{"X-Amz-Target", "Logs_20140328.DescribeLogGroups", "Authorization", "Bearer ACWL-right-right-right"}}
	if code, body := send(t, req.request(t, r)); code < 400 || code >= 500 {
		t.Errorf("DescribeLogGroups with a token = %d %s, want 4xx", code, body)
	}
}

func TestSignedEventsOverPlainHTTP(t *testing.T) {
	r := withKeys(t)
	client := r.client("AKIATEST", "right")
	put(t, client, "/labels/web", "host-1", "first")
	all, want := parcels(t)
	for _, p := range all {
		for _, secret := range []string{"wrong", "right"} {
			req := p.request(t, r)
			hash := sha256.Sum256(p.body)
			err := v4.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: secret}, req, hex.EncodeToString(hash[:]), "logs", "eu-west-1", time.Now())
			if err != nil {
				t.Fatal(err)
			}
			code, body := send(t, req)
			if want := map[string]int{"wrong": 401, "right": 200}[secret]; code != want {
				t.Errorf("POST %s signed with the %s secret = %d %s, want %d", p.path, secret, code, body, want)
			}
		}
	}
	wants(t, client, append(want, "first"))
}
