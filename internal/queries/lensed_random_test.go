package queries

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/masking"
	"github.com/groundwatch/groundwatch/internal/transform"
)

// maskLens masks, and transforms if it has a transformer.
type maskLens struct {
	mask *masking.Mask
	made *transform.Transformer
}

func (l maskLens) Transforms() bool { return l.made != nil }

func (l maskLens) See(stream, message string, _ int64, unmask bool) Seen {
	if !unmask {
		message = l.mask.Text(message)
	}
	seen := Seen{Text: message, Fields: message}
	if l.made == nil {
		return seen
	}
	if made, err := l.made.Apply(message, transform.Source{Stream: stream}); err == nil {
		seen.Fields, seen.Transformed = made, true
	}
	return seen
}

// hiddenRules find what stands in one token of JSON, in several, in keys, and across the borders of members.
var hiddenRules = masking.Rules{
	Managed: []string{"EmailAddress", "CreditCardNumber", "IpAddress", "LatLong"},
	Custom:  []masking.Custom{{Name: "Level", Regex: `"level":"info",`}, {Name: "Inner", Regex: `cre[^ ]*t`}, {Name: "Escape", Regex: `\\u00..`}},
}

// randomEvent returns an event of which a mask may hide parts: JSON, JSON that is malformed where no mask has been, or text.
func randomEvent(r *rand.Rand) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var members []string
	for range 1 + r.IntN(5) {
		key := pick("level", "level", "user", "a.b", "ann@example.com", "le\\u0076el", "****", "n")
		value := pick(`"error"`, `"info"`, `"err\u006fr"`, `"ann@example.com"`, `"secret"`, `"a secret token"`, `"****"`, `"e*r"`, `"\""`, `"é"`, `"\u00e9"`,
			"4111111111111111", "1.2.3.4", "04111111111111111", "-4111111111111111", "7", "true", "null", "x@y.zz", `"4111\\ 1111 1111 1111"`,
			`{"level":"error","user":"ann@example.com"}`, `["error",4111111111111111]`, `[48.1371,11.5754]`, `"c \" r"`, `"1.2.3.4"`)
		members = append(members, `"`+key+`":`+value)
	}
	text := "{" + strings.Join(members, ",") + "}"
	switch r.IntN(12) {
	case 0:
		return strings.ReplaceAll(text, `"`, "")
	case 1:
		return text[:r.IntN(len(text))+1]
	case 2:
		return text + " " + text
	}
	return text
}

// hiddenQueries are queries over what a mask shows; those of the second list read no discovered fields, and those of the third no @message.
var hiddenQueries = [3][]string{
	{
		`filter @message like "error" and level = "error" | stats count(*) as c by user | sort user asc, c asc`,
		`filter @message like /sec/ or user = "****************" | fields level, @message | sort @timestamp asc | limit 1000`,
		`fields @timestamp, @message, level, user | sort @timestamp desc | limit 7`,
		`filter @logStream = "one" | stats count(user) as c by level | sort c asc, level asc`,
		`filter @logStream in ["one", "two"] and level = "error" | fields @message | sort @timestamp asc | limit 1000`,
	}, {
		`stats count(*) as c`,
		`stats count(*) as c by bin(1m) | sort c asc`,
		`stats count(*) as c by @logStream | sort c asc`,
		`filter @logStream = "one" | stats count(*) as c`,
		`filter @message like "error" | stats count(*) as c`,
		`filter @message like "\"****************\"" | stats count(*) as c`,
		`filter @message like ":\"**" | stats count(*) as c`,
		`filter @message like "****" | fields @message | sort @timestamp asc | limit 1000`,
		`filter @message not like "error" | stats count(*) as c`,
		`filter @message like "ann" | stats count(*) as c`,
		`fields @timestamp, @message | sort @timestamp asc | limit 1000`,
		`fields @timestamp, @message | sort @timestamp desc | limit 5`,
		`filter strlen(@message) > 40 | fields @message | sort @timestamp asc | limit 1000`,
	}, {
		`filter level = "error" | stats count(*) as c`,
		`filter level = "info" | stats count(*) as c`,
		`filter level in ["error", "é"] | fields level, user | sort @timestamp asc | limit 1000`,
		`filter user = "ann@example.com" | stats count(*) as c`,
		`filter user = "****************" | stats count(*) as c`,
		`filter user = "***************" or user = "secret" | fields user, n | sort @timestamp asc | limit 1000`,
		`filter level = "e*r" or level = "\"" | stats count(*) as c by level | sort level asc`,
		`filter level = "c \" r" or level = "" | stats count(*) as c`,
		`filter a.b = "error" and level = "error" | stats count(*) as c`,
		`filter user.level = "error" | stats count(*) as c by user.user | sort c asc`,
		`filter n = 7 | stats count(*) as c`,
		`fields level, user, n | sort @timestamp asc | limit 1000`,
		`fields level, user, n | sort @timestamp desc | limit 3`,
		`filter ispresent(user) | fields user | sort user asc | dedup user`,
		`stats count(*) as c by level | sort c asc, level asc`,
	},
}

