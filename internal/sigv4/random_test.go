package sigv4

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// signingNames are the services' names in scopes: those of the models we have, and others we are likely to meet.
var signingNames = []string{
	"logs", "monitoring", "events", "xray", "cloudtrail", "kms", "sts", "iam", "scheduler", "pipes", "sns", "oam",
	"firehose", "application-signals", s3Service,
}

// A sample is a random request, signed by the SDK.
type sample struct {
	request *http.Request // as the client sends it
	body    string
	service string
	from    string // the seed, for messages
}

// newSample makes the n-th random request.
func newSample(t testing.TB, n int) sample {
	t.Helper()
	rnd := rand.New(rand.NewPCG(4, uint64(n)))
	how := signing{
		service: pick(rnd, signingNames...), region: pick(rnd, "us-east-1", "eu-central-1", "ap-southeast-3", "us-gov-west-1", "local"),
		at: testTime.Add(time.Duration(rnd.IntN(1801)-900) * time.Second),
	}
	if rnd.IntN(3) == 0 {
		how.id, how.secret, how.token = "ASIAGROUNDWATCH00002", "another/secret", testToken
	}
	how.plainPath = how.service == s3Service

	body := ""
	if rnd.IntN(3) > 0 {
		body = text(rnd, rnd.IntN(200))
	}
	u := &url.URL{Scheme: "http", Host: pick(rnd, "logs.us-east-1.amazonaws.com", "localhost:4566", "127.0.0.1:80", "[::1]:4566", "Collector.example")}
	u.RawPath = randomPath(rnd, how.plainPath)
	u.Path, _ = url.PathUnescape(u.RawPath)
	u.RawQuery = randomQuery(rnd)
	r := newRequest(t, pick(rnd, "GET", "POST", "PUT", "DELETE", "PATCH"), u.String(), body)
	for range rnd.IntN(6) {
		r.Header.Add(pick(rnd, "Content-Type", "X-Amz-Meta-Note", "Accept", "X-Custom", "Amz-Sdk-Request", "X-Amz-Tagging", "Content-Encoding"), headerText(rnd))
	}
	if rnd.IntN(2) == 0 {
		r.Header.Set("X-Amz-Target", pick(rnd, "Logs_20140328.PutLogEvents", "AWSEvents.PutEvents"))
	}
	s := sample{body: body, service: how.service, from: fmt.Sprintf("sample %d", n)}
	if rnd.IntN(4) == 0 {
		r.Header.Set(payloadHeader, hashOf([]byte(body)))
	}
	if rnd.IntN(3) > 0 {
		s.request = sign(t, r, body, how)
		return s
	}
	if rnd.IntN(3) > 0 {
		q := r.URL.Query()
		q.Set("X-Amz-Expires", pick(rnd, "900", "3600", "604800"))
		r.URL.RawQuery = q.Encode()
	}
	s.request = presign(t, r, body, how)
	return s
}

func pick(rnd *rand.Rand, of ...string) string { return of[rnd.IntN(len(of))] }

// text returns n characters, few of them plain.
func text(rnd *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(pick(rnd, "a", "Z", "7", " ", "/", "+", "%", "&", "=", "~", "-", "_", ".", ":", "*", "'", "\"", "é", "日", "\n", "\x00", "\xff", "%2F", ";", "?", "#"))
	}
	return b.String()
}

// headerText returns text that a header may hold.
func headerText(rnd *rand.Rand) string {
	clean := func(r rune) rune {
		if r < ' ' || r == '\uFFFD' {
			return -1
		}
		return r
	}
	return strings.Map(clean, text(rnd, rnd.IntN(12)))
}

// randomPath returns an escaped path, as S3 wants it or as it comes.
func randomPath(rnd *rand.Rand, strict bool) string {
	path := ""
	for range rnd.IntN(4) {
		segment := text(rnd, rnd.IntN(6))
		if strict {
			segment, _ = recode(url.PathEscape(segment), false)
		} else {
			segment = url.PathEscape(segment)
		}
		path += "/" + segment
	}
	if path == "" || strings.HasPrefix(path, "//") {
		return "/"
	}
	return path
}

func randomQuery(rnd *rand.Rand) string {
	q := url.Values{}
	for range rnd.IntN(5) {
		q.Add(pick(rnd, "Action", "a", "a-b", "a/b", "é", "")+text(rnd, rnd.IntN(2)), text(rnd, rnd.IntN(6)))
	}
	return q.Encode()
}

func TestVerifyWhatTheSDKSigns(t *testing.T) {
	v := newVerifier(testKeys(), Options{})
	presigned := 0
	count := 10_000
	if testing.Short() {
		count = 1000
	}
	for n := range count {
		s := newSample(t, n)
		r, body := mustReceive(t, s.request)
		got, err := v.Verify(r, body)
		if err != nil {
			t.Fatalf("%s: Verify(%s %s): %v\n%s", s.from, r.Method, r.RequestURI, err, wire(t, s.request))
		}
		if got.Service != s.service || got.Account != testAccount {
			t.Errorf("%s: Verify = %+v, want service %s of account %s", s.from, got, s.service, testAccount)
		}
		if got.Presigned {
			presigned++
		}
	}
	if presigned < count/5 || presigned > count/2 {
		t.Errorf("%d of %d requests were presigned, want about a third", presigned, count)
	}
}
