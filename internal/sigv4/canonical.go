package sigv4

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// s3Service is the one signing name whose paths are encoded once.
const s3Service = "s3"

// A param is one query parameter, name and value encoded as they are signed.
type param struct{ name, value string }

// target returns r's path and query as sent. A target in absolute form loses its scheme and host.
func target(r *http.Request) (path, rawQuery string) {
	uri := r.RequestURI
	if uri == "" {
		uri = r.URL.RequestURI()
	}
	path, rawQuery, _ = strings.Cut(uri, "?")
	if _, rest, ok := strings.Cut(path, "://"); ok && !strings.HasPrefix(path, "/") {
		_, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	return cmp.Or(path, "/"), rawQuery
}

// parseQuery reads a query and returns its parameters encoded and in the order they are signed in. It refuses what
// readers of queries disagree about: a semicolon, and a percent sign without two hexadecimal digits. A plus is a
// space, as net/url reads it for whoever uses the query later; no SDK sends one [R].
func parseQuery(raw string) ([]param, error) {
	if raw == "" {
		return nil, nil
	}
	params := make([]param, 0, strings.Count(raw, "&")+1)
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, ok := recode(name, true)
		value, ok2 := recode(value, true)
		if !ok || !ok2 || strings.Contains(pair, ";") {
			return nil, refuse(malformed, "The query string contains a syntax error.")
		}
		params = append(params, param{name, value})
	}
	slices.SortFunc(params, func(a, b param) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	return params, nil
}

// unreserved tells which bytes are signed as they are (RFC 3986 §2.3).
func unreserved(b byte) bool {
	return 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '-' || b == '.' || b == '_' || b == '~'
}

// recode decodes s, where a plus may be a space, and encodes it again; false if it holds a broken escape.
// A slash outside an escape stays one unless s is of a query.
func recode(s string, query bool) (string, bool) {
	plain := true
	for i := range len(s) {
		plain = plain && unreserved(s[i])
	}
	if plain {
		return s, true
	}
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return "", false
			}
			b = appendEscaped(b, fromHex(s[i+1])<<4|fromHex(s[i+2]))
			i += 2
		case c == '+' && query:
			b = append(b, "%20"...)
		case c == '/' && !query:
			b = append(b, c)
		default:
			b = appendEscaped(b, c)
		}
	}
	return string(b), true
}

func appendEscaped(b []byte, c byte) []byte {
	const digits = "0123456789ABCDEF"
	if unreserved(c) {
		return append(b, c)
	}
	return append(b, '%', digits[c>>4], digits[c&15])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func fromHex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// unescape decodes what recode returned.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		b = append(b, fromHex(s[i+1])<<4|fromHex(s[i+2]))
		i += 2
	}
	return string(b)
}

// paths returns what may have been signed for c's path. S3 signs it encoded once. The others sign it as sent, encoded
// again; and if its last segment is a dot or two (a resource may have that name), botocore and the JavaScript SDK
// sign the path without it, though they send it. They drop such segments anywhere; we follow them at the end only,
// because nowhere else can a signature for one operation's path then be used for another's [R].
func (c *claim) paths() []string {
	if c.service == s3Service {
		once, ok := recode(c.path, false)
		if !ok {
			once = c.path
		}
		return []string{once}
	}
	twice := []string{encodeAgain(c.path)}
	up, last := c.path[:strings.LastIndexByte(c.path, '/')+1], c.path[strings.LastIndexByte(c.path, '/')+1:]
	switch up = strings.TrimSuffix(up, "/"); last {
	case "..":
		up = up[:max(0, strings.LastIndexByte(up, '/'))]
	case ".":
	default:
		return twice
	}
	return append(twice, encodeAgain(cmp.Or(up, "/")))
}

// encodeAgain encodes a path as sent, its percent signs too.
func encodeAgain(path string) string {
	b := make([]byte, 0, len(path)+16)
	for i := range len(path) {
		if path[i] == '/' {
			b = append(b, '/')
		} else {
			b = appendEscaped(b, path[i])
		}
	}
	return string(b)
}

// hosts returns what may have been signed for r's host: the Host header or :authority as sent, or what a proxy
// of ours says it was; then the same without a default port, which some proxies add and no client signs [R].
func (v *Verifier) hosts(r *http.Request) []string {
	host := r.Host
	if fwd := r.Header["X-Forwarded-Host"]; len(fwd) == 1 && v.fromProxy(r) {
		host = fwd[0]
	}
	for _, port := range []string{":443", ":80"} {
		if bare, ok := strings.CutSuffix(host, port); ok {
			return []string{host, bare}
		}
	}
	return []string{host}
}

// fromProxy tells whether r came from one of our proxies.
func (v *Verifier) fromProxy(r *http.Request) bool {
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(peer)
	return err == nil && slices.ContainsFunc(v.opts.Proxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
}

// appendCanonical appends the canonical request to b.
func (c *claim) appendCanonical(b []byte, r *http.Request, host, path, payload string) ([]byte, error) {
	if b == nil {
		b = make([]byte, 0, 512)
	}
	b = append(b, r.Method...)
	b = append(b, '\n')
	b = append(b, path...)
	b = append(b, '\n')
	for i, p := range c.query {
		if i > 0 {
			b = append(b, '&')
		}
		b = append(append(append(b, p.name...), '='), p.value...)
	}
	b = append(b, '\n')
	for _, name := range c.names {
		values := headerValues(r, name, host)
		if values == nil {
			e := refuse(mismatched, mismatchText)
			e.cause = absentError(name)
			return nil, e
		}
		b = append(append(b, name...), ':')
		b = appendValues(b, values)
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = append(b, c.signedHeaders...)
	b = append(b, '\n')
	return append(b, payload...), nil
}

// An absentError is the name of a header that is signed but was not received.
type absentError string

func (e absentError) Error() string { return "signed header " + string(e) + " is not in the request" }

// headerValues returns the values of a header, nil if it was not sent. net/http moves some of them elsewhere.
func headerValues(r *http.Request, name, host string) []string {
	if name == "host" {
		return []string{host}
	}
	if values := r.Header[http.CanonicalHeaderKey(name)]; values != nil {
		return values
	}
	switch {
	case name == "content-length" && r.ContentLength >= 0:
		return []string{strconv.FormatInt(r.ContentLength, 10)}
	case name == "transfer-encoding":
		return r.TransferEncoding
	}
	return nil
}

// appendValues appends a header's values: each without spaces around it and with single spaces inside, joined by commas.
func appendValues(b []byte, values []string) []byte {
	for i, s := range values {
		if i > 0 {
			b = append(b, ',')
		}
		s = strings.Trim(s, " \t")
		for {
			run := strings.Index(s, "  ")
			if run < 0 {
				break
			}
			b = append(b, s[:run+1]...)
			s = strings.TrimLeft(s[run:], " ")
		}
		b = append(b, s...)
	}
	return b
}

// stringToSign returns what is signed for a canonical request.
func (c *claim) stringToSign(canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	b := make([]byte, 0, 192)
	b = append(b, algorithm...)
	b = append(b, '\n')
	b = c.appendTimeAndScope(b)
	return hex.AppendEncode(b, sum[:])
}

// appendTimeAndScope appends the two lines that every string to sign has.
func (c *claim) appendTimeAndScope(b []byte) []byte {
	b = c.signedAt.AppendFormat(b, basicFormat)
	b = append(b, '\n')
	for _, part := range []string{c.scopeDate, c.region, c.service} {
		b = append(append(b, part...), '/')
	}
	b = append(b, terminator...)
	return append(b, '\n')
}
