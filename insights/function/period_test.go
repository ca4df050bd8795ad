package function

import (
	"math"
	"strings"
	"testing"
	"time"
)

func ms(t testing.TB, text string) int64 {
	t.Helper()
	v, err := time.Parse("2006-01-02 15:04:05.000", text)
	if err != nil {
		t.Fatal(err)
	}
	return v.UnixMilli()
}

func TestPeriodFloorAndCeil(t *testing.T) {
	for _, tt := range []struct {
		name, period, at, floor, ceil string
	}{
		{"minutes", "5m", "2026-01-01 00:06:01.000", "2026-01-01 00:05:00.000", "2026-01-01 00:10:00.000"},
		{"a boundary is its own ceiling", "1h", "2026-01-01 01:00:00.000", "2026-01-01 01:00:00.000", "2026-01-01 01:00:00.000"},
		{"one millisecond after a boundary", "1h", "2026-01-01 00:00:00.001", "2026-01-01 00:00:00.000", "2026-01-01 01:00:00.000"},
		{"seconds are cut to 60", "300s", "2026-01-01 00:06:01.000", "2026-01-01 00:06:00.000", "2026-01-01 00:07:00.000"},
		{"milliseconds are cut to 1000", "5000ms", "2026-01-01 00:00:03.500", "2026-01-01 00:00:03.000", "2026-01-01 00:00:04.000"},
		{"minutes are cut to 60", "90m", "2026-01-01 01:20:00.000", "2026-01-01 01:00:00.000", "2026-01-01 02:00:00.000"},
		{"hours are cut to 24", "48h", "2026-01-02 13:00:00.000", "2026-01-02 00:00:00.000", "2026-01-03 00:00:00.000"},
		{"days count from the epoch", "2d", "1970-01-04 05:00:00.000", "1970-01-03 00:00:00.000", "1970-01-05 00:00:00.000"},
		{"weeks start on Monday", "1w", "2026-01-01 00:00:01.000", "2025-12-29 00:00:00.000", "2026-01-05 00:00:00.000"},
		{"a Sunday belongs to the week before", "1week", "2026-01-04 23:59:59.999", "2025-12-29 00:00:00.000", "2026-01-05 00:00:00.000"},
		{"months", "1mo", "2026-02-28 23:59:59.999", "2026-02-01 00:00:00.000", "2026-03-01 00:00:00.000"},
		{"the leap day", "1mo", "2024-02-29 12:00:00.000", "2024-02-01 00:00:00.000", "2024-03-01 00:00:00.000"},
		{"quarters", "1q", "2026-06-30 23:00:00.000", "2026-04-01 00:00:00.000", "2026-07-01 00:00:00.000"},
		{"years", "1y", "2026-06-30 00:00:00.000", "2026-01-01 00:00:00.000", "2027-01-01 00:00:00.000"},
		{"multiples of months count from January 1970", "5mo", "2026-01-01 00:00:00.000", "2025-11-01 00:00:00.000", "2026-04-01 00:00:00.000"},
		{"before 1970", "1h", "1969-12-31 23:30:00.000", "1969-12-31 23:00:00.000", "1970-01-01 00:00:00.000"},
		{"months before 1970", "1q", "1969-12-31 23:30:00.000", "1969-10-01 00:00:00.000", "1970-01-01 00:00:00.000"},
		{"plural units", "2hrs", "2026-01-01 03:00:00.000", "2026-01-01 02:00:00.000", "2026-01-01 04:00:00.000"},
		{"a blank before the unit", "10 minutes", "2026-01-01 00:19:00.000", "2026-01-01 00:10:00.000", "2026-01-01 00:20:00.000"},
		{"any case", "1H", "2026-01-01 00:19:00.000", "2026-01-01 00:00:00.000", "2026-01-01 01:00:00.000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePeriod(tt.period)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := p.Floor(ms(t, tt.at)), ms(t, tt.floor); got != want {
				t.Errorf("%s floor(%s) = %s, want %s", tt.period, tt.at, at(got).Text(), tt.floor)
			}
			if got, want := p.Ceil(ms(t, tt.at)), ms(t, tt.ceil); got != want {
				t.Errorf("%s ceil(%s) = %s, want %s", tt.period, tt.at, at(got).Text(), tt.ceil)
			}
		})
	}
}

func TestParsePeriodErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"zero", "0m", "want 1 or more"},
		{"negative", "-5m", "want 1 or more"},
		{"hugely negative", "-99999999999999999999m", "want 1 or more"},
		{"no unit", "5", "unit of time"},
		{"no number", "m", "unit of time"},
		{"empty", "", "unit of time"},
		{"an unknown unit", "5x", `unknown unit "x"`},
		{"no plural of one letter", "5ds", `unknown unit "ds"`},
		{"a fraction", "1.5h", "unknown unit"},
		{"two signs", "+-5m", "got +-5"},
		{"too many years", "10001y", "at most 10000 years"},
		{"too many days", "3650001d", "at most 3650000 days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParsePeriod(tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ParsePeriod(%q) = %v, want an error with %q", tt.in, err, tt.want)
			}
		})
	}
	for _, in := range []string{"10000y", "3650000d", "99999999999999999999s", "120000mo", "40000q"} {
		if _, err := ParsePeriod(in); err != nil {
			t.Errorf("ParsePeriod(%q) = %v, want no error", in, err)
		}
	}
}

func TestPeriodMillis(t *testing.T) {
	for _, tt := range []struct {
		period string
		ms     int64
		ok     bool
	}{{"5m", 300_000, true}, {"300s", 60_000, true}, {"2w", 14 * day, true}, {"1mo", 0, false}, {"1y", 0, false}} {
		p, err := ParsePeriod(tt.period)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := p.Millis(); got != tt.ms || ok != tt.ok {
			t.Errorf("%s Millis() = %d, %v, want %d, %v", tt.period, got, ok, tt.ms, tt.ok)
		}
	}
}

// FuzzPeriod compares calendar arithmetic with package time and checks that buckets hold their times.
func FuzzPeriod(f *testing.F) {
	f.Add(int64(1767225600000), "1mo")
	f.Add(int64(-1), "7q")
	f.Add(int64(math.MinInt64), "1w")
	f.Add(int64(math.MaxInt64), "10000y")
	f.Fuzz(func(t *testing.T, at int64, text string) {
		p, err := ParsePeriod(text)
		if err != nil {
			return
		}
		floor, ceil := p.Floor(at), p.Ceil(at)
		const far = 1 << 60 // beyond it times overflow, which must only not panic
		if at > far || at < -far {
			return
		}
		if floor > at || ceil < at || p.Floor(floor) != floor || p.Next(floor) <= at || ceil != floor && ceil != p.Next(floor) {
			t.Errorf("%q at %d: floor %d, next %d, ceil %d", text, at, floor, p.Next(floor), ceil)
		}
		u := time.UnixMilli(at).UTC()
		if got, want := monthOf(at), int64(u.Year()-1970)*12+int64(u.Month())-1; got != want {
			t.Errorf("monthOf(%d) = %d, want %d", at, got, want)
		}
		if got, want := monthStart(monthOf(at)), time.Date(u.Year(), u.Month(), 1, 0, 0, 0, 0, time.UTC).UnixMilli(); got != want {
			t.Errorf("monthStart(%d) = %d, want %d", monthOf(at), got, want)
		}
	})
}

func BenchmarkPeriodFloor(b *testing.B) {
	for _, text := range []string{"5m", "1w", "1mo"} {
		p, err := ParsePeriod(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			b.SetBytes(8)
			b.ReportAllocs()
			var sum int64
			for at := int64(1767225600000); b.Loop(); at += 977 {
				sum += p.Floor(at)
			}
			_ = sum
		})
	}
}
