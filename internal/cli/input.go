package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/internal/files"
)

// An input is the files of one run and what went wrong with them.
type input struct {
	source   *files.Source
	progress files.Progress
	files    int
	size     int64 // bytes of all files as stored; -1 if one is unknown
	now      int64 // epoch milliseconds

	mu       sync.Mutex
	problems []inputProblem
}

// formatNames are the values of --format.
func formatNames() []string {
	var names []string
	for f := files.Auto; f <= files.Parquet; f++ {
		names = append(names, f.String())
	}
	return names
}

// open finds the files that args name. It fails if there is none at all.
func (p *Program) open(f *sourceFlags, args []string) (*input, error) {
	format, err := files.ParseFormat(f.format)
	if err != nil {
		return nil, oneOf("--format", f.format, formatNames()...)
	}
	pattern, err := f.pattern()
	if err != nil {
		return nil, err
	}
	in := &input{now: p.Now().UnixMilli()}
	found, problems := files.Find(args)
	in.files = len(found)
	for _, problem := range problems {
		in.problem(problem)
	}
	if len(found) == 0 {
		for _, problem := range in.problems {
			p.problem(problem)
		}
		where := strings.Join(args, ", ")
		mayBeGroup := func(a string) bool { return strings.HasPrefix(a, "/") && !isFile(a) }
		if slices.ContainsFunc(args, mayBeGroup) && (p.command == "query" || p.command == "tail") { // and no service is known
			where += "; for log groups of a server give --endpoint-url, or run: eval \"$(groundwatch env)\""
		}
		return nil, &exitError{ExitFailure, fmt.Errorf("there is nothing to read in %s", where)}
	}
	for _, file := range found {
		in.size += file.Size
		if file.Size < 0 {
			in.size = math.MinInt64 / 2
		}
	}
	in.source = &files.Source{
		Inputs: found, Filter: pattern,
		Options: files.Options{Format: format, Stdin: p.Stdin, Problem: in.problem, Progress: &in.progress},
	}
	return in, nil
}

func (in *input) problem(p files.Problem) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.problems = append(in.problems, inputProblemOf(p))
}

// lost reports whether events are missing from the result.
func (in *input) lost() bool {
	for _, p := range in.problems {
		if p.lost {
			return true
		}
	}
	return false
}

// report says what went wrong, one line each, and how much of it there was.
func (in *input) report(p *Program) {
	p.problems(in.problems)
	p.sumUp(in.problems)
}

// emptyHint says why there may be no row: what was read and what of it passed the filters.
func (in *input) emptyHint(r *exec.Result) string {
	s := r.Stats
	switch {
	case s.RecordsScanned == 0:
		return fmt.Sprintf("there are no events in %s", plural(in.files, "file"))
	case s.RecordsMatched == 0:
		return fmt.Sprintf("of %s in %s none passed the filters and the time range", plural(int(s.RecordsScanned), "event"), plural(in.files, "file"))
	}
	return fmt.Sprintf("%d of %s passed the filters; what follows them left none", s.RecordsMatched, plural(int(s.RecordsScanned), "event"))
}
