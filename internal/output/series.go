package output

import (
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// A chartKey is one cell of a chart.
type chartKey struct {
	series string
	time   int64
}

// SeriesOf turns rows into what a chart shows: one list of times, ascending, and the values of each series at them. A series has no value
// where there is no row. It returns nil unless there is a column of times and one of numbers; columns of text name series.
func SeriesOf(columns []string, b *column.Batch) ([]int64, []Series) {
	timeAt, numbers, labels := chartColumns(b)
	if timeAt < 0 || len(numbers) == 0 {
		return nil, nil
	}
	values := map[chartKey]float64{}
	var names []string
	var times []int64
	seenName, seenTime := map[string]bool{}, map[int64]bool{}
	for i := range b.Len {
		at := b.Columns[timeAt].Value(i)
		if at.IsNull() {
			continue
		}
		if ms := at.Int(); !seenTime[ms] {
			seenTime[ms] = true
			times = append(times, ms)
		}
		for _, c := range numbers {
			name := seriesName(columns, b, i, c, labels, len(numbers) > 1)
			if !seenName[name] {
				seenName[name] = true
				names = append(names, name)
			}
			switch v := b.Columns[c].Value(i); v.Kind() {
			case column.Int64:
				values[chartKey{name, at.Int()}] = float64(v.Int())
			case column.Float64:
				values[chartKey{name, at.Int()}] = v.Float()
			}
		}
	}
	return sortedSeries(times, names, values)
}

// chartColumns finds the first column of times, the columns of numbers and those that name series.
func chartColumns(b *column.Batch) (timeAt int, numbers, labels []int) {
	timeAt = -1
	for i, c := range b.Columns {
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
func seriesName(columns []string, b *column.Batch, row, number int, labels []int, several bool) string {
	name := ""
	for _, l := range labels {
		if name != "" {
			name += " "
		}
		name += b.Columns[l].Value(row).Text()
	}
	switch {
	case name == "":
		return columns[number]
	case several:
		return name + " " + columns[number]
	}
	return name
}

// sortedSeries brings the cells into rows by time.
func sortedSeries(times []int64, names []string, values map[chartKey]float64) ([]int64, []Series) {
	slices.Sort(times)
	series := make([]Series, len(names))
	for i, name := range names {
		series[i] = Series{Name: name, Values: make([]float64, len(times))}
		for j, ms := range times {
			v, ok := values[chartKey{name, ms}]
			if !ok {
				v = math.NaN()
			}
			series[i].Values[j] = v
		}
	}
	return times, series
}
