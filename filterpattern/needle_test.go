package filterpattern

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestNeedleFindsTheFirstPlace compares with bytes.Index, on texts of few different bytes so that
// there are many near misses, at every length around the blocks the search works in.
func TestNeedleFindsTheFirstPlace(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 200_000 {
		alphabet := []byte("ab\x00\xffZ0")[:1+rnd.IntN(6)]
		text, b := randomBytes(rnd, alphabet, rnd.IntN(6)), randomBytes(rnd, alphabet, rnd.IntN(70))
		n := newNeedle(string(text))
		n.rare = n.rare || len(text) > 0 && rnd.IntN(2) == 0 // either way of searching finds any text
		if got, want := n.index(b), bytes.Index(b, text); got != want {
			t.Fatalf("seed %d: index of %q in %q: got %d, want %d", seed, text, b, got, want)
		}
	}
}

func TestNeedleInLongTexts(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		event      []byte
		want       int
	}{
		{"a rare byte that is everywhere", "ZZZa", append(bytes.Repeat([]byte("Z"), 5000), 'a'), 4997},
		{"a common pair that is everywhere", "aae", append(bytes.Repeat([]byte("a"), 5000), 'e'), 4998},
		{"nothing", "error", bytes.Repeat([]byte("eror "), 1000), -1},
		{"the event is shorter", "error", []byte("err"), -1},
		{"the event is empty", "error", nil, -1},
		{"the text is empty", "", []byte("x"), 0},
		{"the text is the event", "error", []byte("error"), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := newNeedle(tt.text)
			if got := n.index(tt.event); got != tt.want {
				t.Errorf("index of %q: got %d, want %d", tt.text, got, tt.want)
			}
		})
	}
}

func randomBytes(rnd *rand.Rand, alphabet []byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[rnd.IntN(len(alphabet))]
	}
	return b
}
