package filterpattern

import (
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// TestSkimAtEveryPlace moves members over the edges of the blocks of 64 bytes that quotes are marked
// in, and cuts the event anywhere.
func TestSkimAtEveryPlace(t *testing.T) {
	var patterns []*Pattern
	for _, text := range []string{`{ $.n = 12.5 }`, `{ $.empty = "" }`, `{ $.hash = "#,#" }`, `{ $.last = 7 }`, `{ $.deep.n = 1 }`, `{ $.last = "x" }`} {
		patterns = append(patterns, MustParse(text))
	}
	walksAll := MustParse(`{ $.nowhere NOT EXISTS }`)
	for pad := range 140 {
		event := fmt.Sprintf(`{"pad":"%s","hash":"#,#","n": 12.5, "%s":"","empty":"","esc\"":"\\","deep":{"n":1},"e":"\"","last":7}`,
			strings.Repeat("p", pad), strings.Repeat("k", pad/2))
		for _, p := range patterns {
			if got, want := p.MatchString(event), referenceMatch(p, []byte(event)); got != want {
				t.Errorf("%s matches %s: got %v, want %v", p, event, got, want)
			}
		}
		for n := range event {
			cut := event[:n] + "}"
			end, kind := jsonscan.Value([]byte(cut), 0)
			want := kind != jsonscan.Invalid && end == len(cut)
			if got := walksAll.MatchString(cut); got != want {
				t.Errorf("%s matches %s: got %v, want %v", walksAll, cut, got, want)
			}
		}
	}
}

// TestQuoteMarks tries every byte in every place, quotes around it or not.
func TestQuoteMarks(t *testing.T) {
	for c := range 256 {
		for _, around := range []byte{'"', '#', 0, 0xff} {
			for at := range 64 {
				var b [64]byte
				var want uint64
				for i := range b {
					if b[i] = around; i == at {
						b[i] = byte(c)
					}
					if b[i] == '"' {
						want |= 1 << i
					}
				}
				if got := quotes64(&b); got != want {
					t.Fatalf("quotes64(%q): got %064b, want %064b", b, got, want)
				}
			}
		}
	}
}
