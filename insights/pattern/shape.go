// Package pattern finds the patterns of log messages: texts that many of them share, with placeholders for
// what varies. It counts messages; where they come from and what is done with patterns is its
// user's.
package pattern

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// The shape of a message is its text with the parts that vary from event to event replaced by marks:
// numbers, times, addresses, identifiers. Two messages with one shape are of one pattern for sure. A mark is
// a zero byte and a markKind; runs of blanks become one, and in JSON blanks between tokens go.

// A markKind says what a mark stands for.
type markKind byte

const (
	markNumber   markKind = 'N'
	markDuration markKind = 'D'
	markTime     markKind = 'T'
	markIP       markKind = 'A'
	markUUID     markKind = 'U'
	markID       markKind = 'I' // letters and digits mixed
	markWord     markKind = 'W' // a word, found to vary when shapes were compared
	markRest     markKind = 'R' // what follows in a long message
)

// Bytes of a shape that no message puts there: control characters of messages become blanks.
const (
	shapeMark = 0 // a markKind follows
	shapeKey  = 1 // after the opening quote of a JSON key
)

// maxShape bounds the bytes of a shape. What follows in a longer message does not tell patterns apart.
const maxShape = 2048

// maxNesting bounds the depth to which lists in JSON are looked at element by element.
const maxNesting = 32

// appendShape appends the shape of s. Blanks around s do not count. m may be nil.
func appendShape(dst []byte, s string, m *memory) []byte {
	z := shaper{s: strings.TrimSpace(s), dst: dst, start: len(dst), memory: m}
	if m != nil {
		z.key = &m.first
	}
	for z.i < len(z.s) && len(z.dst)-z.start < maxShape {
		if z.s[z.i] == '{' && z.object() {
			z.json()
			continue
		}
		z.text(len(z.s), true)
	}
	if z.i < len(z.s) || len(z.dst)-z.start > maxShape {
		z.cut()
		z.mark(markRest)
	}
	return z.dst
}

// cut shortens the shape to maxShape, but not within a mark or a character.
func (z *shaper) cut() {
	end := min(len(z.dst), z.start+maxShape)
	if end > z.start && z.dst[end-1] == shapeMark {
		end--
	}
	for end > z.start && end < len(z.dst) && !utf8.RuneStart(z.dst[end]) {
		end--
	}
	z.dst = z.dst[:end]
}

// A shaper makes the shape of s from position i on.
type shaper struct {
	s     string
	i     int
	dst   []byte
	start int // where the shape begins in dst

	memory *memory // nil: nothing is known
	key    *known  // the last key of JSON
}

func (z *shaper) mark(k markKind) { z.dst = append(z.dst, shapeMark, byte(k)) }

// object reports whether a JSON object may begin here, at a brace.
func (z *shaper) object() bool {
	rest := strings.TrimLeft(z.s[z.i+1:], " \t\r\n")
	return rest != "" && (rest[0] == '"' || rest[0] == '}')
}

// text makes the shape of what stands before end or, with objects set, before a JSON object.
func (z *shaper) text(end int, objects bool) {
	for z.i < end && len(z.dst)-z.start < maxShape {
		switch c := z.s[z.i]; {
		case classes[c]&classBlank != 0:
			z.blanks(end)
		case classes[c]&classWord != 0:
			z.token(end)
		case (c == '-' || c == '+') && z.signs(end):
			z.i++
			z.token(end)
		case c == '\\':
			z.escape(end)
		case c == '{' && objects && z.object():
			return
		default:
			z.dst = append(z.dst, c)
			z.i++
		}
	}
}

// escape copies a backslash and what it escapes, so that the n of \n is not taken for a letter of a word.
func (z *shaper) escape(end int) {
	n := 2
	if at(z.s, z.i+1) == 'u' {
		n = 6
	}
	for ; n > 0 && z.i < end; n-- {
		z.dst = append(z.dst, max(z.s[z.i], ' '))
		z.i++
	}
}

