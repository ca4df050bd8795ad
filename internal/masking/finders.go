package masking

import (
	"bytes"
	"net/netip"
	"regexp"

	"github.com/groundwatch/groundwatch/internal/textfind"
)

// findIP finds addresses of both kinds.
func findIP(s []byte, from int) (start, end int) {
	start, end = textfind.IPv4(s, from)
	limit := len(s)
	if start >= 0 {
		limit = start
	}
	if a, b := findIPv6(s[:limit], from); a >= 0 {
		return a, b
	}
	return start, end
}

// maxIPv6 is how long the text of an IPv6 address is at most, an IPv4 address at its end.
const maxIPv6 = 45

// findIPv6 finds IPv6 addresses: what has two colons and is one.
func findIPv6(s []byte, from int) (start, end int) {
	for at := from; ; {
		i := bytes.IndexByte(s[at:], ':')
		if i < 0 {
			return -1, -1
		}
		at += i
		if !ipv6Nearby(s, at) {
			at++
			continue
		}
		start, end = at, at
		for start > from && at-start < maxIPv6 && isIPv6(s[start-1]) {
			start--
		}
		for end < len(s) && end-start <= maxIPv6 && isIPv6(s[end]) {
			end++
		}
		for end > at+1 && s[end-1] == '.' || end > at+2 && s[end-1] == ':' && s[end-2] != ':' {
			end--
		}
		if bytes.Count(s[start:end], []byte(":")) >= 2 && !(start > 0 && joins(s[start-1])) && !(end < len(s) && joins(s[end])) && hasDigit(s[start:end]) {
			if a, err := netip.ParseAddr(string(s[start:end])); err == nil && a.Is6() {
				return start, end
			}
		}
		at = max(end, at+1)
	}
}

// ipv6Nearby tells whether the colon at s[at] can be part of an IPv6 address: most stand behind the keys of JSON.
func ipv6Nearby(s []byte, at int) bool {
	if at+1 == len(s) || at > 0 && s[at-1] == '"' {
		return false
	}
	return s[at+1] == ':' || isHex(s[at+1]) && at > 0 && isHex(s[at-1])
}

func isHex(c byte) bool { return isDigit(c) || c|0x20-'a' <= 5 }

func isIPv6(c byte) bool { return isHex(c) || c == ':' || c == '.' }

// armored returns the finder of a key in PEM or OpenPGP's armor, from its first line to its last, or to the end of the text if that is
// missing. Labels are what its lines say behind BEGIN and END.
func armored(labels ...string) finder {
	begin := []byte("-----BEGIN ")
	return func(s []byte, from int) (start, end int) {
		for at := from; ; {
			i := bytes.Index(s[at:], begin)
			if i < 0 {
				return -1, -1
			}
			at += i
			for _, label := range labels {
				line := label + "-----"
				if !bytes.HasPrefix(s[at+len(begin):], []byte(line)) {
					continue
				}
				last := []byte("-----END " + line)
				if n := bytes.Index(s[at:], last); n >= 0 {
					return at, at + n + len(last)
				}
				return at, len(s)
			}
			at += len(begin)
		}
	}
}

// puttyMAC is the last line of a PuTTY key.
var puttyMAC = regexp.MustCompile(`Private-MAC: *[0-9a-fA-F]+`)

// findPuTTY finds the text of a PuTTY key file.
func findPuTTY(s []byte, from int) (start, end int) {
	i := bytes.Index(s[from:], []byte("PuTTY-User-Key-File-"))
	if i < 0 {
		return -1, -1
	}
	start = from + i
	if at := puttyMAC.FindIndex(s[start:]); at != nil {
		return start, start + at[1]
	}
	return start, len(s)
}

// secretKey is how long the secret of an AWS access key is.
const secretKey = 40

// findSecretKey finds 40 characters of base64 with a capital, a small letter and a digit among them.
func findSecretKey(s []byte, from int) (start, end int) {
	for i := from; i < len(s); i++ {
		if !isBase64(s[i]) {
			continue
		}
		start = i
		var capital, small, digit bool
		for ; i < len(s) && isBase64(s[i]); i++ {
			capital, small, digit = capital || isCapital(s[i]), small || isLetter(s[i]) && !isCapital(s[i]), digit || isDigit(s[i])
		}
		if i-start == secretKey && capital && small && digit && (start == 0 || isBase64(s[start]) && !joins(s[start-1])) {
			return start, i
		}
	}
	return -1, -1
}

func isBase64(c byte) bool { return joins(c) || c == '/' || c == '+' }

