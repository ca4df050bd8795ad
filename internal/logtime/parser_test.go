package logtime

import (
	"testing"
	"time"
)

// TestLeadingTime checks which times at the start of a line are recognised.
func TestLeadingTime(t *testing.T) {
	for _, tt := range []struct {
		line string
		want string // RFC 3339 with milliseconds; "" for none
	}{
		{"2006-01-02T15:04:05Z x", "2006-01-02T15:04:05.000Z"},
		{"2006-01-02T15:04:05.123456789Z", "2006-01-02T15:04:05.123Z"},
		{"2006-01-02 15:04:05,678 INFO", "2006-01-02T15:04:05.678Z"},
		{"2006-01-02 15:04:05.6 INFO", "2006-01-02T15:04:05.600Z"},
		{"2006-01-02 15:04:05", "2006-01-02T15:04:05.000Z"},
		{"2006-01-02 15:04:05 +0130 x", "2006-01-02T13:34:05.000Z"},
		{"2006-01-02T15:04:05+01:30", "2006-01-02T13:34:05.000Z"},
		{"2006-01-02T15:04:05-08", "2006-01-02T23:04:05.000Z"},
		{"2006-01-02 15:04:05 UTC [1] LOG", "2006-01-02T15:04:05.000Z"},
		{"2006/01/02 15:04:05 main.go:1: x", "2006-01-02T15:04:05.000Z"},
		{"[2006-01-02 15:04:05] x", "2006-01-02T15:04:05.000Z"},
		{"WARN  2006-01-02 15:04:05 x", "2006-01-02T15:04:05.000Z"},
		{"2024-02-29 00:00:00", "2024-02-29T00:00:00.000Z"},
		{"2023-02-29 00:00:00", ""},
		{"2006-13-02 15:04:05", ""},
		{"2006-01-02 24:04:05", ""},
		{"2006-01-02 15:60:05", ""},
		{"2006-01-02 15:04:61", ""},
		{"2006-01-02 15:04", ""},
		{"20060102T150405Z", ""},
		{"Jan  2 15:04:05 host a: b", "2018-01-02T15:04:05.000Z"},
		{"Mar 31 15:04:05 host a: b", "2018-03-31T15:04:05.000Z"},
		{"Apr  1 15:04:05 host a: b", "2017-04-01T15:04:05.000Z"},
		{"Foo  1 15:04:05 host a: b", ""},
		{"<13>Jan  2 15:04:05 host a: b", "2018-01-02T15:04:05.000Z"},
		{"<165>1 2006-01-02T15:04:05.003Z host a - - b", "2006-01-02T15:04:05.003Z"},
		{`::1 - frank [02/Jan/2006:15:04:05 -0700] "GET / HTTP/1.1" 200 1`, "2006-01-02T22:04:05.000Z"},
		{`::1 - frank [32/Jan/2006:15:04:05 -0700] "GET / HTTP/1.1" 200 1`, ""},
		{"1136214245 x", "2006-01-02T15:04:05.000Z"},
		{"1136214245.678 x", "2006-01-02T15:04:05.678Z"},
		{"1136214245678 x", "2006-01-02T15:04:05.678Z"},
		{"1136214245678901 x", "2006-01-02T15:04:05.678Z"},
		{"1136214245678901234 x", "2006-01-02T15:04:05.678Z"},
		{"[1136214245.678] x", "2006-01-02T15:04:05.678Z"},
		{"4102444799 x", "2099-12-31T23:59:59.000Z"},
		{"4102444800 x", ""},
		{"978307200000 x", "2001-01-01T00:00:00.000Z"},
		{"978307199999 x", ""},
		{"12345678901 call", ""},
		{"123456789012 account", ""},
		{"order 123456789012 shipped", ""},
		{"order 1136214245 shipped", ""},
		{"2 123456789010 eni-1 192.0.2.9 192.0.2.24 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK", ""},
		{"12345 x", ""},
		{"", ""},
		{"[", ""},
		{"<", ""},
		{"no time", ""},
	} {
		p := Parser{year: 2018, month: 3}
		got := ""
		if ms, ok := p.Leading([]byte(tt.line)); ok {
			got = time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
		}
		if got != tt.want {
			t.Errorf("leading(%q) = %q, want %q", tt.line, got, tt.want)
		}
	}
}

