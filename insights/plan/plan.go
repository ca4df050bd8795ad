package plan

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// A Plan is a query that can be run: what to read, what to do with it, what to show.
//
// Columns are numbered by slots. The scan fills the slots ScanSlots, one per field; each step reads
// slots and fills others. A Stats step (and Pattern, which is its kin) begins a new numbering.
type Plan struct {
	Source    *syntax.Source // where to read; nil means the query's own input
	Scan      Scan
	ScanSlots []int // the slot of each field of Scan
	Time      int   // the slot of @timestamp in the scan
	Back      Shift // how far the window is to be moved back (stats ... offset)
	Steps     []Step
	Slots     int // how many slots the first numbering has
	Output    []Column
	// LogRows says that the rows of the result are log events, not groups or patterns.
	LogRows bool
	// Estimate says that nothing is to be run: the answer is the number of bytes.
	Estimate bool
	Warnings []string
	// Indexed are the fields of filterIndex: what has no index of each of them is not to be read.
	Indexed []string
}

// A Column is one column of a result.
type Column struct {
	Name string
	Slot int
}

// A Step does one thing to the rows.
type Step interface {
	// uses returns the slots the step reads and those it fills. A step that begins a new
	// numbering fills slots of the new one and returns fresh true.
	uses() (reads, writes []int, fresh bool)
}

// An Assign fills a slot with the value of an expression.
type Assign struct {
	Slot int
	Expr Expr
}

type (
	// Compute fills slots row by row.
	Compute struct{ Assigns []Assign }

	// Where keeps the rows for which Cond is true.
	Where struct {
		Cond Expr
		Live []int // the slots that later steps need
	}

	// Stats replaces rows by groups. Its output begins a new numbering: the keys, the aggregates, then
	// what Post computes of them. Without Keys there is one group, or none if there is no row.
	Stats struct {
		Keys  []Assign
		Aggs  []Agg
		Post  []Assign
		Slots int // of the new numbering
		Time  int // slot of the time that orders rows, or -1
	}

	// Sort reorders rows; it is stable.
	Sort struct{ Keys []SortKey }

	// Limit keeps N rows.
	Limit struct {
		N    int
		Any  bool // any N rows
		Tail bool // the last N
		// Default marks the limit that the query did not name itself.
		Default bool
	}

	// Dedup keeps the first row of each combination, and every row in which one of Slots is null.
	Dedup struct{ Slots []int }

	// Parse takes texts out of a text. Out has a slot for each name.
	Parse struct {
		From   Expr
		Mode   syntax.ParseMode
		Glob   []string // the literal texts around the stars, one more than stars
		Regex  *function.Matcher
		Groups []int // the capture group for each of Out
		Multi  bool
		Out    []int
	}

	// Unnest makes a row of each element of the list X. With Expand, X that is no list leaves the row
	// as it is; otherwise such a value is a list of one, and an empty list leaves no row.
	Unnest struct {
		X      Expr
		Out    int
		Expand bool
	}

	// Lookup fills slots from the row of a table in which every Match agrees. With CIDR there is one
	// match, whose column holds networks; its Column may be "".
	Lookup struct {
		Table string
		CIDR  bool
		Match []LookupMatch
		Out   []LookupOut
		Keep  bool // never overwrite a value that is present
		Span  syntax.Span
	}

	// Join adds the rows of Right whose key equals ours.
	Join struct {
		Right    *Plan
		LeftKey  Expr
		RightKey int    // slot in Right
		Copy     []Copy // what to take over from Right
		Outer    bool
		Span     syntax.Span
	}

	// AppendCols puts columns of Right beside our rows, by position.
	AppendCols struct {
		Right *Plan
		Copy  []Copy
		Max   int
	}

	// AddTotals adds the sums of Slots (nil: every numeric column of Columns) as a column and as a row.
	AddTotals struct {
		Slots   []int
		Columns []Column // the visible columns
		Out     int      // slot of the row sums, or -1
		Col     bool     // append a row of column sums
	}

	// Accum fills Out with the running sum of In.
	Accum struct{ In, Out int }

	// Autoregress fills Out[i] with the value of In From+i rows earlier.
	Autoregress struct {
		In, From int
		Out      []int
	}

	// FillDown puts the last value above into the nulls of Slots.
	FillDown struct{ Slots []int }

	// FillMissing inserts rows for the empty bins of Time between the first and the last.
	FillMissing struct {
		Time   int
		Period function.Period
		Keys   []int // the other group keys: bins are filled for each combination of them
		Values []FillValue
		Span   syntax.Span
	}

	// Outlier removes or clamps values outside the interquartile bounds of each of Slots.
	Outlier struct {
		Remove   bool
		Param    float64
		UseLower bool
		Slots    []int
		Out      []int // slot of the (clamped) value, one for each of Slots
		Mark     []int // slot of the mark, or nil
	}

	// Sessionize numbers the sessions of each identity.
	Sessionize struct {
		Ids  []int
		Time int
		Gap  Shift // Months or Millis
		Out  int
	}

	// Pattern replaces rows by the patterns of the text X. Its output begins a new numbering:
	// @pattern, @ratio, @sampleCount, @severityLabel.
	Pattern struct {
		X    Expr
		Time int // slot of @timestamp, or -1
	}

	// Diff replaces rows by patterns of X, compared with those of the window Back before. Its output begins a
	// new numbering: @pattern, @sampleCount, @previousSampleCount, @differenceCount,
	// @differenceDescription, @severityLabel.
	Diff struct {
		X    Expr
		Time int
		Back Shift
		Span syntax.Span
	}

	// Anomaly marks unusual patterns. It reads the output of Pattern and adds @anomaly,
	// @anomalyType and @anomalyReason.
	Anomaly struct {
		Pattern, Ratio, Count, Severity int // slots; -1 if there is none
		Out                             [3]int
	}

	// Relevant replaces rows by fields, ranked by how well they go with Cond. Its output begins a new numbering:
	// @fieldName, @relevanceScore, @topRelevanceContributors, @conditionalMedian, @baselineMedian.
	Relevant struct {
		Cond   Expr
		Fields []Column // the fields to rank; nil means every discovered field, in All
		All    int      // slot of the flat object of all fields, or -1
	}
)

// An Agg is one aggregate of a Stats step.
type Agg struct {
	Fn       *function.Aggregate
	Args     []Expr          // over the input's slots; empty for f(*)
	Literals []*column.Value // the arguments that are literals, nil for the others
	Slot     int             // in the new numbering
}

// A SortKey is one key of a Sort.
type SortKey struct {
	Slot int
	Desc bool
}

// A Copy takes over a column of another plan's result.
type Copy struct{ From, To int }

// A LookupMatch pairs a column of a table with a value.
type LookupMatch struct {
	Column string
	X      Expr
}

// A LookupOut fills a slot from a column of a table.
type LookupOut struct {
	Column string
	Slot   int
	Old    Expr // the value so far; nil if there is none
}

// A FillValue is a constant for the rows that fillmissing inserts.
type FillValue struct {
	Slot  int
	Value column.Value
}

// A Shift moves a window back in time.
type Shift struct {
	Window bool  // by its own length
	Months int   // by calendar months
	Millis int64 // by a fixed time
}