// latLong is two numbers of degrees with a comma between them.
var latLong = regexp.MustCompile(`[-+]?(?:90(?:\.0{1,15})?|[1-8]?[0-9]\.[0-9]{2,15}) ?, ?[-+]?(?:180(?:\.0{1,15})?|(?:1[0-7]|[1-9])?[0-9]\.[0-9]{2,15})`)

// findLatLong finds a pair of latitude and longitude in decimal degrees.
func findLatLong(s []byte, from int) (start, end int) {
	for from < len(s) {
		at := latLong.FindIndex(s[from:])
		if at == nil {
			break
		}
		start, end = from+at[0], from+at[1]
		before, after := start == 0 || !joins(s[start-1]) && s[start-1] != '.', end == len(s) || !joins(s[end])
		if before && after {
			return start, end
		}
		from = start + 1
	}
	return -1, -1
}

// A plan is how the telephone numbers of a country look.
type plan struct {
	code  string
	trunk string // what stands before them within the country
}

// findPhone returns the finder of telephone numbers of a country: those with its code alone, or others too.
func findPhone(p plan, international bool) finder {
	return func(s []byte, from int) (start, end int) {
		for i := from; i < len(s); i++ {
			if international {
				n := bytes.IndexByte(s[i:], '+')
				if n < 0 {
					break
				}
				i += n
			} else if s[i] != '+' && s[i] != '(' && !isDigit(s[i]) {
				continue
			}
			if i > 0 && (joins(s[i-1]) || s[i-1] == '.' || s[i-1] == '+') {
				continue
			}
			if end := p.end(s, i); end > 0 {
				return i, end
			}
			for i+1 < len(s) && isDigit(s[i+1]) {
				i++
			}
		}
		return -1, -1
	}
}

// How many digits a number has: at most with its country's code and the two zeros before it (E.164), and at least, in Germany.
const (
	maxPhone = 17
	minPhone = 7
)

// end returns the end of the longest number that begins at s[i]; 0 if there is none.
func (p plan) end(s []byte, i int) int {
	var digits [maxPhone]byte
	plus, n, best := s[i] == '+', 0, 0
	if plus {
		i++
	}
	for gap := 0; i < len(s); i++ {
		c := s[i]
		if !isDigit(c) {
			if gap++; gap > 2 || c != ' ' && c != '-' && c != '.' && c != '/' && c != '(' && c != ')' {
				break
			}
			continue
		}
		if n == maxPhone {
			break
		}
		digits[n], gap = c, 0
		n++
		if n >= minPhone && (i+1 == len(s) || !joins(s[i+1])) && p.is(digits[:n], plus) {
			best = i + 1
		}
	}
	return best
}

// is tells whether digits are a number of the country; plus is what stands before them.
func (p plan) is(digits []byte, plus bool) bool {
	if rest, ok := cut(digits, p.code); ok && plus {
		if within, ok := cut(rest, p.trunk); ok {
			rest = within
		}
		return len(rest) > 0 && p.national(rest)
	}
	if plus {
		return false
	}
	if abroad, ok := cut(digits, "00"); ok {
		if rest, ok := cut(abroad, p.code); ok && len(rest) > 0 && p.national(rest) {
			return true
		}
	}
	if rest, ok := cut(digits, p.code); ok && p.trunk == "" && len(rest) > 0 && p.national(rest) {
		return true
	}
	rest, ok := cut(digits, p.trunk)
	return ok && len(rest) > 0 && p.national(rest)
}

// cut is bytes.CutPrefix for a text.
func cut(b []byte, prefix string) ([]byte, bool) {
	if len(b) < len(prefix) || string(b[:len(prefix)]) != prefix {
		return b, false
	}
	return b[len(prefix):], true
}

// The telephone numbers of countries.
var plans = map[string]plan{
	"BR": {"55", ""}, "DE": {"49", "0"}, "ES": {"34", ""}, "FR": {"33", "0"}, "GB": {"44", "0"}, "IT": {"39", ""}, "US": {"1", ""},
}

// national tells whether digits behind the country's code, of which there are some, are a number of the country: by how many there are and how they
// begin.
func (p plan) national(d []byte) bool {
	n := len(d)
	switch p.code {
	case "55":
		return (n == 10 || n == 11) && d[0] != '0' && d[1] != '0'
	case "49":
		return n >= 7 && n <= 11 && d[0] != '0'
	case "34":
		return n == 9 && d[0] >= '6'
	case "33":
		return n == 9 && d[0] != '0'
	case "44":
		return (n == 9 || n == 10) && d[0] != '0'
	case "39":
		return n >= 8 && n <= 11 && (d[0] == '0' || d[0] == '3' || d[0] == '8')
	}
	return n == 10 && d[0] >= '2' && d[3] >= '2'
}
