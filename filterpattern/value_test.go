package filterpattern

import (
	"strings"
	"testing"
)

func TestValues(t *testing.T) {
	event := `{"latency":12.5,"text":"4\u0032","word":"x\"y","ok":true,"gone":null,"o":{"a.b":[7]},"big":1e400,"n":1,"n":2}`
	line := `127.0.0.1 - [10/Oct/2000] "GET /" 404 1534`
	for _, tt := range []struct {
		name, pattern, value, event string
		text                        string
		ok                          bool
		number                      float64
		isNumber                    bool
	}{
		{"a number", "ERROR", "1", "anything", "1", true, 1, true},
		{"a number with sign and exponent", "[]", "-2.5e1", "", "-2.5e1", true, -25, true},
		{"a property", "{ $.a = 1 }", "$.latency", event, "12.5", true, 12.5, true},
		{"a text that is a number", "{ $.a = 1 }", "$.text", event, "42", true, 42, true},
		{"a text with escapes", "{ $.a = 1 }", "$.word", event, `x"y`, true, 0, false},
		{"a boolean", "{ $.a = 1 }", "$.ok", event, "true", true, 0, false},
		{"null", "{ $.a = 1 }", "$.gone", event, "", false, 0, false},
		{"an object", "{ $.a = 1 }", "$.o", event, "", false, 0, false},
		{"an absent property", "{ $.a = 1 }", "$.nosuch", event, "", false, 0, false},
		{"a property far inside", "{ $.a = 1 }", "$.o['a.b'][0]", event, "7", true, 7, true},
		{"a number beyond a float", "{ $.a = 1 }", "$.big", event, "1e400", true, 0, false},
		{"the last of repeated keys", "{ $.a = 1 }", "$.n", event, "2", true, 2, true},
		{"an event that is no JSON", "{ $.a = 1 }", "$.latency", "latency", "", false, 0, false},
		{"an event that is malformed", "{ $.a = 1 }", "$.z", `{"a":}`, "", false, 0, false},
		{"an element at the top", "{ $[0] = 1 }", "$[1]", "[1, 2]", "2", true, 2, true},
		{"a column", "[ip, ..., size]", "$size", line, "1534", true, 1534, true},
		{"a column that is no number", "[ip, ..., size]", "$ip", line, "127.0.0.1", true, 0, false},
		{"a position under the ellipsis", "[ip, ..., size]", "$4", line, "GET /", true, 0, false},
		{"a position that has a name in this event", "[ip, ..., size]", "$6", line, "", false, 0, false},
		{"a position that this event does not have", "[ip, ..., size]", "$9", line, "", false, 0, false},
		{"a column without a name", "[ip, ]", "$2", "x 5", "5", true, 5, true},
		{"too few tokens", "[a, b, c]", "$a", "x", "", false, 0, false},
		{"the rest of a line", "[a, b]", "$b", "x y  z", "y  z", true, 0, false},
		{"hexadecimal is no number", "[a]", "$a", "0x10", "0x10", true, 0, false},
		{"infinity is no number", "[a]", "$a", "Inf", "Inf", true, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := MustParse(tt.pattern).Value(tt.value)
			if err != nil {
				t.Fatalf("Value(%q) of %q: %v", tt.value, tt.pattern, err)
			}
			if got, ok := v.Text([]byte(tt.event)); got != tt.text || ok != tt.ok {
				t.Errorf("Text(%q) of %q: got %q, %v, want %q, %v", tt.event, tt.value, got, ok, tt.text, tt.ok)
			}
			if got, ok := v.Float([]byte(tt.event)); got != tt.number || ok != tt.isNumber {
				t.Errorf("Float(%q) of %q: got %v, %v, want %v, %v", tt.event, tt.value, got, ok, tt.number, tt.isNumber)
			}
			if v.String() != tt.value {
				t.Errorf("String(): got %q, want %q", v, tt.value)
			}
		})
	}
}

