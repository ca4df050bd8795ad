package output

import (
	"slices"
	"strings"
	"testing"
)

func TestVisible(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain text", "order cancelled", "order cancelled"},
		{"nothing", "", ""},
		{"other scripts", "日本語 ключ é e\u0301 \U0001F468\u200d\U0001F469", "日本語 ключ é e\u0301 \U0001F468\u200d\U0001F469"},
		{"an escape sequence", "\x1b[31mred", `\x1b[31mred`},
		{"line ends and tabs", "a\nb\r\tc", `a\nb\r\tc`},
		{"NUL, bell and delete", "\x00\x07\x7f", `\x00\x07\x7f`},
		{"control characters of Latin-1", "\u009b31m", `\u009b31m`},
		{"a byte that is no UTF-8", "caf\xe9!", `caf\xe9!`},
		{"the replacement character itself", "\uFFFD", "\uFFFD"},
		{"marks of direction", "\u202etxt.exe\u2066", `\u202etxt.exe\u2066`},
		{"separators and byte order mark", "\u2028\ufeff", `\u2028\ufeff`},
		{"spaces and operators of no width", "ad\u200bmin\u2060 \u2064 co\u00adop", `ad\u200bmin\u2060 \u2064 co\u00adop`},
		{"a filler that looks like a blank", "\u3164\u115f", `\u3164\u115f`},
		{"a joiner where nothing joins", "ad\u200dmin \u200c日\u200d", `ad\u200dmin \u200c日\u200d`},
		{"a joiner that a script needs", "می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"},
		{"a second joiner", "ی\u200c\u200c", "ی\u200c" + `\u200c`},
		{"a heart on fire", "\u2764\ufe0f\u200d\U0001F525", "\u2764\ufe0f\u200d\U0001F525"},
		{"a sign around numbers", "\u0600١", "\u0600١"},
		{"tags", "\U000e0041", `\U000e0041`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Visible(tt.in); got != tt.want {
				t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestTextWidth(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     int
	}{
		{"nothing", "", 0},
		{"ASCII", "abc", 3},
		{"accents in one character", "é", 1},
		{"accents of their own", "e\u0301\u0302", 1},
		{"Chinese and Japanese", "日本語", 6},
		{"full-width letters", "Ａ", 2},
		{"half-width kana", "ｱ", 1},
		{"Hangul syllables", "한국", 4},
		{"Hangul as letters", "\u1112\u1161\u11ab", 2},
		{"an emoji", "😀", 2},
		{"a family", "\U0001F468\u200d\U0001F469\u200d\U0001F467", 2},
		{"a skin tone", "\U0001F44D\U0001F3FD", 2},
		{"a flag", "\U0001F1E9\U0001F1EA", 2},
		{"a joiner after a letter", "a\u200db", 2},
		{"a soft hyphen", "a\u00adb", 3},
		{"the ellipsis", "…", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := TextWidth(tt.in); got != tt.want {
				t.Errorf("TextWidth(%q) = %d, want %d", tt.in, got, tt.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"ae\u0301bc", 3, "ae\u0301…"},
		{"abc", 1, "…"},
		{strings.Repeat("x", 100), 10, "xxxxxxxxx…"},
	} {
		if got := cut(tt.in, tt.width); got != tt.want || TextWidth(got) > tt.width {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestFitSharesTheWidth(t *testing.T) {
	for _, tt := range []struct {
		name   string
		widths []int
		floors []int
		width  int
		want   []int
	}{
		{"enough room", []int{10, 20}, []int{8, 8}, 32, []int{10, 20}},
		{"one too many", []int{10, 21}, []int{8, 8}, 32, []int{10, 20}},
		{"the widest gives all", []int{23, 5, 300}, []int{24, 8, 8}, 80, []int{23, 5, 48}},
		{"two give alike", []int{100, 5, 100}, []int{8, 8, 8}, 60, []int{25, 5, 26}},
		{"numbers and times stay whole", []int{23, 40}, []int{24, 8}, 40, []int{23, 15}},
		{"a number that never ends does not", []int{300, 10}, []int{24, 8}, 40, []int{28, 10}},
		{"no column below its floor", []int{50, 50, 50}, []int{8, 24, 8}, 10, []int{8, 24, 8}},
		{"narrow columns stay", []int{3, 3, 3}, []int{8, 8, 8}, 5, []int{3, 3, 3}},
		{"ten megabytes of text", []int{10 << 20, 10}, []int{8, 8}, 80, []int{68, 10}},
		{"none", nil, nil, 5, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := slices.Clone(tt.widths)
			if fit(got, tt.floors, tt.width); !slices.Equal(got, tt.want) {
				t.Errorf("fit(%v, %v, %d) = %v, want %v", tt.widths, tt.floors, tt.width, got, tt.want)
			}
		})
	}
}

func TestColour(t *testing.T) {
	for _, tt := range []struct {
		name     string
		mode     string
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"a terminal", "auto", true, nil, true},
		{"a pipe", "auto", false, nil, false},
		{"always, in a pipe", "always", false, nil, true},
		{"always, whatever NO_COLOR says", "always", false, map[string]string{"NO_COLOR": "1"}, true},
		{"never, on a terminal", "never", true, map[string]string{"FORCE_COLOR": "1"}, false},
		{"NO_COLOR", "auto", true, map[string]string{"NO_COLOR": "0"}, false},
		{"an empty NO_COLOR", "auto", true, map[string]string{"NO_COLOR": ""}, true},
		{"NO_COLOR and FORCE_COLOR", "auto", true, map[string]string{"NO_COLOR": "1", "FORCE_COLOR": "1"}, false},
		{"FORCE_COLOR in a pipe", "auto", false, map[string]string{"FORCE_COLOR": "1"}, true},
		{"FORCE_COLOR=0 on a terminal", "auto", true, map[string]string{"FORCE_COLOR": "0"}, false},
		{"CLICOLOR_FORCE in a pipe", "auto", false, map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{"a dumb terminal", "auto", true, map[string]string{"TERM": "dumb"}, false},
		{"a dumb terminal, forced", "auto", true, map[string]string{"TERM": "dumb", "FORCE_COLOR": "1"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Colour(tt.mode, tt.terminal, func(k string) string { return tt.env[k] }); got != tt.want {
				t.Errorf("Colour(%s, %t, %v) = %t, want %t", tt.mode, tt.terminal, tt.env, got, tt.want)
			}
		})
	}
}
