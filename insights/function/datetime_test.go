package function

import (
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
)

const t0 = 1767225600000 // 2026-01-01T00:00:00Z

func TestTimeFunctions(t *testing.T) {
	runCalls(t, []callCase{
		{"E082", "toMillis", args(at(t0)), i64(t0)},
		{"E082", "fromMillis", args(i64(0)), at(0)},
		{"text", "fromMillis", args(str("1500.9")), at(1500)},
		{"too large", "fromMillis", args(f64(1e19)), null},
		{"other text", "fromMillis", args(str("x")), null},
		{"E082", "datefloor", args(at(t0), str("1h")), at(t0)},
		{"E082", "dateceil", args(at(t0+1), str("1h")), at(t0 + 3_600_000)},
		{"an exact boundary", "dateceil", args(at(t0), str("1h")), at(t0)},
		{"epoch milliseconds", "datefloor", args(i64(t0+59_999), str("1m")), at(t0)},
		{"E083 month", "datefloor", args(at(t0), str("1mo")), at(t0)},
		{"E083 quarter", "datefloor", args(at(t0), str("1q")), at(t0)},
		{"E083 year", "datefloor", args(at(t0), str("1y")), at(t0)},
		{"E083 week", "datefloor", args(at(t0), str("1w")), at(t0 - 3*day)},
		{"E083 hours", "datefloor", args(at(t0), str("2hrs")), at(t0)},
		{"a bad period", "datefloor", args(at(t0), str("0m")), null},
		{"a null period", "datefloor", args(at(t0), null), null},
		{"text that is no time", "datefloor", args(str("2026-01-01"), str("1h")), null},
	})
}

