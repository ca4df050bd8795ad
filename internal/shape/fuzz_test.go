package shape

import (
	"strings"
	"testing"
)

// odd are messages that need care, one or several to a line.
var odd = []string{
	`{"a":1}`, ` {"a":1} `, `{"a":null}`, `{"a":1,"b":null,"c":"x"}`, `{"a":[1,2,3],"b":[]}`, `{"a":{"b":{"c":true}}}`,
	`{"n":-0}`, `{"n":-0.0}`, `{"n":1e3}`, `{"n":1e21}`, `{"n":1e-7}`, `{"n":1.50}`, `{"n":0.000001}`, `{"n":1e-06}`, `{"n":123456789012345678}`,
	`{"n":9007199254740993}`, `{"n":9223372036854775808}`, `{"n":0.1234567890123456}`, `{"n":100000000000000000000}`, `{"n":00}`,
	`{"s":"a\nb"}`, `{"s":"\u003cb\u003e"}`, `{"s":"<b>"}`, `{"s":"\u00e9"}`, `{"s":"é"}`, `{"s":"\/"}`, `{"s":"\ud83d\ude00"}`, `{"s":"\ud83d"}`, `{"s":"\u001f\u001F"}`,
	`{"t":"2026-01-02T03:04:05Z"}`, `{"t":"2026-01-02T03:04:05.678+02:00"}`, `{"t":"2026-02-30T03:04:05Z"}`, `{"t":"2026-01-02T03:04:05.6789Z"}`,
	`{"t":"0000-01-01T00:00:00Z"}`, `{"t":"2026-01-02T03:04:05-00:00"}`, `{"t":"1969-12-31T23:59:59.999Z"}`, `{"t":"0000-01-01T00:00:00+23:59"}`,
	`{"a":1,"a":2}`, `{"a.b":1,"a":{"b":2}}`, `{"":1}`, `{"@x":1}`, `{"\u0061":1}`, `{"a":tru}`, `{"a":1}{"a":1}`,
	"START RequestId: 3f1a2b4c-0000-1111-2222-abcdefabcdef Version: $LATEST\n", "2026-01-02T03:04:05.678Z\tid\tINFO\tdone {\"ms\":4} then",
	"", "\xff", "{", "x{\"a\":1}", "{}", "[1,2]",
}

func FuzzSplit(f *testing.F) {
	f.Add(strings.Join(odd, "\x00"))
	for i := range odd {
		f.Add(odd[i] + "\x00" + odd[(i+1)%len(odd)])
	}
	f.Fuzz(func(t *testing.T, text string) {
		messages := strings.Split(text, "\x00")
		s := NewSplitter(Options{})
		for range 2 { // the second time shapes are known
			for _, m := range messages {
				s.Add(m)
			}
			r := s.Result()
			checkSame(t, join(t, r), messages)
			s.Reset()
		}
	})
}

func FuzzMerge(f *testing.F) {
	f.Add(strings.Join(odd, "\x00"), 3)
	f.Fuzz(func(t *testing.T, text string, n int) {
		messages := strings.Split(text, "\x00")
		n = max(0, min(n, len(messages)))
		checkMerge(t, messages[:n], messages[n:], messages)
	})
}

func FuzzFind(f *testing.F) {
	f.Add(strings.Join(odd, "\x00"))
	for _, m := range odd {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10_000 {
			return
		}
		checkFind(t, strings.Split(text, "\x00")...)
	})
}
