package schedule

import (
	"strings"
	"testing"
	"time"
)

// nexts returns the times when an expression is due, one after the other.
func nexts(t *testing.T, text, after, place string, n int) string {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s) = %v", text, err)
	}
	if s.String() != text {
		t.Errorf("String() = %s, want %s", s, text)
	}
	loc, err := time.LoadLocation(place)
	if err != nil {
		t.Skip(err)
	}
	at, err := time.Parse(time.RFC3339, after)
	if err != nil {
		t.Fatal(err)
	}
	start := at
	var all []string
	for range n {
		next, ok := s.Next(at, start, loc)
		if !ok {
			all = append(all, "never")
			break
		}
		if !next.After(at) {
			t.Fatalf("%s: Next(%s) = %s, which is not after", text, at, next)
		}
		at = next
		all = append(all, at.UTC().Format("01-02T15:04"))
	}
	return strings.Join(all, " ")
}

func TestNext(t *testing.T) {
	const saturday = "2026-11-21T12:30:00Z"
	for _, tt := range []struct{ name, text, after, place, want string }{
		{"every minute", "cron(* * * * ? *)", saturday, "UTC", "11-21T12:31 11-21T12:32 11-21T12:33"},
		{"seconds are cut", "cron(* * * * ? *)", "2026-11-21T12:30:59Z", "UTC", "11-21T12:31 11-21T12:32 11-21T12:33"},
		{"every ten minutes", "cron(0/10 * * * ? *)", saturday, "UTC", "11-21T12:40 11-21T12:50 11-21T13:00"},
		{"a step of a range", "cron(5-30/10 9 * * ? *)", saturday, "UTC", "11-22T09:05 11-22T09:15 11-22T09:25"},
		{"a list of hours", "cron(0 8,20 ? * * *)", saturday, "UTC", "11-21T20:00 11-22T08:00 11-22T20:00"},
		{"days of the week by name", "cron(0 18 ? * MON-FRI *)", saturday, "UTC", "11-23T18:00 11-24T18:00 11-25T18:00"},
		{"day 1 of the week is Sunday", "cron(0 0 ? * 1 *)", saturday, "UTC", "11-22T00:00 11-29T00:00 12-06T00:00"},
		{"L is Saturday", "cron(0 0 ? * L *)", saturday, "UTC", "11-28T00:00 12-05T00:00 12-12T00:00"},
		{"the last Friday", "cron(0 0 ? * 6L *)", saturday, "UTC", "11-27T00:00 12-25T00:00 01-29T00:00"},
		{"the second Tuesday", "cron(0 0 ? * TUE#2 *)", saturday, "UTC", "12-08T00:00 01-12T00:00 02-09T00:00"},
		{"the last day of a month", "cron(0 0 L * ? *)", saturday, "UTC", "11-30T00:00 12-31T00:00 01-31T00:00"},
		{"the 31st", "cron(0 0 31 * ? *)", saturday, "UTC", "12-31T00:00 01-31T00:00 03-31T00:00"},
		{"the weekday nearest to the 1st", "cron(0 0 1W * ? *)", saturday, "UTC", "12-01T00:00 01-01T00:00 02-01T00:00"},
		{"the weekday nearest to a Saturday and a Sunday", "cron(0 0 15W 8,11 ? *)", saturday, "UTC", "08-16T00:00 11-15T00:00 08-15T00:00"},
		{"the last weekday", "cron(0 0 LW * ? *)", "2027-01-01T00:00:00Z", "UTC", "01-29T00:00 02-26T00:00 03-31T00:00"},
		{"months by name, in small letters", "cron(0 0 1 feb,apr ? *)", saturday, "UTC", "02-01T00:00 04-01T00:00 02-01T00:00"},
		{"a leap day", "cron(0 0 29 2 ? 2027-2032)", saturday, "UTC", "02-29T00:00 02-29T00:00 never"},
		{"a year that is over", "cron(0 0 1 1 ? 2020)", saturday, "UTC", "never"},
		{"a day that there is not", "cron(0 0 30 2 ? *)", saturday, "UTC", "never"},
		{"another place", "cron(0 9 * * ? *)", saturday, "Asia/Tokyo", "11-22T00:00 11-23T00:00 11-24T00:00"},
		{"the hour that a spring leaves out", "cron(30 2 * * ? *)", "2027-03-26T12:00:00Z", "Europe/Berlin", "03-27T01:30 03-29T00:30 03-30T00:30"},
		{"the hour that an autumn has twice", "cron(30 2 * * ? *)", "2026-10-23T12:00:00Z", "Europe/Berlin", "10-24T00:30 10-25T01:30 10-26T01:30"},
		{"every minute of a rate", "rate(1 minute)", saturday, "UTC", "11-21T12:31 11-21T12:32 11-21T12:33"},
		{"hours", "rate(36 hours)", saturday, "UTC", "11-23T00:30 11-24T12:30 11-26T00:30"},
		{"days", "rate(2 days)", saturday, "UTC", "11-23T12:30 11-25T12:30 11-27T12:30"},
		{"once", "at(2026-12-01T08:15:00)", saturday, "America/New_York", "12-01T13:15 never"},
		{"once, before", "at(2026-11-01T08:15:00)", saturday, "UTC", "never"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := nexts(t, tt.text, tt.after, tt.place, 3); got != tt.want {
				t.Errorf("%s after %s in %s is due %s, want %s", tt.text, tt.after, tt.place, got, tt.want)
			}
		})
	}
}