// blanks turns a run of blanks into one: a line break if there is one among them.
func (z *shaper) blanks(end int) {
	c := byte(' ')
	for z.i < end && classes[z.s[z.i]]&classBlank != 0 {
		if z.s[z.i] == '\n' {
			c = '\n'
		}
		z.i++
	}
	z.dst = append(z.dst, c)
}

// signs reports whether the sign here belongs to a number: a digit follows, no word and no bracket stands before.
func (z *shaper) signs(end int) bool {
	if z.i+1 >= end || classes[z.s[z.i+1]]&classDigit == 0 {
		return false
	}
	return z.i == 0 || classes[z.s[z.i-1]]&classWord == 0 && z.s[z.i-1] != ')'
}

// token makes the shape of what begins with a letter or digit here.
func (z *shaper) token(end int) {
	s := z.s[z.i:end]
	chunk, digits := chunkOf(s)
	if digits == 0 {
		z.letters(s, chunk)
		return
	}
	kind, n := markUUID, len(chunk)
	if !isUUID(chunk) {
		kind, n = variable(s, chunk)
	}
	switch {
	case n == 0:
		z.chunk(chunk)
	case kind == markNumber:
		z.number(s[:n])
	default:
		z.mark(kind)
		z.i += n
	}
}

// letters makes the shape of a chunk without digits: a word, unless a time or an address begins with it.
func (z *shaper) letters(s, chunk string) {
	if len(chunk) == 3 && monthName(s) {
		if n := timeLength(s); n > 0 {
			z.mark(markTime)
			z.i += n
			return
		}
	}
	if hexadecimal(chunk) {
		z.mark(markID)
		z.i += len(chunk)
		return
	}
	if len(chunk) <= 4 && at(s, len(chunk)) == ':' {
		if n := addressLength(s); n > 0 {
			z.mark(markIP)
			z.i += n
			return
		}
	}
	z.dst = append(z.dst, chunk...)
	z.i += len(chunk)
}

// variable tells what s begins with if it is a time, an address, a number or a duration: its kind and
// length, or 0. chunk is the chunk that s begins with.
func variable(s, chunk string) (markKind, int) {
	if n := timeLength(s); n > 0 {
		return markTime, n
	}
	if c := at(s, len(chunk)); (c == '.' || c == ':') && classes[s[0]]&classHex != 0 {
		if n := addressLength(s); n > 0 {
			return markIP, n
		}
	}
	if classes[s[0]]&classDigit == 0 {
		return 0, 0
	}
	if n := numberLength(s); n >= len(chunk) {
		return markNumber, n
	}
	if n := durationLength(s); n > 0 {
		return markDuration, n
	}
	return markNumber, sizeLength(s)
}

// number replaces a number, unless it is the status of an HTTP answer, which tells patterns apart, or
// the version of HTTP before it ([R] §6).
func (z *shaper) number(n string) {
	before := z.s[:z.i]
	if isStatus(n) && afterStatus(before) || strings.HasSuffix(before, "HTTP/") {
		z.dst = append(z.dst, n...)
	} else {
		z.mark(markNumber)
	}
	z.i += len(n)
}

// chunk makes the shape of letters, digits, _ and - that are no number. If every part between - and _
// holds a digit the whole is an identifier; else each part is judged by itself.
func (z *shaper) chunk(chunk string) {
	z.i += len(chunk)
	if identifier(chunk) {
		z.mark(markID)
		return
	}
	from := 0
	for i := range len(chunk) {
		if classes[chunk[i]]&classWord == 0 {
			z.part(chunk[from:i])
			z.dst = append(z.dst, chunk[i])
			from = i + 1
		}
	}
	z.part(chunk[from:])
}

// part makes the shape of a part of a name: digits of a name vary if there are four or more of them.
func (z *shaper) part(p string) {
	if p == "" {
		return
	}
	letters := 0
	for letters < len(p) && classes[p[letters]]&classDigit == 0 {
		letters++
	}
	digits := letters
	for digits < len(p) && classes[p[digits]]&classDigit != 0 {
		digits++
	}
	switch {
	case hexadecimal(p):
		z.mark(markID)
	case digits == len(p) && digits-letters >= 4:
		z.dst = append(z.dst, p[:letters]...)
		z.mark(markNumber)
	case digits < len(p) && mixed(p):
		z.mark(markID)
	default:
		z.dst = append(z.dst, p...)
	}
}

