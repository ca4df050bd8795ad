package correlation

const hexDigits = "0123456789abcdef"

// appendHex appends the 16 hexadecimal digits of n.
func appendHex(b []byte, n uint64) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[n>>shift&15])
	}
	return b
}

// lowerHex tells whether s is n lower hexadecimal digits and not all of them 0.
func lowerHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	var seen byte
	for i := range len(s) {
		c := s[i]
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return false
		}
		seen |= c ^ '0'
	}
	return seen != 0
}

// hexByte returns the value of two lower hexadecimal digits.
func hexByte(s string) (byte, bool) {
	hi, ok1 := hexDigit(s[0])
	lo, ok2 := hexDigit(s[1])
	return hi<<4 | lo, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}
