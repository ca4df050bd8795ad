package output

import (
	"math"
	"strings"
)

// eighths are bars of one to seven eighths of a character.
var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// bars draws a bar for each time, below each other; several series alternate.
func (c *chart) bars() {
	times, series := c.filled()
	low, high := bounds(series)
	layout, names, numbers := c.timeLayout(), 0, 0
	for _, s := range series {
		if len(series) > 1 {
			names = max(names, TextWidth(Visible(s.Name)))
		}
		for _, v := range s.Values {
			numbers = max(numbers, len(valueText(v)))
		}
	}
	names = min(names, c.opt.Width/4)
	labels := 0
	if len(times) > 0 {
		labels = len(c.label(times[0], layout))
	}
	room := c.opt.Width - labels - 2 - numbers - 1
	if names > 0 {
		room -= names + 2
	}
	b := barScale{room: max(room, 4), low: low, high: high}
	for i, t := range times {
		for k, s := range series {
			label := strings.Repeat(" ", labels)
			if k == 0 {
				label = c.label(t, layout)
			}
			c.buf = append(c.buf, label...)
			c.buf = append(c.buf, gap...)
			if names > 0 {
				c.buf = append(c.buf, pad(cut(Visible(s.Name), names), names, false)...)
				c.buf = append(c.buf, gap...)
			}
			c.bar(b, s.Values[i], seriesColours[k%len(seriesColours)], numbers)
		}
	}
}

// bar ends a line with a bar and its value.
func (c *chart) bar(b barScale, v float64, colour string, width int) {
	c.buf = append(c.buf, pad(valueText(v), width, true)...)
	bar := b.bar(v)
	if bar != "" {
		c.buf = append(c.buf, ' ')
		blanks := len(bar) - len(strings.TrimLeft(bar, " "))
		c.buf = append(c.buf, bar[:blanks]...)
		c.buf = append(c.buf, c.opt.painted(bar[blanks:], colour)...)
	}
	c.buf = append(c.buf, '\n')
}

// valueText returns v as a bar shows it.
func valueText(v float64) string {
	if !drawable(v) {
		return ""
	}
	return short(v)
}

// A barScale turns values into bars.
type barScale struct {
	room      int // characters
	low, high float64
}

// bar returns the bar of v: from zero to the right in eighths of a character, or to the left in whole ones.
func (b barScale) bar(v float64) string {
	span := b.high - b.low
	if !drawable(v) || v == 0 || span <= 0 || math.IsInf(span, 0) {
		return ""
	}
	zero := int(math.Round(float64(b.room) * -b.low / span))
	if v < 0 {
		n := min(zero, max(1, int(math.Round(float64(b.room)*-v/span))))
		return strings.Repeat(" ", zero-n) + strings.Repeat("░", n)
	}
	n := int(math.Round(float64(b.room-zero) * 8 * v / b.high))
	n = max(n, 1) // what is there shows
	return strings.Repeat(" ", zero) + strings.Repeat("█", n/8) + eighths[n%8]
}
