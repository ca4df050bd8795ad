package gateway

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const jsonType = "application/x-amz-json-1.1"

// newRequest returns an awsJson request; headers are names and values in turn.
func newRequest(t *testing.T, s *server, method, path, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// groupsRequest returns a DescribeLogGroups.
func groupsRequest(t *testing.T, s *server, body string, headers ...string) *http.Request {
	t.Helper()
	return newRequest(t, s, "POST", "/", body, append([]string{"X-Amz-Target", "Logs_20140328.DescribeLogGroups", "Content-Type", jsonType}, headers...)...)
}

func sha(body string) string {
	h := sha256.Sum256([]byte(body))
	return hex.EncodeToString(h[:])
}

// do sends r and returns the answer with its body read. Every answer must have a request id, a date and its length.
func do(t *testing.T, s *server, r *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	if !uuid.MatchString(resp.Header.Get("x-amzn-RequestId")) {
		t.Errorf("%s %s: x-amzn-RequestId = %q, want a UUID", r.Method, r.URL, resp.Header.Get("x-amzn-RequestId"))
	}
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if got := s.clock.now().Sub(date); err != nil || got < 0 || got > time.Minute {
		t.Errorf("%s %s: Date = %q, want now", r.Method, r.URL, resp.Header.Get("Date"))
	}
	return resp, string(body)
}

// answers checks an answer's status and that its body contains a text.
func answers(t *testing.T, s *server, r *http.Request, status int, text string) {
	t.Helper()
	resp, body := do(t, s, r)
	if resp.StatusCode != status || !strings.Contains(body+resp.Header.Get("X-Amzn-Errortype"), text) {
		t.Errorf("%s %s %v = %d %.300s, want %d %s", r.Method, r.URL, r.Header, resp.StatusCode, body, status, text)
	}
}

func TestPresigned(t *testing.T) {
	s := serve(t, true, nil)
	const body = `{"logGroupNamePrefix":"p"}`
	presigned := func(service, expires string) *http.Request {
		r := groupsRequest(t, s, body)
		r.URL.RawQuery = "X-Amz-Expires=" + expires
		uri, headers, err := v4.NewSigner().PresignHTTP(t.Context(), aws.Credentials{AccessKeyID: testKey, SecretAccessKey: testSecret},
			r, sha(body), service, "us-east-1", s.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		got := newRequest(t, s, "POST", strings.TrimPrefix(uri, s.URL), body, "Content-Type", jsonType)
		for name, values := range headers {
			got.Header[http.CanonicalHeaderKey(name)] = values
		}
		return got
	}
	answers(t, s, presigned("logs", "60"), 200, `"logGroupName":"p"`)
	answers(t, s, presigned("kms", "60"), 400, "scoped to correct service")
	late := presigned("logs", "60")
	s.clock.move(61 * time.Second)
	answers(t, s, late, 400, "Signature expired")
}

// TestBodyLimits has bodies around the limit of each kind of service, with and without a length.
func TestBodyLimits(t *testing.T) {
	s := serve(t, false, nil)
	for _, tt := range []struct {
		name, target, body string
		limit              int
	}{
		{"logs", "Logs_20140328.DescribeLogGroups", `{"logGroupNamePrefix":"p"}`, 10 << 20},
		{"metrics", "GraniteServiceVersion20100801.ListMetrics", `{"Namespace":"n"}`, 1 << 20},
	} {
		for _, over := range []int{-1, 0, 1} {
			body := tt.body + strings.Repeat(" ", tt.limit+over-len(tt.body))
			for _, chunked := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, limit%+d, chunked %t", tt.name, over, chunked), func(t *testing.T) {
					r := newRequest(t, s, "POST", "/", body, "X-Amz-Target", tt.target, "Content-Type", jsonType)
					if chunked {
						r.ContentLength = -1
						r.Body = io.NopCloser(strings.NewReader(body))
					}
					if over > 0 {
						answers(t, s, r, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge")
						return
					}
					answers(t, s, r, 200, "{")
				})
			}
		}
	}
}

