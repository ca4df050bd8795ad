package sigv4

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// An upload is a request whose body is signed chunk by chunk, as a client makes it.
type upload struct {
	chunks  []string // without the last, empty one
	trailer []string // "name:value"
}

func (u upload) plain() string { return strings.Join(u.chunks, "") }

// chunkedHeaders are the headers of u, signed by the SDK.
func (u upload) headers(t testing.TB) *http.Request {
	t.Helper()
	how := signing{service: s3Service, plainPath: true, payload: chunkedPayload}
	r := newRequest(t, "PUT", "http://bucket.localhost/key", "", "Content-Encoding", "aws-chunked",
		"X-Amz-Decoded-Content-Length", fmt.Sprint(len(u.plain())))
	if u.trailer != nil {
		how.payload = trailerPayload
		var names []string
		for _, line := range u.trailer {
			name, _, _ := strings.Cut(line, ":")
			names = append(names, name)
		}
		r.Header.Set("X-Amz-Trailer", strings.Join(names, ", "))
	}
	r.Header.Set(payloadHeader, how.payload)
	got, _ := mustReceive(t, sign(t, r, "", how))
	return got
}

// body is u's body, signed after the headers of r. It shares nothing with the code under test but hashOf.
func (u upload) body(r *http.Request) string {
	scope := strings.Split(testKey+"/20261121/us-east-1/s3/aws4_request", "/")
	_, previous, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	var b strings.Builder
	for _, chunk := range append(u.chunks, "") {
		previous = naiveChain(scope, "AWS4-HMAC-SHA256-PAYLOAD", previous+"\n"+hashOf(nil)+"\n"+hashOf([]byte(chunk)))
		fmt.Fprintf(&b, "%x;chunk-signature=%s\r\n%s", len(chunk), previous, chunk)
		if chunk != "" {
			b.WriteString("\r\n")
		}
	}
	if u.trailer != nil {
		lines := strings.Join(u.trailer, "\n") + "\n"
		previous = naiveChain(scope, "AWS4-HMAC-SHA256-TRAILER", previous+"\n"+hashOf([]byte(lines)))
		fmt.Fprintf(&b, "%s\r\nx-amz-trailer-signature:%s\r\n", strings.Join(u.trailer, "\r\n"), previous)
	}
	b.WriteString("\r\n")
	return b.String()
}

// naiveChain signs a chunk: naiveSign hashes the last line itself, which here is several.
func naiveChain(scope []string, kind, rest string) string {
	key := deriveKey(testSecret, keyID{scope[0], scope[1], scope[2], scope[3]})
	sum := key.sign([]byte(kind + "\n20261121T073000Z\n" + strings.Join(scope[1:], "/") + "\n" + rest))
	return string(sum[:])
}

// read verifies r with the given body and reads it all.
func readChunks(t testing.TB, r *http.Request, body io.Reader) (string, *Chunks, error) {
	t.Helper()
	r.Body = io.NopCloser(body)
	_, chunks, err := newVerifier(testKeys(), Options{Chunked: true}).VerifyChunked(r)
	if err != nil {
		return "", nil, err
	}
	plain, err := io.ReadAll(chunks)
	return string(plain), chunks, err
}

var uploads = []struct {
	name string
	upload
}{
	{"an empty body", upload{}},
	{"one chunk", upload{chunks: []string{"hello"}}},
	{"many chunks", upload{chunks: []string{strings.Repeat("a", 8192), strings.Repeat("b", 65536), "c\r\n0;"}}},
	{"the largest chunk", upload{chunks: []string{strings.Repeat("x", maxChunk)}}},
	{"a trailer", upload{chunks: []string{"hello ", "world"}, trailer: []string{"x-amz-checksum-crc32c:AAAAAA=="}}},
	{"two trailing headers", upload{chunks: []string{"hello"}, trailer: []string{"x-amz-checksum-crc32c:AAAAAA==", "x-amz-meta-end:1"}}},
}

