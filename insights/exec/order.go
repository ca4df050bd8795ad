package exec

import "slices"

// sortedRun is how many rows are sorted at a time, before such runs are merged: that takes about a millisecond.
const sortedRun = 2048

// order returns the numbers of n rows in order; equal rows keep theirs.
func (b *breath) order(n int, compare func(i, j int32) int) []int32 {
	order := firstRows(n)
	for from := 0; from < n && b.draw(); from += sortedRun {
		slices.SortStableFunc(order[from:min(from+sortedRun, n)], compare)
	}
	if n <= sortedRun {
		return order
	}
	other := make([]int32, n)
	for long := sortedRun; long < n; long *= 2 {
		for from := 0; from < n; from += 2 * long {
			middle, to := min(from+long, n), min(from+2*long, n)
			b.mergeRuns(other[from:to], order[from:middle], order[middle:to], compare)
		}
		order, other = other, order
	}
	return order
}

// mergeRuns merges two sorted runs. Of equal rows those of first come first.
func (b *breath) mergeRuns(to, first, second []int32, compare func(i, j int32) int) {
	for i := range to {
		switch {
		case len(second) == 0 || !b.step(1):
			copy(to[i:], first)
			copy(to[i+len(first):], second)
			return
		case len(first) == 0:
			copy(to[i:], second)
			return
		case compare(second[0], first[0]) < 0:
			to[i], second = second[0], second[1:]
		default:
			to[i], first = first[0], first[1:]
		}
	}
}