func pack(t *testing.T, body string) string {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEncodings(t *testing.T) {
	s := serve(t, false, nil)
	const body = `{"logGroupNamePrefix":"p"}`
	padded := func(n int) string { return body + strings.Repeat(" ", n-len(body)) }
	noise := make([]byte, 10<<20) // letters that do not pack well
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = 'A' + byte(random.Uint32N(16))
	}
	large := func(n int) string {
		const head, tail = `{"logGroupNamePrefix":"p","x":"`, `"}`
		return head + string(noise[:n-len(head)-len(tail)]) + tail
	}
	good := pack(t, body)
	for _, tt := range []struct {
		name, encoding, body string
		status               int
		text                 string
	}{
		{"gzip", "gzip", good, 200, `"p"`},
		{"gzip in capitals", "GZIP", good, 200, `"p"`},
		{"identity", "identity", body, 200, `"p"`},
		{"two members", "gzip", pack(t, body[:5]) + pack(t, body[5:]), 200, `"p"`},
		{"growing 100 times to less than 64 KiB", "gzip", pack(t, padded(60<<10)), 200, `"p"`},
		{"unpacked, the limit", "gzip", pack(t, large(10<<20)), 200, `"p"`},
		{"unpacked, one byte more", "gzip", pack(t, large(10<<20+1)), 413, "RequestEntityTooLarge"},
		{"a bomb", "gzip", pack(t, padded(8<<20)), 413, "RequestEntityTooLarge"},
		{"a bomb of many members", "gzip", strings.Repeat(pack(t, strings.Repeat(" ", 64<<10)), 100), 413, "RequestEntityTooLarge"},
		{"no gzip", "gzip", body, 400, "SerializationException"},
		{"nothing", "gzip", "", 400, "SerializationException"},
		{"half of it", "gzip", good[:len(good)-9], 400, "SerializationException"},
		{"a wrong checksum", "gzip", good[:len(good)-8] + "12345678", 400, "SerializationException"},
		{"more behind it", "gzip", good + "x", 400, "SerializationException"},
		{"twice", "gzip, gzip", pack(t, good), 415, "only gzip is"},
		{"deflate", "deflate", good, 415, "only gzip is"},
		{"zstd", "zstd", good, 415, "only gzip is"},
		{"chunks of S3", "aws-chunked", body, 415, "only gzip is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answers(t, s, groupsRequest(t, s, tt.body, "Content-Encoding", tt.encoding), tt.status, tt.text)
		})
	}
}

// TestGzipIsSignedPacked checks that the signature is over what was sent, and that nothing is unpacked for a stranger.
func TestGzipIsSignedPacked(t *testing.T) {
	s := serve(t, true, nil)
	body := `{"logGroupNamePrefix":"p"}`
	for _, tt := range []struct {
		name, hash string
		status     int
	}{{"over the packed body", sha(pack(t, body)), 200}, {"over the unpacked body", sha(body), 400}} {
		r := groupsRequest(t, s, pack(t, body), "Content-Encoding", "gzip")
		sign(t, s, r, tt.hash)
		answers(t, s, r, tt.status, "")
	}
	bomb := groupsRequest(t, s, pack(t, strings.Repeat(" ", 8<<20)), "Content-Encoding", "gzip")
	answers(t, s, bomb, 400, "MissingAuthenticationTokenException")
}

func sign(t *testing.T, s *server, r *http.Request, hash string) {
	t.Helper()
	err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: testKey, SecretAccessKey: testSecret}, r, hash, "logs", "us-east-1", s.clock.now())
	if err != nil {
		t.Fatal(err)
	}
}

// TestUnknown has what is no call of an operation of ours.
func TestUnknown(t *testing.T) {
	for _, auth := range []bool{false, true} {
		s := serve(t, auth, nil)
		sent := func(method, path string, headers ...string) *http.Request {
			r := newRequest(t, s, method, path, "", headers...)
			if auth {
				sign(t, s, r, sha(""))
			}
			return r
		}
		for _, tt := range []struct {
			name   string
			r      *http.Request
			status int
		}{
			{"GET", sent("GET", "/"), 404},
			{"GET of a page", sent("GET", "/favicon.ico"), 404},
			{"OPTIONS", sent("OPTIONS", "/"), 404},
			{"PUT", sent("PUT", "/bucket/key"), 404},
			{"POST of nothing", sent("POST", "/"), 404},
			{"GET with a target", sent("GET", "/", "X-Amz-Target", "Logs_20140328.DescribeLogGroups"), 400},
			{"an operation nobody has", sent("POST", "/", "X-Amz-Target", "Logs_20140328.MakeCoffee"), 400},
			{"a service we do not have", sent("POST", "/", "X-Amz-Target", "DynamoDB_20120810.ListTables"), 400},
			{"a target without a point", sent("POST", "/", "X-Amz-Target", "x"), 400},
			{"a service we do not have, in CBOR", sent("POST", "/service/X/operation/Y", "Smithy-Protocol", "rpc-v2-cbor"), 400},
		} {
			t.Run(fmt.Sprintf("%s, auth %t", tt.name, auth), func(t *testing.T) { answers(t, s, tt.r, tt.status, "UnknownOperationException") })
		}
		resp, body := do(t, s, sent("HEAD", "/"))
		if resp.StatusCode != 404 || body != "" {
			t.Errorf("HEAD / = %d %q, want 404 without a body", resp.StatusCode, body)
		}
	}
}

