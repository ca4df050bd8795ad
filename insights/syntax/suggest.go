package syntax

import "strings"

// Suggest returns the candidate that is most like word, by the number of letters to insert,
// delete, replace or swap, without regard to case. It returns "" if none is near: at most one
// change in three letters. Of equally near ones the first with the same first letter wins, or else
// the first.
func Suggest(word string, candidates []string) string {
	w := []rune(strings.ToLower(word))
	best, limit := "", 2*(max(1, len(w)/3)+1)
	for _, c := range candidates {
		r := []rune(strings.ToLower(c))
		if 2*abs(len(r)-len(w)) >= limit {
			continue
		}
		d := 2 * distance(w, r)
		if d >= 2*len(w) || d >= 2*len(r) {
			continue
		}
		if w[0] != r[0] {
			d++
		}
		if d < limit {
			best, limit = c, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// distance counts the changes that turn a into b; swapping neighbours is one.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(last[j]+change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
