package sigv4

import (
	"bytes"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// TestVerifyRefusesEveryBitFlip flips each bit of what is signed, and of the signature. What is still accepted must be
// the same request in another spelling: these are the true equivalents.
func TestVerifyRefusesEveryBitFlip(t *testing.T) {
	samples := 25
	if testing.Short() {
		samples = 5
	}
	v := newVerifier(testKeys(), Options{})
	flips, equal := 0, map[string]int{}
	for n := range samples {
		s := newSample(t, n)
		raw := wire(t, s.request)
		want, wantBody, err := receive(raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range signedBytes(t, raw, want) {
			for bit := range 8 {
				flipped := bytes.Clone(raw)
				flipped[i] ^= 1 << bit
				flips++
				got, body, err := receive(flipped)
				if err != nil {
					continue // net/http refuses it first
				}
				if _, err := v.Verify(got, body); err != nil {
					continue
				}
				why := equivalence(want, got)
				if why == "" || !bytes.Equal(body, wantBody) {
					t.Fatalf("%s: accepted with bit %d of byte %d flipped:\n%q\n%q", s.from, bit, i, raw, flipped)
				}
				equal[why]++
			}
		}
	}
	t.Logf("%d flips, accepted as equivalent: %v", flips, equal)
}

// equivalence names the reason for which two requests mean the same, "" if they do not.
func equivalence(a, b *http.Request) string {
	if a.Method != b.Method || a.Host != b.Host || a.ContentLength != b.ContentLength || !reflect.DeepEqual(a.Header, b.Header) {
		return ""
	}
	if a.RequestURI == b.RequestURI {
		return "case of a header's name"
	}
	pathA, rawA := target(a)
	pathB, rawB := target(b)
	if pathA == pathB {
		queryA, errA := url.ParseQuery(rawA)
		queryB, errB := url.ParseQuery(rawB)
		if errA == nil && errB == nil && reflect.DeepEqual(queryA, queryB) {
			return "case of an escape in a query"
		}
		return ""
	}
	plainA, errA := url.PathUnescape(pathA)
	plainB, errB := url.PathUnescape(pathB)
	if s, ok := Scope(b); ok && s.Service == s3Service && errA == nil && errB == nil && plainA == plainB && rawA == rawB {
		return "case of an escape in an S3 path"
	}
	return ""
}

// signedBytes returns the places in raw that a signature covers: method and target, the lines of signed headers and
// of the authorization, the body. Ends of lines are left out.
func signedBytes(t *testing.T, raw []byte, r *http.Request) []int {
	t.Helper()
	c, err := readClaim(r)
	if err != nil {
		t.Fatal(err)
	}
	signed := ";" + c.signedHeaders + ";authorization;"
	head := bytes.Index(raw, []byte("\r\n\r\n"))
	var places []int
	start := 0
	for number, line := range bytes.Split(raw[:head], []byte("\r\n")) {
		length := len(line)
		name, _, _ := bytes.Cut(line, []byte(":"))
		covered := strings.Contains(signed, ";"+strings.ToLower(string(name))+";")
		if number == 0 {
			covered, length = true, bytes.LastIndexByte(line, ' ') // not the protocol's version
		}
		for i := range length {
			if covered {
				places = append(places, start+i)
			}
		}
		start += len(line) + 2
	}
	for i := head + 4; i < len(raw); i++ {
		places = append(places, i)
	}
	return places
}

// TestVerifyRefusesChanges changes requests by more than a bit, as somebody on the way would.
func TestVerifyRefusesChanges(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(r *http.Request)
	}{
		{"another target", func(r *http.Request) { r.Header.Set("X-Amz-Target", "Logs_20140328.DeleteLogGroup") }},
		{"a second target", func(r *http.Request) { r.Header.Add("X-Amz-Target", "Logs_20140328.DeleteLogGroup") }},
		{"no target", func(r *http.Request) { r.Header.Del("X-Amz-Target") }},
		{"a header of AWS's that is not signed", func(r *http.Request) { r.Header.Set("X-Amz-Acl", "public-read") }},
		{"a session token that is not signed", func(r *http.Request) { r.Header.Set(tokenHeader, testToken) }},
		{"an unsigned payload", func(r *http.Request) { r.Header.Set(payloadHeader, unsignedPayload) }},
		{"a parameter more", func(r *http.Request) { r.RequestURI += "?Action=DeleteLogGroup" }},
		{"a presigned query as well", func(r *http.Request) { r.RequestURI += "?X-Amz-Signature=" + groupsSignature }},
		{"another path", func(r *http.Request) { r.RequestURI = "/x" }},
		{"a path that leads back", func(r *http.Request) { r.RequestURI = "/x/../" }},
		{"an empty segment", func(r *http.Request) { r.RequestURI = "//" }},
		{"another method", func(r *http.Request) { r.Method = "PUT" }},
		{"a method in lower case", func(r *http.Request) { r.Method = "post" }},
		{"another host", func(r *http.Request) { r.Host = "logs.eu-west-1.amazonaws.com" }},
		{"a host in upper case", func(r *http.Request) { r.Host = strings.ToUpper(r.Host) }},
		{"a host with a dot", func(r *http.Request) { r.Host += "." }},
		{"a port that is not the default", func(r *http.Request) { r.Host += ":8443" }},
		{"another content type", func(r *http.Request) { r.Header.Set("Content-Type", "application/x-amz-json-1.0") }},
		{"a second content length", func(r *http.Request) { r.Header["Content-Length"] = []string{"29", "29"} }},
		{"no content length", func(r *http.Request) { r.Header.Del("Content-Length"); r.ContentLength = -1 }},
		{"a second authorization", func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }},
		{"a forged forwarded host", func(r *http.Request) {
			r.Header.Set("X-Forwarded-Host", r.Host)
			r.Host = "evil.example"
		}},
		{"a signature in upper case", func(r *http.Request) { edit(r, groupsSignature, strings.ToUpper(groupsSignature)) }},
		{"a signature that goes on", func(r *http.Request) { edit(r, groupsSignature, groupsSignature+"00") }},
		{"a signature cut short", func(r *http.Request) { edit(r, groupsSignature, groupsSignature[:62]) }},
		{"two signatures", func(r *http.Request) { edit(r, "Signature=", "Signature="+groupsSignature+", Signature=") }},
		{"fewer signed headers", func(r *http.Request) { edit(r, "content-type;", "") }},
		{"signed headers out of order", func(r *http.Request) { edit(r, "host;x-amz-date", "x-amz-date;host") }},
		{"a signed header twice", func(r *http.Request) { edit(r, "host;", "host;host;") }},
		{"signed headers in upper case", func(r *http.Request) { edit(r, "host;", "Host;") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, body := signedGroups(t, signing{})
			v := newVerifier(testKeys(), Options{})
			if _, err := v.Verify(r, body); err != nil {
				t.Fatalf("Verify before the change: %v", err)
			}
			tt.change(r)
			if got, err := v.Verify(r, body); err == nil {
				t.Errorf("Verify = %+v, want an error", got)
			}
		})
	}
}

