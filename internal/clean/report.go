package clean

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/groundwatch/groundwatch/internal/files"
)

// A Report says what became of the events of all inputs, those that an earlier run finished included.
// In it and in each of its files what was kept and dropped adds up to what was read.
type Report struct {
	Dir        string         `json:"dir"`
	To         string         `json:"to"`
	Split      string         `json:"split"`
	Extension  string         `json:"extension"` // of the results
	Read       Count          `json:"read"`
	Kept       Count          `json:"kept"`
	Dropped    Count          `json:"dropped"`
	Outcomes   []OutcomeCount `json:"outcomes"`
	Repaired   int64          `json:"repaired,omitempty"` // events kept as JSON after what readers refuse, or read in several ways, was put right
	Redactions []RuleCount    `json:"redactions,omitempty"`
	HashKey    string         `json:"hashKey,omitempty"` // of redaction: "given" or "generated", which nobody knows any more
	Columns    []Column       `json:"columns,omitempty"` // of CSV and Parquet, and of NDJSON after a survey
	Rest       int64          `json:"rest,omitempty"`    // values that are in restColumn
	Outputs    []Output       `json:"outputs"`
	Skipped    int            `json:"skipped,omitempty"` // inputs that an earlier run had finished
	Files      []FileReport   `json:"files"`
	Problems   []Problem      `json:"problems,omitempty"` // with finding inputs; those with reading are in Files
}

// A FileReport says what became of the events of one input.
type FileReport struct {
	Path     string         `json:"path"`
	Read     Count          `json:"read"`
	Kept     Count          `json:"kept"`
	Dropped  Count          `json:"dropped"`
	Outcomes []OutcomeCount `json:"outcomes,omitempty"`
	Problems []Problem      `json:"problems,omitempty"`
	// Lost says that it could not be read to its end for a reason that may pass: the next run tries again.
	Lost bool `json:"lost,omitempty"`
}

// A Problem is something wrong with an input, or worth a note.
type Problem struct {
	Path  string `json:"path"`
	Line  int64  `json:"line,omitempty"` // in the decompressed text, from 1; 0: the whole file
	Kind  string `json:"kind"`           // as files.ProblemKind names it
	What  string `json:"what"`
	Count int64  `json:"count"` // how many such problems this one stands for
	Lost  bool   `json:"lost"`  // events, or parts of them, are missing
}

func newProblem(p files.Problem) Problem {
	return Problem{p.Path, p.Line, p.Kind.String(), p.What, p.Count, p.Kind.Lost()}
}

// String returns "path:line: what", with the number of problems when there is more than one.
func (p Problem) String() string {
	s := p.Path
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d", p.Path, p.Line)
	}
	if p.Count > 1 {
		return fmt.Sprintf("%s: %s (%d times)", s, p.What, p.Count)
	}
	return s + ": " + p.What
}

// A RuleCount says how often a rule of redaction found something.
type RuleCount struct {
	Rule   string `json:"rule"`
	Values int64  `json:"values"`
}

// unitCounts are what a unit's workers count besides outcomes.
type unitCounts struct {
	Repaired int64   `json:"repaired,omitempty"`
	Rest     int64   `json:"rest,omitempty"`
	Rules    []int64 `json:"rules,omitempty"` // by rule
}

// Partial reports whether some of the inputs could not be read, or not to their end.
func (r *Report) Partial() bool {
	for p := range r.AllProblems {
		if p.Lost {
			return true
		}
	}
	return false
}

// AllProblems yields every problem: first those with finding inputs, then file by file.
func (r *Report) AllProblems(yield func(Problem) bool) {
	for _, p := range r.Problems {
		if !yield(p) {
			return
		}
	}
	for _, f := range r.Files {
		for _, p := range f.Problems {
			if !yield(p) {
				return
			}
		}
	}
}

// newFileReport returns the report of one file.
func newFileReport(path string, c *counts, problems []files.Problem) FileReport {
	f := FileReport{Path: path, Outcomes: c.list()}
	f.Kept, f.Dropped = c.sums()
	f.Read.add(f.Kept)
	f.Read.add(f.Dropped)
	for _, p := range problems {
		p.Path = path
		f.Problems = append(f.Problems, newProblem(p))
		f.Lost = f.Lost || p.Kind == files.Unreadable || p.Kind == files.Shrunk
	}
	return f
}

// addUnit adds what a unit's record says.
func (r *Report) addUnit(u *unitRecord) {
	r.Outputs = append(r.Outputs, u.Outputs...)
	r.Files = append(r.Files, u.Files...)
	for _, f := range u.Files {
		r.Read.add(f.Read)
		r.Kept.add(f.Kept)
		r.Dropped.add(f.Dropped)
		r.addOutcomes(f.Outcomes)
	}
	r.Repaired += u.Counts.Repaired
	r.Rest += u.Counts.Rest
	for i, n := range u.Counts.Rules {
		if i < len(r.Redactions) {
			r.Redactions[i].Values += n
		}
	}
}

