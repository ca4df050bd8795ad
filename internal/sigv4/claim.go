package sigv4

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"

	dateHeader    = "X-Amz-Date"
	tokenHeader   = "X-Amz-Security-Token"
	payloadHeader = "X-Amz-Content-Sha256"
)

// A claim is what a request says of its signature.
type claim struct {
	presigned     bool
	algorithm     string
	credential    string // access key and scope, as sent
	signedHeaders string // as sent
	signature     string // as sent
	date          string // as sent; of the Date header, in basic format, if there is no X-Amz-Date
	expires       string // X-Amz-Expires as sent, "" if not
	token         string // the session token, "" for none
	payload       string // the payload's hash as sent, "" if not

	path  string  // as sent, at least "/"
	query []param // sorted, without the signature

	accessKeyID, scopeDate, region, service, terminator string // of the credential, by readScope

	signedAt time.Time // of the date, by readDate
	names    []string  // of the signed headers, by readSignedHeaders
}

func (c *claim) request(account string) Request {
	return Request{
		AccessKeyID: c.accessKeyID, Account: account, Region: c.region, Service: c.service,
		SignedAt: c.signedAt, Presigned: c.presigned,
	}
}

// authParams are the query parameters of a presigned request, the required ones first. Any one of them makes
// a request presigned, so that half a presigned query never counts as plain parameters beside a header.
var authParams = []string{
	"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", dateHeader, "X-Amz-Expires",
	tokenHeader, payloadHeader,
}

// requiredAuthParams and presignMarks are parts of authParams: what a presigned query must have, and what shows
// that a query is one. The others (a date, a token) may also come with a header, where they are signed like
// any parameter.
const requiredAuthParams, presignMarks = 5, 4

// singleHeaders may come once: which of two would count is nothing to guess about.
var singleHeaders = []string{
	dateHeader, "Date", tokenHeader, payloadHeader, "X-Amz-Target", "X-Amz-Decoded-Content-Length", "X-Amz-Trailer", "Content-Length",
}

// readClaim reads r's signature, from the header or the query, whichever there is.
func readClaim(r *http.Request) (*claim, error) {
	path, rawQuery := target(r)
	query, err := parseQuery(rawQuery)
	if err != nil {
		return nil, err
	}
	c := &claim{path: path, query: query}
	c.presigned = slices.ContainsFunc(query, func(p param) bool { return slices.Contains(authParams[:presignMarks], p.name) })
	auth := r.Header["Authorization"]
	switch {
	case len(auth) > 0 && c.presigned:
		return nil, refuse(mismatched, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
	case len(auth) > 1:
		return nil, refuse(incomplete, "Authorization header must appear once, got %d.", len(auth))
	case !c.presigned && (len(auth) == 0 || !strings.HasPrefix(auth[0], "AWS4-")):
		return nil, refuse(missing, "Request is missing Authentication Token")
	}
	for _, name := range singleHeaders {
		if n := len(r.Header[name]); n > 1 {
			return nil, refuse(incomplete, "Header '%s' must appear once, got %d.", name, n)
		}
	}
	if c.presigned {
		return c, c.readQuery(r)
	}
	return c, c.readHeaders(r, auth[0])
}

// headerParams are the parts of an Authorization header, in the order in which AWS misses them.
var headerParams = []string{"Credential", "Signature", "SignedHeaders"}

// readHeaders reads an Authorization header, its parts in any order, and the headers beside it.
func (c *claim) readHeaders(r *http.Request, auth string) error {
	var rest string
	c.algorithm, rest, _ = strings.Cut(auth, " ")
	fields := []*string{&c.credential, &c.signature, &c.signedHeaders}
	var seen [3]bool
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.Trim(part, " "), "=")
		i := slices.Index(headerParams, name)
		if i < 0 {
			continue
		}
		if seen[i] {
			return refuse(incomplete, "Authorization header must have one '%s' parameter.", name)
		}
		*fields[i], seen[i] = value, true
	}
	c.date = r.Header.Get(dateHeader)
	if at, err := http.ParseTime(r.Header.Get("Date")); err == nil && c.date == "" {
		c.date = at.UTC().Format(basicFormat)
	}
	c.date = cmp.Or(c.date, r.Header.Get("Date"))
	c.token = r.Header.Get(tokenHeader)
	c.payload = r.Header.Get(payloadHeader)
	return c.missesNothing(auth)
}

