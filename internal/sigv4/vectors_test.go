package sigv4

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// groupsSignature is the signature of the first vector.
const groupsSignature = "654245f1329483250c6c911c33bf65c5d5d8e03f75cac27f5ed6f3cc6d1f5215"

// vectors were computed by the Go SDK and by an independent program in Python, which agree.
var vectors = []struct {
	name      string
	raw       string // as received; lines end with \n
	hash      string // of the canonical request
	key       string // the signing key
	signature string
	want      Request
}{
	{
		"POST of JSON",
		"POST / HTTP/1.1\nHost: logs.us-east-1.amazonaws.com\nContent-Length: 29\nContent-Type: application/x-amz-json-1.1\n" +
			"X-Amz-Date: 20261121T073000Z\nX-Amz-Target: Logs_20140328.DescribeLogGroups\n" +
			"Authorization: AWS4-HMAC-SHA256 Credential=AKIDGROUNDWATCH00001/20261121/us-east-1/logs/aws4_request, " +
			"SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-target, Signature=" + groupsSignature + "\n\n" +
			`{"logGroupNamePrefix":"/app"}`,
		"ab3b4f98231b953374a3517db9b249a46bdc324ec2fc6f135fdf3a5c93f07813",
		"027697bd67553912af94d96b287484ca71aeff1e974ac22f14432fa88fd90d6d",
		groupsSignature,
		Request{testKey, testAccount, "us-east-1", "logs", testTime, false},
	},
	{
		"GET with a query and a session token",
		"GET /schedules?NamePrefix=a%20b&MaxResults=5&ScheduleGroup=g%2F1 HTTP/1.1\nHost: scheduler.eu-west-1.amazonaws.com\n" +
			"X-Amz-Date: 20261121T073000Z\nX-Amz-Security-Token: TOKEN/abc+def==\n" +
			"Authorization: AWS4-HMAC-SHA256 Signature=7d9e6f8ae3f0ac8502e18c88836d65b0b2b275228ba1ac950d8d7c9e4bd8c8a5," +
			"SignedHeaders=host;x-amz-date;x-amz-security-token,Credential=AKIDGROUNDWATCH00001/20261121/eu-west-1/scheduler/aws4_request\n\n",
		"c04c059bef149c1a6d4582e91d2b2f218c92fed7f6fa07a2c297e76c945f49d1",
		"c12474a2a6d3ff6fd84f04b49bf2ddadd6fa547635f6f195ffa4b9e12d951be0",
		"7d9e6f8ae3f0ac8502e18c88836d65b0b2b275228ba1ac950d8d7c9e4bd8c8a5",
		Request{testKey, testAccount, "eu-west-1", "scheduler", testTime, false},
	},
	{
		"presigned GET with a session token",
		"GET /?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256" +
			"&X-Amz-Credential=AKIDGROUNDWATCH00001%2F20261121%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20261121T073000Z" +
			"&X-Amz-Expires=60&X-Amz-Security-Token=TOKEN%2Fabc%2Bdef%3D%3D&X-Amz-SignedHeaders=host" +
			"&X-Amz-Signature=ab1ab7a62493d4e4703af7be04c4de4adff0373effb6ddbabf771faf67edf798 HTTP/1.1\nHost: sts.amazonaws.com\n\n",
		"8bdcb2f790f276ac3c39ef9822f344a1d3da6d80f130ab30fdb10085fee33d16",
		"",
		"ab1ab7a62493d4e4703af7be04c4de4adff0373effb6ddbabf771faf67edf798",
		Request{testKey, testAccount, "us-east-1", "sts", testTime, true},
	},
	{
		"GET of a path with escapes",
		"GET /tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A123456789012%3Aschedule-group%2Fg HTTP/1.1\nHost: scheduler.us-east-1.amazonaws.com\n" +
			"X-Amz-Date: 20261121T073000Z\nAuthorization: AWS4-HMAC-SHA256 " +
			"Credential=AKIDGROUNDWATCH00001/20261121/us-east-1/scheduler/aws4_request, SignedHeaders=host;x-amz-date, " +
			"Signature=8664ef6ba7fd0a1ff2ca0865b41c3d2691494dc549a4c12da0716c4d040318de\n\n",
		"8f973096740b32563b8ea35285920de4461e423f5d23111ea04c78a1a7cff5d6",
		"",
		"8664ef6ba7fd0a1ff2ca0865b41c3d2691494dc549a4c12da0716c4d040318de",
		Request{testKey, testAccount, "us-east-1", "scheduler", testTime, false},
	},
}

