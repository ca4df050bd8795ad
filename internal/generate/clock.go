package generate

import (
	"strconv"
	"time"
)

// A clock spreads events over the span: more by day than by night, hour by hour, in order.
type clock struct {
	start, span int64   // milliseconds
	ends        []int64 // number of events before the end of each slice of the span
	incident    int     // the slice in which things go wrong

	second int64  // the one that text holds
	text   []byte // its text: 2006-01-02T15:04:05
}

// hourWeights is a day's traffic, in parts of 1,000, by hour of UTC: a quiet night, two humps.
var hourWeights = [24]int64{
	14, 10, 8, 7, 8, 14, 26, 42, 58, 66, 68, 66,
	60, 62, 66, 66, 62, 56, 52, 50, 46, 40, 31, 22,
}

// newClock cuts the span into hours (into 24 slices when it is shorter than a day) and shares the
// events out. Six tenths into the span is the incident.
func newClock(o Options) *clock {
	c := &clock{start: o.Start.UnixMilli(), span: o.Span.Milliseconds(), second: -1 << 62}
	slices := int(max(24, min(c.span/time.Hour.Milliseconds(), 24*366)))
	sum := int64(0)
	weights := make([]int64, slices)
	for i := range weights {
		hour := (c.start + c.span/int64(slices)*int64(i)) / time.Hour.Milliseconds() % 24
		if c.span < 24*time.Hour.Milliseconds() {
			hour = 12
		}
		sum += hourWeights[(hour+24)%24]
		weights[i] = sum
	}
	for _, w := range weights {
		c.ends = append(c.ends, int64(o.Count)*w/sum)
	}
	c.incident = slices * 6 / 10
	return c
}

// at returns when event i happens, in milliseconds since the epoch, and whether that is during the
// incident. It never goes back as i grows.
func (c *clock) at(i int) (ms int64, incident bool) {
	s, first := c.slice(int64(i))
	n := max(c.ends[s]-first, 1)
	step := c.span / int64(len(c.ends))
	return c.start + step*int64(s) + step*(int64(i)-first)/n, s == c.incident
}

// slice returns the slice that event i falls into and the number of its first event.
func (c *clock) slice(i int64) (s int, first int64) {
	lo, hi := 0, len(c.ends)-1
	for lo < hi {
		if mid := (lo + hi) / 2; c.ends[mid] <= i {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo > 0 {
		first = c.ends[lo-1]
	}
	return lo, first
}

// stamp appends ms as 2006-01-02T15:04:05.000Z.
func (c *clock) stamp(dst []byte, ms int64) []byte {
	sec := ms / 1000
	if ms%1000 < 0 {
		sec--
	}
	if sec != c.second {
		c.second = sec
		c.text = time.Unix(sec, 0).UTC().AppendFormat(c.text[:0], "2006-01-02T15:04:05.")
	}
	dst = append(dst, c.text...)
	return append(padded(dst, int(ms-sec*1000), 3), 'Z')
}

// padded appends n with zeros in front, at least width digits long.
func padded(dst []byte, n, width int) []byte {
	var room [20]byte
	digits := strconv.AppendInt(room[:0], int64(n), 10)
	for range width - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// hundredths appends n/100 with the digits it needs: 1234 as 12.34, 1200 as 12.
func hundredths(dst []byte, n int) []byte {
	dst = strconv.AppendInt(dst, int64(n/100), 10)
	if n%100 == 0 {
		return dst
	}
	dst = append(dst, '.', byte('0'+n/10%10))
	if n%10 != 0 {
		dst = append(dst, byte('0'+n%10))
	}
	return dst
}
