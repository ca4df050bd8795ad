package cli

import (
	"errors"
	"io"
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
)

// chartStyles are the values of --chart.
var chartStyles = []string{"auto", "bar", "line"}

// checkChart refuses a style that there is not, and --output beside --chart, of which one would be without effect. What
// the environment asks for gives way.
func (p *Program) checkChart(f *queryFlags) error {
	if f.chart == "" {
		return nil
	}
	if p.flags.output != "" && p.fromEnv["chart"] && !p.fromEnv["output"] {
		f.chart = ""
		return nil
	}
	if p.flags.output != "" && !p.fromEnv["output"] {
		return usage("--chart draws and does not go with --output %s; give one of them", p.flags.output)
	}
	return oneOf("--chart", f.chart, chartStyles...)
}

// chart draws a result that has a column of times and columns of numbers. Columns of text between them
// name series: stats count(*) by bin(5m), level has one series per level. Of a result without rows, or with no time
// or no number in any of them, nothing is drawn.
func (p *Program) chart(w io.Writer, style string, opt output.Options, r *exec.Result) error {
	if r.Rows.Len == 0 {
		return nil // which is told afterwards
	}
	times, series, err := chartSeries(r)
	switch {
	case err != nil && slices.ContainsFunc(r.Rows.Columns, allNull):
		p.note("there is nothing to draw: no row has a time and a number")
		return nil
	case err != nil:
		return &exitError{ExitUsage, err}
	}
	return output.Chart(w, style, opt, times, series)
}

// errNoChart says what a chart needs.
var errNoChart = errors.New("--chart needs a column of times and one of numbers: stats count(*) by bin(5m)")

// allNull reports whether a column, nil for one that is not there, has no value.
func allNull(c *column.Column) bool {
	if c == nil {
		return true
	}
	for i := range c.Len {
		if !c.Value(i).IsNull() {
			return false
		}
	}
	return true
}

// checkChartable refuses, before anything is read, a query whose result cannot be drawn. Fields of Parquet files may be
// times whatever their names are; of them the result tells.
func checkChartable(compiled *plan.Plan, inputs []files.Input) error {
	switch {
	case len(compiled.Output) < 2:
		return &exitError{ExitUsage, errNoChart}
	case plan.Times(compiled) || slices.ContainsFunc(inputs, func(in files.Input) bool { return in.IsParquet() }):
		return nil
	}
	return &exitError{ExitUsage, errNoChart}
}

// A chartKey is one cell of a chart.
type chartKey struct {
	series string
	time   int64
}

// chartSeries turns rows into one list of times, ascending, and the values of each series at them. A
// series has no value (NaN in the end) where there is no row.
func chartSeries(r *exec.Result) ([]int64, []output.Series, error) {
	timeAt, numbers, labels := chartColumns(r)
	if timeAt < 0 || len(numbers) == 0 {
		return nil, nil, errNoChart
	}
	values := map[chartKey]float64{}
	var names []string
	var times []int64
	seenName, seenTime := map[string]bool{}, map[int64]bool{}
	for i := range r.Rows.Len {
		at := r.Rows.Columns[timeAt].Value(i)
		if at.IsNull() {
			continue
		}
		if ms := at.Int(); !seenTime[ms] {
			seenTime[ms] = true
			times = append(times, ms)
		}
		for _, c := range numbers {
			name := seriesName(r, i, c, labels, len(numbers) > 1)
			if !seenName[name] {
				seenName[name] = true
				names = append(names, name)
			}
			if f, ok := function.ToNumber(r.Rows.Columns[c].Value(i)); ok {
				values[chartKey{name, at.Int()}] = f
			}
		}
	}
	return sortedSeries(times, names, values)
}

// chartColumns finds the first column of times, the columns of numbers and those that name series.
func chartColumns(r *exec.Result) (timeAt int, numbers, labels []int) {
	timeAt = -1
	for i, c := range r.Rows.Columns {
		switch {
		case c == nil:
		case c.Kind == column.Timestamp && timeAt < 0:
			timeAt = i
		case c.Kind == column.Int64 || c.Kind == column.Float64:
			numbers = append(numbers, i)
		case c.Kind == column.String:
			labels = append(labels, i)
		}
	}
	return timeAt, numbers, labels
}

// seriesName joins the row's labels and, when there are several numbers, the column's name.
func seriesName(r *exec.Result, row, number int, labels []int, several bool) string {
	name := ""
	for _, l := range labels {
		if name != "" {
			name += " "
		}
		name += r.Rows.Columns[l].Value(row).Text()
	}
	switch {
	case name == "":
		return r.Columns[number]
	case several:
		return name + " " + r.Columns[number]
	}
	return name
}

// sortedSeries brings the cells into rows by time.
func sortedSeries(times []int64, names []string, values map[chartKey]float64) ([]int64, []output.Series, error) {
	slices.Sort(times)
	series := make([]output.Series, len(names))
	for i, name := range names {
		series[i] = output.Series{Name: name, Values: make([]float64, len(times))}
		for j, ms := range times {
			v, ok := values[chartKey{name, ms}]
			if !ok {
				v = math.NaN()
			}
			series[i].Values[j] = v
		}
	}
	return times, series, nil
}