func (r *Report) addOutcomes(all []OutcomeCount) {
	for _, o := range all {
		i := slices.IndexFunc(r.Outcomes, func(have OutcomeCount) bool { return have.What == o.What && have.Dropped == o.Dropped })
		if i < 0 {
			r.Outcomes = append(r.Outcomes, o)
			continue
		}
		r.Outcomes[i].add(o.Count)
	}
}

// sort puts outcomes into the order of their list and outputs into that of their names.
func (r *Report) sort() {
	rank := func(o OutcomeCount) int {
		for i := range outcomes {
			if i.String() == o.What && i.dropped() == o.Dropped {
				return int(i)
			}
		}
		return int(outcomes)
	}
	slices.SortFunc(r.Outcomes, func(a, b OutcomeCount) int { return cmp.Compare(rank(a), rank(b)) })
	slices.SortFunc(r.Outputs, func(a, b Output) int { return cmp.Compare(a.Name, b.Name) })
}

// maxFilesShown is how many files WriteText lists; the JSON form has them all.
const maxFilesShown = 20

// WriteText writes the report for people: totals, reasons, the files that lost most. Problems are not in
// it; see AllProblems.
func (r *Report) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	r.writeCounts(b)
	r.writeNotes(b)
	r.writeFiles(b)
	return b.Flush()
}

func (r *Report) writeCounts(b *bufio.Writer) {
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, c Count) {
		fmt.Fprintf(t, "%s\t%s\t%s\t\n", name, grouped(c.Events), size(c.Bytes))
	}
	fmt.Fprintln(t, "\tevents\tsize\t")
	row("read", r.Read)
	row("kept", r.Kept)
	for _, o := range r.Outcomes {
		if !o.Dropped {
			row(o.What, o.Count)
		}
	}
	row("dropped", r.Dropped)
	for _, o := range r.Outcomes {
		if o.Dropped {
			row(o.What, o.Count)
		}
	}
	_ = t.Flush() // b keeps the error
}

func (r *Report) writeNotes(b *bufio.Writer) {
	var bytes int64
	for _, o := range r.Outputs {
		bytes += o.Bytes
	}
	fmt.Fprintf(b, "%s in, %s out: %s in %s\n", plural(len(r.Files), "file"), plural(len(r.Outputs), "file"), size(bytes), r.Dir)
	if r.Skipped > 0 {
		fmt.Fprintf(b, "%s had been cleaned by an earlier run\n", plural(r.Skipped, "file"))
	}
	if r.Repaired > 0 {
		fmt.Fprintf(b, "%s events are JSON whose bytes, numbers or equal keys were put right\n", grouped(r.Repaired))
	}
	if len(r.Columns) > 0 {
		fmt.Fprintf(b, "%s\n", plural(len(r.Columns), "column"))
	}
	if r.Rest > 0 {
		fmt.Fprintf(b, "%s values have no column of their own and are in %s\n", grouped(r.Rest), restColumn)
	}
	for _, c := range r.Redactions {
		fmt.Fprintf(b, "redacted %s: %s\n", c.Rule, grouped(c.Values))
	}
	if r.HashKey == "generated" {
		fmt.Fprintln(b, "the key of the hashes was made for this run and is not kept; give one with hash-key to get the same hashes again")
	}
}

// writeFiles lists files of which something was dropped, those with most first.
func (r *Report) writeFiles(b *bufio.Writer) {
	var hit []FileReport
	for _, f := range r.Files {
		if f.Dropped.Events > 0 {
			hit = append(hit, f)
		}
	}
	if len(r.Files) < 2 || len(hit) == 0 {
		return
	}
	slices.SortStableFunc(hit, func(a, b FileReport) int { return cmp.Compare(b.Dropped.Events, a.Dropped.Events) })
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "kept\tdropped\tfile")
	for _, f := range hit[:min(len(hit), maxFilesShown)] {
		var why []string
		for _, o := range f.Outcomes {
			if o.Dropped {
				why = append(why, fmt.Sprintf("%s %s", grouped(o.Events), o.What))
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s (%s)\n", grouped(f.Kept.Events), grouped(f.Dropped.Events), f.Path, strings.Join(why, ", "))
	}
	_ = t.Flush() // b keeps the error
	if more := len(hit) - maxFilesShown; more > 0 {
		fmt.Fprintf(b, "and %s more\n", plural(more, "file"))
	}
}

// grouped returns n with a comma between thousands.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size returns a number of bytes in the unit that fits it, in powers of 1,000.
func size(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1000, 0
	for v >= 999.95 && unit < 4 {
		v, unit = v/1000, unit+1
	}
	return fmt.Sprintf("%.1f %cB", v, "kMGTP"[unit])
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(int64(n)) + " " + what + "s"
}
