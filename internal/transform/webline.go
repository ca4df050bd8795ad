package transform

import (
	"regexp"
	"strconv"
	"strings"
)

// apacheLine is a line of Apache or NGINX, as grok's common patterns take it apart.
var apacheLine = regexp.MustCompile(`^(\S+) (\S+) (\S+) \[([^\]]+)\] "(?:(\S+) (\S+)(?: HTTP/(\S+?))?|[^"]*)" (\d{3}|-) (\d+|-)(?: "([^"]*)" "([^"]*)")?`)

// webGroups are those of apacheLine, the whole one among them.
const webGroups = 12

// webLine returns what is in a line of Apache or NGINX, and how long that is.
func webLine(line string, nginx bool) (*node, int) {
	m, ok := webParts(line)
	if !ok {
		found := apacheLine.FindStringSubmatch(line)
		if found == nil {
			return nil, 0
		}
		m = [webGroups]string(found)
	}
	if nginx && m[10] == "" && m[11] == "" && !strings.Contains(m[0], `""`) {
		return nil, 0
	}
	o := &node{members: make([]member, 0, 9)}
	set := func(name, v string) {
		if v != "" && v != "-" {
			o.set(name, textOf(v))
		}
	}
	set("request", m[6])
	if nginx {
		set("referrer", m[10])
		set("agent", m[11])
	}
	set("http_method", m[5])
	if isNumber(m[8]) {
		o.set("status_code", numberOf(m[8]))
	}
	set("auth_user", m[3])
	set("http_version", m[7])
	if n, err := strconv.ParseInt(m[9], 10, 64); err == nil {
		o.set("response_size", numberOf(strconv.FormatInt(n, 10)))
	}
	set("remote_host", m[1])
	set("timestamp", httpTime(m[4]))
	return o, len(m[0])
}

// webParts is what apacheLine finds in an ordinary line, in a fraction of its time; false if it must be asked. Ordinary is a request with a method, a
// path and maybe a version, none of which has a quote in it: then there is one way to read the line.
func webParts(line string) (m [webGroups]string, ok bool) {
	r := lineReader{rest: line}
	for i := 1; i <= 3; i++ {
		m[i] = r.word()
	}
	r.skip("[")
	m[4] = r.until("]")
	r.skip("] \"")
	m[5] = r.word()
	if m[6] = r.word(); r.bad {
		return m, false
	}
	if path, ok := strings.CutSuffix(m[6], `"`); ok {
		m[6] = path
	} else {
		r.skip("HTTP/")
		version := r.word()
		m[7], ok = strings.CutSuffix(version, `"`)
		r.bad = r.bad || !ok || m[7] == ""
	}
	if m[8] = r.word(); m[8] != "-" && (len(m[8]) != 3 || digitsOf(m[8]) != 3) {
		return m, false
	}
	n := digitsOf(r.rest)
	if n == 0 && strings.HasPrefix(r.rest, "-") {
		n = 1
	}
	m[9], r.rest = r.rest[:n], r.rest[n:]
	if r.bad || n == 0 || m[6] == "" || strings.Contains(m[5], `"`) || strings.Contains(m[6], `"`) || strings.Contains(m[7], `"`) {
		return m, false
	}
	m[0] = line[:len(line)-len(r.rest)]
	if tail := (lineReader{rest: r.rest}).quoted(&m[10], &m[11]); tail > 0 {
		m[0] = line[:len(m[0])+tail]
	}
	return m, true
}

// digitsOf returns how many digits a text begins with.
func digitsOf(s string) int {
	n := 0
	for n < len(s) && s[n]-'0' <= 9 {
		n++
	}
	return n
}

// A lineReader takes a line apart. It is bad once something was not there.
type lineReader struct {
	rest string
	bad  bool
}

// skip passes a text.
func (r *lineReader) skip(text string) {
	rest, ok := strings.CutPrefix(r.rest, text)
	r.rest, r.bad = rest, r.bad || !ok
}

// word returns what is before the next white space, which must be a blank and is passed: at least one character.
func (r *lineReader) word() string {
	n := 0
	for n < len(r.rest) && !isBlank(r.rest[n]) {
		n++
	}
	if n == 0 || n == len(r.rest) || r.rest[n] != ' ' {
		r.bad = true
		return ""
	}
	word := r.rest[:n]
	r.rest = r.rest[n+1:]
	return word
}

// isBlank tells whether c is white space to a regular expression.
func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' }

// until returns what is before a text, which is not passed: at least one character.
func (r *lineReader) until(text string) string {
	n := strings.Index(r.rest, text)
	if n <= 0 {
		r.bad = true
		return ""
	}
	found := r.rest[:n]
	r.rest = r.rest[n:]
	return found
}

// quoted reads two texts in quotes with a blank before each. It returns how long that is; 0 if it is not there.
func (r lineReader) quoted(first, second *string) int {
	whole := len(r.rest)
	r.skip(` "`)
	a, rest, ok := strings.Cut(r.rest, `"`)
	r.rest = rest
	r.skip(` "`)
	b, rest, closed := strings.Cut(r.rest, `"`)
	if r.bad || !ok || !closed {
		return 0
	}
	*first, *second = a, b
	return whole - len(rest)
}
