package filterpattern

import (
	"strings"
	"sync"
	"testing"
)

func TestLengthLimit(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"empty", "", true},
		{"one below", strings.Repeat("a", 1023), true},
		{"the limit", strings.Repeat("a", 1024), true},
		{"one above", strings.Repeat("a", 1025), false},
		{"the limit in characters of four bytes", `"` + strings.Repeat("😀", 1022) + `"`, true},
		{"one above in characters of four bytes", `"` + strings.Repeat("😀", 1023) + `"`, false},
		{"blanks count", strings.Repeat(" ", 1025), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(tt.text)
			if (err == nil) != tt.ok {
				t.Fatalf("Parse of %d bytes: got %v, want an error: %v", len(tt.text), err, !tt.ok)
			}
			if err == nil {
				return
			}
			want := "1 validation error detected: Value '" + tt.text + "' at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to 1024"
			if got := asError(t, err); got.Msg != want || got.Pos != 1024 {
				t.Errorf("Parse of %d bytes: got %.60q… at %d, want %.60q… at 1024", len(tt.text), got.Msg, got.Pos, want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]Kind{
		"": Terms, "  ": Terms, `""`: Terms, `" "`: Terms, "a": Terms, "%a%": Terms, `"{"`: Terms,
		"{ $.a = 1 }": JSON, "\n{ $.a = 1 }\t": JSON, "[]": Delimited, " [a] ": Delimited,
	} {
		if got := MustParse(text).Kind(); got != want {
			t.Errorf("kind of %q: got %s, want %s", text, got, want)
		}
	}
}

func TestRegexesAreCounted(t *testing.T) {
	for text, want := range map[string]int{
		"a": 0, "%a%": 1, "%a% -%b%": 2, "?%a% b": 1,
		"{ $.a = %x% && $.b != %y% }": 2, "[a = %x% || a = %y%]": 2, "[]": 0,
	} {
		if got := MustParse(text).Regexes(); got != want {
			t.Errorf("regexes of %q: got %d, want %d", text, got, want)
		}
	}
}

func TestCanonicalForm(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"  ", ""},
		{`" "`, ""},
		{`"a"  - "b c"	? %d%`, `a -"b c" ?%d%`},
		{`"é"`, `"é"`},
		{`"a\b"`, `"a\\b"`},
		{`{$.a=1}`, `{ $.a = 1 }`},
		{`{(($.a=x))}`, `{ $.a = "x" }`},
		{`{($.a=1||$.b=2)&&($.c=3&&$.d=+4)}`, `{ ($.a = 1 || $.b = 2) && $.c = 3 && $.d = +4 }`},
		{`{($.a=1&&$.b=2)||$.c=3}`, `{ $.a = 1 && $.b = 2 || $.c = 3 }`},
		{`{$['a']["b.c"]["d'e"].*=*||$[007]  is  null}`, `{ $.a.['b.c'].["d'e"].* = "*" || $[7] IS NULL }`},
		{`{$.a[*] not exists}`, `{ $.a[*] NOT EXISTS }`},
		{`[  ]`, `[]`},
		{`[...]`, `[]`},
		{`[a,,...,b]`, `[a, , ..., b]`},
		{`[a,]`, `[a, ]`},
		{`[a=1&&a!=x||a=%y%,b]`, `[a = 1 && a != "x" || a = %y%, b]`},
	} {
		if got := MustParse(tt.text).String(); got != tt.want {
			t.Errorf("String() of %q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestCanonicalFormKeepsTheLengthLimit(t *testing.T) {
	for _, text := range []string{
		"{" + strings.Repeat("$.a=x||", 145) + "$.b=y}",
		"[" + strings.Repeat("a,", 500) + `b="\d"]`,
		`"` + strings.Repeat(`\a`, 500) + `\\b"`,
	} {
		p := MustParse(text)
		again, err := Parse(p.String())
		if err != nil {
			t.Fatalf("Parse of the canonical form of %.20q…, %d bytes: %v", text, len(text), err)
		}
		if got, want := again.String(), p.String(); got != want {
			t.Errorf("String() of %.20q…: got %q, want %q", text, got, want)
		}
	}
}

// TestMatchDoesNotAllocate covers each kind, texts with escapes among them.
func TestMatchDoesNotAllocate(t *testing.T) {
	if raceDetector {
		t.Skip("sync.Pool forgets buffers at random under the race detector")
	}
	json := `{"level":"error","msg":"a \"quoted\" line\n","items":[{"id":1},{"id":22}],"n":1.50,"\u006b":"v"}`
	line := `127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534`
	for _, tt := range []struct{ pattern, event string }{
		{`error -timeout`, json},
		{`?WARN ?ERROR`, json},
		{`%err[ao]r%`, json},
		{`{ $.level = "error" && $.n >= 1.5 }`, json},
		{`{ $.msg = "*quoted*" && $.k = "v" }`, json},
		{`{ $.msg = %quoted.*line% || $.items[*].id > 30 || $.* = "no" }`, json},
		{`{ $.nosuch NOT EXISTS && $.items[1].id = 22 }`, json},
		{`[ip, ..., request = *.html*, status >= 400, bytes]`, line},
		{`[ip, server, rest = *1534]`, line},
	} {
		p := MustParse(tt.pattern)
		if !p.MatchString(tt.event) && tt.pattern[0] != '?' {
			t.Errorf("%q matches %q: got false, want true", tt.pattern, tt.event)
		}
		if n := testing.AllocsPerRun(100, func() { p.MatchString(tt.event) }); n != 0 {
			t.Errorf("matching %q: got %v allocations, want 0", tt.pattern, n)
		}
	}
}

func TestPatternsAreSafeForConcurrentUse(t *testing.T) {
	p := MustParse(`{ $.a = "x\"y" && $.b = %z+% || $.* = "w" }`)
	v, err := p.Value("$.a")
	if err != nil {
		t.Fatal(err)
	}
	event := []byte(`{"a":"x\"y","b":"z\\z"}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if !p.Match(event) {
					t.Error("Match: got false, want true")
				}
				if got, _ := v.Text(event); got != `x"y` {
					t.Errorf("Text: got %q, want %q", got, `x"y`)
				}
				p.Explain(event)
			}
		})
	}
	wg.Wait()
}

func TestMatchLeavesTheEventAlone(t *testing.T) {
	for _, text := range []string{`{ $.a = "b" }`, `[a, b]`, `a -b`} {
		event := `  { "a" : "\u0062" , "a":"b" } `
		b := []byte(event)
		MustParse(text).Match(b)
		if string(b) != event {
			t.Errorf("matching %q changed the event to %q", text, b)
		}
	}
}
