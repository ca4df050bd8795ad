package shape

import "time"

const (
	stampSeconds = len("2006-01-02T15:04:05")
	dayMs        = 24 * 60 * 60 * 1000
)

// A calendar turns dates into days since 1970 and back. It remembers the last one: messages come day by day.
type calendar struct {
	date  [10]byte // 2006-01-02
	day   int64
	known bool
}

// take returns the day of the date at the start of b; ok is false if there is none.
func (c *calendar) take(b []byte) (day int64, ok bool) {
	if c.known && string(b[:10]) == string(c.date[:]) {
		return c.day, true
	}
	y1, m1, d1 := two(b), two(b[5:]), two(b[8:])
	y2 := two(b[2:])
	if y1 < 0 || y2 < 0 || m1 < 1 || m1 > 12 || d1 < 1 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	t := time.Date(y1*100+y2, time.Month(m1), d1, 0, 0, 0, 0, time.UTC)
	if t.Day() != d1 { // there is no such day in that month
		return 0, false
	}
	c.day, c.known = t.Unix()/(dayMs/1000), true
	copy(c.date[:], b)
	return c.day, true
}

// append appends the date of day.
func (c *calendar) append(dst []byte, day int64) []byte {
	if !c.known || c.day != day {
		y, m, d := time.Unix(day*(dayMs/1000), 0).UTC().Date()
		put2(c.date[0:], y/100%100)
		put2(c.date[2:], y%100)
		put2(c.date[5:], int(m))
		put2(c.date[8:], d)
		c.date[4], c.date[7] = '-', '-'
		c.day, c.known = day, true
	}
	return append(dst, c.date[:]...)
}

// two returns the number that two digits at the start of b are; -1 if they are none.
func two(b []byte) int {
	x, y := b[0]-'0', b[1]-'0'
	if x > 9 || y > 9 {
		return -1
	}
	return int(x)*10 + int(y)
}

func put2(b []byte, n int) { b[0], b[1] = byte('0'+n/10), byte('0'+n%10) }

// readStamp reads a time at b[i], however it is written. ok is false if Time has no form for it.
func (c *calendar) readStamp(b []byte, i int) (f Form, ms int64, end int, ok bool) {
	f.Style = Time
	end = i + stampSeconds
	if len(b)-end < 1 {
		return f, 0, i, false
	}
	if b[end] == '.' {
		for end++; end < len(b) && b[end]-'0' < 10 && f.Digits < 4; end++ {
			f.Digits++
		}
		if f.Digits < 1 || f.Digits > 3 || end == len(b) {
			return f, 0, i, false
		}
	}
	f.Zone = UTC
	if b[end] != 'Z' {
		z := b[end:]
		if len(z) < 6 || z[0] != '+' && z[0] != '-' || z[3] != ':' {
			return f, 0, i, false
		}
		h, m := two(z[1:]), two(z[4:])
		if h < 0 || h > 23 || m < 0 || m > 59 || z[0] == '-' && h+m == 0 {
			return f, 0, i, false
		}
		f.Zone = int16(h*60 + m)
		if z[0] == '-' {
			f.Zone = -f.Zone
		}
	}
	ms, end, ok = c.takeStamp(b, i, f)
	return f, ms, end, ok
}

// takeStamp reads a time at b[i] of that form.
func (c *calendar) takeStamp(b []byte, i int, f Form) (ms int64, end int, ok bool) {
	n := stampSeconds + 1
	if f.Digits > 0 {
		n += 1 + int(f.Digits)
	}
	if f.Zone != UTC {
		n += len("+00:00") - 1
	}
	if len(b)-i < n {
		return 0, i, false
	}
	s := b[i : i+n : i+n]
	day, ok := c.take(s)
	if !ok || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, i, false
	}
	h, m, sec := two(s[11:]), two(s[14:]), two(s[17:])
	if uint(h) > 23 || uint(m) > 59 || uint(sec) > 59 {
		return 0, i, false
	}
	ms = day*dayMs + int64(h*60+m)*60_000 + int64(sec)*1000
	at := stampSeconds
	if f.Digits > 0 {
		if s[at] != '.' {
			return 0, i, false
		}
		unit := int64(100)
		for at++; at <= stampSeconds+int(f.Digits); at++ {
			d := s[at] - '0'
			if d > 9 {
				return 0, i, false
			}
			ms += int64(d) * unit
			unit /= 10
		}
	}
	if f.Zone == UTC {
		return ms, i + n, s[at] == 'Z'
	}
	var zone [6]byte
	if string(appendZone(zone[:0], f.Zone)) != string(s[at:]) {
		return 0, i, false
	}
	return ms - int64(f.Zone)*60_000, i + n, true
}

// appendStamp appends a time in that form. The year is from 0 to 9999 if takeStamp gave ms.
func (c *calendar) appendStamp(dst []byte, ms int64, f Form) []byte {
	if f.Zone != UTC {
		ms += int64(f.Zone) * 60_000
	}
	day := ms / dayMs
	if ms -= day * dayMs; ms < 0 {
		ms += dayMs
		day--
	}
	dst = c.append(dst, day)
	sec := int(ms / 1000)
	frac := int(ms % 1000)
	var t [13]byte
	t[0], t[3], t[6], t[9] = 'T', ':', ':', '.'
	put2(t[1:], sec/3600)
	put2(t[4:], sec/60%60)
	put2(t[7:], sec%60)
	put2(t[10:], frac/10)
	t[12] = byte('0' + frac%10)
	n := 9
	if f.Digits > 0 {
		n = 10 + int(f.Digits)
	}
	return appendZone(append(dst, t[:n]...), f.Zone)
}

// appendZone appends a zone: Z or +01:00.
func appendZone(dst []byte, zone int16) []byte {
	if zone == UTC {
		return append(dst, 'Z')
	}
	sign := byte('+')
	if zone < 0 {
		sign, zone = '-', -zone
	}
	h, m := zone/60, zone%60
	return append(dst, sign, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
}
