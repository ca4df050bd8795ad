package pattern

import "strings"

// timeLength returns the length of the time that s begins with, or 0. Known are ISO 8601 with its
// common relaxations, the times of access logs and syslog, 25 May 2019 10:24:39,474 and bare times of day.
func timeLength(s string) int {
	if len(s) < 8 {
		return 0
	}
	n := 0
	switch {
	case classes[s[0]]&classDigit != 0:
		n = numericTime(s)
	case monthName(s):
		n = syslogTime(s)
	}
	if n == 0 || !ends(s, n) {
		return 0
	}
	return n
}

// numericTime returns the length of a time that begins with a digit.
func numericTime(s string) int {
	switch {
	case digitsAt(s, 0, 4) && (s[4] == '-' || s[4] == '/') && digitsAt(s, 5, 2) && at(s, 7) == s[4] && digitsAt(s, 8, 2):
		return dayTime(s, 10)
	case digitsAt(s, 0, 8) && at(s, 8) == 'T' && digitsAt(s, 9, 6): // 20240501T081550Z
		return zone(s, 15)
	case digitsAt(s, 0, 2) && s[2] == ':':
		return clock(s, 0)
	}
	d := 1
	if classes[s[1]]&classDigit != 0 {
		d = 2
	}
	switch sep := at(s, d); {
	case sep == '/' && monthName(s[d+1:]) && at(s, d+4) == '/' && digitsAt(s, d+5, 4): // 10/Oct/2000:13:55:36 -0700
		return dayTime(s, d+9)
	case sep == ' ' && monthName(s[d+1:]) && at(s, d+4) == ' ' && digitsAt(s, d+5, 4):
		return dayTime(s, d+9)
	case (sep == '/' || sep == '.' || sep == '-') && digitsAt(s, d+1, 2) && at(s, d+3) == sep && digitsAt(s, d+4, 4): // 31.12.2025
		return dayTime(s, d+8)
	}
	return 0
}

// dayTime returns the length of a time whose day ends at n: with the time of day, if one follows.
func dayTime(s string, n int) int {
	if c := at(s, n); c == 'T' || c == ' ' || c == '_' || c == ':' {
		if end := clock(s, n+1); end > 0 {
			return end
		}
	}
	return n
}

// clock returns the end of the time of day that begins at n, hours and minutes at least, or 0.
func clock(s string, n int) int {
	if !digitsAt(s, n, 2) || at(s, n+2) != ':' || !digitsAt(s, n+3, 2) {
		return 0
	}
	n += 5
	if at(s, n) == ':' && digitsAt(s, n+1, 2) {
		n += 3
		if c := at(s, n); (c == '.' || c == ',') && digitsAt(s, n+1, 1) {
			n += 2
			for digitsAt(s, n, 1) {
				n++
			}
		}
	}
	return zone(s, n)
}

// zone returns the end of the time zone at n, or n if there is none.
func zone(s string, n int) int {
	rest := s[n:]
	switch {
	case strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "z"):
		return n + 1
	case strings.HasPrefix(rest, " UTC") || strings.HasPrefix(rest, " GMT"):
		return n + 4
	}
	if at(s, n) == ' ' {
		n++
	}
	if c := at(s, n); (c == '+' || c == '-') && digitsAt(s, n+1, 2) {
		switch {
		case digitsAt(s, n+3, 2):
			return n + 5
		case at(s, n+3) == ':' && digitsAt(s, n+4, 2):
			return n + 6
		}
	}
	return len(s) - len(rest)
}

// syslogTime returns the length of a time such as Oct 11 22:14:15, or 0.
func syslogTime(s string) int {
	if s[3] != ' ' || !digitsAt(s, 5, 1) || s[4] != ' ' && !digitsAt(s, 4, 1) || at(s, 6) != ' ' {
		return 0
	}
	return clock(s, 7)
}

// monthName reports whether s begins with the short English name of a month.
func monthName(s string) bool {
	if len(s) < 3 {
		return false
	}
	n := strings.Index("JanFebMarAprMayJunJulAugSepOctNovDec", s[:3])
	return n >= 0 && n%3 == 0
}

// at returns s[n], or 0 if s is shorter.
func at(s string, n int) byte {
	if n >= len(s) {
		return 0
	}
	return s[n]
}

// digitsAt reports whether n digits stand at s[i].
func digitsAt(s string, i, n int) bool {
	if i+n > len(s) {
		return false
	}
	for _, c := range []byte(s[i : i+n]) {
		if classes[c]&classDigit == 0 {
			return false
		}
	}
	return true
}