func TestChunks(t *testing.T) {
	for _, tt := range uploads {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.headers(t)
			body := tt.body(r)
			for name, from := range map[string]io.Reader{
				"at once": strings.NewReader(body), "by bytes": iotest.OneByteReader(strings.NewReader(body)),
				"with the error": iotest.DataErrReader(strings.NewReader(body)),
			} {
				got, chunks, err := readChunks(t, r, from)
				if err != nil || got != tt.plain() {
					t.Fatalf("read %s = %d bytes, %v, want %d", name, len(got), err, len(tt.plain()))
				}
				for _, line := range tt.trailer {
					key, value, _ := strings.Cut(line, ":")
					if got := chunks.Trailer().Get(key); got != value {
						t.Errorf("Trailer %s = %q, want %q", key, got, value)
					}
				}
			}
		})
	}
}

// TestChunksRefuseEveryBitFlip also checks that what was handed out before the refusal is what was signed.
func TestChunksRefuseEveryBitFlip(t *testing.T) {
	u := upload{chunks: []string{"hello ", "world"}, trailer: []string{"x-amz-checksum-crc32c:AAAAAA=="}}
	r := u.headers(t)
	body := u.body(r)
	same := 0
	for i := range len(body) {
		for bit := range 8 {
			flipped := []byte(body)
			flipped[i] ^= 1 << bit
			got, _, err := readChunks(t, r, bytes.NewReader(flipped))
			if err == nil && got == u.plain() && strings.EqualFold(string(flipped), body) {
				same++ // the case of a trailing header's name
			} else if err == nil {
				t.Errorf("read with bit %d of byte %d flipped = %q, want an error:\n%q", bit, i, got, flipped)
			}
			if !strings.HasPrefix(u.plain(), got) {
				t.Errorf("read with bit %d of byte %d flipped hands out %q", bit, i, got)
			}
		}
	}
	if letters := len("x-amz-checksum-crc32c") - len("-322-") + len("x-amz-trailer-signature") - len("---"); same > letters {
		t.Errorf("accepted %d flips as equivalent, want at most %d, one for each letter of a name", same, letters)
	}
}

func TestChunksRefuseEveryCut(t *testing.T) {
	for _, tt := range uploads[1:3] {
		r := tt.headers(t)
		body := tt.body(r)
		for n := 0; n < len(body)-2; n += 1 + len(body)/500 { // the last line's end may lack
			got, chunks, err := readChunks(t, r, strings.NewReader(body[:n]))
			refused(t, fmt.Sprintf("read of %d bytes", n), err, "IncompleteBody", "terminated unexpectedly")
			if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(tt.plain(), got) || chunks.Trailer() != nil {
				t.Errorf("read of %d bytes = %d bytes, %v", n, len(got), err)
			}
		}
	}
}

func TestChunksRefuse(t *testing.T) {
	u := upload{chunks: []string{"hello ", "world"}}
	signed := upload{chunks: []string{"hello"}, trailer: []string{"x-amz-meta-end:1"}}
	for _, tt := range []struct {
		name string
		upload
		body    func(body string) string
		code    string
		message string
	}{
		{"bytes after the end", u, func(b string) string { return b + "x" }, "IncompleteBody", "must end after its last chunk"},
		{"a chunk after the end", u, func(b string) string { return b + b }, "IncompleteBody", "must end after its last chunk"},
		{"chunks in another order", upload{chunks: []string{"ab", "cd"}}, func(b string) string {
			return b[88:176] + b[:88] + b[176:]
		}, "SignatureDoesNotMatch", "does not match"},
		{"a chunk left out", upload{chunks: []string{"ab", "cd"}}, func(b string) string { return b[:88] + b[176:] }, "SignatureDoesNotMatch", "does not match"},
		{"a chunk without a signature", u, func(string) string { return "5\r\nhello\r\n" }, "IncompleteBody", "size and signature"},
		{"a size that is none", u, func(b string) string { return "-" + b }, "IncompleteBody", "size and signature"},
		{"a size beyond 32 bits", u, func(b string) string { return "fffffffff" + b }, "IncompleteBody", "size and signature"},
		{"a chunk that is too large", upload{chunks: []string{strings.Repeat("x", maxChunk+1)}}, nil, "IncompleteBody", "at most 1048576 bytes, got 1048577"},
		{"more than was announced", upload{chunks: []string{"hi"}}, func(b string) string { return "3" + b[1:] }, "IncompleteBody", "1 bytes longer"},
		{"a line without end", u, func(string) string { return strings.Repeat("0", 1<<20) }, "IncompleteBody", "terminated unexpectedly"},
		{"a trailer nobody asked for", u, func(b string) string { return strings.TrimSuffix(b, "\r\n") + "x-amz-meta-end:1\r\n\r\n" }, "IncompleteBody", "must end after its last chunk"},
		{"a trailing header that was not promised", signed, func(b string) string { return strings.Replace(b, "x-amz-meta-end", "x-amz-meta-and", 1) }, "IncompleteBody", "'x-amz-meta-and' must be in x-amz-trailer"},
		{"a trailing header twice", signed, func(b string) string {
			return strings.Replace(b, "x-amz-meta-end:1\r\n", "x-amz-meta-end:1\r\nx-amz-meta-end:1\r\n", 1)
		}, "IncompleteBody", "appear once"},
		{"no trailing header", signed, func(b string) string { return strings.Replace(b, "x-amz-meta-end:1\r\n", "", 1) }, "IncompleteBody", "has 0 headers, not the 1"},
		{"another trailing value", signed, func(b string) string { return strings.Replace(b, "end:1", "end:2", 1) }, "SignatureDoesNotMatch", "does not match"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.headers(t)
			body := tt.upload.body(r)
			if tt.body != nil {
				body = tt.body(body)
			}
			_, _, err := readChunks(t, r, strings.NewReader(body))
			refused(t, "read", err, tt.code, tt.message)
		})
	}
}