// TestLensesShowWhatStandsBehindThem asks groups behind a lens, and groups in which is stored what the lens shows: the answers are the same, whatever
// the table did for one and not for the other.
func TestLensesShowWhatStandsBehindThem(t *testing.T) {
	config, err := transform.ParseConfig(`[{"parseJSON":{}},{"copyValue":{"entries":[{"source":"level","target":"n"}]}},{"upperCaseString":{"withKeys":["user"]}}]`)
	if err != nil {
		t.Fatal(err)
	}
	made, err := transform.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 5))
		l := newLab(t, Limits{})
		if seed%2 == 1 {
			l.Service.places = 1 // rows are read again, not in their places
		}
		mask := masking.New(hiddenRules)
		masked, transformed := maskLens{mask: mask}, maskLens{mask: mask, made: made}
		raw, shown, fields := make([]string, 200), make([]string, 200), make([]string, 200)
		for i := range raw {
			raw[i] = randomEvent(r)
			shown[i] = masked.See("", raw[i], 0, false).Text
			fields[i] = transformed.See("", raw[i], 0, false).Fields
		}
		for name, messages := range map[string][]string{"raw": raw, "shown": shown, "fields": fields, "masked": raw, "transformed": raw, "beside": shown[:50]} {
			g := l.group(name)
			switch name {
			case "masked":
				g.facts.Lens = masked
			case "transformed":
				g.facts.Lens = transformed
			}
			l.put(g, "one", messages[:len(messages)/2]...)
			l.put(g, "two", messages[len(messages)/2:]...)
		}
		same := func(query, of, as string, with ...string) {
			t.Helper()
			got, want := l.answer(input(query, append(with, of)...)), l.answer(input(query, append(with, as)...))
			if got != want {
				t.Errorf("seed %d: query(%s) over %s = %q, want as over %s: %q", seed, query, of, got, as, want)
			}
		}
		for i, queries := range hiddenQueries {
			for _, query := range queries {
				same(query, "masked", "shown")
				if !strings.Contains(query, "sort @timestamp") { // there would be rows of one time
					same(query, "masked", "shown", "beside")
				}
				same("unmask | "+query, "masked", "raw")
				if i == 1 {
					same(query, "transformed", "shown")
				}
				if i == 2 {
					same(query, "transformed", "fields")
				}
			}
		}
	}
}

// TestUnhidden checks what must stand in an event before something in it is hidden.
func TestUnhidden(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"error", `["error"]`}, {"", `[]`}, {"****", `[]`}, {`"`, `[]`}, {`":"`, `[":"]`}, {"a*b", `["a" "b"]`}, {`é"ü**x`, `["é" "ü" "x"]`},
	} {
		if got := fmt.Sprintf("%q", unhidden(tt.text)); got != tt.want {
			t.Errorf("unhidden(%q) = %s, want %s", tt.text, got, tt.want)
		}
	}
}
