package anomalies

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestNumbersTellHowLargeMostAre(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var d, half numbers
	for i := range 10_000 {
		v := math.Exp(r.NormFloat64()) * 100
		d.add(v, 1)
		if i%2 == 0 {
			half.add(v, 1)
		}
	}
	for _, tt := range []struct{ share, want float64 }{{0.05, 19.3}, {0.5, 100}, {0.95, 518}} {
		if got := d.quantile(tt.share); got < tt.want/1.25 || got > tt.want*1.25 {
			t.Errorf("quantile(%v) = %v, want about %v", tt.share, got, tt.want)
		}
	}
	text, err := json.Marshal(d)
	if err != nil || len(text) > 400 {
		t.Errorf("10,000 numbers are %d bytes as JSON, %v, want at most 400", len(text), err)
	}
	var both numbers
	both.merge(&half)
	both.merge(&half)
	both.halve()
	if both.N < half.N-int64(len(half.Sizes)) || both.N > half.N || both.Max > half.Max || both.Max < half.Max/2 {
		t.Errorf("merged with itself and halved: %d numbers up to %v, want %d up to %v", both.N, both.Max, half.N, half.Max)
	}
	for _, v := range []float64{0, 1, -1, 1e-300, 5e-324, math.MaxFloat64, -math.MaxFloat64, 1.5, 1024} {
		if got := middle(sizeOf(v)); math.Abs(got-v) > math.Abs(v)*0.42 {
			t.Errorf("middle(sizeOf(%v)) = %v, want about the same", v, got)
		}
	}
	var none numbers
	none.halve()
	if none.N != 0 || none.quantile(0.5) != 0 {
		t.Errorf("halve() of no numbers = %+v", none)
	}
}

func TestNumberIn(t *testing.T) {
	for text, want := range map[string]float64{
		"41": 41, "-0.5": -0.5, "3ms": 0.003, "1m30s": 90, "2KB": 2048, "1.5 GiB": 1.5 * (1 << 30), "0x1f": math.NaN(), "abc": math.NaN(),
		"": math.NaN(), "12 parsecs": math.NaN(), "Inf": math.NaN(), "7b": 7,
	} {
		got, ok := numberIn(text)
		if ok != !math.IsNaN(want) || ok && got != want {
			t.Errorf("numberIn(%q) = %v, %t, want %v", text, got, ok, want)
		}
	}
}

// fill lets a place learn so many hours of values, a hundred an hour.
func fill(v *values, hours int, value func(i int) string) (at int64) {
	for h := range hours {
		at = int64(h+1) * time.Hour.Milliseconds()
		for i := range 100 {
			v.see(value(h*100+i), at-1, 0, "")
		}
		v.learn(at)
	}
	return at
}

func TestValuesOfAPlace(t *testing.T) {
	repeat := func(n int, text string) []string {
		return strings.Split(strings.TrimSuffix(strings.Repeat(text+" ", n), " "), " ")
	}
	ordinary := func(i int) string { return fmt.Sprint(50 + i*7919%100) }
	few := func(i int) string { return fmt.Sprintf("10.0.0.%d", i%5) }
	for _, tt := range []struct {
		name, place string
		hours       int
		before      func(i int) string
		now         []string
		want        string // of the description; "": nothing is unusual
	}{
		{"numbers as always", "Number-1", 30, ordinary, repeat(30, "120"), ""},
		{"twice as much", "Number-1", 30, ordinary, repeat(30, "220"), "around"},
		{"too few to tell", "Number-1", 30, ordinary, repeat(29, "220"), ""},
		{"five hours are no day", "Number-1", 5, ordinary, repeat(30, "5000"), ""},
		{"twenty-three hours neither", "Number-1", 23, ordinary, repeat(30, "5000"), ""},
		{"much less", "Number-1", 30, ordinary, repeat(30, "3"), "around"},
		{"a few are far away", "Number-1", 30, ordinary, append(repeat(25, "90"), repeat(5, "400")...), "none was above 149"},
		{"four are too few", "Number-1", 30, ordinary, append(repeat(26, "90"), repeat(4, "400")...), ""},
		{"one is very far away", "Number-1", 30, ordinary, append(repeat(29, "90"), "1491"), "up to 1491"},
		{"one is nearly so", "Number-1", 30, ordinary, append(repeat(29, "90"), "1490"), ""},
		{"one is negative", "Number-1", 30, ordinary, append(repeat(29, "90"), "-1"), "up to 0"},
		{"a counter grows", "Number-1", 60, func(i int) string { return fmt.Sprint(i * i) }, repeat(30, "999999999999"), ""},
		{"durations", "Duration-1", 30, func(i int) string { return fmt.Sprintf("%dms", 10+i%10) }, repeat(30, "2s"), "around 2"},
		{"no numbers", "Number-1", 30, func(int) string { return "x" }, repeat(30, "220"), ""},
		{"a known address", "IPAddress-1", 50, few, []string{"10.0.0.3"}, ""},
		{"an unknown one", "IPAddress-1", 50, few, []string{"10.0.0.9"}, `"10.0.0.9" stands in the place of IPAddress-1, where 5 values`},
		{"it is not known for long", "IPAddress-1", 20, few, []string{"10.0.0.9"}, ""},
		{"there are many", "ID-1", 50, func(i int) string { return fmt.Sprint("i-", i%17) }, []string{"i-99"}, ""},
		{"sixteen are few", "ID-1", 50, func(i int) string { return fmt.Sprint("i-", i%16) }, []string{"i-99"}, "16 values"},
		{"new ones come every day", "ID-1", 50, func(i int) string { return fmt.Sprint("i-", i/500) }, []string{"i-99"}, ""},
		{"one comes but rarely", "Token-1", 50, func(i int) string { return fmt.Sprint("red", i%5 == 0 && i < 20) }, []string{"blue"}, ""},
		{"times are not looked at", "Time-1", 50, few, []string{"10.0.0.9"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := &values{Name: tt.place}
			at := fill(v, tt.hours, tt.before)
			for _, text := range tt.now {
				v.see(text, at, 0, "the message")
			}
			_, _, got, odd := v.judge(at+1, 0)
			if odd != (tt.want != "") || !strings.Contains(got, tt.want) {
				t.Fatalf("judge() after %d hours = %q, %t, want %q", tt.hours, got, odd, tt.want)
			}
			text, err := json.Marshal(v)
			if err != nil || len(text) > 2000 {
				t.Errorf("JSON of the place has %d bytes, %v, want at most 2,000", len(text), err)
			}
			if !odd && v.Now.N > 0 && v.Now.N < windowNumbers {
				return // they are looked at with those that come
			}
			v.learn(at + 1)
			for _, text := range tt.now {
				v.see(text, at+2, 0, "")
			}
			if _, _, got, odd := v.judge(at+2, 0); odd {
				t.Errorf("judge() of what was learnt = %q, want nothing", got)
			}
		})
	}
}

