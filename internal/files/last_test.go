package files

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// TestLast reads the ends of files, from every place: the events given are the last ones, and none is missing that
// starts in the part asked for.
func TestLast(t *testing.T) {
	var ndjson, export strings.Builder
	for i := range 40 {
		fmt.Fprintf(&ndjson, `{"n":%d,"pad":"%s"}`+"\n", i, strings.Repeat("x", i%7))
		fmt.Fprintf(&export, "2018-03-29T14:40:%02d.823Z event %d\n  its second line\n", i, i)
	}
	for _, tt := range []struct {
		name, file string
		data       []byte
		all        bool
	}{
		{"lines of JSON", "a.ndjson", []byte(ndjson.String()), false},
		{"events of several lines", "000000", []byte(export.String()), false},
		{"gzip data, whose end cannot be read alone", "a.gz", gzipData(ndjson.String()), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := write(t, tt.file, tt.data)
			opt := Options{blockSize: 64}
			var events []string
			starts := map[string]int64{}
			err := Walk(t.Context(), []Input{in}, 1, opt, func(_ int, b *Block) error {
				for ev := (Event{}); b.Next(&ev); {
					events = append(events, string(ev.Message))
					before, _, _ := strings.Cut(string(tt.data), string(ev.Message))
					starts[string(ev.Message)] = int64(strings.LastIndexByte(before, '\n') + 1)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for size := range in.Size + 10 {
				var got []string
				all, err := Last(context.Background(), in, opt, size, func(ev *Event) error {
					got = append(got, string(ev.Message))
					return nil
				})
				wantAll := tt.all || in.Size-size < 64
				if err != nil || all != wantAll || all && len(got) != len(events) {
					t.Fatalf("Last(%d of %d) = %v, %v, %d events, want %v, nil of %d", size, in.Size, all, err, len(got), wantAll, len(events))
				}
				if want := events[len(events)-len(got):]; strings.Join(got, "|") != strings.Join(want, "|") {
					t.Fatalf("Last(%d) gives %q, want %q", size, got, want)
				}
				for i, text := range events[:len(events)-len(got)] {
					if starts[text] >= in.Size-size {
						t.Fatalf("Last(%d) misses event %d, which starts at %d of %d", size, i, starts[text], in.Size)
					}
				}
			}
		})
	}
}