// TestEpoch checks how the unit of a number is told.
func TestEpoch(t *testing.T) {
	const none = -1
	for _, tt := range []struct {
		text string
		want int64
	}{
		{"99999999", none},
		{"100000000", 100000000_000},
		{"99999999999", 99999999999_000},
		{"100000000000", 100000000000},
		{"1522334402823", 1522334402823},
		{"99999999999999", 99999999999999},
		{"100000000000000", 100000000000},
		{"1522334402823456", 1522334402823},
		{"1522334402823456789", 1522334402823},
		{"9223372036854775807", 9223372036854},
		{"9223372036854775808", none},
		{"1522334402.823", 1522334402823},
		{"1522334402823.9", 1522334402823},
		{"-1522334402", none},
		{"1522334402.8.2", none},
		{".5", none},
		{"1e10", none},
		{"", none},
	} {
		got, ok := epochText([]byte(tt.text))
		if !ok {
			got = none
		}
		if got != tt.want {
			t.Errorf("epochText(%q) = %d, want %d", tt.text, got, tt.want)
		}
	}
}

// TestJSONTime checks where the time of a JSON event is found, whichever field the file's first events
// have it in.
func TestJSONTime(t *testing.T) {
	const at = 1522334402823
	for _, tt := range []struct {
		name string
		msg  string
		want bool
	}{
		{"text", `{"a":1,"time":"2018-03-29T14:40:02.823Z"}`, true},
		{"text as in query results", `{"time":"2018-03-29 14:40:02.823"}`, true},
		{"seconds", `{"ts":1522334402.823}`, true},
		{"milliseconds", `{"timestamp":1522334402823}`, true},
		{"microseconds", `{"timestamp":1522334402823000}`, true},
		{"nanoseconds in text", `{"timeUnixNano":"1522334402823000000"}`, true},
		{"nanoseconds with an exponent", `{"ts":1.522334402823e9}`, true},
		{"embedded metrics", `{"_aws":{"CloudWatchMetrics":[],"Timestamp":1522334402823},"n":1}`, true},
		{"MongoDB", `{"t":{"$date":"2018-03-29T14:40:02.823+00:00"},"s":"I"}`, true},
		{"the first of several by precedence", `{"t":1,"time":"2020-01-01T00:00:00Z","timestamp":1522334402823}`, true},
		{"a field that holds no time is passed over", `{"timestamp":"soon","time":1522334402823}`, true},
		{"a duration is no time", `{"time":12.5}`, false},
		{"not in an inner object", `{"a":{"time":1522334402823}}`, false},
		{"broken JSON", `{"time":`, false},
		{"no JSON", `time`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, first := range []Field{{}, {"nothing", ""}, {"nothing", "inner"}} {
				var p Parser
				got, ok := p.JSON([]byte(tt.msg), first)
				if ok != tt.want || ok && got != at {
					t.Errorf("jsonTime(%s, %v) = %d, %t, want %d, %t", tt.msg, first, got, ok, at, tt.want)
				}
			}
		})
	}
}

// FuzzParser checks that no text is too strange for a time, and that what JSON finds stands in a field.
func FuzzParser(f *testing.F) {
	for _, seed := range []string{
		"2006-01-02T15:04:05.123+01:00 x", "<34>1 2006-01-02T15:04:05Z", "Jan  2 15:04:05 h", `- [02/Jan/2006:15:04:05 -0700] "`,
		"1136214245.678 x", `{"time":"2006-01-02 15:04:05"}`, `{"_aws":{"Timestamp":1}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p := Parser{year: 2018, month: 3}
		if _, n, ok := p.ISO(text); ok && (n < 19 || n > len(text)) {
			t.Errorf("ISO(%q) took %d bytes, want 19 to %d", text, n, len(text))
		}
		once, ok := p.Leading(text)
		if again, still := p.Leading(text); again != once || still != ok {
			t.Errorf("Leading(%q) = %d, %t, then %d, %t", text, once, ok, again, still)
		}
		p.Text(text)
		field, lead := FindField([][]byte{text})
		ms, ok := p.JSON(text, field)
		if ok != (field.Key != "") {
			t.Errorf("JSON(%q, %v) found a time: %t, but FindField: %v", text, field, ok, field)
		}
		if got, ok := p.After(text, lead); ok && got != ms {
			t.Errorf("After(%q, %q) = %d, want %d", text, lead, got, ms)
		}
	})
}