// TestUnknownIsToldTheKnown checks that a stranger is not told which operations there are.
func TestUnknownIsToldTheKnown(t *testing.T) {
	s := serve(t, true, nil)
	for _, name := range []string{"DescribeLogGroups", "MakeCoffee"} {
		answers(t, s, newRequest(t, s, "POST", "/", "{}", "X-Amz-Target", "Logs_20140328."+name), 400, "MissingAuthenticationTokenException")
	}
}

// TestRawAnswer looks at the bytes: a shipper looks for the request id as AWS spells it.
func TestRawAnswer(t *testing.T) {
	s := serve(t, false, nil)
	text := raw(t, s, "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Logs_20140328.DescribeLogGroups\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", false)
	for _, want := range []string{"HTTP/1.1 200 OK\r\n", "\r\nx-amzn-RequestId: ", "\r\nContent-Length: 18\r\n", "\r\nContent-Type: application/x-amz-json-1.1\r\n", "\r\nDate: "} {
		if !strings.Contains(text, want) {
			t.Errorf("answer %q, want %q in it", text, want)
		}
	}
}

// raw sends text to s and returns all that comes back until s hangs up; with hangUp, the sending side is closed first.
func raw(t *testing.T, s *server, text string, hangUp bool) string {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && hangUp {
		if err := tcp.CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestLyingLength has bodies that are not as long as they say.
func TestLyingLength(t *testing.T) {
	s := serve(t, false, nil)
	const head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Logs_20140328.DescribeLogGroups\r\nConnection: close\r\nContent-Length: "
	for _, tt := range []struct{ name, length, body, want string }{
		{"shorter", "100", "{}", " 400 Bad Request"},
		{"shorter, and a lot", "10485760", "{}", " 400 Bad Request"},
		{"longer", "2", `{}{"x":`, " 200 OK"},
		{"beyond the limit", "10485761", "{}", " 413 "},
		{"beyond all numbers", "99999999999999999999", "{}", " 400 "},
		{"below nothing", "-1", "{}", " 400 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := raw(t, s, head+tt.length+"\r\n\r\n"+tt.body, true); !strings.HasPrefix(got, "HTTP/1.1"+tt.want) {
				t.Errorf("answer %.300q, want %s", got, tt.want)
			}
		})
	}
}

// TestSlowSender has a body that never comes to its end.
func TestSlowSender(t *testing.T) {
	s := serve(t, false, nil)
	s.gateway.pace = pace{grace: 20 * time.Millisecond, rate: 1 << 30}
	got := raw(t, s, "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Logs_20140328.DescribeLogGroups\r\nContent-Length: 100\r\n\r\n{", false)
	if !strings.HasPrefix(got, "HTTP/1.1 408 ") || !strings.Contains(got, "RequestTimeout") {
		t.Errorf("answer %q, want 408 RequestTimeout", got)
	}
	if want := 10*time.Second + 16*time.Second; defaultPace.timeFor(1<<20) != want {
		t.Errorf("timeFor(1 MiB) = %s, want %s", defaultPace.timeFor(1<<20), want)
	}
}

// TestCrowd has bodies that there is no memory for: they are refused, and what was taken is given back.
func TestCrowd(t *testing.T) {
	s := serve(t, false, func(o *Options) { o.BodyBytes = 256 << 10 })
	body := func(n int) string { return "{}" + strings.Repeat(" ", n-2) }
	for range 3 {
		answers(t, s, groupsRequest(t, s, body(100<<10)), 200, "{")
		answers(t, s, groupsRequest(t, s, body(300<<10)), 503, "ServiceUnavailable")
		answers(t, s, groupsRequest(t, s, pack(t, body(60<<10)), "Content-Encoding", "gzip"), 200, "{")
	}
	s.Close() // after all exchanges
	if got := s.gateway.bodies.left.Load(); got != 256<<10 {
		t.Errorf("%d bytes are left for bodies, want all %d", got, 256<<10)
	}
}

