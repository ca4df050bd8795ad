package filterpattern

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestJSONEvents(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_000)
	requireMatches(t, []matchCase{
		{"blanks around the event", `{ $.a = 1 }`, " \n{\"a\":1}\r\n", true},
		{"blanks inside the event", `{ $.a.b[1] = 1 }`, "{ \"a\" :\t{ \"b\" : [ 0 ,\n1 ] } }", true},
		{"an empty event", `{ $.a NOT EXISTS }`, "", false},
		{"an empty object", `{ $.a NOT EXISTS }`, "{}", true},
		{"an empty array", `{ $.a NOT EXISTS }`, "[]", true},
		{"a number is not an event", `{ $.a NOT EXISTS }`, "1", false},
		{"a text is not an event", `{ $.a NOT EXISTS }`, `"{}"`, false},
		{"an array at the top", `{ $[1].a = 2 }`, `[{"a":1},{"a":2}]`, true},
		{"any element at the top", `{ $[*].a = 2 }`, `[{"a":1},{"a":2},3]`, true},
		{"a key does not lead into an array", `{ $.0 = 1 }`, `[1]`, false},
		{"an index does not lead into an object", `{ $[0] = 1 }`, `{"0":1}`, false},
		{"any element does not mean any member", `{ $[*] = 1 }`, `{"0":1}`, false},
		{"any member does not mean any element", `{ $.* = 1 }`, `[1]`, false},
		{"the event itself exists", `{ $ NOT EXISTS }`, `{}`, false},
		{"the event itself is no scalar", `{ $ = * || $ != x }`, `{}`, false},
		{"the event ends early", `{ $.b NOT EXISTS }`, `{"a":{"c":1}`, false},
		{"the event goes on after its end", `{ $.b NOT EXISTS }`, `{"a":1}{"c":1}`, false},
		{"brackets that do not fit", `{ $.b NOT EXISTS }`, `{"a":[1}`, false},
		{"a word that is none", `{ $.b NOT EXISTS }`, `{"a":nul}`, false},
		{"a key without quotes", `{ $.b NOT EXISTS }`, `{a:1}`, false},
		{"a comma too many", `{ $.b NOT EXISTS }`, `{"a":1,}`, false},
		{"deep inside", `{ $.a.a.b NOT EXISTS }`, deep, true},
		{"deeper than JSON may be", `{ $.b NOT EXISTS }`, strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), false},
		{"a NUL in a text", `{ $.b = 1 }`, "{\"a\":\"\x00\",\"b\":1}", true},
		{"invalid UTF-8 in a text", `{ $.a = *x }`, "{\"a\":\"\xffx\"}", true},
		{"a text of 10 MB", `{ $.b = 1 }`, `{"a":"` + strings.Repeat("x", 10<<20) + `","b":1}`, true},
		{"a number of 400 digits", `{ $.a > 1e399 }`, `{"a":1` + strings.Repeat("0", 400) + `}`, true},
		{"identifiers that floats cannot tell apart", `{ $.a = 9007199254740993 }`, `{"a":9007199254740992}`, false},
	})
}

