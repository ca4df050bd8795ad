package needle

// shortPair is indexPair where there is no faster way: on short texts and on other processors.
func shortPair(b []byte, c0, c1 byte) int {
	for i := 1; i < len(b); i++ {
		if b[i] == c1 && b[i-1] == c0 {
			return i - 1
		}
	}
	return -1
}
