package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"
)

var authPattern = regexp.MustCompile(`^AWS4-HMAC-SHA256 (.*)$`)

// naiveVerify is a second Verifier, written from AWS's description with no thought of speed: true if r is good.
func naiveVerify(keys keyring, now time.Time, r *http.Request, body []byte) bool {
	path, rawQuery, _ := strings.Cut(r.RequestURI, "?")
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return false
	}
	part, presigned, ok := naiveParts(r, query)
	if !ok {
		return false
	}
	scope := strings.Split(part["Credential"], "/")
	at, err := time.Parse(basicFormat, part["Date"])
	if err != nil || len(scope) != 5 || scope[4] != "aws4_request" || scope[1] != at.Format("20060102") || !naiveInTime(part, at, now) {
		return false
	}
	if !regexp.MustCompile(`^[a-z0-9-]{1,64}$`).MatchString(scope[2]) || !regexp.MustCompile(`^[a-z0-9-]{1,64}$`).MatchString(scope[3]) {
		return false
	}
	headers, ok := naiveHeaders(r, strings.Split(part["SignedHeaders"], ";"), presigned)
	if !ok {
		return false
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if part["Payload"] != "" && part["Payload"] != hash {
		return false
	}
	if presigned {
		query.Del("X-Amz-Signature")
	}
	var segments []string
	for _, segment := range strings.Split(path, "/") {
		if scope[3] == "s3" {
			segment, _ = url.PathUnescape(segment)
		}
		segments = append(segments, naiveEscape(segment))
	}
	canonical := strings.Join([]string{
		r.Method, strings.Join(segments, "/"), naiveQuery(query), headers, part["SignedHeaders"], hash,
	}, "\n")
	cred, known := keys[scope[0]]
	return known && part["Token"] == cred.SessionToken && part["Signature"] == naiveSign(cred.Secret, scope, part["Date"], canonical)
}

// naiveParts reads the parts of a signature from header or query.
func naiveParts(r *http.Request, query url.Values) (part map[string]string, presigned, ok bool) {
	part = map[string]string{}
	for _, name := range []string{"Algorithm", "Credential", "Signature", "SignedHeaders"} {
		presigned = presigned || len(query["X-Amz-"+name]) > 0
	}
	auth := r.Header["Authorization"]
	if presigned {
		for _, name := range []string{"Algorithm", "Credential", "Signature", "SignedHeaders", "Date", "Expires"} {
			if len(query["X-Amz-"+name]) > 1 {
				return nil, true, false
			}
			part[name] = query.Get("X-Amz-" + name)
		}
		part["Token"] = query.Get("X-Amz-Security-Token")
		part["Payload"] = query.Get("X-Amz-Content-Sha256") + r.Header.Get("X-Amz-Content-Sha256")
		return part, true, len(auth) == 0 && part["Algorithm"] == "AWS4-HMAC-SHA256" &&
			len(query["X-Amz-Content-Sha256"]) < 2 && len(query["X-Amz-Security-Token"]) < 2
	}
	if len(auth) != 1 || !authPattern.MatchString(auth[0]) {
		return nil, false, false
	}
	for _, p := range strings.Split(authPattern.FindStringSubmatch(auth[0])[1], ",") {
		name, value, _ := strings.Cut(strings.Trim(p, " "), "=")
		if _, twice := part[name]; twice && strings.Contains("Credential SignedHeaders Signature", name) {
			return nil, false, false
		}
		part[name] = value
	}
	for name, header := range map[string]string{"Date": "X-Amz-Date", "Token": "X-Amz-Security-Token", "Payload": "X-Amz-Content-Sha256"} {
		part[name] = strings.Join(r.Header[header], ",")
	}
	return part, false, true
}

func naiveInTime(part map[string]string, at, now time.Time) bool {
	if part["Expires"] == "" {
		return !at.Before(now.Add(-15*time.Minute)) && !at.After(now.Add(15*time.Minute))
	}
	d, err := time.ParseDuration(part["Expires"] + "s")
	return err == nil && regexp.MustCompile(`^[0-9]+$`).MatchString(part["Expires"]) && d >= time.Second && d <= 7*24*time.Hour &&
		!at.After(now.Add(15*time.Minute)) && !now.After(at.Add(d))
}