func TestParseDate(t *testing.T) {
	const none = "null"
	for _, tt := range []struct{ name, in, pattern, zone, want string }{
		{"a date", "2026-01-02", "yyyy-MM-dd", "UTC", "2026-01-02 00:00:00.000"},
		{"date and time", "2026-01-02 03:04:05", "yyyy-MM-dd HH:mm:ss", "", "2026-01-02 03:04:05.000"},
		{"milliseconds", "2026-01-02T03:04:05.678Z", "yyyy-MM-dd'T'HH:mm:ss.SSSX", "", "2026-01-02 03:04:05.678"},
		{"nanoseconds are cut", "2026-01-02T03:04:05.123456789", "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS", "", "2026-01-02 03:04:05.123"},
		{"a zone argument", "2026-07-02 12:00", "yyyy-MM-dd HH:mm", "Europe/Berlin", "2026-07-02 10:00:00.000"},
		{"a zone argument in winter", "2026-01-02 12:00", "yyyy-MM-dd HH:mm", "Europe/Berlin", "2026-01-02 11:00:00.000"},
		{"an offset argument", "2026-01-02 12:00", "yyyy-MM-dd HH:mm", "+05:30", "2026-01-02 06:30:00.000"},
		{"an offset after UTC", "2026-01-02 12:00", "yyyy-MM-dd HH:mm", "UTC-3", "2026-01-02 15:00:00.000"},
		{"the text's offset wins", "2026-01-02 12:00 +0200", "yyyy-MM-dd HH:mm Z", "Asia/Tokyo", "2026-01-02 10:00:00.000"},
		{"an offset with a colon", "2026-01-02 12:00-03:30", "yyyy-MM-dd HH:mmXXX", "", "2026-01-02 15:30:00.000"},
		{"no Z for x", "2026-01-02Z", "yyyy-MM-ddx", "", none},
		{"GMT and offset", "2026-01-02 12:00 GMT+2", "yyyy-MM-dd HH:mm O", "", "2026-01-02 10:00:00.000"},
		{"GMT alone", "2026-01-02 12:00 GMT", "yyyy-MM-dd HH:mm ZZZZ", "", "2026-01-02 12:00:00.000"},
		{"a zone's name", "2026-01-02 12:00 America/New_York", "yyyy-MM-dd HH:mm VV", "", "2026-01-02 17:00:00.000"},
		{"an abbreviation", "2026-07-02 12:00 PDT", "yyyy-MM-dd HH:mm z", "", "2026-07-02 19:00:00.000"},
		{"an unknown abbreviation", "2026-07-02 12:00 XYZ", "yyyy-MM-dd HH:mm z", "", none},
		{"month names", "02/Jan/2026:03:04:05 +0000", "dd/MMM/yyyy:HH:mm:ss Z", "", "2026-01-02 03:04:05.000"},
		{"full names", "Friday, January 2, 2026", "EEEE, MMMM d, yyyy", "", "2026-01-02 00:00:00.000"},
		{"short weekdays", "Fri 2 Jan 2026", "EEE d MMM yyyy", "", "2026-01-02 00:00:00.000"},
		{"the wrong weekday", "Thu 2 Jan 2026", "EEE d MMM yyyy", "", none},
		{"names are case-sensitive", "02 JAN 2026", "dd MMM yyyy", "", none},
		{"afternoon", "2026-01-02 03:04 PM", "yyyy-MM-dd hh:mm a", "", "2026-01-02 15:04:00.000"},
		{"midnight is 12 AM", "2026-01-02 12:04 AM", "yyyy-MM-dd hh:mm a", "", "2026-01-02 00:04:00.000"},
		{"hours 0 to 11", "2026-01-02 00 PM", "yyyy-MM-dd KK a", "", "2026-01-02 12:00:00.000"},
		{"hours 1 to 24", "2026-01-02 24", "yyyy-MM-dd kk", "", "2026-01-02 00:00:00.000"},
		{"hours of a half day without the half", "2026-01-02 03", "yyyy-MM-dd hh", "", none},
		{"two letters of a year", "26-01-02", "yy-MM-dd", "", "2026-01-02 00:00:00.000"},
		{"one letter takes one or two digits", "2026-1-12", "yyyy-M-d", "", "2026-01-12 00:00:00.000"},
		{"no separators", "20260102030405", "yyyyMMddHHmmss", "", "2026-01-02 03:04:05.000"},
		{"day of the year", "2024-366", "yyyy-DDD", "", "2024-12-31 00:00:00.000"},
		{"no such day of the year", "2026-366", "yyyy-DDD", "", none},
		{"only a month", "2026-03", "yyyy-MM", "", "2026-03-01 00:00:00.000"},
		{"only a year", "2026", "yyyy", "", "2026-01-01 00:00:00.000"},
		{"an optional part that is there", "2026-01-02 03:04", "yyyy-MM-dd[ HH:mm]", "", "2026-01-02 03:04:00.000"},
		{"an optional part that is missing", "2026-01-02", "yyyy-MM-dd[ HH:mm[:ss]]", "", "2026-01-02 00:00:00.000"},
		{"half an optional part", "2026-01-02 03", "yyyy-MM-dd[ HH:mm]", "", none},
		{"an empty optional part", "2026", "yyyy[]", "", "2026-01-01 00:00:00.000"},
		{"a quote", "2026 o'clock", "yyyy 'o''clock'", "", "2026-01-01 00:00:00.000"},
		{"a lone quote", "2026'", "yyyy''", "", "2026-01-01 00:00:00.000"},
		{"the 31st of April is the 30th", "2026-04-31", "yyyy-MM-dd", "", "2026-04-30 00:00:00.000"},
		{"the 32nd", "2026-04-32", "yyyy-MM-dd", "", none},
		{"month 13", "2026-13-01", "yyyy-MM-dd", "", none},
		{"hour 24", "2026-01-01 24", "yyyy-MM-dd HH", "", none},
		{"text after the date", "2026-01-02 ", "yyyy-MM-dd", "", none},
		{"too few digits", "2026-1-2", "yyyy-MM-dd", "", none},
		{"a field twice with one value", "2026 2026", "yyyy yyyy", "", "2026-01-01 00:00:00.000"},
		{"a field twice with two values", "2026 2027", "yyyy yyyy", "", none},
		{"nothing", "", "yyyy", "", none},
		{"a pattern without year", "03:04", "HH:mm", "", none},
		{"a bad zone", "2026", "yyyy", "Mars", none},
		{"a fraction of one digit", "2026 5", "yyyy S", "", "2026-01-01 00:00:00.500"},
		{"nanoseconds as a number", "2026 5000000", "yyyy n", "", "2026-01-01 00:00:00.005"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := args(str(tt.in), str(tt.pattern))
			if tt.zone != "" {
				in = append(in, str(tt.zone))
			}
			want := null
			if tt.want != none {
				want = i64(ms(t, tt.want))
			}
			if got := call(t, "parseDate", in...); got != want {
				t.Errorf("parseDate%s = %s (%s), want %s", showAll(in), show(got), at(got.Int()).Text(), tt.want)
			}
		})
	}
}

func TestDatePatternErrors(t *testing.T) {
	for _, tt := range []struct{ name, pattern, want string }{
		{"no year", "MM-dd", "has no year"},
		{"the year of a week", "YYYY-MM-dd", "the year is y"},
		{"an unknown letter", "yyyy b", "letter b is not supported"},
		{"too many letters", "yyyy-MM-ddd", "3 letters d, want at most 2"},
		{"narrow names", "yyyy MMMMM", "5 letters M, want at most 4"},
		{"an open quote", "yyyy 'T", "a quote is not closed"},
		{"an open bracket", "yyyy[-MM", "[ without ]"},
		{"a closing bracket", "yyyy]", "] without ["},
		{"a reserved character", "yyyy{}", "reserved"},
		{"one letter V", "yyyy V", "1 letters V, want 2"},
		{"brackets inside brackets without end", strings.Repeat("[", 50), "more than 10"},
		{"empty", "", "has no year"},
	} {
		if _, err := compileDatePattern(tt.pattern); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: compileDatePattern(%q) = %v, want %q", tt.name, tt.pattern, err, tt.want)
		}
	}
}

