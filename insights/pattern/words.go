package pattern

// OneWordApart tells whether the words a and b, three or more each, differ in exactly one, and in which.
func OneWordApart(a, b []string) (at int, ok bool) {
	if len(a) != len(b) || len(a) < 3 {
		return 0, false
	}
	at = -1
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if at >= 0 {
			return 0, false
		}
		at = i
	}
	return at, at >= 0
}