// missesNothing checks that an Authorization header has all its parts, and a date beside it.
func (c *claim) missesNothing(auth string) error {
	var lacks strings.Builder
	for i, got := range []string{c.credential, c.signature, c.signedHeaders} {
		if got == "" {
			lacks.WriteString("Authorization header requires '" + headerParams[i] + "' parameter. ")
		}
	}
	if c.date == "" {
		lacks.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if lacks.Len() > 0 {
		return refuse(incomplete, "%s(Hashed with SHA-256 and encoded with Base64) Authorization=%s", lacks.String(), hashed(auth))
	}
	return nil
}

// hashed is how AWS quotes an Authorization header, so that what was sent by mistake shows nowhere.
func hashed(auth string) string {
	sum := sha256.Sum256([]byte(auth))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// readQuery reads the parameters of a presigned query and takes the signature out of it. The payload's hash may
// also be in a header, as the Go SDK puts it.
func (c *claim) readQuery(r *http.Request) error {
	fields := []*string{&c.algorithm, &c.credential, &c.signature, &c.signedHeaders, &c.date, &c.expires, &c.token, &c.payload}
	for at, p := range c.query {
		i := slices.Index(authParams, p.name)
		if i < 0 {
			continue
		}
		if at > 0 && c.query[at-1].name == p.name {
			return refuse(incomplete, "AWS query-string parameters must include '%s' once. Re-examine the query-string parameters.", p.name)
		}
		*fields[i] = unescape(p.value)
	}
	var lacks strings.Builder
	for i, name := range authParams[:requiredAuthParams] {
		if *fields[i] == "" {
			lacks.WriteString("AWS query-string parameters must include '" + name + "'. ")
		}
	}
	if lacks.Len() > 0 {
		return refuse(incomplete, "%sRe-examine the query-string parameters.", lacks.String())
	}
	c.query = slices.DeleteFunc(c.query, func(p param) bool { return p.name == "X-Amz-Signature" })
	header := r.Header.Get(payloadHeader)
	if c.payload != "" && header != "" && c.payload != header {
		return refuse(incomplete, "X-Amz-Content-Sha256 must be the same in query and header.")
	}
	c.payload = cmp.Or(c.payload, header)
	return nil
}

// readScope splits the credential; false if it has not five parts.
func (c *claim) readScope() bool {
	parts := strings.Split(c.credential, "/")
	if len(parts) != 5 {
		return false
	}
	c.accessKeyID, c.scopeDate, c.region, c.service, c.terminator = parts[0], parts[1], parts[2], parts[3], parts[4]
	return true
}

// checkTerms returns what is wrong with the date and the end of the credential's scope.
func (c *claim) checkTerms() []string {
	var wrong []string
	if c.terminator != terminator {
		wrong = append(wrong, "Credential should be scoped with a valid terminator: '"+terminator+"', not '"+c.terminator+"'.")
	}
	if day := c.signedAt.Format("20060102"); c.scopeDate != day {
		wrong = append(wrong, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"+
			c.scopeDate+"' != '"+day+"', from '"+c.signedAt.Format(basicFormat)+"'.")
	}
	return wrong
}

// maxScopeName bounds the names of regions and services; the longest ones in use have about 25 letters.
const maxScopeName = 64

// isScopeName tells whether s can name a region or a service: lower-case letters, digits and hyphens.
func isScopeName(s string) bool {
	for i := range len(s) {
		if b := s[i]; (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return s != "" && len(s) <= maxScopeName
}

func (c *claim) checkAlgorithm() error {
	if c.algorithm != algorithm {
		return refuse(incomplete, "Unsupported AWS 'algorithm': '%s' (only %s for now).", c.algorithm, algorithm)
	}
	return nil
}

// readDate reads when the request was signed, and for how long a presigned one is good.
func (c *claim) readDate() error {
	at, ok := parseDate(c.date)
	if !ok {
		return refuse(incomplete, "Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", c.date)
	}
	c.signedAt = at
	if c.expires == "" {
		return nil
	}
	if s, err := strconv.ParseUint(c.expires, 10, 32); err != nil || s < 1 || s > maxExpires {
		return refuse(incomplete, "X-Amz-Expires must be between 1 and %d seconds, got '%s'.", maxExpires, c.expires)
	}
	return nil
}

// readSignedHeaders reads the names of the signed headers and checks that they cover what they must: the host, the
// date, and every x-amz-* header there is. AWS demands the last only of S3; but a target or a token that
// anybody may change is none [R].
func (c *claim) readSignedHeaders(r *http.Request) error {
	c.names = strings.Split(c.signedHeaders, ";")
	for i, name := range c.names {
		if !isSignedName(name) || i > 0 && c.names[i-1] >= name {
			return refuse(incomplete, "SignedHeaders must be lower-case names, sorted, each once, got '%s'.", c.signedHeaders)
		}
	}
	if !c.signs("host") {
		return refuse(mismatched, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	if !c.presigned && r.Header.Get(dateHeader) == "" && !c.signs("date") {
		return refuse(mismatched, "'Date' must be a 'SignedHeader' in the AWS Authorization.")
	}
	var unsigned []string
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") && !c.signs(lower) {
			unsigned = append(unsigned, name)
		}
	}
	if unsigned != nil {
		return refuse(mismatched, "'%s' must be a 'SignedHeader' in the AWS Authorization.", slices.Min(unsigned))
	}
	return nil
}

func (c *claim) signs(name string) bool {
	_, found := slices.BinarySearch(c.names, name)
	return found
}

// isSignedName tells whether s is a header's name in lower case.
func isSignedName(s string) bool {
	for i := range len(s) {
		if b := s[i]; b <= ' ' || b >= 0x7f || b == ':' || b >= 'A' && b <= 'Z' {
			return false
		}
	}
	return s != ""
}