func TestFormatDate(t *testing.T) {
	moment := at(ms(t, "2026-01-02 15:04:05.678"))
	for _, tt := range []struct{ format, zone, want string }{
		{"%Y-%m-%d %H:%M:%S", "", "2026-01-02 15:04:05"},
		{"%F %T %R %D", "", "2026-01-02 15:04:05 15:04 01/02/26"},
		{"%a %A %b %B %h", "", "Fri Friday Jan January Jan"},
		{"%d %e %-d %-m %j %-j", "", "02  2 2 1 002 2"},
		{"%I %l %p %P %k %-I", "", "03  3 PM pm 15 3"},
		{"%L %f %N %s", "", "678 678000 678000000 1767366245"},
		{"%y %C %g %G %V %u %w %U %W", "", "26 20 26 2026 01 5 5 00 00"},
		{"%c|%x|%X|%r", "", "Fri Jan  2 15:04:05 2026|01/02/26|15:04:05|03:04:05 PM"},
		{"%z %Z", "", "+0000 UTC"},
		{"%H %z %Z", "Asia/Tokyo", "00 +0900 JST"},
		{"%H %z", "-03:30", "11 -0330"},
		{"100%% %n%t", "", "100% \n\t"},
		{"no codes", "", "no codes"},
		{"", "", ""},
	} {
		in := args(moment, str(tt.format))
		if tt.zone != "" {
			in = append(in, str(tt.zone))
		}
		if got := call(t, "formatDate", in...); got != str(tt.want) {
			t.Errorf("formatDate%s = %q, want %q", showAll(in), got.Text(), tt.want)
		}
	}
	runCalls(t, []callCase{
		{"its other name", "strftime", args(i64(t0), str("%Y")), str("2026")},
		{"an unknown code", "formatDate", args(i64(t0), str("%!")), null},
		{"a bad zone", "formatDate", args(i64(t0), str("%Y"), str("Mars")), null},
		{"a null zone", "formatDate", args(i64(t0), str("%Y"), null), null},
		{"no time", "formatDate", args(str("x"), str("%Y")), null},
	})
}

// TestWeeksOfAYear checks week numbers, whose definitions are easy to get wrong, against counting.
func TestWeeksOfAYear(t *testing.T) {
	for year := 2019; year < 2027; year++ {
		sunday, monday := 0, 0
		for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if d.Weekday() == time.Sunday {
				sunday++
			}
			if d.Weekday() == time.Monday {
				monday++
			}
			got, err := appendStrftime(nil, d, "%-U %-W")
			want := column.IntValue(int64(sunday)).Text() + " " + column.IntValue(int64(monday)).Text()
			if err != nil || string(got) != want {
				t.Fatalf("%%U %%W of %s = %s, %v, want %s", d.Format(time.DateOnly), got, err, want)
			}
		}
	}
}

// FuzzParseDate checks that nothing panics, and that what is read by a pattern and written by the same
// layout comes back.
func FuzzParseDate(f *testing.F) {
	f.Add("2026-01-02 03:04:05.678", "yyyy-MM-dd HH:mm:ss.SSS", "UTC", int64(t0))
	f.Add("02/Jan/2026:03:04:05 +0000", "dd/MMM/yyyy:HH:mm:ss Z", "Europe/Berlin", int64(0))
	f.Add("2026 o'clock", "yyyy 'o''clock'[ HH[:mm]]", "+02:00", int64(-1))
	f.Add("", "[[[", "GMT+18:59:59", int64(1)<<62)
	f.Fuzz(func(t *testing.T, text, pattern, zone string, at int64) {
		if len(pattern) > 200 {
			return
		}
		parse, _ := LookupScalar("parseDate")
		format, _ := LookupScalar("formatDate")
		in := args(str(text), str(pattern), str(zone))
		if got := parse.Eval(env, in); !got.IsNull() && parse.Check(literals(in...)) != nil {
			t.Errorf("parseDate%s = %s, but Check refuses it", showAll(in), show(got))
		}
		format.Eval(env, args(i64(at), str(pattern), str(zone)))
		const year = 365 * day
		if at < -1000*year || at > 7000*year {
			return
		}
		written := format.Eval(env, args(i64(at), str("%A, %B %e %Y %H:%M:%S.%L %z"), str("America/St_Johns")))
		read := parse.Eval(env, args(str(strings.Replace(written.Str(), "  ", " ", 1)), str("EEEE, MMMM d yyyy HH:mm:ss.SSS xx")))
		if read != i64(at) && at > -50*year { // before, zones have offsets with seconds
			t.Errorf("%d is written %q and read %s", at, written.Text(), show(read))
		}
	})
}
