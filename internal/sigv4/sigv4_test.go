package sigv4

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/groundwatch/groundwatch/internal/fault"
)

const (
	testKey     = "AKIDGROUNDWATCH00001"
	testSecret  = "groundwatch/secret+key/0123456789abcdefEX"
	testToken   = "TOKEN/abc+def=="
	testAccount = "123456789012"
)

// testTime is when all requests are signed, unless a test says otherwise.
var testTime = time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC)

// A keyring is Keys in memory.
type keyring map[string]Credential

func (k keyring) Secret(_ context.Context, id string) (Credential, error) {
	if c, ok := k[id]; ok {
		return c, nil
	}
	return Credential{}, fault.New(fault.NotFound, "NoSuchKey", "no key %s", id)
}

// testKeys has a long-term and a temporary key.
func testKeys() keyring {
	return keyring{
		testKey:                {Secret: testSecret, Account: testAccount},
		"ASIAGROUNDWATCH00002": {Secret: "another/secret", SessionToken: testToken, Account: testAccount},
	}
}

// at is a clock that stands still.
func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// newVerifier returns a Verifier whose clock stands at testTime unless o has another.
func newVerifier(keys Keys, o Options) *Verifier {
	if o.Now == nil {
		o.Now = at(testTime)
	}
	return New(keys, o)
}

// wire returns the bytes that net/http sends for r.
func wire(t testing.TB, r *http.Request) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatalf("Write(%s %s): %v", r.Method, r.URL, err)
	}
	return b.Bytes()
}

// receive returns what a server gets from bytes on the wire.
func receive(raw []byte) (*http.Request, []byte, error) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(r.Body)
	return r, body, err
}

// mustReceive sends r and returns what a server gets.
func mustReceive(t testing.TB, r *http.Request) (*http.Request, []byte) {
	t.Helper()
	got, body, err := receive(wire(t, r))
	if err != nil {
		t.Fatalf("receive(%s %s): %v", r.Method, r.URL, err)
	}
	return got, body
}

// newRequest returns a request with a body and headers, given as name, value, name, value.
func newRequest(t testing.TB, method, url, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// A signing is how the SDK signs a request.
type signing struct {
	id, secret, token string // "" for the test's own key
	service, region   string // "" for logs in us-east-1
	at                time.Time
	payload           string // "" for the body's hash
	plainPath         bool   // as for S3
}

func (s signing) with(body string) (aws.Credentials, string, signing) {
	if s.id == "" {
		s.id, s.secret = testKey, testSecret
	}
	if s.service == "" {
		s.service = "logs"
	}
	if s.region == "" {
		s.region = "us-east-1"
	}
	if s.at.IsZero() {
		s.at = testTime
	}
	hash := s.payload
	if hash == "" {
		sum := sha256.Sum256([]byte(body))
		hash = hex.EncodeToString(sum[:])
	}
	return aws.Credentials{AccessKeyID: s.id, SecretAccessKey: s.secret, SessionToken: s.token}, hash, s
}

func (s signing) options(o *v4.SignerOptions) { o.DisableURIPathEscaping = s.plainPath }

// sign has the SDK sign r, whose body is body, by a header.
func sign(t testing.TB, r *http.Request, body string, how signing) *http.Request {
	t.Helper()
	cred, hash, how := how.with(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), cred, r, hash, how.service, how.region, how.at, how.options); err != nil {
		t.Fatal(err)
	}
	return r
}

// presign has the SDK sign r by its query, and returns what a client then sends.
func presign(t testing.TB, r *http.Request, body string, how signing) *http.Request {
	t.Helper()
	cred, hash, how := how.with(body)
	uri, header, err := v4.NewSigner().PresignHTTP(r.Context(), cred, r, hash, how.service, how.region, how.at, how.options)
	if err != nil {
		t.Fatal(err)
	}
	signed := newRequest(t, r.Method, uri, body)
	signed.Header = header
	signed.Host = header.Get("Host")
	signed.Header.Del("Host")
	signed.Header.Del("Content-Length")
	return signed
}

// refused checks that err is the refusal that is wanted: a code, and a part of its message.
func refused(t testing.TB, call string, err error, code, message string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Errorf("%s: error %v, want code %s", call, err, code)
		return
	}
	if f.Code != code || !strings.Contains(f.Message, message) {
		t.Errorf("%s:\n got %s: %q\nwant %s: %q", call, f.Code, f.Message, code, message)
	}
}

// describeGroups is the request of the specification's first vector, unsigned.
func describeGroups(t testing.TB) (*http.Request, string) {
	const body = `{"logGroupNamePrefix":"/app"}`
	return newRequest(t, "POST", "https://logs.us-east-1.amazonaws.com/", body,
		"Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "Logs_20140328.DescribeLogGroups"), body
}

// signedGroups is describeGroups, signed and received.
func signedGroups(t testing.TB, how signing) (*http.Request, []byte) {
	t.Helper()
	r, body := describeGroups(t)
	return mustReceive(t, sign(t, r, body, how))
}
