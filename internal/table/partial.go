package table

// A Manner says how an answer deals with rows that cannot be read. It is the one rule for all operations, by what their answers
// can say, and what services decide with.
type Manner uint8

const (
	// Whole answers have no place to say that rows are missing: those of GetLogEvents, FilterLogEvents, GetLogRecord and of
	// exports. They fail, unless the operator has chosen to read what is left.
	Whole Manner = iota

	// Marked answers say themselves that they are partial, as Insights does with estimatedRecordsSkipped.
	Marked

	// Sampled answers learn about all rows from some, such as which fields there are. What is missing makes the sample smaller.
	Sampled
)

// Fails tells whether a read fails because of what it could not read; left says that the operator wants what is left.
func (m Manner) Fails(s Stats, left bool) bool { return m == Whole && len(s.Problems) > 0 && !left }