func TestJSONKeysAndTexts(t *testing.T) {
	requireMatches(t, []matchCase{
		{"an escaped key", `{ $.ab = 1 }`, `{"\u0061b":1}`, true},
		{"a key with a quote", `{ $.['a"b'] = 1 }`, `{"a\"b":1}`, true},
		{"a key with a slash", `{ $.["a/b"] = 1 }`, `{"a\/b":1}`, true},
		{"a key of unicode", `{ $.['größe'] = 1 }`, `{"größe":1}`, true},
		{"a key of unicode, escaped", `{ $.['größe'] = 1 }`, `{"gr\u00f6\u00dfe":1}`, true},
		{"an empty key", `{ $.[''] = 1 }`, `{"":1}`, true},
		{"a key of 70 bytes", `{ $.` + strings.Repeat("k", 70) + ` = 1 }`, `{"` + strings.Repeat("k", 70) + `":1}`, true},
		{"a key of another length with the same start", `{ $.ab = 1 }`, `{"abc":1,"a":1}`, false},
		{"keys have case", `{ $.ab = 1 }`, `{"AB":1}`, false},
		{"an escaped text", `{ $.a = "x\"y\\z" }`, `{"a":"x\"y\\z"}`, true},
		{"a text with \\u escapes", `{ $.a = "😀*" }`, `{"a":"\ud83d\ude00!"}`, true},
		{"a text before it that seems to end at an escaped quote", `{ $.a = 1 }`, `{"m":"x\",\"a\":2,","a":1,"z":12345678}`, true},
		{"a text before it that ends with a backslash", `{ $.a = 1 }`, `{"m":"x\\","a":1,"z":12345678}`, true},
		{"a value hidden behind an escape", `{ $.a = ERROR }`, `{"a":"ERR\u004fR"}`, true},
		{"half of a pair becomes the replacement character", `{ $.a = "�" }`, `{"a":"\ud83d"}`, true},
		{"a malformed escape is no JSON", `{ $.a = * }`, `{"a":"\q"}`, false},
		{"a regex looks at the text, not at its escapes", `{ $.a = %^x\\y$% }`, `{"a":"x\\y"}`, true},
		{"a regex over lines", `{ $.a = %b$% }`, `{"a":"a\nb"}`, true},
		{"a boolean compares as text", `{ $.a != false }`, `{"a":true}`, true},
		{"a number as text with wildcard", `{ $.a = *50 }`, `{"a":1.50}`, true},
		{"a number in quotes compares as written", `{ $.a = "1000" }`, `{"a":1e3}`, false},
		{"a number outside quotes compares by value", `{ $.a = 1000 }`, `{"a":1e3}`, true},
		{"a number differs from another text", `{ $.a != 1 }`, `{"a":"x"}`, true},
		{"a number differs from a boolean", `{ $.a != 1 }`, `{"a":true}`, true},
		{"null is not different", `{ $.a != 1 || $.a = * }`, `{"a":null}`, false},
		{"an object is not different", `{ $.a != 1 || $.a = * }`, `{"a":{}}`, false},
		{"a star alone matches an empty text", `{ $.a = * }`, `{"a":""}`, true},
		{"two stars match an empty text", `{ $.a = ** }`, `{"a":""}`, true},
		{"a prefix and a suffix do not overlap", `{ $.a = aba && $.a = "a*" && $.a = "*ba" }`, `{"a":"aba"}`, true},
		{"a star at the end may stand for nothing", `{ $.a = "abc*" }`, `{"a":"abc"}`, true},
		{"keywords in lower case", `{ $.a is null && $.b not exists }`, `{"a":null}`, true},
	})
}

// TestRepeatedKeys pins that the last value of a key counts, also when the walk could have stopped.
func TestRepeatedKeys(t *testing.T) {
	requireMatches(t, []matchCase{
		{"the first would match", `{ $.a = 1 }`, `{"a":1,"b":0,"a":2}`, false},
		{"the last matches", `{ $.a = 1 }`, `{"a":2,"b":0,"a":1}`, true},
		{"the last is no scalar", `{ $.a = 1 }`, `{"a":1,"b":0,"a":[]}`, false},
		{"the repeated key is escaped", `{ $.a = 1 }`, `{"a":1,"b":0,"\u0061":2}`, false},
		{"the key only occurs as a text", `{ $.a = 1 }`, `{"a":1,"b":"a","c":"\"a\":2"}`, true},
		{"the key occurs further inside", `{ $.a = 1 }`, `{"a":1,"b":{"a":2}}`, true},
		{"an inner key", `{ $.x.a = 1 }`, `{"x":{"a":1,"a":2}}`, false},
		{"the object around it", `{ $.x.a = 1 }`, `{"x":{"a":1},"x":{"b":1}}`, false},
		{"the object around it, NOT EXISTS", `{ $.x.a NOT EXISTS }`, `{"x":{"a":1},"x":{}}`, true},
		{"a false condition becomes true", `{ $.a = 1 && $.b = 2 }`, `{"a":0,"b":2,"a":1}`, true},
		{"any member, the first of a key hits", `{ $.* = 1 }`, `{"a":1,"a":2}`, false},
		{"any member, another key hits", `{ $.* = 1 }`, `{"a":1,"a":2,"b":1}`, true},
		{"any member, its key is text elsewhere", `{ $.* = 1 }`, `{"a":1,"b":"a"}`, true},
		{"any member, repeated with an escape", `{ $.* = 1 }`, `{"a":1,"\u0061":2}`, false},
		{"any member, written with an escape first", `{ $.* = 1 }`, `{"\u0061":1,"a":2}`, false},
		{"inside any member", `{ $.*.x = 1 }`, `{"a":{"x":1},"b":{"x":2},"a":{}}`, false},
		{"any member of an inner object", `{ $.o.* = 1 }`, `{"o":{"a":1,"a":2},"a":1}`, false},
		{"any member and the same member by name", `{ $.* = 1 && $.a = 2 }`, `{"a":1,"b":1,"a":2}`, true},
		{"any member twice over many keys", `{ $.* = 1 }`, repeatedKeys(2000), false},
	})
}