// edit replaces a part of r's Authorization header.
func edit(r *http.Request, from, to string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
}

// TestVerifyAccepts has what may differ between what was signed and what is received.
func TestVerifyAccepts(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(r *http.Request)
	}{
		{"headers that are not signed", func(r *http.Request) {
			r.Header.Set("User-Agent", "x")
			r.Header.Set("X-Amzn-Trace-Id", "Root=1")
			r.Header.Set("Accept-Encoding", "gzip")
		}},
		{"the default port", func(r *http.Request) { r.Host += ":443" }},
		{"the target in absolute form", func(r *http.Request) { r.RequestURI = "http://logs.us-east-1.amazonaws.com/" }},
		{"more spaces in a header", func(r *http.Request) { r.Header.Set("Content-Type", "  application/x-amz-json-1.1 ") }},
		{"the content length only in its field", func(r *http.Request) { r.Header.Del("Content-Length") }},
		{"parts in another order, without spaces", func(r *http.Request) {
			parts := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), algorithm+" "), ", ")
			r.Header.Set("Authorization", algorithm+" "+parts[2]+","+parts[0]+","+parts[1])
		}},
		{"an empty parameter", func(r *http.Request) { r.RequestURI += "?&" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, body := signedGroups(t, signing{})
			tt.change(r)
			if _, err := newVerifier(testKeys(), Options{}).Verify(r, body); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}
