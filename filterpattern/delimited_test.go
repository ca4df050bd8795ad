package filterpattern

import (
	"slices"
	"strings"
	"testing"
)

func TestDelimited(t *testing.T) {
	requireMatches(t, []matchCase{
		{"no columns match an empty event", "[]", "", true},
		{"no columns match anything", "[]", "a b c", true},
		{"one column does not match an empty event", "[a]", "", false},
		{"one column does not match blanks", "[a]", " \t ", false},
		{"two columns without names", "[,]", "a b", true},
		{"two columns without names, one token", "[,]", "a", false},
		{"runs of white space count once", "[a=x, b=y]", " x \t\r\n y \n", true},
		{"a tab separates", "[a=x, b=y]", "x\ty", true},
		{"a no-break space does not", "[a, b]", "x\u00a0y", false},
		{"an empty group is a token", `[a=x, b="", c=y]`, `x "" y`, true},
		{"an empty bracket is a token", `[a=x, b="", c=y]`, `x [] y`, true},
		{"a group ends at the first closing bracket", `[a="a [b", b="c]"]`, `[a [b] c]`, true},
		{"a group spans lines", "[a=\"x\ny\", b]", "[x\ny] z", true},
		{"a group ends without white space after it", "[a=INFO, b=x, c]", "[INFO]x y", true},
		{"an opening bracket without closing one is ordinary", `[a="[x", b=y]`, "[x y", true},
		{"a quote without closing one is ordinary", `[a=x, b="\"y", c=z]`, `x "y z`, true},
		{"a quote inside a token is ordinary", `[a="k=\"v", b="w\""]`, `k="v w"`, true},
		{"many opening brackets", "[..., a=z]", strings.Repeat("[ ", 200_000) + "z", true},
		{"the last column takes the rest with its delimiters", `[a, b="[c] \"d e\" f"]`, `x [c] "d e" f `, true},
		{"the last column loses its delimiters when it is one token", `[a, b="c d"]`, `x "c d"`, true},
		{"a condition on the rest", "[a, b=%^c.*e$%]", "x c d e", true},
		{"the ellipsis stands for nothing", "[a=x, ..., b=y]", "x y", true},
		{"the ellipsis stands for much", "[a=x, ..., b=y]", "x 1 2 3 4 y", true},
		{"too few tokens around the ellipsis", "[a, ..., b, c]", "x y", false},
		{"the ellipsis first", "[..., b=y]", "x y", true},
		{"the ellipsis last", "[a=x, ...]", "x y z", true},
		{"the last column after an ellipsis is one token", "[..., b=z]", "x y z", true},
		{"a condition without a name", "[=x, b]", "x y", true},
		{"a number equals another spelling of it", "[a = 404]", "404.0", true},
		{"a number in quotes is text", `[a = "404"]`, "404.0", false},
		{"a number and a token that is none", "[a > 1]", "10ms", false},
		{"nothing numeric holds of a token that is no number, not even !=", "[a != 1]", "-", false},
		{"text differs from a dash", `[a != "-"]`, "x", true},
		{"and binds tighter than or", "[a = x || a = *y && a = z*]", "zy", true},
		{"and binds tighter than or, left side", "[a = z* && a = *y || a = x]", "x", true},
		{"a number below zero", "[a < -1.5e0]", "-2", true},
		{"a path without quotes", "[a = /api/*]", "/api/v1", true},
		{"an address and a time without quotes", "[a = 10.0.*, b = 12:*]", "10.0.1.2 12:30", true},
		{"invalid UTF-8 and NUL", "[a = *x, b]", "\xff\x00x y", true},
		{"a name may be a number", "[1 = x && 1 != y]", "x", true},
	})
}

func TestDelimitedErrors(t *testing.T) {
	hint := "a value with other characters than letters, digits and common signs needs quotes"
	value := `write a number, a word of letters, digits and _.*+-, a "text" or a %regex%`
	own := "the conditions of one column all name that column"
	requireErrors(t, []errorCase{
		{"[a, b", 5, "If a filter pattern starts with '[' it must end with ']'", ""},
		{"[", 1, "If a filter pattern starts with '[' it must end with ']'", ""},
		{"[a, ..., b, ...]", 12, "found a second '...'", "a pattern can leave out columns in one place only"},
		{"[a=1 || b=2, c]", 8, "found b, want the column's own name a", own},
		{"[a=1 && ]", 8, "found ']', want the column's name a", ""},
		{"[=1 && =2]", 7, "a column without a name has more than one condition", "give the column a name"},
		{"[a b]", 3, "found 'b', want one of = != < <= > >=", ""},
		{"[a = ]", 5, "found ']', want a value", value},
		{"[a = x y]", 7, "found 'y', want ',', && or || between columns, or the ']' at the end", hint},
		{"[a = x]]", 6, "found ']', want ',', && or || between columns, or the ']' at the end", hint},
		{"[a > x]", 5, "found x after >, want a number", "only numbers outside quotes have an order"},
		{"[a.b]", 2, "found '.', want one of = != < <= > >=", ""},
		{"[é]", 1, "found 'é', want one of = != < <= > >=", ""},
		{"[... a]", 5, "found 'a', want ',', && or || between columns, or the ']' at the end", hint},
		{"[a=%x%,b=%y%,c=%z%]", 15, "found more than 2 regular expressions", "use a wildcard or join two expressions with | in one"},
	})
}

func TestExtract(t *testing.T) {
	for _, tt := range []struct {
		name, pattern, event string
		want                 []Field
		ok                   bool
	}{
		{"terms extract nothing", "a", "a", nil, true},
		{"JSON extracts nothing", "{ $.a = 1 }", `{"a":1}`, nil, true},
		{"no match, no values", "[a = 2, b]", "1 2", nil, false},
		{"names and positions", "[a, ..., b]", "x y z", []Field{{"$a", "x"}, {"$2", "y"}, {"$b", "z"}}, true},
		{"an ellipsis for nothing", "[a, ..., b]", "x z", []Field{{"$a", "x"}, {"$b", "z"}}, true},
		{"columns without names", "[, b, ]", "x y z w", []Field{{"$1", "x"}, {"$b", "y"}, {"$3", "z w"}}, true},
		{"the rest keeps its delimiters", "[a, b]", `x [y] "z"`, []Field{{"$a", "x"}, {"$b", `[y] "z"`}}, true},
		{"one name twice", "[a, a]", "x y", []Field{{"$a", "x"}, {"$a", "y"}}, true},
		{"no columns, no tokens", "[]", " ", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := MustParse(tt.pattern).Extract([]byte(tt.event))
			if ok != tt.ok || !slices.Equal(got, tt.want) {
				t.Errorf("Extract(%q) by %q: got %q, %v, want %q, %v", tt.event, tt.pattern, got, ok, tt.want, tt.ok)
			}
		})
	}
}
