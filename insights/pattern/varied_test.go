package pattern

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestVariedChangesNothing makes shapes of messages whose texts hardly ever come again, by what was learned and without.
func TestVariedChangesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(alphabet string, n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	hex := func(n int) string {
		return pick([]string{"0123456789abcdef", "abcdef", "0123456789"}[min(random.IntN(30), 2)], n)
	}
	values := []func() string{
		func() string { return hex(8) + "-" + hex(4) + "-" + hex(4) + "-" + hex(4) + "-" + hex(12) },
		func() string { return "1-" + hex(8) + "-" + hex(24) },
		func() string {
			return "2026-" + pick("0123", 2) + "-" + pick("0123", 2) + "T" + pick("012", 2) + ":" + pick("012", 2) + ":" + pick("012", 2) + "." + pick("012", 3) + "Z"
		},
		func() string {
			return "2026-" + pick("0123", 2) + "-" + pick("0123", 2) + pick("T :+.-0Z", random.IntN(3))
		},
		func() string { return "u-" + pick("0123456789", random.IntN(8)) },
		func() string { return "/v1/users/" + pick("0123456789", random.IntN(5)) + "/x" + pick("0123456789", 2) },
		func() string {
			return pick("0123456789", 1+random.IntN(5)) + pick("-/e%", random.IntN(2)) + pick("0123456789", random.IntN(4))
		},
		func() string { return "HTTP/" + pick("0123456789", 1) + pick("./ -", 1) + pick("0123456789", 3) },
		func() string { return "status" + pick("-_/,=: |(+", 1) + pick("0123456789", 3) },
		func() string { return pick("0123456789abcdefgTZ-_/.,:eE +%msKB", random.IntN(40)) },
		func() string {
			return pick("019", 3) + pick(".:", 1) + pick("019", 3) + "." + pick("019", 3) + "." + pick("0", 1)
		},
	}
	keys := []string{"id", "status", "x", "statusCode", "", "time"}
	m := newMemory()
	for i := range 100_000 {
		var text strings.Builder
		text.WriteString("{")
		for k, key := range keys {
			if k > 0 {
				text.WriteString(",")
			}
			value := values[random.IntN(len(values))]
			if k < 3 && random.IntN(8) > 0 {
				value = values[(i/5000+k)%len(values)] // mostly of one kind for some time
			}
			quote := []string{`"`, ""}[min(random.IntN(6), 1)^1]
			fmt.Fprintf(&text, `"%s":%s%s%s`, key, quote, value(), quote)
		}
		text.WriteString([]string{"}", "", ` "x":1}`}[max(random.IntN(12)-9, 0)])
		message := text.String()
		if i%100 == 0 {
			message = strings.Repeat(message, 1+random.IntN(20))
		}
		got, want := string(appendShape(nil, message, m)), string(appendShape(nil, message, nil))
		if got != want {
			t.Fatalf("message %d: shape of %q with what is known = %q, want %q", i, message, got, want)
		}
	}
	for _, k := range m.keys {
		if k.masked.hits > 0 {
			return
		}
	}
	t.Error("no shape was made by a mask, want some")
}
