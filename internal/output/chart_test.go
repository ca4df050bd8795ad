package output

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
)

func charted(t testing.TB, style string, opt Options, times []int64, series ...Series) string {
	t.Helper()
	var out bytes.Buffer
	if err := Chart(&out, style, opt, times, series); err != nil {
		t.Fatalf("Chart(%s): %v", style, err)
	}
	return out.String()
}

// hours returns n times an hour apart, from 2026-01-05T00:00:00Z.
func hours(n int) []int64 {
	times := make([]int64, n)
	for i := range times {
		times[i] = 1_767_571_200_000 + int64(i)*3_600_000
	}
	return times
}

func wave(n int, period, height float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Round(height * (1 + math.Sin(float64(i)/period)))
	}
	return values
}

func TestChartsAreGolden(t *testing.T) {
	nan := math.NaN()
	gaps := hours(12)
	gaps = append(gaps[:3:3], gaps[6:]...)
	for _, tt := range []struct {
		name   string
		style  string
		opt    Options
		times  []int64
		series []Series
	}{
		{"bar.txt", "auto", Options{Width: 60}, hours(8), []Series{{"count", []float64{0, 1, 20, 300, 1000, 750, 12_345, nan}}}},
		{"bar-gaps.txt", "bar", Options{Width: 40}, gaps, []Series{{"count", wave(9, 2, 50)}}},
		{"bar-negative.txt", "bar", Options{Width: 50}, hours(4), []Series{{"net", []float64{-3, 5.25, -0.5, 10}}}},
		{"bar-two.txt", "bar", Options{Width: 60}, hours(3), []Series{{"error", []float64{1, 2, 3}}, {"warn\x1b[2J", []float64{30, 20, nan}}}},
		{"bar-zone.txt", "bar", Options{Width: 40, Colour: true, Zone: time.FixedZone("X", 5*3600+1800)}, hours(2), []Series{{"n", []float64{1, 2}}}},
		{"line.txt", "auto", Options{Width: 70}, hours(100), []Series{{"count", wave(100, 8, 2_000_000)}}},
		{"line-panels.txt", "line", Options{Width: 50}, hours(30), []Series{{"p50", wave(30, 4, 10)}, {"p99\x1b", wave(30, 6, 0.02)}}},
		{"line-colour.txt", "line", Options{Width: 50, Colour: true}, hours(30), []Series{{"p50", wave(30, 4, 10)}, {"p99", wave(30, 6, 60)}}},
		{"line-gap.txt", "line", Options{Width: 40}, hours(6), []Series{{"n", []float64{1, 2, nan, nan, 5, 1}}}},
		{"line-point.txt", "line", Options{Width: 30}, hours(1), []Series{{"n", []float64{7}}}},
		{"line-many.txt", "line", Options{Width: 40, Colour: true}, hours(4), many(10)},
		{"bar-none.txt", "bar", Options{}, nil, nil},
		{"line-none.txt", "line", Options{Width: 30}, nil, []Series{{Name: "n"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := charted(t, tt.style, tt.opt, tt.times, tt.series...)
			golden(t, tt.name, got)
			for line := range strings.Lines(got) {
				if w := TextWidth(strings.TrimSuffix(uncoloured(line), "\n")); w > max(tt.opt.Width, 80) && tt.opt.Width > 0 {
					t.Errorf("line of %d columns, want at most %d: %q", w, tt.opt.Width, line)
				}
			}
		})
	}
}

func many(n int) []Series {
	var all []Series
	for i := range n {
		all = append(all, Series{string(rune('a' + i)), []float64{float64(i), 1, float64(2 * i), 3}})
	}
	return all
}

func uncoloured(s string) string {
	for _, c := range append(seriesColours[:], reset) {
		s = strings.ReplaceAll(s, c, "")
	}
	return s
}

func TestChartRefuses(t *testing.T) {
	err := Chart(&bytes.Buffer{}, "pie", Options{}, hours(1), []Series{{"n", []float64{1}}})
	if err == nil || err.Error() != `chart: style "pie", want auto, bar or line` {
		t.Errorf("Chart(pie) = %v", err)
	}
	err = Chart(&bytes.Buffer{}, "bar", Options{}, hours(2), []Series{{"n", []float64{1}}})
	if err == nil || err.Error() != `chart: series "n" has 1 values at 2 times` {
		t.Errorf("Chart with a value short = %v", err)
	}
}

// TestChartsOfExtremes checks that the ends of float64 neither hang nor panic.
func TestChartsOfExtremes(t *testing.T) {
	values := []float64{math.MaxFloat64, -math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 0, 5e-324}
	for _, style := range []string{"bar", "line"} {
		for _, width := range []int{0, 1, 20, 1000} {
			if got := charted(t, style, Options{Width: width}, hours(len(values)), Series{"x", values}); len(got) > 1<<20 {
				t.Errorf("%s of width %d is %d bytes", style, width, len(got))
			}
		}
	}
}

func TestShort(t *testing.T) {
	for _, tt := range []struct {
		in   float64
		want string
	}{
		{0, "0"}, {7, "7"}, {9999, "9999"}, {10_000, "10k"}, {12_345, "12.3k"}, {999_999, "1000k"},
		{1_234_567, "1.23M"}, {5e9, "5G"}, {1.5e13, "15T"}, {0.5, "0.5"}, {0.012345, "0.0123"}, {-12_345, "-12.3k"}, {123.456, "123"},
	} {
		if got := short(tt.in); got != tt.want {
			t.Errorf("short(%g) = %s, want %s", tt.in, got, tt.want)
		}
	}
}
