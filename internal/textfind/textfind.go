// Package textfind finds pieces of text of known forms: e-mail addresses, card numbers, keys. What is to become of them is for others to
// say.
//
// Each finder returns where the first piece stands in s at or after from; start is -1 if there is none. It looks at what is before from
// to tell whether a piece starts there.
package textfind

import "bytes"

// class is a set of bytes.
type class [256]bool

func newClass(chars string) *class {
	var c class
	for _, b := range []byte(chars) {
		c[b] = true
	}
	return &c
}

const (
	digits = "0123456789"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
)

var (
	alphanumeric = newClass(digits + upper + lower)
	base64URL    = newClass(digits + upper + lower + "-_")
	keyID        = newClass(digits + upper)
	localPart    = emailClass(".+-_%'")
	domainPart   = emailClass("-.")
)

// emailClass is letters, digits, everything beyond ASCII, and more.
func emailClass(more string) *class {
	c := newClass(digits + upper + lower + more)
	for b := 0x80; b < 256; b++ {
		c[b] = true
	}
	return c
}

// run returns the first position at or after i whose byte is not in c.
func (c *class) run(s []byte, i int) int {
	for i < len(s) && c[s[i]] {
		i++
	}
	return i
}

// Email finds a local part, "@", and a domain of two labels or more.
func Email(s []byte, from int) (start, end int) {
	for at := from; ; {
		i := bytes.IndexByte(s[at:], '@')
		if i < 0 {
			return -1, -1
		}
		at += i
		start = at
		for start > from && localPart[s[start-1]] {
			start--
		}
		for start < at && (s[start] == '.' || s[start] == '\'') {
			start++ // it stands before the address, not in it
		}
		end = domainPart.run(s, at+1)
		for end > at+1 && (s[end-1] == '.' || s[end-1] == '-') {
			end--
		}
		domain := s[at+1 : end]
		dot := bytes.LastIndexByte(domain, '.')
		if start < at && dot > 0 && len(domain)-dot > 2 && domain[0] != '-' {
			return start, end
		}
		at++
	}
}

const (
	minCard = 13
	maxCard = 19
)

// Card finds 13 to 19 digits that start as card numbers do, with single blanks or hyphens
// between them or not, and whose last digit checks (Luhn).
func Card(s []byte, from int) (start, end int) {
	for i := from; i < len(s); i++ {
		if s[i] < '2' || s[i] > '6' || i > 0 && (alphanumeric[s[i-1]] || s[i-1] == '.') {
			continue
		}
		if end := cardEnd(s, i); end > 0 {
			return i, end
		}
		i = alphanumeric.run(s, i) - 1
	}
	return -1, -1
}

// cardEnd returns the end of the longest card number that starts at s[i]; 0 if there is none.
func cardEnd(s []byte, i int) (end int) {
	var number [maxCard]byte
	n := 0
	for ; i < len(s) && n < maxCard; i++ {
		c := s[i]
		if (c == ' ' || c == '-') && s[i-1]-'0' <= 9 {
			continue
		}
		if c-'0' > 9 {
			break
		}
		number[n] = c - '0'
		n++
		if n >= minCard && cardMayEnd(s[i+1:]) && Luhn(number[:n]) {
			end = i + 1
		}
	}
	return end
}

// cardMayEnd reports whether what follows a digit is not part of the same word or number.
func cardMayEnd(rest []byte) bool {
	return len(rest) == 0 || !alphanumeric[rest[0]] && !(rest[0] == '.' && len(rest) > 1 && rest[1]-'0' <= 9)
}