// TestTelemetry checks what the hook is told of sizes and times.
func TestTelemetry(t *testing.T) {
	s := serve(t, false, nil)
	resp, body := do(t, s, groupsRequest(t, s, pack(t, `{"logGroupNamePrefix":"p"}`), "Content-Encoding", "gzip", "User-Agent", "x/1"))
	c := s.last(t)
	if want := int64(len(pack(t, `{"logGroupNamePrefix":"p"}`))); c.In != want || c.Out != int64(len(body)) || resp.ContentLength != c.Out {
		t.Errorf("Finished was told of %d bytes in and %d out, want %d and %d", c.In, c.Out, want, len(body))
	}
	if c.Duration < 0 || c.Duration > time.Minute || c.Started.IsZero() || c.Caller.UserAgent != "x/1" || c.Door != "" {
		t.Errorf("Finished was told %+v", c)
	}
}

// TestInvocation checks that what SDKs call a call by is bounded: it is kept for a while.
func TestInvocation(t *testing.T) {
	s := serve(t, false, nil)
	for _, tt := range []struct{ sent, want string }{
		{"", ""}, {"x", "x"}, {strings.Repeat("x", maxInvocation), strings.Repeat("x", maxInvocation)}, {strings.Repeat("x", maxInvocation+1), ""},
	} {
		answers(t, s, groupsRequest(t, s, "{}", invocationHeader, tt.sent), 200, "{")
		if got := s.lastCaller(t).InvocationID; got != tt.want {
			t.Errorf("InvocationID of %q = %q, want %q", tt.sent, got, tt.want)
		}
	}
}

// TestEncodingsOf has the header's forms.
func TestEncodingsOf(t *testing.T) {
	for _, tt := range []struct {
		lines []string
		want  []string
	}{
		{nil, nil}, {[]string{""}, nil}, {[]string{"identity"}, nil}, {[]string{"gzip"}, []string{"gzip"}},
		{[]string{" GZip ,identity"}, []string{"gzip"}}, {[]string{"gzip", "br"}, []string{"gzip", "br"}},
	} {
		if got := encodings(http.Header{"Content-Encoding": tt.lines}); !slices.Equal(got, tt.want) {
			t.Errorf("encodings(%q) = %q, want %q", tt.lines, got, tt.want)
		}
	}
	twice := http.Header{"Content-Encoding": {"gzip", "gzip"}}
	if _, err := unpack(twice, nil, 1, nil); err == nil || !strings.Contains(err.Error(), `"gzip, gzip"`) {
		t.Errorf("unpack of %q = %v, want both named", twice, err)
	}
}

// TestLackingOperationsAreNamed checks that whoever runs the server learns what a client asked for in vain.
func TestLackingOperationsAreNamed(t *testing.T) {
	s := serve(t, true, nil)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	for _, tt := range []struct {
		method, path, body string
		headers            []string
		want               Lacking
	}{
		{"POST", "/", "", []string{"X-Amz-Target", "DynamoDB_20120810.ListTables"}, Lacking{"logs", "DynamoDB_20120810.ListTables"}},
		{"POST", "/", "", []string{"X-Amz-Target", strings.Repeat("x", maxName+1)}, Lacking{"logs", strings.Repeat("x", maxName)}},
		{"POST", "/", "Action=ListUsers&Version=2010-05-08", form, Lacking{"logs", "ListUsers"}},
		{"POST", "/service/X/operation/Y", "", []string{"Smithy-Protocol", "rpc-v2-cbor"}, Lacking{"logs", "Y"}},
		{"PUT", "/bucket/key", "", nil, Lacking{"logs", "PUT"}},
	} {
		r := newRequest(t, s, tt.method, tt.path, tt.body, tt.headers...)
		sign(t, s, r, sha(tt.body))
		if do(t, s, r); s.last(t).Lacking != tt.want {
			t.Errorf("%s %s %q: Finished was told %+v, want %+v", tt.method, tt.path, tt.headers, s.last(t).Lacking, tt.want)
		}
	}
	open := serve(t, false, nil)
	if do(t, open, newRequest(t, open, "GET", "/favicon.ico", "")); open.last(t).Lacking != (Lacking{}) {
		t.Errorf("GET /favicon.ico: Finished was told %+v, want nothing", open.last(t).Lacking)
	}
}
