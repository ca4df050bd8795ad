package transform

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostileEvents transforms events that would take minutes, or all memory, if a processor took the square of what it needs. It fails by
// the time that go test gives it, or by what it makes.
func TestHostileEvents(t *testing.T) {
	var pairs, members, items strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&pairs, "%x=&", i)
		fmt.Fprintf(&members, `"%x":1,`, i)
	}
	for i := range 20_000 {
		fmt.Fprintf(&items, `{"k":"%x","v":1},`, i)
	}
	for _, tt := range []struct{ name, config, event string }{
		{"many members", `[{"parseJSON":{}}]`, "{" + members.String() + `"z":1}`},
		{"many pairs", `[{"parseKeyValue":{}}]`, pairs.String()},
		{"a list that becomes many members", `[{"parseJSON":{}},{"listToMap":{"source":"l","key":"k","target":"m"}}]`, `{"l":[` + items.String() + `{}]}`},
	} {
		if _, err := build1(t, tt.config).Apply(tt.event, from); err == nil || !strings.Contains(err.Error(), "fields") {
			t.Errorf("%s: Apply() = %v, want too many fields", tt.name, err)
		}
	}
	quotes := strings.Repeat(`""`, 200_000)
	got, err := build1(t, `[{"csv":{"columns":["a"]}}]`).Apply(`"`+quotes+`"`, from)
	if want := len(`{"a":""}`) + 2*len(quotes)/2; err != nil || len(got) != want {
		t.Errorf("many doubled quotes: Apply() = %d bytes, %v, want %d", len(got), err, want)
	}
}

// TestReplacementsAreBounded checks where a text becomes too long.
func TestReplacementsAreBounded(t *testing.T) {
	config := func(from, to string, n int) string {
		one := fmt.Sprintf(`{"source":"a","from":%q,"to":%q}`, from, to)
		return `[{"parseJSON":{}},{"substituteString":{"entries":[` + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + `]}}]`
	}
	long := strings.Repeat("x", maxReplacement)
	for _, tt := range []struct {
		name, config, text string
		want               int // bytes of the field; 0: an error
	}{
		{"ten times 128 of each", config(".", long, 10), "x", 0},
		{"two times", config(".", long, 2), "x", maxReplacement * maxReplacement},
		{"one below the limit", config("y", "zz", 1), strings.Repeat("x", maxEvent-1003) + strings.Repeat("y", 501), maxEvent - 1},
		{"the limit", config("y", "zz", 1), strings.Repeat("x", maxEvent-1003) + strings.Repeat("y", 501) + "x", 0},
		{"a reference to a long match", config("x+", "$0", 1), strings.Repeat("x", 300_000), 300_000},
		{"each character by itself", config(".", "$0", 1), strings.Repeat("x", 300_000), 300_000},
		{"two references to a long match", config("x+", "$0$0", 1), strings.Repeat("x", 300_000), 0},
	} {
		got, err := build1(t, tt.config).Apply(`{"a":"`+tt.text+`"}`, from)
		if tt.want == 0 {
			if err == nil || !strings.Contains(err.Error(), "longer than 524288 bytes") {
				t.Errorf("%s: Apply() = %d bytes, %v, want an error", tt.name, len(got), err)
			}
			continue
		}
		if n := len(got) - len(`{"a":""}`); err != nil || n != tt.want {
			t.Errorf("%s: Apply() = a field of %d bytes, %v, want %d", tt.name, n, err, tt.want)
		}
	}
}

// TestLargeObjects checks that an object with many members keeps their places when some go.
func TestLargeObjects(t *testing.T) {
	o := &node{}
	for i := range 3 * fewMembers {
		o.set(fmt.Sprint(i), numberOf(fmt.Sprint(i)))
	}
	o.remove("0")
	o.set("1", textOf("one"))
	o.set("new", boolOf(true))
	for key, want := range map[string]value{"1": textOf("one"), "2": numberOf("2"), "47": numberOf("47"), "new": boolOf(true)} {
		if got, ok := o.get(key); !ok || got != want {
			t.Errorf("get(%s) = %v, %t, want %v", key, got, ok, want)
		}
	}
	if _, ok := o.get("0"); ok || len(o.members) != 3*fewMembers {
		t.Errorf("get(0) of what was removed: %t, with %d members", ok, len(o.members))
	}
}

// TestObservablesAreNoFields checks that the limit of fields is about what comes from the event, not about what OCSF says again of it.
func TestObservablesAreNoFields(t *testing.T) {
	tr := build1(t, `[{"parseToOCSF":{"eventSource":"Route53Resolver","ocsfVersion":"V1.5"}}]`)
	answers := func(n int) string {
		one := `{"Rdata":"10.0.0.1","Type":"A","Class":"IN"}`
		return `{"query_timestamp":"2025-04-17T13:37:00Z","query_name":"a.","answers":[` + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + `]}`
	}
	if got, err := tr.Apply(answers(50), from); err != nil || !strings.Contains(got, `"observables":[`) {
		t.Errorf("50 answers: Apply() = %s, %v", got, err)
	}
	if got, err := tr.Apply(answers(70), from); err == nil || !strings.Contains(err.Error(), "want at most 200") {
		t.Errorf("70 answers: Apply() = %s, %v, want too many fields", got, err)
	}
	if got, err := tr.Apply(answers(1), from); err != nil {
		t.Errorf("1 answer, after those: Apply() = %s, %v", got, err)
	}
}
