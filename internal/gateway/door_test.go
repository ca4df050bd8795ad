package gateway

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/caller"
)

// echo answers with the door it stands behind, the caller and the body.
func echo(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		c := caller.From(r.Context())
		fmt.Fprintf(w, "%s account=%s region=%s request=%t body=%s error=%v", name, c.Account, c.Region, c.RequestID != "", body, err)
	})
}

func doors(o *Options) {
	o.Tokens = func(token string) (caller.Caller, bool) {
		return caller.Caller{Account: "444455556666", Region: "eu-west-1"}, token == "right"
	}
	inItsForm := func(w http.ResponseWriter, r *http.Request, status int, code, message string) {
		w.Header().Set("Content-Type", "text/own")
		w.WriteHeader(status)
		fmt.Fprintf(w, "%s refuses %s: %s", r.URL.Path, code, message)
	}
	o.Doors = []Door{
		{Pattern: "/own", Handler: echo("own"), Auth: SignedOrToken, Service: "logs", BodyBytes: 1000, Refuse: inItsForm},
		{Pattern: "/own/panic", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("BUG: on purpose") }), Refuse: inItsForm},
		{Pattern: "/livez", Handler: echo("livez")},
		{Pattern: "/console/", Handler: echo("console")},
		{Pattern: "/console/api/", Handler: echo("api")},
		{Pattern: "/v1/logs", Handler: echo("otlp"), Auth: SignedOrToken, Service: "logs", BodyBytes: 1000},
		{Pattern: "/raw", Handler: echo("raw"), Auth: SignedOrToken, Service: "logs"},
		{Pattern: "/strict", Handler: echo("strict"), Auth: Signed, Service: "logs"},
		{Pattern: "/panic", Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("BUG: on purpose") })},
		{Pattern: "/late", Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusAccepted)
			panic("BUG: too late")
		})},
	}
}

func TestDoors(t *testing.T) {
	s := serve(t, true, doors)
	signed := func(path, body string, headers ...string) *http.Request {
		r := newRequest(t, s, "POST", path, body, headers...)
		sign(t, s, r, sha(body))
		return r
	}
	for _, tt := range []struct {
		name   string
		r      *http.Request
		status int
		text   string
	}{
		{"open", newRequest(t, s, "GET", "/livez", ""), 200, "livez account= region= request=true"},
		{"a path below an exact one", newRequest(t, s, "GET", "/livez/x", ""), 403, "MissingAuthenticationTokenException"},
		{"below a subtree", newRequest(t, s, "GET", "/console/x/y", ""), 200, "console "},
		{"the longer of two subtrees", newRequest(t, s, "GET", "/console/api/x", ""), 200, "api "},
		{"a link from elsewhere", newRequest(t, s, "GET", "/console/", "", "Sec-Fetch-Site", "cross-site"), 200, "console "},
		{"a change from elsewhere", newRequest(t, s, "POST", "/console/", "", "Sec-Fetch-Site", "cross-site"), 403, "AccessDeniedException"},
		{"signed", signed("/strict", "body"), 200, "strict account=123456789012 region=us-east-1 request=true body=body error=<nil>"},
		{"not signed", newRequest(t, s, "POST", "/strict", "body"), 403, "MissingAuthenticationTokenException"},
		{"a token where a signature must be", newRequest(t, s, "POST", "/strict", "", "Authorization", "Bearer x"), 403, "MissingAuthenticationTokenException"},
		{"signed where a token may be", signed("/v1/logs", "body"), 200, "otlp account=123456789012"},
		{"a token", newRequest(t, s, "POST", "/v1/logs", "body", "Authorization", "Bearer right"), 200, "otlp account=444455556666 region=eu-west-1 request=true body=body"},
		{"a token as senders of Splunk's have it", newRequest(t, s, "POST", "/v1/logs", "body", "Authorization", "splunk right"), 200, "account=444455556666"},
		{"a token, and a body that the handler reads", newRequest(t, s, "POST", "/raw", "body", "Authorization", "Bearer right"), 200, "raw account=444455556666 region=eu-west-1 request=true body=body"},
		{"a wrong token", newRequest(t, s, "POST", "/v1/logs", "body", "Authorization", "Bearer wrong"), 401, "UnrecognizedClientException"},
		{"a wrong token, and a body that the handler reads", newRequest(t, s, "POST", "/raw", "body", "Authorization", "Bearer wrong"), 401, "UnrecognizedClientException"},
		{"no token", newRequest(t, s, "POST", "/v1/logs", "body", "Authorization", "Bearer"), 401, "UnrecognizedClientException"},
		{"another scheme", newRequest(t, s, "POST", "/v1/logs", "body", "Authorization", "Basic cmlnaHQ="), 401, "MissingAuthenticationTokenException"},
		{"neither", newRequest(t, s, "POST", "/v1/logs", "body"), 401, "MissingAuthenticationTokenException"},
		{"half a signature", newRequest(t, s, "POST", "/v1/logs", "", "Authorization", "AWS4-HMAC-SHA256 x"), 400, "IncompleteSignatureException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answers(t, s, tt.r, tt.status, tt.text)
			if c := s.last(t); c.Status != tt.status || (c.Door == "") != (tt.name == "a path below an exact one") {
				t.Errorf("Finished was told %+v", c)
			}
		})
	}
}