// repeatedKeys returns an object with n keys of value 1, each of which comes again with value 2.
func repeatedKeys(n int) string {
	var b strings.Builder
	b.WriteByte('{')
	for value := 1; value <= 2; value++ {
		for i := range n {
			fmt.Fprintf(&b, `"k%d":%d,`, i, value)
		}
	}
	return strings.TrimSuffix(b.String(), ",") + "}"
}

// TestUnreadRest pins how far we check that an event is JSON: what follows a settled answer is
// only looked at for its last bracket.
func TestUnreadRest(t *testing.T) {
	requireMatches(t, []matchCase{
		{"nonsense after the answer", `{ $.a = 1 }`, `{"a":1,nonsense}`, true},
		{"nonsense before the answer", `{ $.a = 1 }`, `{nonsense,"a":1}`, false},
		{"the last bracket is missing", `{ $.a = 1 }`, `{"a":1,"b":2`, false},
	})
}

func TestWildcardLimits(t *testing.T) {
	for text, ok := range map[string]bool{
		`{ $.*.a = 1 && $.b[*] = 1 && $.* = 2 }`:               true,
		`{ $.*.a = 1 && $.b[*] = 1 && $.* = 2 && $.c[*] = 3 }`: false,
		`{ $.*.a[*] = 1 }`:                        false,
		`{ $.a = %x% && $.b = %y% }`:              true,
		`{ $.a = %x% && $.b = %y% && $.c = %z% }`: false,
	} {
		if _, err := Parse(text); (err == nil) != ok {
			t.Errorf("Parse(%q): got %v, want an error: %v", text, err, !ok)
		}
	}
}

func TestManyConditions(t *testing.T) {
	text := "{" + strings.Repeat("$=1||", 203) + "$.a=1}"
	requireMatches(t, []matchCase{
		{"the last of 204 conditions holds", text, `{"a":1}`, true},
		{"none of 204 conditions holds", text, `{"a":2}`, false},
		{"parentheses 300 deep", "{" + strings.Repeat("(", 300) + "$.a=1" + strings.Repeat(")", 300) + "}", `{"a":1}`, true},
	})
}

func TestJSONErrors(t *testing.T) {
	quotes := `a value with other characters than letters, digits and _.*+- needs quotes`
	scalar := `write = * for a property that has a text, a number or a boolean`
	value := `write a number, a word of letters, digits and _.*+-, a "text" or a %regex%`
	requireErrors(t, []errorCase{
		{`{ $.a = 1`, 9, "If a filter pattern starts with '{' it must end with '}'", ""},
		{`{`, 1, "If a filter pattern starts with '{' it must end with '}'", ""},
		{`{}`, 1, `found '}', want a selector such as $.name`, ""},
		{`{ a = 1 }`, 2, `found 'a', want a selector such as $.name`, ""},
		{`{ $.a }`, 6, `found '}', want one of = != < <= > >=`, ""},
		{`{ $.a == 1 }`, 6, "found ==, want a comparison", "write ="},
		{`{ $.a <> 1 }`, 6, "found <>, want a comparison", "write !="},
		{`{ $.a =~ %x% }`, 6, "found =~, want a comparison", "write = %…% for a regular expression"},
		{`{ $.a => 1 }`, 6, "found =>, want a comparison", "write one of = != < <= > >="},
		{`{ $.a = }`, 8, "found '}', want a value", value},
		{`{ $.a = /x }`, 8, "found '/', want a value", value},
		{`{ $.a = x/y }`, 9, "found '/', want &&, || or the end of the condition", quotes},
		{`{ $.é = 1 }`, 4, `found 'é', want a property name`, "write $.['name'] when the name has other characters than letters, digits, _ and -"},
		{`{ $.['é'] = é }`, 12, "found 'é', want a value", value},
		{`{ $.a = 1 $.b = 2 }`, 10, "found '$', want &&, || or the end of the condition", ""},
		{`{ $.a = 1 & $.b = 2 }`, 10, "found '&', want &&, || or the end of the condition", "join conditions with &&"},
		{`{ $.a = 1 and $.b = 2 }`, 10, "found 'a', want &&, || or the end of the condition", "join conditions with &&"},
		{`{ $.a = 1 OR $.b = 2 }`, 10, "found 'O', want &&, || or the end of the condition", "join conditions with ||"},
		{`{ $.a = 1 } }`, 10, "found '}', want &&, || or the end of the condition", ""},
		{`{ ($.a = 1 }`, 11, "found '}', want &&, || or the end of the condition", ""},
		{`{ $.a = 1 && }`, 13, "found '}', want a selector such as $.name", ""},
		{`{ $.a > "1" }`, 8, `found "1" after >, want a number`, "only numbers outside quotes have an order"},
		{`{ $.a <= 1* }`, 9, `found 1* after <=, want a number`, "only numbers outside quotes have an order"},
		{`{ $.a < %x% }`, 8, `found %x% after <, want a number`, "only numbers outside quotes have an order"},
		{`{ $.a IS NOT NULL }`, 6, "IS NOT is not supported", scalar},
		{`{ $.a EXISTS }`, 6, "EXISTS is not supported without NOT", scalar},
		{`{ $.a IS 1 }`, 6, "found IS after the selector, want a comparison", "write = != < <= > >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS"},
		{`{ $.a LIKE x }`, 6, "found LIKE x after the selector, want a comparison", "write = != < <= > >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS"},
		{`{ $.a[x] = 1 }`, 6, `found 'x', want an array index, * or a property name in quotes`, ""},
		{`{ $.a[1 = 1 }`, 7, `found ' ', want ']' after the array index`, ""},
		{`{ $.a[1234567890] = 1 }`, 6, `the array index 1234567890 has more than 9 digits`, ""},
		{`{ $.['a = 1 }`, 4, `the property name is not closed`, `write ['name']`},
		{`{ $.*.b[*] = 1 }`, 7, `found a second wildcard in one selector`, "name a key or an index in one of the two places"},
		{`{ $.* = 1 && $.*=2 && $.*=3 && $.*=4 }`, 32, `found more than 3 wildcards in selectors`, ""},
		{`{ $.a = "x }`, 8, `the quote is not closed`, `write "…", and \" for a quote inside`},
	})
}

