package transform

import (
	"math/rand/v2"
	"testing"
)

// TestWebPartsAreThoseOfTheExpression takes random lines apart, ordinary ones with something else in one of their places.
func TestWebPartsAreThoseOfTheExpression(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"10.0.0.1", " ", "-", " ", "ann", " [", "12/Feb/2026:10:11:12 +0000", "] \"", "GET", " ", "/a?b=c", " HTTP/", "1.1", "\" ", "200", " ", "1234", " \"", "-", "\" \"", "Mozilla/5.0 (X)", "\""}
	odd := []string{"", " ", "\"", "\" ", "\t", "]", "[", "é", "\xff", "HTTP/", " HTTP/", "-", "12", "20x", "\n", "  ", "a\"b", "\" 200 1"}
	read := 0
	for range 200_000 {
		line := ""
		for _, p := range pieces {
			switch r.IntN(40) {
			case 0:
				p = odd[r.IntN(len(odd))]
			case 1:
				p += odd[r.IntN(len(odd))]
			}
			line += p
		}
		got, ok := webParts(line)
		if !ok {
			continue
		}
		read++
		want := apacheLine.FindStringSubmatch(line)
		if want == nil || got != [webGroups]string(want) {
			t.Fatalf("webParts(%q) = %q, want %q", line, got, want)
		}
	}
	if read < 50_000 {
		t.Errorf("webParts read %d lines, want most", read)
	}
}