func TestRateCountsFromItsStart(t *testing.T) {
	s, err := Parse("rate(10 minutes)")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 21, 12, 3, 0, 0, time.UTC)
	for after, want := range map[time.Duration]time.Duration{
		-time.Hour:                    10 * time.Minute,
		0:                             10 * time.Minute,
		10*time.Minute - 1:            10 * time.Minute,
		10 * time.Minute:              20 * time.Minute,
		24*time.Hour + 11*time.Minute: 24*time.Hour + 20*time.Minute,
	} {
		if got, _ := s.Next(start.Add(after), start, time.UTC); !got.Equal(start.Add(want)) {
			t.Errorf("Next(start + %s) = start + %s, want start + %s", after, got.Sub(start), want)
		}
	}
}

func TestWrongExpressions(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", `schedule "": want cron(...), rate(...) or at(...)`},
		{"* * * * ? *", `schedule "* * * * ? *": want cron(...), rate(...) or at(...)`},
		{"cron(* * * * ? *", "want cron(...), rate(...) or at(...)"},
		{"every(1 day)", `found "every"`},
		{"cron(* * * * ?)", "found 5 fields, want 6"},
		{"cron(* * * * * *)", "want ? for exactly one of day of month and day of week"},
		{"cron(* * ? * ? *)", "want ? for exactly one of day of month and day of week"},
		{"cron(60 * * * ? *)", `minutes "60": found "60", want 0 to 59`},
		{"cron(-1 * * * ? *)", `minutes "-1": found "", want 0 to 59`},
		{"cron(+1 * * * ? *)", `found "+1", want 0 to 59`},
		{"cron(* 24 * * ? *)", `hours "24"`},
		{"cron(* * 0 * ? *)", `day of month "0"`},
		{"cron(* * 32W * ? *)", "want a day from 1 to 31 before W"},
		{"cron(* * * 13 ? *)", `month "13"`},
		{"cron(* * ? * 8 *)", `day of week "8"`},
		{"cron(* * ? * MON#6 *)", "want 1 to 5 behind #"},
		{"cron(* * ? * FUN *)", `found "FUN", want 1 to 7`},
		{"cron(* * * * ? 2200)", `year "2200"`},
		{"cron(5-1 * * * ? *)", `the range "5-1" ends before it begins`},
		{"cron(0/0 * * * ? *)", `found the step "0", want 1 to 59`},
		{"cron(1,,2 * * * ? *)", `found "", want 0 to 59`},
		{"rate(0 minutes)", "want a number of at least 1"},
		{"rate(1 minutes)", "want minute for 1 and minutes for more"},
		{"rate(5 minute)", "want minute for 1 and minutes for more"},
		{"rate(5 seconds)", `found the unit "seconds"`},
		{"rate(99999999999 days)", "want a number of at least 1"},
		{"rate(2000000000 days)", "want a hundred years at most"},
		{"rate(5)", "want rate(value unit)"},
		{"at(2026-11-21)", "want one such as 2026-11-21T09:30:00"},
	} {
		if s, err := Parse(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%s) = %v, %v, want %s", tt.text, s, err, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("cron(0/10 8-17 ? JAN-MAR MON#2 2026)")
	f.Add("rate(5 minutes)")
	f.Add("at(2026-11-21T12:00:00)")
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if next, ok := s.Next(at, at, time.UTC); ok && !next.After(at) {
			t.Errorf("Next of %s = %s, which is not after %s", text, next, at)
		}
	})
}
