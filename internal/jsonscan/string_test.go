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

func TestCheckString(t *testing.T) {
	for _, tt := range []struct {
		name    string
		raw     string
		escaped bool
		ok      bool
	}{
		{"nothing", "", false, true},
		{"letters", "abcdefghijklmnop", false, true},
		{"letters beyond ASCII", "abcdefgé€😀 and more", false, true},
		{"an escape", `abcdefgh\n`, true, true},
		{"an escape after a letter beyond ASCII", `é\u00e9`, true, true},
		{"a bad escape", `abc\q`, true, false},
		{"a control character", "a\x1fb", false, false},
		{"a control character after an escape", "\\n\x1fb", true, false},
		{"invalid UTF-8", "abcdefgh\xff", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := []byte(tt.raw + `",`)
			end, escaped, ok := CheckString(b, 0)
			if ok != tt.ok || escaped != tt.escaped || ok && end != len(tt.raw)+1 {
				t.Errorf("CheckString(%q) = %d, %v, %v, want %d, %v, %v", b, end, escaped, ok, len(tt.raw)+1, tt.escaped, tt.ok)
			}
		})
	}
}

func TestAppendCompact(t *testing.T) {
	for _, tt := range []struct{ name, raw, want string }{
		{"nothing", "", ""},
		{"compact already", `{"a":[1,"b c"]}`, `{"a":[1,"b c"]}`},
		{"blanks everywhere", " { \"a b\" :\t[ 1 ,\r\ntrue ] } ", `{"a b":[1,true]}`},
		{"quotes and blanks in strings", `[ "a\" , b" ]`, `["a\" , b"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(AppendCompact(nil, []byte(tt.raw))); got != tt.want {
				t.Errorf("AppendCompact(%s) = %s, want %s", tt.raw, got, tt.want)
			}
		})
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\n\t\r\x00\x1f", "é€😀\u2028", "\xff\xed\xa0\x80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted := AppendString(nil, text)
		var got string
		if err := json.Unmarshal(quoted, &got); err != nil || !Valid(quoted) {
			t.Fatalf("AppendString(%q) = %s: %v", text, quoted, err)
		}
		want := string([]rune(text)) // bytes that are no UTF-8 become U+FFFD one by one
		if got != want {
			t.Errorf("AppendString(%q) reads back as %q, want %q", text, got, want)
		}
	})
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
			if got := Special(b, 0); got != want {
				t.Fatalf("Special(%q) = %d, want %d", b, got, want)
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
		if HasEscape(raw) == (string(raw) == want) {
			t.Errorf("HasEscape(%q) = %v, text %q", raw, HasEscape(raw), want)
		}
	})
}