// TestDoorsRefuseInTheirForm sends what may not pass a door that says how it refuses.
func TestDoorsRefuseInTheirForm(t *testing.T) {
	s := serve(t, true, doors)
	request := func(body string, headers ...string) *http.Request {
		return newRequest(t, s, "POST", "/own", body, headers...)
	}
	for _, tt := range []struct {
		name   string
		r      *http.Request
		status int
		text   string
		header string // that is to be set
	}{
		{"a wrong token", request("", "Authorization", "Bearer wrong"), 401, "/own refuses UnrecognizedClientException: The bearer token", "WWW-Authenticate"},
		{"nothing", request(""), 401, "/own refuses MissingAuthenticationTokenException: ", "WWW-Authenticate"},
		{"a large body", request(strings.Repeat("x", 1001), "Authorization", "Bearer right"), 413, "/own refuses RequestEntityTooLarge: ", "Content-Type"},
		{"packed otherwise", request("x", "Authorization", "Bearer right", "Content-Encoding", "br"), 415, "/own refuses UnsupportedMediaType: ", "Content-Type"},
		{"a panic", newRequest(t, s, "GET", "/own/panic", ""), 500, "/own/panic refuses InternalFailure: ", "Content-Type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, body := do(t, s, tt.r)
			if got.StatusCode != tt.status || !strings.HasPrefix(body, tt.text) {
				t.Errorf("%s %s = %s %s, want %d %s", tt.r.Method, tt.r.URL, got.Status, body, tt.status, tt.text)
			}
			if got.Header.Get("Content-Type") != "text/own" || got.Header.Get(tt.header) == "" {
				t.Errorf("headers %v, want text/own and %s", got.Header, tt.header)
			}
		})
	}
	for range failuresAtOnce {
		do(t, s, request("", "Authorization", "Bearer wrong"))
	}
	got, body := do(t, s, request("", "Authorization", "Bearer wrong"))
	if got.StatusCode != 429 || got.Header.Get("Retry-After") == "" || !strings.HasPrefix(body, "/own refuses ") {
		t.Errorf("one wrong token too many = %s %v %s, want 429, when to try again, and the door's form", got.Status, got.Header, body)
	}
}

func TestDoorsTellOfPanics(t *testing.T) {
	s := serve(t, false, doors)
	answers(t, s, newRequest(t, s, "GET", "/panic", ""), 500, "InternalFailure: ")
	if c := s.last(t); c.Err == nil || !strings.Contains(c.Err.Error(), "on purpose") || c.Stack == nil || c.Status != 500 {
		t.Errorf("Finished was told %+v, want the panic", c)
	}
	answers(t, s, newRequest(t, s, "GET", "/late", ""), 202, "")
	if c := s.last(t); c.Err == nil || c.Status != 202 {
		t.Errorf("Finished was told %+v, want the panic", c)
	}
}

// TestDoorsReadBodies sends bodies at the limit of a door that takes them whole, plain and packed, to one with and without keys.
func TestDoorsReadBodies(t *testing.T) {
	for _, auth := range []bool{true, false} {
		s := serve(t, auth, doors)
		for _, tt := range []struct {
			name     string
			body     string
			encoding string
			status   int
			text     string
		}{
			{"below the limit", strings.Repeat("x", 999), "", 200, "x error=<nil>"},
			{"at the limit", strings.Repeat("x", 1000), "", 200, "x error=<nil>"},
			{"beyond the limit", strings.Repeat("x", 1001), "", 413, "RequestEntityTooLarge"},
			{"packed", pack(t, "hidden"), "gzip", 200, "body=hidden error=<nil>"},
			{"packed at the limit", pack(t, strings.Repeat("x", 1000)), "gzip", 200, "x error=<nil>"},
			{"packed beyond the limit", pack(t, strings.Repeat("x", 1001)), "gzip", 413, "RequestEntityTooLarge"},
			{"said to be packed", "plain", "gzip", 400, "not valid gzip"},
			{"packed otherwise", "plain", "br", 415, "UnsupportedMediaType"},
		} {
			t.Run(fmt.Sprintf("%s, keys %t", tt.name, auth), func(t *testing.T) {
				r := newRequest(t, s, "POST", "/v1/logs", tt.body, "Authorization", "Bearer right", "Content-Encoding", tt.encoding)
				answers(t, s, r, tt.status, tt.text)
				if c := s.last(t); tt.status == 200 && c.In != int64(len(tt.body)) {
					t.Errorf("Finished was told of %d bytes, want the %d that were sent", c.In, len(tt.body))
				}
			})
		}
	}
}

// TestDoorsOfEverybody has nobody verify signatures.
func TestDoorsOfEverybody(t *testing.T) {
	s := serve(t, false, doors)
	answers(t, s, newRequest(t, s, "POST", "/strict", "body"), 200, "strict account=000000000000 region=us-east-1 request=true body=body")
	if c := s.last(t); c.In != 4 || c.Out == 0 {
		t.Errorf("Finished was told of %d bytes in, %d out, want 4 and some", c.In, c.Out)
	}
}

func TestDoorsKeepHosts(t *testing.T) {
	s := serve(t, false, func(o *Options) { doors(o); o.Loopback = true })
	r := newRequest(t, s, "GET", "/console/", "")
	r.Host = "evil.example"
	answers(t, s, r, 421, "is not one of ours")
}
