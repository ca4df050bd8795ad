package output

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"
)

// A Series is one line of a chart.
type Series struct {
	Name   string
	Values []float64 // one for each time; NaN where there is none
}

// chartWidth is how wide a chart is when nobody says.
const chartWidth = 80

// maxBars is how many bars style auto draws at most; more times make a line.
const maxBars = 60

// Chart draws series over times, which are epoch milliseconds in ascending order. Style bar draws a bar for
// each time, line a curve; auto takes bars for one series of at most 60 times, else lines.
func Chart(w io.Writer, style string, opt Options, times []int64, series []Series) error {
	if opt.Zone == nil {
		opt.Zone = time.UTC
	}
	if opt.Width <= 0 {
		opt.Width = chartWidth
	}
	for _, s := range series {
		if len(s.Values) != len(times) {
			return fmt.Errorf("chart: series %q has %d values at %d times", s.Name, len(s.Values), len(times))
		}
	}
	if style == "auto" {
		style = "line"
		if len(series) == 1 && len(times) <= maxBars {
			style = "bar"
		}
	}
	c := &chart{sink: &sink{w: w}, opt: opt, times: times, series: series}
	switch style {
	case "bar":
		c.bars()
	case "line":
		c.lines()
	default:
		return fmt.Errorf("chart: style %q, want auto, bar or line", style)
	}
	return c.flush()
}

// A chart is what the styles share.
type chart struct {
	*sink
	opt    Options
	times  []int64
	series []Series
}

// bounds returns the least and greatest value of the series, zero included: a bar that begins elsewhere
// misleads.
func bounds(series []Series) (low, high float64) {
	for _, s := range series {
		for _, v := range s.Values {
			if drawable(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high
}

// drawable reports whether v has a place in a chart.
func drawable(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// timeLayout returns how times are shown: with as much of date and time as tells them apart.
func (c *chart) timeLayout() string {
	if len(c.times) == 0 {
		return time.DateOnly
	}
	first := time.UnixMilli(c.times[0]).In(c.opt.Zone)
	last := time.UnixMilli(c.times[len(c.times)-1]).In(c.opt.Zone)
	days, seconds, millis := true, false, false
	for _, ms := range c.times {
		t := time.UnixMilli(ms).In(c.opt.Zone)
		days = days && t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0
		seconds = seconds || t.Second() != 0
		millis = millis || ms%1000 != 0
	}
	clock := "15:04"
	switch {
	case millis:
		clock = "15:04:05.000"
	case seconds:
		clock = "15:04:05"
	case days:
		return time.DateOnly
	}
	switch {
	case first.Format(time.DateOnly) == last.Format(time.DateOnly):
		return clock
	case first.Year() == last.Year():
		return "01-02 " + clock
	}
	return time.DateOnly + " " + clock
}

func (c *chart) label(ms int64, layout string) string {
	return time.UnixMilli(ms).In(c.opt.Zone).Format(layout)
}

// short returns f in few characters: 1234567 as 1.23M.
func short(f float64) string {
	abs := math.Abs(f)
	for _, u := range []struct {
		at     float64
		suffix string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e4, "k"}} {
		if abs < u.at {
			continue
		}
		unit := u.at
		if u.suffix == "k" {
			unit = 1e3
		}
		return digits3(f/unit) + u.suffix
	}
	return digits3(f)
}

// digits3 returns f with three digits, whole numbers with all of theirs.
func digits3(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	if abs := math.Abs(f); abs >= 100 && abs < 1e15 {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'g', 3, 64)
}

// step returns the distance between times if there is one that all are multiples of, and filling the gaps
// gives at most limit times; else 0.
func (c *chart) step(limit int64) int64 {
	step := int64(0)
	for i := 1; i < len(c.times); i++ {
		step = gcd(step, c.times[i]-c.times[i-1])
	}
	if step <= 0 || (c.times[len(c.times)-1]-c.times[0])/step >= limit {
		return 0
	}
	return step
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// filled returns times and series with the missing times put in, so that a gap looks like one.
func (c *chart) filled() ([]int64, []Series) {
	const limit = 500
	step := c.step(limit)
	if step == 0 {
		return c.times, c.series
	}
	var times []int64
	for t := c.times[0]; t <= c.times[len(c.times)-1]; t += step {
		times = append(times, t)
	}
	all := make([]Series, len(c.series))
	for k, s := range c.series {
		values := slices.Repeat([]float64{math.NaN()}, len(times))
		for i, t := range c.times {
			values[(t-c.times[0])/step] = s.Values[i]
		}
		all[k] = Series{s.Name, values}
	}
	return times, all
}
