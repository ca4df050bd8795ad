package exec

import (
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// takes runs a taker on one text and writes what it took; "no" if the text has not the form.
func takes(take taker, s string, n int) string {
	out := make([]taken, n)
	if !take(s, out) {
		return "no"
	}
	var parts []string
	for _, t := range out {
		if !t.present {
			t.text = "-"
		}
		parts = append(parts, t.text)
	}
	return strings.Join(parts, "|")
}

func TestGlob(t *testing.T) {
	for _, tt := range []struct{ name, pattern, text, want string }{
		{"literals around stars", "user=*, method:*, latency := *", "user=ann, method:GET, latency := 12", "ann|GET|12"},
		{"the first literal starts anywhere", "[*] * The error was: *", "25 May [ERROR] {foo=2} The error was: Bad", "ERROR|{foo=2}|Bad"},
		{"a star takes the shortest text", "*n", "ann", "a"},
		{"a star at the end takes the rest", "a*", "xabc\nd", "bc\nd"},
		{"text after a last literal is of no interest", "<*>", "<a> <b>", "a"},
		{"stars cross newlines", "a*d", "a b\nc d", " b\nc "},
		{"a star may be empty", "a*b", "ab", ""},
		{"two stars in a row: the first is empty", "a**b", "a--b", "|--"},
		{"a lone star is everything", "*", "all", "all"},
		{"a lone star is everything, even nothing", "*", "", ""},
		{"the first literal is missing", "x*", "abc", "no"},
		{"a later literal is missing", "a*x", "abc", "no"},
		{"literals in the wrong order", "b*a", "a b", "no"},
		{"unicode", "größe=*;", "größe=ä€😀;", "ä€😀"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := glob(strings.Split(tt.pattern, "*"))
			if got := takes(g.take, tt.text, len(g)-1); got != tt.want {
				t.Errorf("parse %q of %q = %q, want %q", tt.pattern, tt.text, got, tt.want)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"plain fields", "h9,GET,/a,200,15", 5, "h9|GET|/a|200|15"},
		{"a comma in quotes", `h9,GET,"/b,c",500`, 4, "h9|GET|/b,c|500"},
		{"doubled quotes", `"say ""hi""",2`, 2, `say "hi"|2`},
		{"a line break in quotes", "\"a\nb\",c", 2, "a\nb|c"},
		{"only the first line counts", "a,b\r\nc,d", 3, "a|b|-"},
		{"missing fields are null", "a", 3, "a|-|-"},
		{"further fields are dropped", "a,b,c", 2, "a|b"},
		{"empty fields are present", ",,", 3, "||"},
		{"empty text is one empty field", "", 2, "|-"},
		{"text behind a closing quote belongs to the field", `"a"b,c`, 2, "ab|c"},
		{"a quote inside a bare field is text", `a"b,c`, 2, `a"b|c`},
		{"a quote that never closes", `"a,b`, 2, "a,b|-"},
		{"unicode", "é,\"ü,ö\"", 2, "é|ü,ö"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := takes(firstRecord, tt.text, tt.n); got != tt.want {
				t.Errorf("csv of %q = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestLogfmt(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"pairs", `level=error msg="disk full" dur=3.5`, `{"level":"error","msg":"disk full","dur":"3.5"}`},
		{"a bare key is true", "a=1 debug b=2", `{"a":"1","debug":"true","b":"2"}`},
		{"escaped quotes", `m="say \"hi\" \\ x"`, `{"m":"say \"hi\" \\ x"}`},
		{"line breaks and tabs", `m="a\nb\tc"`, `{"m":"a\nb\tc"}`},
		{"an empty value", `a= b="" c=1`, `{"a":"","b":"","c":"1"}`},
		{"an equals sign in a value", "q=a=b", `{"q":"a=b"}`},
		{"a quote that never closes", `a="b c`, `{"a":"b c"}`},
		{"a pair without a key is skipped", "=x a=1", `{"a":"1"}`},
		{"blanks of all kinds", "\ta=1\r\n b=2  ", `{"a":"1","b":"2"}`},
		{"unicode and HTML", `ü="<ä>"`, `{"ü":"<ä>"}`},
		{"invalid UTF-8 is replaced", "a=\xff", `{"a":"\ufffd"}`},
		{"nothing", "  ", "no"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := takes(logfmt, tt.text, 1); got != tt.want {
				t.Errorf("logfmt of %q = %s, want %s", tt.text, got, tt.want)
			}
			if got := takes(logfmt, tt.text, 1); got != "no" && function.ParseJSON(got).IsNull() {
				t.Errorf("logfmt of %q = %s, which is no JSON", tt.text, got)
			}
		})
	}
}

func matcher(t testing.TB, pattern string) *function.Matcher {
	t.Helper()
	re, err := function.CompileRegex(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return function.NewMatcher(re)
}

func TestParseStep(t *testing.T) {
	texts := col("a=1", nil, "b", 7, js(`{"a":"a=9"}`), "a=")
	regex := func(pattern string, multi bool, groups ...int) *plan.Parse {
		return &plan.Parse{Mode: syntax.ParseRegex, Regex: matcher(t, pattern), Groups: groups, Multi: multi}
	}
	for _, tt := range []struct {
		name string
		step *plan.Parse
		in   *column.Column
		want []string
	}{
		{"glob: no text and no match are null", &plan.Parse{Mode: syntax.ParseGlob, Glob: []string{"a=", ""}}, texts,
			[]string{"a=1 | 1", "- | -", "b | -", "7 | -", `{"a":"a=9"} | -`, "a= | "}},
		{"the text of a number counts", &plan.Parse{Mode: syntax.ParseGlob, Glob: []string{"", "5"}}, col(1.5, 35, true),
			[]string{"1.5 | 1.", "35 | 3", "1 | -"}},
		{"regex: groups by number", regex(`(a)=(\d*)`, false, 2), texts,
			[]string{"a=1 | 1", "- | -", "b | -", "7 | -", `{"a":"a=9"} | -`, "a= | "}},
		{"regex: an optional group that is not there is null", regex(`b(x)?`, false, 1), col("b", "bx"),
			[]string{"b | -", "bx | x"}},
		{"regex: the first match counts", regex(`(\d)`, false, 1), col("7 8"), []string{"7 8 | 7"}},
		{"multi: a row of each match, one without", regex(`(\d)`, true, 1), col("7 8", "x", nil, "9"),
			[]string{"7 8 | 7", "7 8 | 8", "x | -", "- | -", "9 | 9"}},
		{"logfmt", &plan.Parse{Mode: syntax.ParseLogfmt}, col("k=v", ""), []string{`k=v | {"k":"v"}`, " | -"}},
		{"csv", &plan.Parse{Mode: syntax.ParseCSV}, col("x,y", nil), []string{"x,y | x", "- | -"}},
		{"all null", &plan.Parse{Mode: syntax.ParseGlob, Glob: []string{"", ""}}, col(nil, nil), []string{"- | -", "- | -"}},
		{"no rows", &plan.Parse{Mode: syntax.ParseGlob, Glob: []string{"", ""}}, col(), nil},
		{"dictionary-coded texts", &plan.Parse{Mode: syntax.ParseGlob, Glob: []string{"a=", ""}}, coded("a=1", "b", nil, "a=1", "b"),
			[]string{"a=1 | 1", "b | -", "- | -", "a=1 | 1", "b | -"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.step.From, tt.step.Out = slot(0), []int{1}
			got, err := newParse(tt.step).batch(testRun().worker(0), events(tt.in))
			check(t, "parse", got, err, tt.want, 0, 1)
		})
	}
}

func TestParseMakesLogfmtAMap(t *testing.T) {
	step := &plan.Parse{Mode: syntax.ParseLogfmt, From: slot(0), Out: []int{1}}
	got, err := newParse(step).batch(testRun().worker(0), events(col("k=v")))
	if err != nil {
		t.Fatal(err)
	}
	if k := got.col(1).Kind; k != column.JSON {
		t.Errorf("kind of what logfmt gives = %s, want json", k)
	}
}

func TestParseDoesNotAllocateForEachRow(t *testing.T) {
	g := glob{"user=", ", latency := ", ""}
	out := make([]taken, 2)
	if n := testing.AllocsPerRun(100, func() { g.take("user=ann, latency := 12", out) }); n != 0 {
		t.Errorf("glob: %v allocations a row, want 0", n)
	}
}

func BenchmarkParseGlob(b *testing.B) {
	line := "2026-01-01T00:00:00Z INFO http: request done user=ann method:GET path=/api/v1/orders/12345/items status=200 latency := 12 ms trace=0af7651916cd43dd8448eb211c80319c"
	benchmarkParse(b, line, &plan.Parse{Mode: syntax.ParseGlob, Glob: []string{"user=", " method:", " path=", " status=", " "}, Out: []int{1, 2, 3, 4}})
}

func benchmarkParse(b *testing.B, line string, step *plan.Parse) {
	const n = 4096
	lines := make([]any, n)
	for i := range lines {
		lines[i] = line
	}
	step.From = slot(0)
	p, r, w := newParse(step), events(col(lines...)), testRun().worker(0)
	b.SetBytes(int64(n * len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.batch(w, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRegex(b *testing.B) {
	line := `2026-01-01T00:00:00Z INFO http: request done user=ann method:GET path=/api/v1/orders/12345/items status=200 took 12.5 ms trace=0af7651916cd43dd8448eb211c80319c from 10.0.0.5`
	for _, bb := range []struct{ name, pattern string }{
		{"literal first", `user=(?<u>\w+) method:(?<m>[A-Z]+)`},
		{"class first", `(\d+\.\d+) ms`},
		{"lazy", `path=(.*?) status=(\d+)`},
		{"anchored", `^(\S+) (\w+) (.*)$`},
		{"no match", `"durationMs":(\d+)`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			re := matcher(b, bb.pattern)
			step := &plan.Parse{Mode: syntax.ParseRegex, Regex: re}
			for g := range re.Regexp().NumSubexp() {
				step.Groups = append(step.Groups, g+1)
				step.Out = append(step.Out, g+1)
			}
			benchmarkParse(b, line, step)
		})
	}
}

func FuzzLogfmtAndCSV(f *testing.F) {
	for _, s := range []string{`a=1 b="x \"y\"" c`, `="`, `a="\`, "\"a\"\"\n,b", `"`, "a=\xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := takes(logfmt, s, 1); got != "no" && function.ParseJSON(got).IsNull() {
			t.Errorf("logfmt of %q = %s, which is no JSON", s, got)
		}
		out := make([]taken, 3)
		firstRecord(s, out)
		for i, v := range out {
			if i > 0 && v.present && !out[i-1].present {
				t.Errorf("csv of %q: field %d is there, the one before is not", s, i)
			}
		}
	})
}
