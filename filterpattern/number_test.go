package filterpattern

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestNumbersAreRecognised(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-0": true, "+7": true, "007": true, "1.5": true, "-1.50": true, "1e3": true, "1E+3": true, "1e-3": true, "2.5e10": true,
		"": false, "-": false, "+": false, ".5": false, "5.": false, "1e": false, "1e+": false, "1.e3": false, "1x": false, " 1": false,
		"1 ": false, "--1": false, "1.2.3": false, "0x10": false, "NaN": false, "Infinity": false, "1e3.5": false, "1_000": false, "١": false,
	} {
		if _, got := parseNumber([]byte(text)); got != want {
			t.Errorf("parseNumber(%q): got %v, want %v", text, got, want)
		}
	}
}

func TestNumbersCompareExactly(t *testing.T) {
	long := strings.Repeat("9", 400)
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"0", "-0", 0},
		{"0.000", "0e99", 0},
		{"0", "0.001", -1},
		{"-1", "0", -1},
		{"10", "9", 1},
		{"-10", "-9", -1},
		{"1e3", "1000", 0},
		{"1000", "1E+3", 0},
		{"1.50", "1.5", 0},
		{"0.001", "1e-3", 0},
		{"00012", "12", 0},
		{"1.5", "1.49999999999999999999999999", 1},
		{"9007199254740993", "9007199254740992", 1},
		{long, long + "0", -1},
		{long + ".1", long, 1},
		{"1e400", long, 1},
		{"1e-400", "0", 1},
		{"1e99999999999999999999", "1", 1},
		{"1e-99999999999999999999", "1", -1},
		{"-1e99999999999999999999", "1", -1},
	} {
		if got := compareTexts(t, tt.a, tt.b); got != tt.want {
			t.Errorf("%.30s compared with %.30s: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := compareTexts(t, tt.b, tt.a); got != -tt.want {
			t.Errorf("%.30s compared with %.30s: got %d, want %d", tt.b, tt.a, got, -tt.want)
		}
	}
}

func TestNumbersCompareLikeRationals(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	draw := func() string {
		text := fmt.Sprint(rnd.IntN(200))
		if rnd.IntN(2) == 0 {
			text += fmt.Sprintf(".%0*d", 1+rnd.IntN(3), rnd.IntN(10))
		}
		if rnd.IntN(2) == 0 {
			text += fmt.Sprintf("e%d", rnd.IntN(7)-3)
		}
		return []string{"", "-", "+"}[rnd.IntN(3)] + text
	}
	for range 50_000 {
		a, b := draw(), draw()
		ra, _ := new(big.Rat).SetString(a)
		rb, _ := new(big.Rat).SetString(b)
		if got, want := compareTexts(t, a, b), ra.Cmp(rb); got != want {
			t.Fatalf("seed %d: %s compared with %s: got %d, want %d", seed, a, b, got, want)
		}
	}
}

func compareTexts(t *testing.T, a, b string) int {
	t.Helper()
	na, ok := parseNumber([]byte(a))
	nb, ok2 := parseNumber([]byte(b))
	if !ok || !ok2 {
		t.Fatalf("parseNumber(%q) = %v, parseNumber(%q) = %v, want both true", a, ok, b, ok2)
	}
	order := na.compare(&nb)
	sa, ok := parseShort([]byte(a))
	sb, ok2 := parseShort([]byte(b))
	if ok && ok2 && sa.compare(sb) != order {
		t.Errorf("%s compared with %s as shorts: got %d, want %d", a, b, sa.compare(sb), order)
	}
	return order
}

func TestShortNumbersAreRecognised(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-0": true, "007": true, "1.5": true, "-1.50": true, "0.05": true, "12.34": true,
		"123456789012345678": true, "1234567890123456789": false, "0.1234567890123456": true, "0.12345678901234567": false,
		"": false, "-": false, "+7": false, ".5": false, "5.": false, "-.5": false, "-5.": false, "1e3": false, "1x": false, " 1": false,
		"1.2.3": false, "1..2": false, "--1": false, "1-1": false, "1,5": false, ".": false, "-.": false,
	} {
		if _, got := parseShort([]byte(text)); got != want {
			t.Errorf("parseShort(%q): got %v, want %v", text, got, want)
		}
	}
}

// TestShortNumbersCompareLikeNumbers draws pairs that differ by little and much, of all lengths.
func TestShortNumbersCompareLikeNumbers(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	draw := func() string {
		digits := strings.Repeat("9", rnd.IntN(17)) + fmt.Sprint(rnd.Uint64N(1+rnd.Uint64N(1e17)))
		digits = digits[:1+rnd.IntN(min(len(digits), 16))]
		if point := rnd.IntN(len(digits)); point > 0 {
			digits = digits[:point] + "." + digits[point:]
		}
		return []string{"", "-"}[rnd.IntN(2)] + digits
	}
	for range 50_000 {
		a := draw()
		for _, b := range []string{draw(), a, a[:len(a)-1] + "8", strings.TrimSuffix(a, "9") + "1"} {
			if _, ok := parseNumber([]byte(b)); ok {
				compareTexts(t, a, b)
			}
		}
	}
}
