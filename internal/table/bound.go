package table

import "slices"

// A Bound is up to where a listing goes: of each of some writers the last sequence, sorted. The zero Bound leaves nothing out. It
// is small and stands in page tokens.
//
// One number would do for a single writer, as a later one's sequences are greater. Where several append at once, as the
// nodes of a cluster do, the one with the greater number is not the later one: so each has its own. Rows of writers below the
// first one named are all meant: those have ended. Of other writers that are not named, none are.
type Bound []Sequence

// UpTo returns the bound of a table with one writer at a time; 0 leaves nothing out.
func UpTo(s Sequence) Bound {
	if s == 0 {
		return nil
	}
	return Bound{s}
}

// writerBits is how many bits of a sequence count the rows of a writer.
const writerBits = 40

// Writer returns who gave a sequence out.
func (s Sequence) Writer() int64 { return int64(s >> writerBits) }

// Has tells whether a row belongs to the listing.
func (b Bound) Has(s Sequence) bool {
	if len(b) == 0 {
		return true
	}
	if s.Writer() < b[0].Writer() {
		return true
	}
	i, found := slices.BinarySearch(b, s) // the first one that is not less: of the same writer, if the row belongs
	return found || i < len(b) && b[i].Writer() == s.Writer()
}

// Last returns the greatest sequence of the bound, which is all there is to it where one writes at a time; 0 for none.
func (b Bound) Last() Sequence {
	if len(b) == 0 {
		return 0
	}
	return b[len(b)-1]
}
