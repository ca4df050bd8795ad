package sigv4

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
)

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(r *http.Request)
		code    string
		message string
	}{
		{"no signature", func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException", "Request is missing Authentication Token"},
		{"another scheme", func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, "MissingAuthenticationTokenException", "Request is missing Authentication Token"},
		{"no parts", func(r *http.Request) { r.Header.Set("Authorization", "AWS4-HMAC-SHA256") }, "IncompleteSignatureException",
			"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
				"Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization="},
		{"no date", func(r *http.Request) { r.Header.Del(dateHeader) }, "IncompleteSignatureException", "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."},
		{"a date in another format", func(r *http.Request) { r.Header.Set(dateHeader, "2026-11-21T07:30:00Z") }, "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '2026-11-21T07:30:00Z'."},
		{"a date with a fraction", func(r *http.Request) { r.Header.Set(dateHeader, "20261121T073000.5Z") }, "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'"},
		{"an impossible date", func(r *http.Request) { r.Header.Set(dateHeader, "20261131T073000Z") }, "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'"},
		{"another algorithm", func(r *http.Request) { edit(r, algorithm, "AWS4-ECDSA-P256-SHA256") }, "IncompleteSignatureException", "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now)."},
		{"a scope of four parts", func(r *http.Request) { edit(r, "/aws4_request", "") }, "IncompleteSignatureException",
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDGROUNDWATCH00001/20261121/us-east-1/logs'"},
		{"a scope of another day", func(r *http.Request) { edit(r, "/20261121/", "/20261120/") }, "InvalidSignatureException",
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T073000Z'."},
		{"all of the scope wrong", func(r *http.Request) { edit(r, "us-east-1/logs/aws4_request", "C/D/e") }, "InvalidSignatureException",
			"Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Credential should be scoped to a valid region, not 'C'. Credential should be scoped to correct service."},
		{"a region that is not ours", func(r *http.Request) { edit(r, "us-east-1", "mars-north-1") }, "InvalidSignatureException", "Credential should be scoped to a valid region, not 'mars-north-1'."},
		{"host not signed", func(r *http.Request) { edit(r, "host;", "") }, "InvalidSignatureException", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
		{"target not signed", func(r *http.Request) { edit(r, ";x-amz-target", "") }, "InvalidSignatureException", "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."},
		{"date header not signed", func(r *http.Request) {
			r.Header.Set("Date", testTime.Format(http.TimeFormat))
			r.Header.Del(dateHeader)
			edit(r, ";x-amz-date", "")
		}, "InvalidSignatureException", "'Date' must be a 'SignedHeader' in the AWS Authorization."},
		{"signed header not sent", func(r *http.Request) { edit(r, "host;", "host;x-amz-absent;") }, "InvalidSignatureException", mismatchText},
		{"unknown key", func(r *http.Request) { edit(r, testKey, "AKIDNOBODY") }, "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"no key", func(r *http.Request) { edit(r, testKey, "") }, "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"wrong signature", func(r *http.Request) { edit(r, "Signature=6", "Signature=7") }, "InvalidSignatureException", mismatchText},
		{"wrong signature of a form", func(r *http.Request) {
			r.Header.Del("X-Amz-Target")
			edit(r, ";x-amz-target", "")
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		}, "SignatureDoesNotMatch", mismatchText},
		{"both mechanisms", func(r *http.Request) { r.RequestURI += "?X-Amz-Algorithm=" + algorithm }, "InvalidSignatureException", "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."},
		{"half a presigned query", func(r *http.Request) {
			r.Header.Del("Authorization")
			r.RequestURI += "?Action=ListTopics&X-Amz-Algorithm=" + algorithm
		},
			"IncompleteSignatureException", "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. " +
				"AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."},
		{"a broken escape", func(r *http.Request) { r.RequestURI += "?a=%4" }, "MalformedQueryString", "The query string contains a syntax error."},
		{"a semicolon", func(r *http.Request) { r.RequestURI += "?a=1;b=2" }, "MalformedQueryString", "The query string contains a syntax error."},
		{"streaming", func(r *http.Request) {
			r.Header.Set(payloadHeader, chunkedPayload)
			edit(r, "host;", "host;x-amz-content-sha256;")
		}, "InvalidSignatureException", "'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' is not accepted."},
		{"a streaming without signatures", func(r *http.Request) {
			r.Header.Set(payloadHeader, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
			edit(r, "host;", "host;x-amz-content-sha256;")
		}, "InvalidSignatureException", "'STREAMING-UNSIGNED-PAYLOAD-TRAILER' is not accepted."},
		{"S3, unknown key", func(r *http.Request) { edit(r, testKey, "AKIDNOBODY"); edit(r, "/logs/", "/s3/") }, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, body := signedGroups(t, signing{})
			tt.change(r)
			_, err := newVerifier(testKeys(), Options{Regions: []string{"us-east-1", "eu-west-1"}}).Verify(r, body)
			refused(t, "Verify", err, tt.code, tt.message)
		})
	}
}

// TestRefusalKinds checks that incomplete is invalid and wrong is denied: query protocols answer 400 and 403.
func TestRefusalKinds(t *testing.T) {
	r, body := signedGroups(t, signing{})
	edit(r, "Signature=6", "Signature=7")
	_, err := newVerifier(testKeys(), Options{}).Verify(r, body)
	if !fault.Is(err, fault.Denied) {
		t.Errorf("Verify with a wrong signature = %v, want kind denied", err)
	}
	edit(r, "Signature=", "Sig=")
	_, err = newVerifier(testKeys(), Options{}).Verify(r, body)
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("Verify without a signature = %v, want kind invalid", err)
	}
}

func TestClock(t *testing.T) {
	for _, tt := range []struct {
		name    string
		now     time.Duration // after the signature
		skew    time.Duration
		expires string // "" for a header
		message string // "" if it is good
	}{
		{"at once", 0, 0, "", ""},
		{"15 minutes late", 15 * time.Minute, 0, "", ""},
		{"15 minutes and most of a second late", 15*time.Minute + 999*time.Millisecond, 0, "", ""},
		{"15 minutes and a second late", 15*time.Minute + time.Second, 0, "", "Signature expired: 20261121T073000Z is now earlier than 20261121T073001Z (20261121T074501Z - 15 min.)"},
		{"15 minutes early", -15 * time.Minute, 0, "", ""},
		{"15 minutes and a second early", -15*time.Minute - time.Second, 0, "", "Signature not yet current: 20261121T073000Z is still later than 20261121T072959Z (20261121T071459Z + 15 min.)"},
		{"90 seconds of skew, late", 91 * time.Second, 90 * time.Second, "", "(20261121T073131Z - 90 sec.)"},
		{"a year late", 365 * 24 * time.Hour, 0, "", "Signature expired"},
		{"presigned, at its end", time.Minute, 0, "60", ""},
		{"presigned, a second after its end", 61 * time.Second, 0, "60", "Signature expired: 20261121T073000Z is now earlier than 20261121T073001Z (20261121T073101Z - 1 min.)"},
		{"presigned, a week later", 7 * 24 * time.Hour, 0, "604800", ""},
		{"presigned for longer than a week", 0, 0, "604801", "X-Amz-Expires must be between 1 and 604800 seconds, got '604801'."},
		{"presigned for no time", 0, 0, "0", "X-Amz-Expires must be between 1"},
		{"presigned for less", 0, 0, "-5", "X-Amz-Expires must be between 1"},
		{"presigned for a word", 0, 0, "long", "X-Amz-Expires must be between 1"},
		{"presigned, 15 minutes early", -15 * time.Minute, 0, "60", ""},
		{"presigned, 15 minutes and a second early", -15*time.Minute - time.Second, 0, "60", "Signature not yet current"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := New(testKeys(), Options{Now: at(testTime.Add(tt.now)), Skew: tt.skew})
			r, body := signedGroups(t, signing{})
			if tt.expires != "" {
				r, body = mustReceive(t, presign(t, newRequest(t, "GET", "http://localhost/?a=b&X-Amz-Expires="+tt.expires, ""), "", signing{}))
			}
			_, err := v.Verify(r, body)
			if tt.message == "" && err != nil {
				t.Errorf("Verify: %v", err)
			} else if tt.message != "" {
				code := "InvalidSignatureException"
				if strings.Contains(tt.message, "X-Amz-Expires") {
					code = "IncompleteSignatureException"
				}
				refused(t, "Verify", err, code, tt.message)
			}
		})
	}
}

func TestPresigned(t *testing.T) {
	call := "http://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
	for _, tt := range []struct {
		name    string
		url     string
		how     signing
		now     time.Duration
		headers []string // sent on top
		code    string   // "" if it is good
	}{
		{"without an end", call, signing{service: "sts"}, 15 * time.Minute, nil, ""},
		{"without an end, later", call, signing{service: "sts"}, 15*time.Minute + time.Second, nil, "SignatureDoesNotMatch"},
		{"past its end, in query's words", call + "&X-Amz-Expires=60", signing{service: "sts"}, 61 * time.Second, nil, "SignatureDoesNotMatch"},
		{"past its end, in S3's words", "http://b.s3.amazonaws.com/k?X-Amz-Expires=60", signing{service: "s3", plainPath: true}, 61 * time.Second, nil, "AccessDenied"},
		{"too early, in S3's words", "http://b.s3.amazonaws.com/k?X-Amz-Expires=60", signing{service: "s3", plainPath: true}, -time.Hour, nil, "RequestTimeTooSkewed"},
		{"with a header that is not signed", call, signing{service: "sts"}, 0, []string{"Accept", "text/xml"}, ""},
		{"with a header of AWS's that is not signed", call, signing{service: "sts"}, 0, []string{"X-Amz-Target", "x"}, "InvalidSignatureException"},
		{"with a token", call, signing{service: "sts", id: "ASIAGROUNDWATCH00002", secret: "another/secret", token: testToken}, 0, nil, ""},
		{"without the token", call, signing{service: "sts", id: "ASIAGROUNDWATCH00002", secret: "another/secret"}, 0, nil, "InvalidClientTokenId"},
		{"unsigned payload", call, signing{service: "sts", payload: unsignedPayload}, 0, nil, "SignatureDoesNotMatch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, body := mustReceive(t, presign(t, newRequest(t, "GET", tt.url, ""), "", tt.how))
			for i := 0; i < len(tt.headers); i += 2 {
				r.Header.Set(tt.headers[i], tt.headers[i+1])
			}
			got, err := New(testKeys(), Options{Now: at(testTime.Add(tt.now))}).Verify(r, body)
			if tt.code != "" {
				refused(t, "Verify", err, tt.code, "")
			} else if err != nil || !got.Presigned {
				t.Errorf("Verify = %+v, %v, want it to be good and presigned", got, err)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	const temporary = "ASIAGROUNDWATCH00002"
	keys := testKeys()
	keys["ASIAENDED"] = Credential{Secret: "s", SessionToken: "t", Expires: testTime}
	keys["ASIALASTS"] = Credential{Secret: "s", SessionToken: "t", Expires: testTime.Add(time.Nanosecond)}
	keys["ASIABARE"] = Credential{Secret: "s"}
	for _, tt := range []struct {
		name string
		how  signing
		code string
	}{
		{"the right token", signing{id: temporary, secret: "another/secret", token: testToken}, ""},
		{"no token", signing{id: temporary, secret: "another/secret"}, "UnrecognizedClientException"},
		{"the start of the token", signing{id: temporary, secret: "another/secret", token: "TOKEN"}, "UnrecognizedClientException"},
		{"a token for a long-term key", signing{id: testKey, secret: testSecret, token: testToken}, "UnrecognizedClientException"},
		{"a wrong secret is told before a wrong token", signing{id: temporary, secret: "x", token: "x"}, "InvalidSignatureException"},
		{"a session that is over", signing{id: "ASIAENDED", secret: "s", token: "t"}, "ExpiredTokenException"},
		{"a session that is nearly over", signing{id: "ASIALASTS", secret: "s", token: "t"}, ""},
		{"a temporary key without a token", signing{id: "ASIABARE", secret: "s"}, "UnrecognizedClientException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, body := signedGroups(t, tt.how)
			_, err := newVerifier(keys, Options{}).Verify(r, body)
			if tt.code == "" && err != nil {
				t.Errorf("Verify: %v", err)
			} else if tt.code != "" {
				refused(t, "Verify", err, tt.code, "")
			}
		})
	}
}

func TestPayloads(t *testing.T) {
	for _, tt := range []struct {
		name     string
		declared string // x-amz-content-sha256
		signed   string // what the signer hashed, if not the body
		unsigned bool   // Options.UnsignedPayload
		code     string
	}{
		{"declared", hashOf([]byte("body")), "", false, ""},
		{"declared for another body", hashOf([]byte("BODY")), hashOf([]byte("BODY")), false, "InvalidSignatureException"},
		{"declared in upper case", strings.ToUpper(hashOf([]byte("body"))), strings.ToUpper(hashOf([]byte("body"))), false, "InvalidSignatureException"},
		{"unsigned", unsignedPayload, unsignedPayload, false, "InvalidSignatureException"},
		{"unsigned, allowed", unsignedPayload, unsignedPayload, true, ""},
		{"unsigned in lower case", "unsigned-payload", "unsigned-payload", true, "InvalidSignatureException"},
		{"unsigned but not declared", "", unsignedPayload, true, "InvalidSignatureException"},
		{"an event stream", "STREAMING-AWS4-HMAC-SHA256-EVENTS", "STREAMING-AWS4-HMAC-SHA256-EVENTS", true, "InvalidSignatureException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRequest(t, "POST", "http://localhost:4566/x", "body")
			if tt.declared != "" {
				r.Header.Set(payloadHeader, tt.declared)
			}
			got, body := mustReceive(t, sign(t, r, "body", signing{payload: tt.signed}))
			_, err := newVerifier(testKeys(), Options{UnsignedPayload: tt.unsigned}).Verify(got, body)
			if tt.code == "" && err != nil {
				t.Errorf("Verify: %v", err)
			} else if tt.code != "" {
				refused(t, "Verify", err, tt.code, "")
			}
		})
	}
}

func TestForwardedHost(t *testing.T) {
	for _, tt := range []struct {
		name  string
		peer  string
		hosts []string
		good  bool
	}{
		{"our proxy", "10.1.2.3:999", []string{"logs.us-east-1.amazonaws.com"}, true},
		{"our proxy, by its IPv4-mapped address", "[::ffff:10.1.2.3]:999", []string{"logs.us-east-1.amazonaws.com"}, true},
		{"our proxy, which added a port", "10.1.2.3:999", []string{"logs.us-east-1.amazonaws.com:443"}, true},
		{"somebody else", "192.0.2.1:999", []string{"logs.us-east-1.amazonaws.com"}, false},
		{"two hosts", "10.1.2.3:999", []string{"logs.us-east-1.amazonaws.com", "x"}, false},
		{"no peer", "", []string{"logs.us-east-1.amazonaws.com"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, body := signedGroups(t, signing{})
			r.Host, r.RemoteAddr = "inside:8080", tt.peer
			r.Header["X-Forwarded-Host"] = tt.hosts
			_, err := newVerifier(testKeys(), Options{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}).Verify(r, body)
			if (err == nil) != tt.good {
				t.Errorf("Verify from %q for %q: %v, want good %t", tt.peer, tt.hosts, err, tt.good)
			}
		})
	}
}

// TestDotSegments has what botocore and the JavaScript SDK sign for a resource that is named a dot.
func TestDotSegments(t *testing.T) {
	for _, tt := range []struct {
		signed, sent string
		good         bool
	}{
		{"/schedules/.", "/schedules/.", true},
		{"/schedules", "/schedules/.", true},
		{"/", "/schedules/..", true},
		{"/v1/pipes", "/v1/pipes/x/..", true},
		{"/", "/..", true},
		{"/v1/pipes/b", "/v1/pipes/a/../b", false},
		{"/v1/pipes/b", "/v1/pipes/./b", false},
		{"/v1/pipes/b", "/v1//pipes/b", false},
		{"/v1/pipes/b", "/v1/pipes/%62", false},
		{"/v1/pipes/a%2Fb", "/v1/pipes/a%252Fb", false},
		{"/v1/pipes/a%2Fb", "/v1/pipes/a/b", false},
	} {
		r := sign(t, newRequest(t, "GET", "http://localhost"+tt.signed, ""), "", signing{})
		got, body := mustReceive(t, r)
		got.RequestURI = tt.sent
		if _, err := newVerifier(testKeys(), Options{}).Verify(got, body); (err == nil) != tt.good {
			t.Errorf("Verify(%s) signed as %s: %v, want good %t", tt.sent, tt.signed, err, tt.good)
		}
	}
}

func TestExplain(t *testing.T) {
	r, body := signedGroups(t, signing{})
	r.Method = "PUT"
	_, err := newVerifier(testKeys(), Options{Explain: true}).Verify(r, body)
	refused(t, "Verify", err, "InvalidSignatureException", mismatchText+"\n\nThe Canonical String for this request should have been\n'PUT\n/\n\ncontent-length:29\n")
	refused(t, "Verify", err, "InvalidSignatureException", "'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20261121T073000Z\n20261121/us-east-1/logs/aws4_request\n")
	if strings.Contains(err.Error(), testSecret) || strings.Contains(err.Error(), groupsSignature) {
		t.Errorf("Verify tells a secret: %v", err)
	}
}

func TestDateHeader(t *testing.T) {
	const date, basic = "Sat, 21 Nov 2026 07:30:00 GMT", "20261121T073000Z"
	scope := testKey + "/20261121/us-east-1/logs/aws4_request"
	canonical := "GET\n/\n\ndate:" + date + "\nhost:localhost\n\ndate;host\n" + hashOf(nil)
	signature := naiveSign(testSecret, strings.Split(scope, "/"), basic, canonical)
	r, body := mustReceive(t, newRequest(t, "GET", "http://localhost/", "", "Date", date,
		"Authorization", algorithm+" Credential="+scope+", SignedHeaders=date;host, Signature="+signature))
	v := newVerifier(testKeys(), Options{})
	if got, err := v.Verify(r, body); err != nil || !got.SignedAt.Equal(testTime) {
		t.Errorf("Verify with a Date = %+v, %v, want it signed at %s", got, err, testTime)
	}
	r.Header.Set("Date", "yesterday")
	_, err := v.Verify(r, body)
	refused(t, "Verify with a Date in words", err, "IncompleteSignatureException", "Got 'yesterday'")
}

type brokenKeys struct{ err error }

func (k brokenKeys) Secret(context.Context, string) (Credential, error) { return Credential{}, k.err }

func TestKeysError(t *testing.T) {
	r, body := signedGroups(t, signing{})
	broken := errors.New("catalog: disk on fire")
	if _, err := newVerifier(brokenKeys{broken}, Options{}).Verify(r, body); !errors.Is(err, broken) {
		t.Errorf("Verify = %v, want %v", err, broken)
	}
}
