package jsonscan

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestUnquote(t *testing.T) {
	for _, tt := range []struct {
		name string
		raw  string
		want string
		ok   bool
	}{
		{"nothing", ``, "", true},
		{"plain text", `abc`, "abc", true},
		{"all short escapes", `\"\\\/\b\f\n\r\t`, "\"\\/\b\f\n\r\t", true},
		{"a letter", `\u00e9\u00E9`, "éé", true},
		{"a surrogate pair", `x\ud83d\ude00y`, "x😀y", true},
		{"a first half alone", `\ud83d!`, "\ufffd!", true},
		{"a second half alone", `\ude00`, "\ufffd", true},
		{"a first half before another escape", `\ud83d\n`, "\ufffd\n", true},
		{"a first half before a letter", `\ud83da`, "\ufffda", true},
		{"two first halves and a second", `\ud83d\ud83d\ude00`, "\ufffd😀", true},
		{"a NUL", `\u0000`, "\x00", true},
		{"an unknown escape", `a\x`, "", false},
		{"a backslash at the end", `a\`, "", false},
		{"too few digits", `\u12`, "", false},
		{"a letter that is no digit", `\u12g4`, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Unquote([]byte("keep:"), []byte(tt.raw))
			if ok != tt.ok || ok && string(got) != "keep:"+tt.want {
				t.Errorf("Unquote(%s) = %q, %v, want %q, %v", tt.raw, got, ok, "keep:"+tt.want, tt.ok)
			}
		})
	}
}

func TestPlainText(t *testing.T) {
	for _, tt := range []struct {
		name string
		raw  string
		want bool
	}{
		{"nothing", "", true},
		{"letters", "abcdefghijklmnop", true},
		{"letters beyond ASCII", "abcdefgé€😀 and more", true},
		{"an escape", `abcdefgh\n`, false},
		{"an escape after a letter beyond ASCII", `é\n`, false},
		{"a quote", `a"b`, false},
		{"a control character", "a\x1fb", false},
		{"a control character after a letter beyond ASCII", "é\x1fb", false},
		{"invalid UTF-8", "abcdefgh\xff", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := PlainText([]byte(tt.raw)); got != tt.want {
				t.Errorf("PlainText(%q) = %v, want %v", tt.raw, got, tt.want)
			}
		})
	}
}

// The scanner looks at eight bytes at a time: each special byte is tried at each place.
func TestSpecialBytesAtEveryPlace(t *testing.T) {
	for n := range 20 {
		for c := range 256 {
			b := []byte(strings.Repeat("a", n) + string([]byte{byte(c)}) + strings.Repeat("~", 19-n) + "\"")
			want := len(b) - 1
			if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
				want = n
			}
			if got := plain(b, 0); got != want {
				t.Fatalf("plain(%q) = %d, want %d", b, got, want)
			}
		}
	}
}

func TestBackslashesBeforeQuote(t *testing.T) {
	for n := range 40 {
		b := []byte(`"` + strings.Repeat(`\`, n) + `"`)
		end, ok := SkipString(b, 1)
		if want := n%2 == 0; ok != want || end != len(b) {
			t.Errorf("SkipString with %d backslashes = %d, %v, want %d, %v", n, end, ok, len(b), want)
		}
	}
}

func FuzzUnquote(f *testing.F) {
	seeds(f)
	f.Add([]byte(`"\ud83d\ude00\ud83d\u0041\/"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var want string
		if json.Unmarshal(b, &want) != nil || !utf8.Valid(b) || Trim(b)[0] != '"' {
			return
		}
		raw := Trim(b)
		raw = raw[1 : len(raw)-1]
		if got, ok := Unquote(nil, raw); !ok || string(got) != want {
			t.Errorf("Unquote(%q) = %q, %v, want %q", raw, got, ok, want)
		}
		if plain := string(raw) == want && !HasEscape(raw); PlainText(raw) != plain {
			t.Errorf("PlainText(%q) = %v, want %v", raw, !plain, plain)
		}
	})
}