// identifier reports whether a chunk has several parts between - and _ and each of them holds a digit,
// as in 12342k124-12345.
func identifier(chunk string) bool {
	parts, digits, length := 0, 0, 0
	for i := range len(chunk) + 1 {
		switch {
		case i < len(chunk) && classes[chunk[i]]&classWord != 0:
			length++
			digits += int(classes[chunk[i]] & classDigit)
		case length > 0 && digits == 0 && !hexadecimal(chunk[i-length:i]):
			return false
		case length > 0:
			parts++
			digits, length = 0, 0
		}
	}
	return parts > 1
}

// hexadecimal reports whether p is a hexadecimal number of eight digits or more, not all of them decimal.
func hexadecimal(p string) bool {
	letter := false
	for i := range len(p) {
		c := classes[p[i]]
		if c&classHex == 0 {
			return false
		}
		letter = letter || c&classDigit == 0
	}
	return letter && len(p) >= 8
}

// mixed reports whether letters and digits are mixed in p as in random identifiers, and not as in
// words such as p99, sha256 or 2nd: eight characters with two digits, or five that change twice.
func mixed(p string) bool {
	digits, changes, last := 0, 0, classes[p[0]]&classDigit
	for i := range len(p) {
		c := classes[p[i]] & classDigit
		if c != 0 {
			digits++
		}
		if c != last {
			changes++
		}
		last = c
	}
	return digits >= 2 && changes > 0 && (len(p) >= 8 || len(p) >= 5 && changes >= 2)
}

// isStatus reports whether n can be the status of an HTTP answer.
func isStatus(n string) bool { return len(n) == 3 && n[0] >= '1' && n[0] <= '5' && n[1] != '.' }

// afterStatus reports whether text ends in what stands before such a status: a name that ends in
// status or statusCode, or the protocol at the end of a quoted request line.
func afterStatus(text string) bool {
	text = strings.TrimRight(text[max(0, len(text)-24):], "\"': =")
	for _, end := range [...]string{"HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3", "HTTP/3.0"} {
		if strings.HasSuffix(text, end) {
			return true
		}
	}
	for _, end := range [...]string{"status", "statuscode", "status_code", "status-code"} {
		if len(text) >= len(end) && strings.EqualFold(text[len(text)-len(end):], end) {
			return true
		}
	}
	return false
}

// Classes of bytes.
const (
	classBlank = 1 << iota // blanks and control characters
	classDigit
	classHex
	classWord  // part of a word: letters, digits, everything outside ASCII
	classChunk // part of a chunk: that and - and _
)

var classes = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c <= ' ' || c == 0x7f:
			t[c] = classBlank
		case c >= '0' && c <= '9':
			t[c] = classDigit | classHex | classWord | classChunk
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			t[c] = classHex | classWord | classChunk
		case c|0x20 >= 'g' && c|0x20 <= 'z' || c >= utf8.RuneSelf:
			t[c] = classWord | classChunk
		case c == '-' || c == '_':
			t[c] = classChunk
		}
	}
	return t
}()

// chunkOf returns the chunk s begins with, without - at its end, and whether there are digits in it.
func chunkOf(s string) (chunk string, digits uint8) {
	n := 0
	for n < len(s) {
		c := classes[s[n]]
		if c&classChunk == 0 {
			break
		}
		digits |= c & classDigit
		n++
	}
	for n > 0 && s[n-1] == '-' {
		n--
	}
	return s[:n], digits
}

// ends reports whether no word goes on at s[n].
func ends(s string, n int) bool { return n == len(s) || classes[s[n]]&classWord == 0 && s[n] != '_' }

