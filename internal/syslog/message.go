package syslog

import (
	"strings"
	"time"
	"unicode/utf8"
)

// A Message is what a syslog message says. The texts are parts of its text, "" where it does not say.
type Message struct {
	Priority int       // facility * 8 + severity
	Time     time.Time // zero if it does not say, or not in a form that is known
	Stamp    string    // the time as text, if it is one of RFC 5424
	Host     string
	App      string
	Process  string
	ID       string // MSGID of RFC 5424
	Data     string // the elements of structured data, in brackets, well-formed
	Cisco    Cisco
	Text     string // all that is left
}

// A Cisco is the mark of Cisco's firewalls: %ASA-session-6-302013.
type Cisco struct {
	Device    string // "ASA", "FTD", "FMC-AUDIT-LOG", or ""
	Subsystem string
	Level     int // 0 to 7; -1 if there is none
	Message   string
	Named     string // the device by its own name, in front of the mark
}

// Clock says what times mean that do not say it themselves.
type Clock struct {
	Now  time.Time      // messages without a year are from near it
	Zone *time.Location // of messages without a zone
}

// Parse takes a message apart. It fails only for what has no priority in front: that is no syslog. Whatever else is odd ends up in Text.
func Parse(text string, c Clock) (m Message, ok bool) {
	rest, ok := m.priority(text)
	if !ok {
		return m, false
	}
	if m.standard(rest, c) {
		m.Text = strings.TrimPrefix(m.Text, byteOrder)
		m.mark(m.Text)
		return m, true
	}
	m = Message{Priority: m.Priority}
	m.legacy(rest, c)
	m.Text = strings.TrimPrefix(m.Text, byteOrder)
	return m, true
}

// byteOrder is the mark that RFC 5424 has in front of UTF-8.
const byteOrder = "\ufeff"

// maxPriority is that of local7.debug.
const maxPriority = 23*8 + 7