func TestVectors(t *testing.T) {
	for _, tt := range vectors {
		t.Run(tt.name, func(t *testing.T) {
			r, body, err := receive([]byte(toWire(tt.raw)))
			if err != nil {
				t.Fatal(err)
			}
			keys := keyring{testKey: {Secret: testSecret, Account: testAccount}}
			if strings.Contains(tt.raw, "TOKEN") {
				keys[testKey] = Credential{Secret: testSecret, SessionToken: testToken, Account: testAccount}
			}
			v := newVerifier(keys, Options{})
			got, err := v.Verify(r, body)
			if err != nil || got != tt.want {
				t.Errorf("Verify = %+v, %v, want %+v", got, err, tt.want)
			}
			scope, ok := Scope(r)
			scope.Account = testAccount
			if !ok || scope != tt.want {
				t.Errorf("Scope = %+v, %t, want %+v", scope, ok, tt.want)
			}
			checkSteps(t, v, r, body, tt.hash, tt.key)
		})
	}
}

// toWire ends the lines of a request's head as HTTP does.
func toWire(s string) string {
	head, body, _ := strings.Cut(s, "\n\n")
	return strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body
}

// checkSteps checks the canonical request's hash and the signing key of a vector.
func checkSteps(t *testing.T, v *Verifier, r *http.Request, body []byte, hash, key string) {
	t.Helper()
	c, err := v.readClaim(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.appendCanonical(nil, r, r.Host, c.paths()[0], hashOf(body))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != hash {
		t.Errorf("sha256(canonical request) = %x, want %s:\n%s", sum, hash, text)
	}
	derived := deriveKey(testSecret, keyID{c.accessKeyID, c.scopeDate, c.region, c.service})
	if got := hex.EncodeToString(derived[:]); key != "" && got != key {
		t.Errorf("deriveKey = %s, want %s", got, key)
	}
}

func TestVectorClock(t *testing.T) {
	r, body := signedGroups(t, signing{})
	late := newVerifier(testKeys(), Options{Skew: 5 * time.Minute, Now: at(testTime.Add(5 * time.Minute))})
	if _, err := late.Verify(r, body); err != nil {
		t.Errorf("Verify five minutes later: %v", err)
	}
	later := newVerifier(testKeys(), Options{Skew: 5 * time.Minute, Now: at(testTime.Add(5*time.Minute + time.Second))})
	_, err := later.Verify(r, body)
	refused(t, "Verify five minutes and one second later", err, "InvalidSignatureException",
		"20261121T073000Z is now earlier than 20261121T073001Z (20261121T073501Z - 5 min.)")
}

func TestVectorOtherService(t *testing.T) {
	r, body := signedGroups(t, signing{})
	v := newVerifier(testKeys(), Options{Service: func(*http.Request) string { return "events" }})
	_, err := v.Verify(r, body)
	refused(t, "Verify at events", err, "InvalidSignatureException", "Credential should be scoped to correct service: 'events'.")
}

func TestVectorCompressed(t *testing.T) {
	plain := `{"logGroupNamePrefix":"/app"}`
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := io.WriteString(w, plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		hashed string
		code   string
	}{
		{"the hash of what is sent", zipped.String(), ""},
		{"the hash of what it decodes to", plain, "InvalidSignatureException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRequest(t, "POST", "http://localhost:4566/", zipped.String(), "Content-Encoding", "gzip", "X-Amz-Target", "Logs_20140328.DescribeLogGroups")
			got, body := mustReceive(t, sign(t, r, tt.hashed, signing{}))
			_, err := newVerifier(testKeys(), Options{}).Verify(got, body)
			if tt.code == "" && err != nil {
				t.Errorf("Verify: %v", err)
			} else if tt.code != "" {
				refused(t, "Verify", err, tt.code, "does not match")
			}
		})
	}
}

func TestVectorChunkChain(t *testing.T) {
	r, body := signedGroups(t, signing{})
	v := newVerifier(testKeys(), Options{})
	c, err := v.readClaim(r)
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := v.authenticate(r, c, hashOf(body))
	if err != nil {
		t.Fatal(err)
	}
	b := &Chunks{claim: c, key: key, previous: c.signature}
	for _, tt := range []struct {
		kind      string
		chunk     bool
		data      string
		signature string
	}{
		{"AWS4-HMAC-SHA256-PAYLOAD", true, "hello ", "4036d2b88e94e7f08967ddb06a137e9e5024e7c3d54226a4f5609c25eca4b858"},
		{"AWS4-HMAC-SHA256-PAYLOAD", true, "world", "ffa36f84c0644416bcb126d8b9a31a36fdd84ec14c2bc34eb421653c2ef73b4b"},
		{"AWS4-HMAC-SHA256-PAYLOAD", true, "", "ff93aaea8c5f9470f433ab2c31190e17d4e650393078acb71bd62a7050a1bef7"},
		{"AWS4-HMAC-SHA256-TRAILER", false, "x-amz-checksum-crc32c:AAAAAA==\n", "06095be222c78016c113e9a10949338a70fbf57500e1ad3cb0f5e559b142e327"},
	} {
		if err := b.verify(tt.kind, tt.chunk, []byte(tt.data), tt.signature); err != nil {
			t.Errorf("verify(%s, %q): %v", tt.kind, tt.data, err)
		}
	}
}
