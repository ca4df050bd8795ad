package clean

// An outcome is what became of an event.
type outcome uint8

const (
	keptJSON         outcome = iota // it was a JSON object
	keptText                        // text, turned into JSON
	keptLambda                      // a text line in the columns of a Lambda runtime, turned into JSON
	keptPlatform                    // a line that Lambda itself wrote
	droppedPlatform                 // the same
	droppedText                     // text, the runtimes' lines included
	droppedDuplicate                // equal to an event before it
	droppedBlank                    // nothing but blanks
	outcomes                        // how many there are
)

var outcomeNames = [...]string{
	"json", "text", "lambda-text", "platform", "platform", "text", "duplicate", "blank",
}

// String returns the outcome's name in reports.
func (o outcome) String() string { return outcomeNames[o] }

func (o outcome) dropped() bool { return o >= droppedPlatform }

// Count is a number of events and of bytes of their text as it was read.
type Count struct {
	Events int64 `json:"events"`
	Bytes  int64 `json:"bytes"`
}

func (c *Count) add(other Count) {
	c.Events += other.Events
	c.Bytes += other.Bytes
}

// counts are the events of a file or a run by outcome.
type counts [outcomes]Count

func (c *counts) add(o outcome, bytes int) {
	c[o].Events++
	c[o].Bytes += int64(bytes)
}

// sums returns the events kept and dropped.
func (c *counts) sums() (kept, dropped Count) {
	for o := range outcomes {
		if o.dropped() {
			dropped.add(c[o])
		} else {
			kept.add(c[o])
		}
	}
	return kept, dropped
}

// An OutcomeCount says how many events had one fate.
type OutcomeCount struct {
	What    string `json:"what"` // the reason or, of kept events, what they were
	Dropped bool   `json:"dropped"`
	Count
}

// list returns the outcomes that occurred, kept ones first.
func (c *counts) list() []OutcomeCount {
	var all []OutcomeCount
	for o := range outcomes {
		if c[o].Events > 0 {
			all = append(all, OutcomeCount{What: o.String(), Dropped: o.dropped(), Count: c[o]})
		}
	}
	return all
}
