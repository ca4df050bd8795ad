package cli

import (
	"errors"
	"io"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
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

// checkSources refuses the style of --chart where a source should be: the flag may stand alone and takes a style with = only.
func (f *queryFlags) checkSources(sources []string) error {
	for _, s := range sources {
		if f.chart != "" && slices.Contains(chartStyles, s) && !isFile(s) {
			return usage("--chart takes its style behind =: --chart=%s", s)
		}
	}
	return nil
}

// chart draws a result that has a column of times and columns of numbers. Columns of text between them
// name series: stats count(*) by bin(5m), level has one series per level. Of a result without rows, or with no time
// or no number in any of them, nothing is drawn.
func (p *Program) chart(w io.Writer, style string, opt output.Options, r *exec.Result) error {
	if r.Rows.Len == 0 {
		return nil // which is told afterwards
	}
	times, series := output.SeriesOf(r.Columns, r.Rows)
	switch {
	case series == nil && slices.ContainsFunc(r.Rows.Columns, allNull):
		p.note("there is nothing to draw: no row has a time and a number")
		return nil
	case series == nil:
		return &exitError{ExitUsage, errNoChart}
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
