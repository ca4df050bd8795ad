package pattern

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestMemoryChangesNothing makes shapes of random messages with what was learned of those before, and without.
func TestMemoryChangesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	keys := []string{"level", "status", "statusCode", "200", "msg", "a b", "2026-01-01", "id", `q\"uote`, "10ms", "", "-5", "long" + strings.Repeat("er", 200)}
	values := []string{`"info"`, `"200"`, `"404"`, `" 500 x"`, `"=200"`, `"4.18.0"`, `"error"`, `"took 12 ms"`, `"10.0.0.1"`, `12`, `null`, `[1,2]`, `["x","y:z","x"]`, `{"in":"side"}`, `"a\"b"`, `"\\"`, `""`, `"unterminated`, `"x" : 1`, `"` + strings.Repeat("wort ", 100) + `"`}
	m := newMemory()
	for i := range 20_000 {
		var text strings.Builder
		text.WriteString([]string{"", "prefix: ", " "}[random.IntN(3)] + "{")
		for k := range random.IntN(8) {
			if k > 0 {
				text.WriteString([]string{",", ", ", ":"}[min(random.IntN(20), 2)%3])
			}
			value := values[random.IntN(len(values))]
			if random.IntN(4) == 0 {
				value = fmt.Sprintf(`"value %d of word%c"`, random.IntN(1000), 'a'+rune(random.IntN(26)))
			}
			fmt.Fprintf(&text, `"%s"%s%s`, keys[(k+random.IntN(3)*random.IntN(3))%len(keys)], []string{":", ": ", " :", ":"}[random.IntN(4)], value)
		}
		text.WriteString([]string{"}", "} and more", "", "}}", "]"}[min(random.IntN(20), 4)])
		message := text.String()
		if i%50 == 0 {
			message = strings.Repeat(message, 1+random.IntN(40))
		}
		got, want := string(appendShape(nil, message, m)), string(appendShape(nil, message, nil))
		if got != want {
			t.Fatalf("message %d: shape of %q with what is known = %q, want %q", i, message, got, want)
		}
	}
	if len(m.keys) == 0 || len(m.keys) > maxKeys {
		t.Errorf("%d keys are known, want some, at most %d", len(m.keys), maxKeys)
	}
}
