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

// TestLargeEventsLeaveLittle gives events back that were large in one way each: what is kept of them is small.
func TestLargeEventsLeaveLittle(t *testing.T) {
	const n = 10_000
	for name, grow := range map[string]func(e *event){
		"words":   func(e *event) { e.message = strings.Repeat("x ", n); e.fields() },
		"nodes":   func(e *event) { _, _ = e.parse("[" + strings.Repeat("[],", n) + "[]]") },
		"members": func(e *event) { _, _ = e.parse("[" + strings.Repeat("1,", n) + "1]") },
		"escapes": func(e *event) { _, _ = e.parse(`"` + strings.Repeat(`\n`, keptBytes+1) + `"`) },
	} {
		e := &event{root: &node{}}
		grow(e)
		e.free()
		members := 0
		for _, node := range e.nodes {
			members = max(members, cap(node.members))
		}
		if cap(e.nodes) > 2*keptNodes || members > keptMembers || cap(e.cells) > keptCells || cap(e.plain) > keptBytes {
			t.Errorf("%s: %d nodes, %d members, %d cells and %d bytes are kept", name, cap(e.nodes), members, cap(e.cells), cap(e.plain))
		}
	}
	e := &event{}
	e.cells = append(e.cells, "first", "second")[:1]
	e.free()
	if all := e.cells[:cap(e.cells)]; all[1] != "" {
		t.Errorf("%q is kept of an event", all[1])
	}
}
