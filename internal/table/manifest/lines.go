package manifest

import (
	"slices"

	"github.com/groundwatch/groundwatch/internal/table"
)

// A Line hides rows: those with a time before it and a sequence up to Through.
type Line struct {
	Before  int64
	Through table.Sequence
}

// Lines are all lines of a partition. They are replaced, not edited. The latest stands last, has the greatest Through and,
// if there are several, the least Before: that is so where a retention became longer.
type Lines []Line

// with returns all lines and one more.
func (all Lines) with(l Line) Lines {
	kept := slices.DeleteFunc(slices.Clone(all), func(old Line) bool { return old.Before <= l.Before })
	return append(kept, l)
}

// Hide tells whether a row is gone.
func (all Lines) Hide(time int64, sequence table.Sequence) bool {
	for _, l := range all {
		if time < l.Before && sequence <= l.Through {
			return true
		}
	}
	return false
}

// A Cover says how much of a stretch of rows something holds for.
type Cover uint8

// How much.
const (
	None Cover = iota
	Some       // or none, or all: only the rows tell
	Covered
)

// Cover tells how much of a span is hidden.
func (ls Lines) Cover(s Span) Cover {
	found := None
	for _, l := range ls {
		if s.LastTime < l.Before && s.LastSequence <= l.Through {
			return Covered
		}
		if s.FirstTime < l.Before && s.FirstSequence <= l.Through {
			found = Some
		}
	}
	return found
}
