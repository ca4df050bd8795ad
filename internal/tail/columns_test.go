package tail

import (
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/internal/eventline"
	"github.com/groundwatch/groundwatch/internal/files"
)

// Which columns no event has is told once: after some events, or when no more come.
func TestColumns(t *testing.T) {
	const one = `--columns: the event has no field mss (did you mean "ms"?)`
	some := fmt.Sprintf(`--columns: the %d events so far have no field mss (did you mean "ms"?)`, columnsAfter)
	tests := []struct {
		name   string
		opt    Options
		events int
		want   []string // before the end
		atEnd  []string
	}{
		{"no event", Options{}, 0, nil, nil},
		{"one event", Options{}, 1, nil, []string{one}},
		{"just enough events", Options{}, columnsAfter, []string{some}, []string{some}},
		{"many events", Options{}, 3 * columnsAfter, []string{some}, []string{some}},
		{"objects, which have all fields", Options{Raw: true}, 3 * columnsAfter, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var told []string
			test.opt.Out, test.opt.Filter, test.opt.Line = io.Discard, NewFilter(), eventline.Options{Columns: []string{"mss", "msg"}}
			test.opt.Note = func(s string) { told = append(told, s) }
			tailer := New(test.opt)
			for range test.events {
				tailer.add(&files.Event{Message: []byte(`{"msg":"m","ms":1}`)})
				if err := tailer.flush(); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(told, test.want) {
				t.Errorf("after %d events it tells %q, want %q", test.events, told, test.want)
			}
			if tailer.Columns(); !slices.Equal(told, test.atEnd) {
				t.Errorf("at the end of %d events it has told %q, want %q", test.events, told, test.atEnd)
			}
		})
	}
}
