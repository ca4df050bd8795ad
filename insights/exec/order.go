package exec

import "slices"

// sortedRun is how many rows are sorted at a time, before such runs are merged: that takes about a millisecond.
const sortedRun = 2048

// order returns the numbers of n rows in order; equal rows keep theirs.
func (b *breath) order(n int, compare func(i, j int32) int) []int32 {
	return sorted(b, firstRows(n), compare)
}

// sorted returns some things in order; equal ones keep theirs. It uses the memory of all.
func sorted[T any](b *breath, all []T, compare func(x, y T) int) []T {
	n := len(all)
	for from := 0; from < n && b.draw(); from += sortedRun {
		slices.SortStableFunc(all[from:min(from+sortedRun, n)], compare)
	}
	if n <= sortedRun {
		return all
	}
	other := make([]T, n)
	for long := sortedRun; long < n; long *= 2 {
		for from := 0; from < n; from += 2 * long {
			middle, to := min(from+long, n), min(from+2*long, n)
			mergeRuns(b, other[from:to], all[from:middle], all[middle:to], compare)
		}
		all, other = other, all
	}
	return all
}

// mergeRuns merges two sorted runs. Of equal things those of first come first.
func mergeRuns[T any](b *breath, to, first, second []T, compare func(x, y T) int) {
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
