package transform

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestEventsShareNothing transforms events one after the other and at once, small ones behind large ones and behind those that fail: what is used again of one
// must not be seen in another.
func TestEventsShareNothing(t *testing.T) {
	tr := build1(t, `[{"parseJSON":{}},{"copyValue":{"entries":[{"source":"a","target":"copy.of"}]}},{"splitString":{"entries":[{"source":"s","delimiter":","}]}}]`)
	many := ""
	for i := range 3 * fewMembers {
		many += fmt.Sprintf(`,"k%d":{"i":%d}`, i, i)
	}
	events := []string{
		`{"a":{"b":"x\u00e9\"y"},"s":"1,2"}`, `{"a":1` + many + `}`, `{}`, `{"a":[[],{}],"b`, `{"a":"` + strings.Repeat(`\n`, keptBytes) + `"}`,
		`{"b":"\u0041"}`, `[1]`, `{"s":"` + strings.Repeat(",", 150) + `"}`, `{"a":"b","a":"c"}`,
	}
	want := make([]string, len(events))
	for i, event := range events {
		want[i] = applyAlone(tr, event)
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for n := range 200 {
				i := (n*(worker+1) + n/7) % len(events)
				made, err := tr.Apply(events[i], from)
				if got := fmt.Sprint(made, err); got != want[i] {
					t.Errorf("Apply(%.60s) = %.200s, want %.200s", events[i], got, want[i])
					return
				}
			}
		})
	}
	wg.Wait()
}

// applyAlone is Apply with an event that was never used.
func applyAlone(tr *Transformer, message string) string {
	e := &event{message: message, source: &from, root: &node{}}
	for _, s := range tr.steps {
		if err := s(e); err != nil {
			return fmt.Sprint("", err)
		}
	}
	return fmt.Sprint(string(appendJSON(nil, nodeOf(object, e.root))), error(nil))
}
