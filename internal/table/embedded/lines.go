package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
)

// A line hides rows: those with a time before it and a sequence up to through.
type line struct {
	before  int64
	through table.Sequence
}

// lines are all lines of a partition. They are replaced, not edited. The latest stands last, has the greatest through and,
// if there are several, the least before: that is so where a retention became longer.
type lines []line

// with returns all lines and one more.
func (all lines) with(l line) lines {
	kept := slices.DeleteFunc(slices.Clone(all), func(old line) bool { return old.before <= l.before })
	return append(kept, l)
}

// hide tells whether a row is gone.
func (all lines) hide(time int64, sequence table.Sequence) bool {
	for _, l := range all {
		if time < l.before && sequence <= l.through {
			return true
		}
	}
	return false
}

// A cover says how much of a stretch of rows something holds for.
type cover uint8

const (
	none cover = iota
	some       // or none, or all: only the rows tell
	covered
)

// cover tells how much of a span is hidden.
func (ls lines) cover(s span) cover {
	found := none
	for _, l := range ls {
		if s.lastTime < l.before && s.lastSequence <= l.through {
			return covered
		}
		if s.firstTime < l.before && s.firstSequence <= l.through {
			found = some
		}
	}
	return found
}