// TestHabitsAreBounded lets a watcher look at more patterns, places and words than are kept.
func TestHabitsAreBounded(t *testing.T) {
	var forms []modelForm
	for i := range maxHabits + 10 {
		forms = append(forms, modelForm{Shape: fmt.Sprintf("pattern %c%c of%s", 'k'+i%16, 'a'+i/16, strings.Repeat(" \x00I", maxPlaces+5)), N: 1})
	}
	h := new(habits)
	h.adopt(forms, 0)
	w := newWatcher(h, time.Minute)
	if len(h.Forms) != maxHabits || len(h.Forms[0].Values) != maxPlaces {
		t.Fatalf("there are %d habits with %d places, want %d with %d", len(h.Forms), len(h.Forms[0].Values), maxHabits, maxPlaces)
	}
	w.begin(0, time.Hour.Milliseconds())
	see := func(at int64, message string) { w.see(w.matcher.Match(message), at, message) }
	long := strings.Repeat("x1", maxEachBytes/2-2)
	for i := range maxHabits {
		for n := range maxEach {
			see(int64(i), fmt.Sprintf("pattern %c%c of%s", 'k'+i%16, 'a'+i/16, strings.Repeat(fmt.Sprintf(" %sz%02d", long, n), maxPlaces+5)))
		}
	}
	w.end(func(finding) bool { return true }, nil)
	kept := h.kept()
	if len(kept.Forms) == len(h.Forms) || len(kept.Forms) < 10 {
		t.Fatalf("kept() = %d of %d habits, want some of them", len(kept.Forms), len(h.Forms))
	}
	text, err := json.Marshal(kept)
	if err != nil || len(text) > 1<<20 || len(text) < habitBytes/2 {
		t.Errorf("habits are %d bytes as JSON, %v, want less than the catalog takes", len(text), err)
	}
}

func TestAPeakIsOfTwoDays(t *testing.T) {
	type n struct{ day, events int64 }
	for _, tt := range []struct {
		name string
		seen []n
		want int64
	}{
		{"nothing", nil, 0},
		{"one day", []n{{1, 9}, {1, 5}}, 0},
		{"two days", []n{{1, 9}, {2, 5}}, 5},
		{"the second is louder", []n{{1, 5}, {2, 9}}, 5},
		{"an accident", []n{{1, 5}, {2, 900}, {3, 6}, {4, 5}}, 6},
		{"twice is a habit", []n{{1, 5}, {2, 900}, {3, 6}, {9, 800}}, 800},
		{"quiet days", []n{{1, 7}, {2, 7}, {3, 0}, {4, 1}}, 7},
	} {
		var p peak
		for _, x := range tt.seen {
			p.add(x.day*dayMillis+1, x.events)
		}
		if got := p.usual(); got != tt.want {
			t.Errorf("%s: usual() after %v = %d, want %d", tt.name, tt.seen, got, tt.want)
		}
	}
}
