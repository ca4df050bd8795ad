package redact

import (
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// TestKeysInTextAreHidden checks text that is no valid JSON by itself, as an event has it in a member.
func TestKeysInTextAreHidden(t *testing.T) {
	for _, tt := range []struct {
		name, rule, text, want string
		count                  int64
	}{
		{"a prefix", "key password", `got {"password":"SECRET","a":1}`, `got {"password":"***","a":1}`, 1},
		{"a byte order mark", "key password", "\uFEFF" + `{"password":"SECRET"}`, "\uFEFF" + `{"password":"***"}`, 1},
		{"NaN", "key password", `{"a":NaN,"password":"SECRET"}`, `{"a":NaN,"password":"***"}`, 1},
		{"an array", "key password", `[{"password":"SECRET"},{"password" : 12}]`, `[{"password":"***"},{"password" : "***"}]`, 2},
		{"cut off in the value", "key password", `{"a":"b","password":"SECR`, `{"a":"b","password":"***"`, 1},
		{"cut off in an object", "key password", `{"password":{"a":"SECRET"`, `{"password":"***"`, 1},
		{"cut off before the value", "key password", `{"password":`, `{"password":"***"`, 1},
		{"null stays", "key password", `x {"password":null}`, `x {"password":null}`, 0},
		{"very deep", "key password", strings.Repeat(`{"a":`, 500) + `{"password":"SECRET"`, strings.Repeat(`{"a":`, 500) + `{"password":"***"`, 1},
		{"an object with a brace in a string", "key password", `x {"password":{"a":"}","b":["SECRET"]},"c":1}`, `x {"password":"***","c":1}`, 1},
		{"a quote in the value", "key password", `x {"password":"a\"SECRET","c":1}`, `x {"password":"***","c":1}`, 1},
		{"a backslash at the end of the value", "key password", `x {"password":"SECRET\\","c":1}`, `x {"password":"***","c":1}`, 1},
		{"JSON in a string of JSON", "key password", `x {"body":"{\"password\":\"a\\\"SECRET\\\\\",\"c\":1}"`, `x {"body":"{\"password\":\"***\",\"c\":1}"`, 1},
		{"two levels of strings", "key password", `x "\"{\\\"password\\\":\\\"SECRET\\\",\\\"c\\\":1}\""`, `x "\"{\\\"password\\\":\\\"***\\\",\\\"c\\\":1}\""`, 1},
		{"an escape in the key", "key password", `x {"p\u0061ssword":"SECRET"}`, `x {"p\u0061ssword":"***"}`, 1},
		{"upper case", "key password", `x {"PassWord":"SECRET"}`, `x {"PassWord":"***"}`, 1},
		{"apostrophes", "key password", `x {'password': 'SECRET', 'a': 1}`, `x {'password': '***', 'a': 1}`, 1},
		{"another quote than that of the key", "key password", `x {'password': "SEC RET", 'a': 1}`, `x {'password': '***'`, 1},
		{"a bare value", "key password", `x {"password":SECRET,"a":1}`, `x {"password":"***","a":1}`, 1},
		{"a star", "key pass*", `x {"password":"SECRET"}`, `x {"password":"***"}`, 1},
		{"the last key of a dotted rule", "key user.password", `x {"user":{"password":"SECRET"}}`, `x {"user":{"password":"***"}}`, 1},
		{"all below a key", "key user.*", `x {"user":{"a":"SECRET"},"b":1}`, `x {"user":"***","b":1}`, 1},
		{"another key", "key password", `x {"passwords":"a","b":{"word":"c"}}`, `x {"passwords":"a","b":{"word":"c"}}`, 0},
		{"no key at all", "key password", `time: 12:30, "quoted" password: a`, `time: 12:30, "quoted" password: a`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := redactorOf(t, tt.rule)
			event := append(jsonscan.AppendString([]byte(`{"message":`), tt.text), `,"n":1}`...)
			want := string(append(jsonscan.AppendString([]byte(`{"message":`), tt.want), `,"n":1}`...))
			if got := string(d.Object(event)); got != want {
				t.Errorf("redact(%s) by %q\n got %s\nwant %s", event, tt.rule, got, want)
			}
			if d.counts[0] != tt.count {
				t.Errorf("redact(%s) by %q: found %d, want %d", event, tt.rule, d.counts[0], tt.count)
			}
		})
	}
}

func TestActionsOfKeysInText(t *testing.T) {
	event := []byte(`{"message":"x {\"password\":\"a@b.ch\\u0021\",\"to\":\"c@d.org\"}","n":1}`)
	if got := string(redactorOf(t, "key password drop").Object(event)); got != `{"n":1}` {
		t.Errorf("drop: got %s, want the member without it", got)
	}
	want := `{"message":"x {\"password\":\"***\",\"to\":\"***\"}","n":1}`
	if got := string(redactorOf(t, "key password\nvalue email").Object(event)); got != want {
		t.Errorf("a key and a value: got %s, want %s", got, want)
	}
	const key = "\nhash-key 0123456789abcdef"
	hash := string(redactorOf(t, "key password hash"+key).Object([]byte(`{"password":"a@b.ch!"}`)))
	hash = strings.TrimSuffix(strings.TrimPrefix(hash, `{"password":"`), `"}`)
	if got := string(redactorOf(t, "key password hash"+key).Object(event)); !strings.Contains(got, hash) {
		t.Errorf("hash: got %s, want that of a member, %s", got, hash)
	}
}
