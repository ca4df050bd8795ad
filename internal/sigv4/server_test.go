package sigv4

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestVerifyInAServer sends requests through net/http's client and server, which move host and length about.
func TestVerifyInAServer(t *testing.T) {
	v := newVerifier(testKeys(), Options{Chunked: true})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if IsChunked(r) {
			var chunks *Chunks
			if _, chunks, err = v.VerifyChunked(r); err == nil {
				_, err = io.Copy(io.Discard, chunks)
			}
		} else {
			body, _ := io.ReadAll(r.Body)
			_, err = v.Verify(r, body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	})
	for _, http2 := range []bool{false, true} {
		server := httptest.NewUnstartedServer(handler)
		server.EnableHTTP2 = http2
		server.StartTLS()
		defer server.Close()
		for _, tt := range []struct {
			name string
			make func() *http.Request
			want int
		}{
			{"a header", func() *http.Request {
				return sign(t, newRequest(t, "POST", server.URL+"/a%2Fb?x=%20&y", "body", "X-Amz-Target", "T"), "body", signing{})
			}, http.StatusOK},
			{"no body", func() *http.Request { return sign(t, newRequest(t, "GET", server.URL, ""), "", signing{}) }, http.StatusOK},
			{"another body", func() *http.Request {
				return sign(t, newRequest(t, "POST", server.URL, "bodY"), "body", signing{})
			}, http.StatusForbidden},
			{"presigned", func() *http.Request {
				return presign(t, newRequest(t, "GET", server.URL+"/?a=b", ""), "", signing{})
			}, http.StatusOK},
			{"chunked", func() *http.Request { return chunkedTo(t, server.URL) }, http.StatusOK},
		} {
			resp, err := server.Client().Do(tt.make())
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != tt.want || (resp.ProtoMajor == 2) != http2 {
				t.Errorf("%s by %s = %d %s, want %d", tt.name, resp.Proto, resp.StatusCode, text, tt.want)
			}
		}
	}
}

// chunkedTo returns an upload to a server.
func chunkedTo(t *testing.T, url string) *http.Request {
	u := upload{chunks: []string{"hello ", "world"}}
	r := newRequest(t, "PUT", url+"/key", "", "X-Amz-Decoded-Content-Length", "11", payloadHeader, chunkedPayload)
	sign(t, r, "", signing{service: s3Service, plainPath: true, payload: chunkedPayload})
	body := u.body(r)
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return r
}

// TestVerifyNow has what New fills in: the clock of the machine.
func TestVerifyNow(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   time.Time
		good bool
	}{{"now", time.Now(), true}, {"an hour ago", time.Now().Add(-time.Hour), false}} {
		r, body := signedGroups(t, signing{at: tt.at})
		if _, err := New(testKeys(), Options{}).Verify(r, body); (err == nil) != tt.good {
			t.Errorf("Verify signed %s: %v, want good %t", tt.name, err, tt.good)
		}
	}
}
