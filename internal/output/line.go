package output

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// seriesColours tell the curves of a chart apart. Those after the sixth begin again.
var seriesColours = [...]string{cyan, magenta, green, yellow, blue, red}

const (
	lineRows   = 12 // of a chart with all curves in it
	panelRows  = 5  // of a chart with one of several curves
	maxSeries  = 8  // curves that are drawn; of more, those with the greatest sums
	dotsAcross = 2  // of a Braille character
	dotsDown   = 4
)

// lines draws curves: all in one chart if colours tell them apart, else each in a small one of its own.
func (c *chart) lines() {
	series, left := c.greatest()
	if c.opt.Colour || len(series) == 1 {
		c.panel(series, lineRows)
		c.legend(series)
	} else {
		for _, s := range series {
			c.buf = append(c.buf, Visible(s.Name)...)
			c.buf = append(c.buf, '\n')
			c.panel([]Series{s}, panelRows)
		}
	}
	if left > 0 {
		c.buf = fmt.Appendf(c.buf, "and %d more series\n", left)
	}
}

// greatest returns the series to draw, in their order, and how many are left out.
func (c *chart) greatest() (series []Series, left int) {
	if len(c.series) <= maxSeries {
		return c.series, 0
	}
	sums := make([]float64, len(c.series))
	for i, s := range c.series {
		for _, v := range s.Values {
			if drawable(v) {
				sums[i] += v
			}
		}
	}
	least := slices.Sorted(slices.Values(sums))[len(sums)-maxSeries]
	for i, s := range c.series {
		if sums[i] >= least && len(series) < maxSeries {
			series = append(series, s)
		}
	}
	return series, len(c.series) - len(series)
}

func (c *chart) legend(series []Series) {
	if len(series) < 2 {
		return
	}
	for i, s := range series {
		if i > 0 {
			c.buf = append(c.buf, gap...)
		}
		c.buf = append(c.buf, c.opt.painted("●", seriesColours[i%len(seriesColours)])...)
		c.buf = append(c.buf, ' ')
		c.buf = append(c.buf, Visible(s.Name)...)
	}
	c.buf = append(c.buf, '\n')
}

// panel draws curves with their axes.
func (c *chart) panel(series []Series, rows int) {
	low, high := bounds(series)
	if low == high {
		high = low + 1
	}
	marks := axisMarks(low, high, rows)
	width := 0
	for _, m := range marks {
		width = max(width, len(m))
	}
	k := newCanvas(max(c.opt.Width-width-2, 8), rows)
	for i, s := range series {
		c.curve(k, s, low, high, i)
	}
	for row, mark := range marks {
		c.buf = append(c.buf, pad(mark, width, true)...)
		c.buf = append(c.buf, " ┤"...)
		c.buf = k.appendRow(c.buf, row, c.opt)
		c.buf = append(c.buf, '\n')
	}
	c.timeAxis(width+2, k.columns)
}

// axisMarks returns the values that stand beside the rows: the greatest, the middle and the least.
func axisMarks(low, high float64, rows int) []string {
	marks := make([]string, rows)
	marks[0], marks[rows/2], marks[rows-1] = short(high), short(low+(high-low)*(1-(float64(rows/2)+0.5)/float64(rows))), short(low)
	return marks
}

// timeAxis writes the first and last time below a panel.
func (c *chart) timeAxis(indent, width int) {
	if len(c.times) == 0 {
		return
	}
	layout := c.timeLayout()
	first, last := c.label(c.times[0], layout), c.label(c.times[len(c.times)-1], layout)
	c.buf = append(c.buf, strings.Repeat(" ", indent)...)
	c.buf = append(c.buf, first...)
	if blanks := width - len(first) - len(last); blanks > 0 && len(c.times) > 1 {
		c.buf = append(c.buf, strings.Repeat(" ", blanks)...)
		c.buf = append(c.buf, last...)
	}
	c.buf = append(c.buf, '\n')
}

// curve draws one series: its points joined by straight lines, gaps where a value is missing.
func (c *chart) curve(k *canvas, s Series, low, high float64, index int) {
	wide, tall := float64(k.columns*dotsAcross-1), float64(k.rows*dotsDown-1)
	span := float64(1)
	if n := len(c.times); n > 1 {
		span = float64(c.times[n-1] - c.times[0])
	}
	drawn := false
	var x0, y0 int
	for i, v := range s.Values {
		if !drawable(v) {
			drawn = false
			continue
		}
		x := onAxis(wide, float64(c.times[i]-c.times[0])/span)
		y := onAxis(tall, (high-v)/(high-low))
		if !drawn {
			x0, y0 = x, y
		}
		k.line(x0, y0, x, y, index)
		x0, y0, drawn = x, y, true
	}
}

// onAxis returns the dot at a share of an axis; a share that is no number between 0 and 1, which only
// values near the ends of float64 give, is at one of its ends.
func onAxis(length, share float64) int {
	if !(share > 0) {
		return 0
	}
	return int(math.Round(length * min(share, 1)))
}

// A canvas is a grid of Braille characters, each of two by four dots.
type canvas struct {
	columns, rows int
	dots          []byte // the dots of each character
	owner         []int  // the series drawn there last
}

func newCanvas(columns, rows int) *canvas {
	return &canvas{columns, rows, make([]byte, columns*rows), make([]int, columns*rows)}
}

// brailleDots are the bits of a Braille character by row and column of the dot.
var brailleDots = [dotsDown][dotsAcross]byte{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

func (k *canvas) dot(x, y, owner int) {
	if x < 0 || y < 0 || x >= k.columns*dotsAcross || y >= k.rows*dotsDown {
		return
	}
	at := y/dotsDown*k.columns + x/dotsAcross
	k.dots[at] |= brailleDots[y%dotsDown][x%dotsAcross]
	k.owner[at] = owner
}

// line draws from one dot to another, by Bresenham's method.
func (k *canvas) line(x0, y0, x1, y1, owner int) {
	dx, dy := max(x1-x0, x0-x1), -max(y1-y0, y0-y1)
	sx, sy := 1, 1
	if x0 > x1 {
		sx = -1
	}
	if y0 > y1 {
		sy = -1
	}
	for err := dx + dy; ; {
		k.dot(x0, y0, owner)
		if x0 == x1 && y0 == y1 {
			return
		}
		twice := 2 * err
		if twice >= dy {
			err += dy
			x0 += sx
		}
		if twice <= dx {
			err += dx
			y0 += sy
		}
	}
}

// appendRow appends a row of characters, without the blanks at its end.
func (k *canvas) appendRow(dst []byte, row int, opt Options) []byte {
	dots := k.dots[row*k.columns : (row+1)*k.columns]
	end := len(dots)
	for end > 0 && dots[end-1] == 0 {
		end--
	}
	for i, d := range dots[:end] {
		if d == 0 {
			dst = append(dst, ' ')
			continue
		}
		owner := k.owner[row*k.columns+i]
		dst = append(dst, opt.painted(string(rune(0x2800+int(d))), seriesColours[owner%len(seriesColours)])...)
	}
	return dst
}