// TestJSONAgreesWithReference draws patterns and events that have to do with each other, which
// fuzzing finds seldom: few keys, nesting, repeats, escapes.
func TestJSONAgreesWithReference(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 30_000 {
		text, event := "{"+randomExpression(rnd, 2)+"}", []byte(randomJSON(rnd, 3))
		if event[0] != '{' && event[0] != '[' {
			continue
		}
		if !json.Valid(event) {
			t.Fatalf("seed %d: the event %s is not JSON", seed, event)
		}
		p, err := Parse(text)
		if err != nil {
			continue // too many wildcards
		}
		if got, want := p.Match(event), referenceMatch(p, event); got != want {
			t.Fatalf("seed %d: %q matches %s: got %v, want %v", seed, text, event, got, want)
		}
	}
}

func randomExpression(rnd *rand.Rand, depth int) string {
	if depth > 0 && rnd.IntN(2) == 0 {
		return "(" + randomExpression(rnd, depth-1) + ")" + pick(rnd, "&&", "||") + randomExpression(rnd, depth-1)
	}
	sel := "$"
	for range 1 + rnd.IntN(2) {
		sel += pick(rnd, ".a", ".b", ".['a/']", ".c", "[0]", "[1]", ".*", "[*]")
	}
	return sel + pick(rnd, "=1", "!=1", ">1", "=x", "!=x", `="*x"`, "=*", "=%x+%", " IS NULL", " IS TRUE", " NOT EXISTS")
}

func randomJSON(rnd *rand.Rand, depth int) string {
	if depth == 0 || rnd.IntN(3) == 0 {
		return pick(rnd, "1", "1.0", "2", "-1", `"x"`, `"1"`, `"yx"`, `"\u0078"`, `"a"`, "null", "true", "false", "{}", "[]", `"\"a\""`)
	}
	var parts []string
	object := rnd.IntN(3) > 0
	for range rnd.IntN(5) {
		value := randomJSON(rnd, depth-1)
		if object {
			value = pick(rnd, `"a"`, `"b"`, `"a/"`, `"a\/"`, `"c"`, `"d"`, `"\u0061"`) + pick(rnd, ":", ": ", " :") + value
		}
		parts = append(parts, value)
	}
	joined := strings.Join(parts, pick(rnd, ",", ", ", "\n,"))
	if object {
		return "{" + joined + "}"
	}
	return "[" + joined + "]"
}

func pick(rnd *rand.Rand, choices ...string) string { return choices[rnd.IntN(len(choices))] }