// naiveHeaders returns the canonical headers; false if they leave out what must be signed.
func naiveHeaders(r *http.Request, names []string, presigned bool) (string, bool) {
	signed := map[string]bool{}
	for _, n := range names {
		if n != strings.ToLower(n) || signed[n] || n == "" {
			return "", false
		}
		signed[n] = true
	}
	if !signed["host"] || !sort.StringsAreSorted(names) || !presigned && !signed["x-amz-date"] {
		return "", false
	}
	all := http.Header{"Host": {r.Host}}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "X-Amz-") && !signed[strings.ToLower(name)] {
			return "", false
		}
		all[name] = values
	}
	if len(r.Header["X-Amz-Target"]) > 1 || len(r.Header["X-Amz-Date"]) > 1 || len(r.Header["Date"]) > 1 {
		return "", false
	}
	lines := ""
	for _, n := range names {
		values, ok := all[http.CanonicalHeaderKey(n)]
		if !ok {
			return "", false
		}
		var clean []string
		for _, v := range values {
			clean = append(clean, regexp.MustCompile(` +`).ReplaceAllString(strings.Trim(v, " \t"), " "))
		}
		lines += n + ":" + strings.Join(clean, ",") + "\n"
	}
	return lines, true
}

func naiveEscape(s string) string {
	out := ""
	for i := range len(s) {
		if strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", rune(s[i])) {
			out += s[i : i+1]
		} else {
			out += fmt.Sprintf("%%%02X", s[i])
		}
	}
	return out
}

func naiveQuery(q url.Values) string {
	var pairs [][2]string
	for name, values := range q {
		for _, v := range values {
			pairs = append(pairs, [2]string{naiveEscape(name), naiveEscape(v)})
		}
	}
	sort.Slice(pairs, func(i, j int) bool {
		return pairs[i][0] < pairs[j][0] || pairs[i][0] == pairs[j][0] && pairs[i][1] < pairs[j][1]
	})
	var joined []string
	for _, p := range pairs {
		joined = append(joined, p[0]+"="+p[1])
	}
	return strings.Join(joined, "&")
}

func naiveSign(secret string, scope []string, date, canonical string) string {
	sum := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	hash := sha256.Sum256([]byte(canonical))
	k := []byte("AWS4" + secret)
	for _, s := range scope[1:] {
		k = sum(k, s)
	}
	return hex.EncodeToString(sum(k, "AWS4-HMAC-SHA256\n"+date+"\n"+strings.Join(scope[1:], "/")+"\n"+hex.EncodeToString(hash[:])))
}

// TestVerifyAgreesWithNaive compares both on good requests and on bad ones.
func TestVerifyAgreesWithNaive(t *testing.T) {
	v := newVerifier(testKeys(), Options{})
	good := 0
	const count = 3000
	for n := range count {
		s := newSample(t, n)
		raw := wire(t, s.request)
		rnd := rand.New(rand.NewPCG(5, uint64(n)))
		for range rnd.IntN(3) {
			raw = scramble(rnd, raw)
		}
		r, body, err := receive(raw)
		if err != nil {
			continue
		}
		_, err = v.Verify(r, body)
		if want := naiveVerify(testKeys(), testTime, r, body); (err == nil) != want {
			t.Fatalf("%s: Verify = %v, the naive one says %t:\n%q", s.from, err, want, raw)
		} else if want {
			good++
		}
	}
	if good < count/4 || good > count*3/4 {
		t.Errorf("%d of %d requests are good, want about a half", good, count)
	}
}

// scramble changes a byte, or doubles, drops or swaps a piece of raw.
func scramble(rnd *rand.Rand, raw []byte) []byte {
	i := rnd.IntN(len(raw))
	j := min(len(raw), i+rnd.IntN(20))
	out := append([]byte{}, raw[:i]...)
	switch rnd.IntN(4) {
	case 0:
		return append(append(out, byte(rnd.IntN(256))), raw[i+1:]...)
	case 1:
		return append(append(out, raw[i:j]...), raw[i:]...)
	case 2:
		return append(out, raw[j:]...)
	}
	lines := strings.SplitAfter(string(raw), "\r\n")
	a, b := rnd.IntN(len(lines)), rnd.IntN(len(lines))
	lines[a], lines[b] = lines[b], lines[a]
	return []byte(strings.Join(lines, ""))
}
