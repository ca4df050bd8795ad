package validate

import (
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/internal/model"
)

// modelPatterns returns all patterns of all models.
func modelPatterns(t *testing.T) []string {
	t.Helper()
	set := map[string]bool{}
	for _, id := range model.IDs() {
		s, err := model.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, shape := range s.Shapes {
			set[shape.Pattern] = true
			for i := range shape.Members {
				set[shape.Members[i].Pattern] = true
			}
		}
	}
	delete(set, "")
	var list []string
	for p := range set {
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

// TestModelPatterns checks that every pattern of the models compiles, and that those translated by hand are in a model and
// would not compile without.
func TestModelPatterns(t *testing.T) {
	patterns := modelPatterns(t)
	if len(patterns) < 150 {
		t.Fatalf("%d patterns in the models, want 150 or more", len(patterns))
	}
	for _, p := range patterns {
		if _, err := compilePattern(p); err != nil {
			t.Error(err)
		}
	}
	for p := range byHand {
		if !slices.Contains(patterns, p) {
			t.Errorf("%q is in no model", p)
		}
	}
	t.Logf("%d patterns, %d of them by hand, none skipped", len(patterns), len(byHand))
}

func TestPatterns(t *testing.T) {
	const (
		notBlank = `^(?!\s*$).+`
		source   = `^(?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*)$`
		within   = `.*(?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w/_-]+(\[(\d+|\*)\])*)*).*`
		arn      = "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+"
		column   = "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*"
	)
	for _, tt := range []struct {
		name, pattern, text string
		want                bool
	}{
		{"the whole text counts", `[a-z]+`, "abc1", false},
		{"one line's end is too many", `^[a-z]+$`, "abc\n", false},
		{"a point is no line's end", `.+`, "a\u2028b", false},
		{"a point in a class is a point", `[.]+`, "a", false},
		{"a point may be all if the pattern says so", `(?s).+`, "a\nb", true},
		{"Java's blanks", `\s\S`, "\va", true},
		{"Java's blanks in a class", `[\s]+`, " \t\v\n\f\r", true},
		{"blank", notBlank, " \t", false},
		{"not blank", notBlank, " a ", true},
		{"not blank, of two lines", notBlank, "a\nb", false},
		{"empty", notBlank, "", false},
		{"a source", source, "my.app", true},
		{"the start of AWS's", source, "aws", true},
		{"nearly AWS's", source, "awx.a", true},
		{"AWS's", source, "aws.ec2", false},
		{"a source of nothing", source, "", false},
		{"a source that starts with a sign", source, "!a", false},
		{"a path", source, "$.a[0].b[*]", true},
		{"anything around AWS's", within, "x aws.", true},
		{"AWS's alone", within, "aws.", true},
		{"signs alone", within, "!!", false},
		{"a path with more behind it", within, "$.a!", true},
		{"characters of 16 bits", arn, "日本\u0085", true},
		{"a control character", arn, "a\x01", false},
		{"characters beyond 16 bits", column, "😀\t", true},
		{"no characters at all", column, "\uFFFE", false},
		{"2,048 characters of a resource", `^[a-zA-Z0-9][a-zA-Z0-9_:\.\-\/]{0,2047}$`, string(make2048()), true},
		{"2,049 characters of a resource", `^[a-zA-Z0-9][a-zA-Z0-9_:\.\-\/]{0,2047}$`, string(make2048()) + "a", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			re, err := compilePattern(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if got := re.MatchString(tt.text); got != tt.want {
				t.Errorf("%q matches %q: %t, want %t", tt.pattern, tt.text, got, tt.want)
			}
		})
	}
}

func make2048() []byte { return slices.Repeat([]byte("a"), 2048) }

// TestBrokenPattern checks that a model's pattern that nobody has translated is told.
func TestBrokenPattern(t *testing.T) {
	if re, err := compilePattern(`(?<=a)b`); err == nil {
		t.Errorf("compilePattern of a look behind = %v, want an error", re)
	}
}