func TestValueErrors(t *testing.T) {
	for _, tt := range []struct {
		pattern, value string
		pos            int
		msg, hint      string
	}{
		{"ERROR", "$.a", 0, "found a JSON property with a pattern of kind terms", "only JSON and space-delimited patterns have values to refer to"},
		{"ERROR", "$a", 0, "found a column with a pattern of kind terms", "only JSON and space-delimited patterns have values to refer to"},
		{"{ $.a = 1 }", "$a", 0, "found a column with a pattern of kind json", "write a property such as $.name"},
		{"[a, b]", "$.a", 0, "found a JSON property with a pattern of kind delimited", "write a column such as $name or $1"},
		{"[a, b]", "a", 0, "found 'a', want a number or a value of the event", "write a column such as $name or $1"},
		{"[a, b]", "", 0, "found the end of the pattern, want a number or a value of the event", "write a column such as $name or $1"},
		{"{ $.a = 1 }", "1x", 0, "found '1', want a number or a value of the event", "write a property such as $.name"},
		{"{ $.a = 1 }", "$.a b", 3, "found ' ', want the end of the property", ""},
		{"{ $.a = 1 }", "$.a[*]", 0, "found a wildcard in a property that has to be one value", "name a key or an index"},
		{"{ $.a = 1 }", "$.", 2, "found the end of the pattern, want a property name", "write $.['name'] when the name has other characters than letters, digits, _ and -"},
		{"[a, b]", "$", 1, "found the end of the pattern, want the name or number of a column", ""},
		{"[a, b]", "$a.b", 2, "found '.', want the end of the column's name", ""},
		{"[a, b]", "$c", 1, "the pattern has no column c", "name one of its columns"},
		{"[a, b]", "$1", 1, "column 1 has a name", "write $a"},
		{"[a, ..., b]", "$1", 1, "column 1 has a name", "write $a"},
		{"[a, b]", "$3", 1, "found column 3 of a pattern with 2 columns", ""},
		{"[]", "$0", 1, "found column 0, want a number from 1", ""},
		{"[]", "$01", 1, "found column 01, want a number from 1", ""},
	} {
		_, err := MustParse(tt.pattern).Value(tt.value)
		if err == nil {
			t.Errorf("Value(%q) of %q: got no error, want %q", tt.value, tt.pattern, tt.msg)
			continue
		}
		if got, want := asError(t, err), (Error{tt.pos, tt.msg, tt.hint}); got != want {
			t.Errorf("Value(%q) of %q:\ngot  %+v\nwant %+v", tt.value, tt.pattern, got, want)
		}
	}
}

func TestDimensions(t *testing.T) {
	for _, tt := range []struct {
		pattern, value, want string // want "": refused
	}{
		{"{ $.a = 1 }", "$.a", "1"},
		{"[a, b]", "$b", "2"},
		{"{ $.a = 1 }", "1", ""},
		{"ERROR", "1", ""},
		{"ERROR", "$.a", ""},
	} {
		v, err := MustParse(tt.pattern).Dimension(tt.value)
		if (err == nil) != (tt.want != "") {
			t.Errorf("Dimension(%q) of %q: got error %v, want one: %v", tt.value, tt.pattern, err, tt.want == "")
			continue
		}
		if err != nil {
			continue
		}
		event := map[Kind]string{JSON: `{"a":1}`, Delimited: "1 2"}[MustParse(tt.pattern).Kind()]
		if got, _ := v.Text([]byte(event)); got != tt.want {
			t.Errorf("Text(%q) of %q: got %q, want %q", event, tt.value, got, tt.want)
		}
	}
}

// FuzzValue checks that any value expression is read or refused with a place inside it, and that
// resolving it does not panic.
func FuzzValue(f *testing.F) {
	f.Add("[a, ..., b]", "$a", "x y z")
	f.Add("{ $.a = 1 }", "$.a['b'][0]", `{"a":{"b":[1]}}`)
	f.Add("ERROR", "1e5", "")
	f.Fuzz(func(t *testing.T, pattern, value, event string) {
		p, err := Parse(pattern)
		if err != nil {
			return
		}
		v, err := p.Value(value)
		if err != nil {
			requirePlace(t, value, err)
			return
		}
		text, ok := v.Text([]byte(event))
		if _, isNumber := v.Float([]byte(event)); isNumber && !ok || strings.TrimSpace(text) != "" && !ok {
			t.Errorf("value %q of %q by %q: Text %q, %v, Float %v", value, event, pattern, text, ok, isNumber)
		}
	})
}
