package split

import (
	"strings"
	"testing"
)

func TestLogfmt(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"bare and quoted values", `level=error msg="disk full" n=3`, `{"level":"error","msg":"disk full","n":"3"}`},
		{"escapes in quotes", `a="x\"y\\z\n"`, `{"a":"x\"y\\z\n"}`},
		{"a bare key", "debug a=1", `{"debug":"true","a":"1"}`},
		{"no value", "a= b=2", `{"a":"","b":"2"}`},
		{"a quote that is not closed", `a="x y`, `{"a":"x y"}`},
		{"text beyond ASCII", `ä="<ü>"`, `{"ä":"<ü>"}`},
		{"no key", ` =x = `, ""},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := Logfmt(tt.text); got != tt.want || ok != (tt.want != "") {
				t.Errorf("Logfmt(%q) = %q, %t, want %q", tt.text, got, ok, tt.want)
			}
		})
	}
}

func TestComma(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"bare fields", "a,b,,c", "a|b||c"},
		{"quoted fields", `"a,b","c""d","e` + "\n" + `f"`, "a,b|c\"d|e\nf"},
		{"the first line only", "a,b\r\nc,d", "a|b"},
		{"a quote that is not closed", `"a,b`, "a,b"},
		{"text behind a quote", `"a"b,c`, "ab|c"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var fields []string
			for s, more := tt.text, true; more; {
				var field string
				field, s, more = Comma(s)
				fields = append(fields, field)
			}
			if got := strings.Join(fields, "|"); got != tt.want {
				t.Errorf("Comma(%q) again and again = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}
