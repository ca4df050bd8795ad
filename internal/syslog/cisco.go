package syslog

import "strings"

// devices are those of Cisco whose marks AWS knows (Supported syslog formats).
var devices = []string{"ASA", "FTD", "FMC-AUDIT-LOG"}

// mark reads %DEVICE-[SUBSYSTEM-]LEVEL-NUMBER: or %FMC-AUDIT-LOG: at the start of s, behind the name of a device if logging of that is on
// ("fw-1 : %ASA-..."). What is behind the mark becomes the text.
func (m *Message) mark(s string) bool {
	at := strings.IndexByte(s[:min(len(s), maxTag)], '%')
	if at < 0 {
		return false
	}
	name := strings.TrimRight(s[:at], " :")
	if name != "" && (!isName(name) || strings.ContainsAny(name, "[]")) {
		return false
	}
	c := Cisco{Level: -1}
	words, text, ok := strings.Cut(s[at+1:], ":")
	for _, d := range devices {
		if rest, is := strings.CutPrefix(words, d); is && (rest == "" || rest[0] == '-') {
			c.Device, words = d, strings.TrimPrefix(rest, "-")
		}
	}
	if !ok || c.Device == "" || !c.number(words) {
		return false
	}
	if c.Named = name; m.Host == "" {
		m.Host = name
	}
	m.Cisco, m.Text = c, strings.TrimPrefix(text, " ")
	return true
}

// number reads [SUBSYSTEM-]LEVEL-NUMBER, or nothing where that is allowed.
func (c *Cisco) number(s string) bool {
	if s == "" {
		return c.Device == "FMC-AUDIT-LOG"
	}
	n := strings.LastIndexByte(s, '-')
	if n < 1 || n == len(s)-1 || strings.Trim(s[n+1:], "0123456789") != "" || s[n-1] < '0' || s[n-1] > '7' {
		return false
	}
	front := s[:n-1]
	if front != "" && !strings.HasSuffix(front, "-") || strings.IndexByte(front, ' ') >= 0 {
		return false
	}
	c.Subsystem, c.Level, c.Message = strings.TrimSuffix(front, "-"), int(s[n-1]-'0'), s[n+1:]
	return true
}

// eachPair calls f for the pairs of a text such as FTD's "EventPriority: Low, SrcIP: 10.0.0.1". Without one at its start there are none. A
// comma in a value is part of it unless what follows looks like the next name.
func eachPair(text string, f func(name, value string)) {
	for text != "" {
		name, ok := leadingKey(text)
		if !ok {
			return
		}
		rest := text[len(name)+2:]
		value, next := rest, ""
		for at := 0; ; {
			n := strings.Index(rest[at:], ", ")
			if n < 0 {
				break
			}
			behind := rest[at+n+2:]
			if _, more := leadingKey(behind); more {
				value, next = rest[:at+n], behind
				break
			}
			at += n + 2
		}
		f(name, value)
		text = next
	}
}

// leadingKey returns the name that s begins with, in front of ": ", as FTD writes them: letters and digits, the first a letter, at most 64.
func leadingKey(s string) (name string, ok bool) {
	name, _, ok = strings.Cut(s[:min(len(s), 66)], ": ")
	if !ok || name == "" || isDigit(name[0]) {
		return "", false
	}
	for i := range len(name) {
		if c := name[i]; !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' {
			return "", false
		}
	}
	return name, true
}