// priority reads <N>, N of one to three digits.
func (m *Message) priority(s string) (rest string, ok bool) {
	if len(s) < 3 || s[0] != '<' {
		return "", false
	}
	i := 1
	for ; i < len(s) && i <= 3 && isDigit(s[i]); i++ {
		m.Priority = m.Priority*10 + int(s[i]-'0')
	}
	if i == 1 || i == len(s) || s[i] != '>' || m.Priority > maxPriority {
		return "", false
	}
	return s[i+1:], true
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// standard reads what RFC 5424 has behind the priority: VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]. A header that
// ends early is as if the rest were "-"; what should be structured data and is not, is text.
func (m *Message) standard(s string, c Clock) bool {
	version, s, more := strings.Cut(s, " ")
	if !more || len(version) == 0 || len(version) > 3 || version[0] == '0' || strings.Trim(version, "0123456789") != "" {
		return false
	}
	stamp, s, _ := strings.Cut(s, " ")
	if stamp != "-" {
		at, n := isoTime(stamp, c)
		if n == 0 || n != len(stamp) {
			return false
		}
		m.Time, m.Stamp = at, stamp
	}
	for _, field := range []*string{&m.Host, &m.App, &m.Process, &m.ID} {
		if *field, s, _ = strings.Cut(s, " "); *field == "-" {
			*field = ""
		}
	}
	n := dataLen(s)
	switch {
	case n > 0:
		m.Data = s[:n]
	case strings.HasPrefix(s, "- ") || s == "-":
		n = 1
	default:
		m.Text = s
		return true
	}
	m.Text = strings.TrimPrefix(s[n:], " ")
	return true
}

// legacy reads what RFC 3164 describes, and what devices make of it: [TIME] [HOST] [TAG[PID]:] TEXT.
func (m *Message) legacy(s string, c Clock) {
	s = strings.TrimLeft(s, " ")
	s = m.epochStamp(s)
	if m.Time.IsZero() {
		s = m.stamp(s, c)
	}
	if m.mark(s) {
		return
	}
	if !m.Time.IsZero() {
		s = m.host(s)
	}
	if m.mark(s) {
		return
	}
	m.Text = m.tag(s)
}

// epochStamp reads "1 1563249630.774247467 ", as Meraki's devices begin.
func (m *Message) epochStamp(s string) string {
	if !strings.HasPrefix(s, "1 ") {
		return s
	}
	word, rest, _ := strings.Cut(s[2:], " ")
	at, ok := epoch(word)
	if !ok {
		return s
	}
	m.Time = at
	return rest
}

// stamp reads the time that a message begins with.
func (m *Message) stamp(s string, c Clock) string {
	if at, rest, ok := timeHere(s, c); ok {
		m.Time = at
		return rest
	}
	return m.numbered(s, c)
}

// numbered reads what IOS has in front of the time of its own messages: a sequence number, the name of the device, or both, each with a colon
// and a blank.
func (m *Message) numbered(s string, c Clock) string {
	host, rest := "", s
	for range 2 {
		word, behind, more := strings.Cut(rest, ": ")
		if !more || !isName(word) || strings.IndexByte(word, '[') >= 0 || host != "" {
			return s
		}
		if strings.Trim(word, "0123456789") != "" {
			host = word
		}
		if at, after, ok := timeHere(behind, c); ok && strings.HasPrefix(after, "%") {
			m.Time, m.Host = at, host
			return after
		}
		rest = behind
	}
	return s
}

// timeHere reads a time at the start of s, and what separates it from the rest.
func timeHere(s string, c Clock) (at time.Time, rest string, ok bool) {
	s = strings.TrimLeft(s, ":*. ")
	at, n := bsdTime(s, c)
	if n == 0 {
		at, n = isoTime(s, c)
	}
	if n == 0 || n < len(s) && s[n] != ' ' && s[n] != ':' {
		return at, "", false
	}
	rest = strings.TrimLeft(s[n:], " ")
	if after, colon := strings.CutPrefix(rest, ":"); colon {
		rest = strings.TrimLeft(after, " ")
	}
	return at, rest, true
}

// host reads the name of the sender, if the next word can be one.
func (m *Message) host(s string) string {
	word, rest, more := strings.Cut(s, " ")
	if !more || !isName(word) || strings.ContainsAny(word, "[]=%") {
		return s
	}
	rest = strings.TrimLeft(rest, " ")
	if isLevel(word) || word == "last" && strings.HasPrefix(rest, "message repeated ") {
		return s
	}
	name := strings.TrimSuffix(word, ":")
	if name != word && !strings.HasPrefix(rest, "%") { // then it is a tag
		return s
	}
	m.Host = name
	if after, ok := strings.CutPrefix(rest, ": "); ok && strings.HasPrefix(after, "%") {
		rest = after
	}
	return rest
}

// isLevel tells whether a word is a level, as programs have it behind the time where they leave their host out: "INFO", "WARN:".
func isLevel(word string) bool {
	word = strings.TrimSuffix(word, ":")
	for _, level := range [...]string{"TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERR", "ERROR", "CRIT", "CRITICAL", "FATAL", "ALERT", "EMERG"} {
		if strings.EqualFold(word, level) {
			return true
		}
	}
	return false
}

// isName tells whether a word may be the name of a host: one letter or digit at least, and nothing that is for sentences only.
func isName(word string) bool {
	some := false
	for i := range len(word) {
		switch c := word[i]; {
		case isDigit(c), c|0x20 >= 'a' && c|0x20 <= 'z', c >= utf8.RuneSelf:
			some = true
		case strings.IndexByte("._:@/-[]", c) < 0:
			return false
		}
	}
	return some
}

// maxTag is how long the name of a program may be [R]: RFC 3164 has 32, RFC 5424 48, and some have paths.
const maxTag = 128

// tag reads the name of a program and its process, as "name: ", "name[pid]: " or "name[pid] ", and returns what is behind.
func (m *Message) tag(s string) string {
	n := strings.IndexAny(s[:min(len(s), maxTag)], " :[")
	if n <= 0 || strings.ContainsAny(s[:n], `={}"'<>,;|`) || strings.Trim(s[:n], "0123456789") == "" {
		return s
	}
	name, rest, pid := s[:n], s[n:], ""
	if rest[0] == '[' {
		end := strings.IndexAny(rest[:min(len(rest), maxTag)], "] ")
		if end < 0 || rest[end] != ']' {
			return s
		}
		pid, rest = rest[1:end], rest[end+1:]
	}
	after, colon := strings.CutPrefix(rest, ":")
	if !colon && pid == "" || after != "" && after[0] != ' ' {
		return s
	}
	m.App, m.Process = name, pid
	return strings.TrimPrefix(after, " ")
}