// numberLength returns the length of the number s begins with, such as 12, 3.5, 1.2.3 or 1e-7, or 0.
func numberLength(s string) int {
	n := 0
	for n < len(s) && classes[s[n]]&classDigit != 0 {
		n++
		if n+1 < len(s) && s[n] == '.' && classes[s[n+1]]&classDigit != 0 {
			n++
		}
	}
	if n > 0 && n+1 < len(s) && s[n]|0x20 == 'e' {
		e := n + 1
		if s[e] == '-' || s[e] == '+' {
			e++
		}
		digits := e
		for e < len(s) && classes[s[e]]&classDigit != 0 {
			e++
		}
		if e > digits && e <= digits+3 {
			n = e
		}
	}
	if !ends(s, n) {
		return 0
	}
	return n
}

// digitsLength returns the length of the digits and points that s begins with.
func digitsLength(s string) int {
	n := 0
	for n < len(s) && (classes[s[n]]&classDigit != 0 || s[n] == '.' && n > 0) {
		n++
	}
	return n
}

// timeUnits are the units that durations are logged with, longer ones first.
var timeUnits = [...]string{"min", "sec", "ns", "us", "µs", "μs", "ms", "s", "m", "h", "d"}

// durationLength returns the length of the duration s begins with, such as 12ms or 1h2m3.5s, or 0.
func durationLength(s string) int {
	n := 0
	for {
		digits := digitsLength(s[n:])
		if digits == 0 {
			break
		}
		n += digits
		if classes[at(s, n)]&classWord == 0 {
			return 0
		}
		unit := ""
		for _, u := range timeUnits {
			if strings.HasPrefix(s[n:], u) {
				unit = u
				break
			}
		}
		if unit == "" {
			return 0
		}
		n += len(unit)
	}
	if !ends(s, n) {
		return 0
	}
	return n
}

// sizeUnits are the units that stay when the number before them is replaced.
var sizeUnits = [...]string{"B", "b", "k", "K", "M", "G", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "kb", "mb", "gb", "bytes", "px", "x"}

// sizeLength returns the length of the number s begins with, if one of sizeUnits follows, or 0.
func sizeLength(s string) int {
	n := digitsLength(s)
	if n == 0 || ends(s, n) {
		return 0
	}
	for _, u := range sizeUnits {
		if strings.HasPrefix(s[n:], u) && ends(s, n+len(u)) {
			return n
		}
	}
	return 0
}

// isUUID reports whether chunk is a UUID, with hyphens.
func isUUID(chunk string) bool {
	if len(chunk) != 36 {
		return false
	}
	for i := range len(chunk) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (chunk[i] == '-') || !hyphen && classes[chunk[i]]&classHex == 0 {
			return false
		}
	}
	return true
}

// addressLength returns the length of the IP address s begins with, or 0. A port is no part of it.
func addressLength(s string) int {
	n := 0
	for n < len(s) && n < 46 && (classes[s[n]]&classHex != 0 || s[n] == '.' || s[n] == ':') {
		n++
	}
	if strings.Count(s[:n], ":") == 1 {
		n = strings.IndexByte(s, ':')
	}
	for n > 0 && (s[n-1] == '.' || s[n-1] == ':' && (n < 2 || s[n-2] != ':')) {
		n--
	}
	if strings.Count(s[:n], ".") != 3 && strings.Count(s[:n], ":") < 2 || !ends(s, n) {
		return 0
	}
	if _, err := netip.ParseAddr(s[:n]); err != nil {
		return 0
	}
	return n
}

// HTTPStatus returns the status of an HTTP answer in a pattern, the one kind of number that patterns
// keep; 0 if there is none.
func HTTPStatus(pattern string) int {
	for i := 0; i+3 <= len(pattern); i++ {
		n := pattern[i : i+3]
		if isStatus(n) && digitsAt(n, 0, 3) && ends(pattern, i+3) && afterStatus(pattern[:i]) {
			return int(n[0]-'0')*100 + int(n[1]-'0')*10 + int(n[2]-'0')
		}
	}
	return 0
}