func TestVerifyChunkedRefuses(t *testing.T) {
	u := upload{chunks: []string{"hello"}}
	for _, tt := range []struct {
		name   string
		opts   Options
		change func(r *http.Request)
		code   string
	}{
		{"unless options ask for it", Options{}, nil, "SignatureDoesNotMatch"},
		{"a hash", Options{Chunked: true}, func(r *http.Request) { r.Header.Set(payloadHeader, hashOf(nil)) }, "SignatureDoesNotMatch"},
		{"an unsigned trailer", Options{Chunked: true, UnsignedPayload: true}, func(r *http.Request) { r.Header.Set(payloadHeader, "STREAMING-UNSIGNED-PAYLOAD-TRAILER") }, "SignatureDoesNotMatch"},
		{"a wrong signature", Options{Chunked: true}, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, "SignatureDoesNotMatch"},
		{"no length", Options{Chunked: true}, func(r *http.Request) { r.Header.Set("X-Amz-Decoded-Content-Length", "") }, "IncompleteBody"},
		{"a negative length", Options{Chunked: true}, func(r *http.Request) { r.Header.Set("X-Amz-Decoded-Content-Length", "-1") }, "IncompleteBody"},
		{"a trailer without names", Options{Chunked: true}, func(r *http.Request) { r.Header.Set(payloadHeader, trailerPayload) }, "IncompleteBody"},
		{"no signature", Options{Chunked: true}, func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := u.headers(t)
			r.Body = io.NopCloser(strings.NewReader(u.body(r)))
			if tt.change != nil {
				tt.change(r)
			}
			_, chunks, err := newVerifier(testKeys(), tt.opts).VerifyChunked(r)
			refused(t, "VerifyChunked", err, tt.code, "")
			if chunks != nil {
				t.Error("VerifyChunked returns a reader and an error")
			}
		})
	}
}

// TestVerifyRefusesChunks: a gateway that asks Verify by mistake must not take the framing for the body.
func TestVerifyRefusesChunks(t *testing.T) {
	u := upload{chunks: []string{"hello"}}
	r := u.headers(t)
	if !IsChunked(r) {
		t.Error("IsChunked = false, want true")
	}
	_, err := newVerifier(testKeys(), Options{Chunked: true, UnsignedPayload: true}).Verify(r, []byte(u.body(r)))
	refused(t, "Verify", err, "SignatureDoesNotMatch", "is not accepted")
}

func TestChunksReadError(t *testing.T) {
	u := upload{chunks: []string{"hello"}}
	r := u.headers(t)
	full := u.body(r)
	broken := &http.MaxBytesError{Limit: 3}
	for _, n := range []int{0, 10, len(full) - 2, len(full)} {
		got, _, err := readChunks(t, r, io.MultiReader(strings.NewReader(full[:n]), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || !fault.Is(err, fault.Invalid) || !strings.HasPrefix("hello", got) {
			t.Errorf("read of %d bytes and an error = %q, %v, want %v", n, got, err, broken)
		}
	}
}