// Luhn reports whether the last digit of a number checks by ISO/IEC 7812.
func Luhn(number []byte) bool {
	sum := 0
	for i, d := range number {
		v := int(d)
		if (len(number)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// IPv4 finds four numbers up to 255 with dots between them, no more and no fewer.
func IPv4(s []byte, from int) (start, end int) {
	for i := from; i < len(s); i++ {
		if s[i]-'0' > 9 {
			continue
		}
		if i == 0 || !alphanumeric[s[i-1]] && s[i-1] != '.' {
			if end := ipv4End(s, i); end > 0 {
				return i, end
			}
		}
		for i+1 < len(s) && (s[i+1]-'0' <= 9 || s[i+1] == '.') {
			i++
		}
	}
	return -1, -1
}

func ipv4End(s []byte, i int) int {
	for part := range 4 {
		if part > 0 {
			if i == len(s) || s[i] != '.' {
				return 0
			}
			i++
		}
		start, v := i, 0
		for i < len(s) && s[i]-'0' <= 9 && i-start < 4 {
			v = v*10 + int(s[i]-'0')
			i++
		}
		if i == start || v > 255 || i-start > 1 && s[start] == '0' {
			return 0
		}
	}
	if i < len(s) && (alphanumeric[s[i]] || s[i] == '.' && i+1 < len(s) && s[i+1]-'0' <= 9) {
		return 0
	}
	return i
}

const (
	minIBAN = 15 // Norway
	maxIBAN = 34 // ISO 13616
)

// IBAN finds two capital letters, two digits and up to 30 more, in groups of four or not, whose
// check digits are right.
func IBAN(s []byte, from int) (start, end int) {
	for i := from; i+minIBAN <= len(s); i++ {
		if s[i]-'A' > 25 || s[i+1]-'A' > 25 || s[i+2]-'0' > 9 || s[i+3]-'0' > 9 || i > 0 && alphanumeric[s[i-1]] {
			continue
		}
		if end := ibanEnd(s, i); end > 0 {
			return i, end
		}
	}
	return -1, -1
}

// ibanEnd returns the end of the longest IBAN that starts at s[i]; 0 if there is none.
func ibanEnd(s []byte, i int) int {
	var text [maxIBAN]byte
	n, best := 0, 0
	for ; i < len(s) && n < maxIBAN; i++ {
		c := s[i]
		if c == ' ' && n%4 == 0 && n > 0 {
			continue
		}
		if c-'A' > 25 && c-'0' > 9 {
			break
		}
		text[n] = c
		n++
		if n >= minIBAN && (i+1 == len(s) || !alphanumeric[s[i+1]]) && IBANChecks(text[:n]) {
			best = i + 1
		}
	}
	return best
}

// IBANChecks reports whether the check digits are right: read as one number, with the first four
// characters at the end and A to Z as 10 to 35, it leaves 1 when divided by 97.
func IBANChecks(text []byte) bool {
	rest := 0
	for i := range text {
		c := text[(i+4)%len(text)]
		if c <= '9' {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}

// JWT finds header, payload and signature in base64url: both of the first start with {" there.
func JWT(s []byte, from int) (start, end int) {
	for at := from; ; {
		i := bytes.Index(s[at:], []byte("eyJ"))
		if i < 0 {
			return -1, -1
		}
		at += i
		header := base64URL.run(s, at)
		if (at == 0 || !base64URL[s[at-1]]) && bytes.HasPrefix(s[header:], []byte(".eyJ")) {
			payload := base64URL.run(s, header+1)
			if payload < len(s) && s[payload] == '.' {
				return at, base64URL.run(s, payload+1)
			}
		}
		at = header
	}
}

// awsKeyLength is how long an access key id is.
const awsKeyLength = 20

// AWSKey finds the ids of long-term and of temporary access keys.
func AWSKey(s []byte, from int) (start, end int) {
	for i := from; i+awsKeyLength <= len(s); i++ {
		j := bytes.IndexByte(s[i:], 'A')
		if j < 0 || i+j+awsKeyLength > len(s) {
			break
		}
		i += j
		switch string(s[i : i+4]) {
		case "AKIA", "ASIA":
		default:
			continue
		}
		end := keyID.run(s, i)
		if end == i+awsKeyLength && (i == 0 || !alphanumeric[s[i-1]]) && (end == len(s) || !alphanumeric[s[end]]) {
			return i, end
		}
	}
	return -1, -1
}
