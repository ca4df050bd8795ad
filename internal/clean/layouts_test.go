package clean

import (
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

func TestLayouts(t *testing.T) {
	var l layouts
	for _, e := range []string{`{"a":1,"b":"x","c":[true,{"d":null}],"e":{}}`, `{"a":1}`, `{"a":"1"}`, `{"a":[1]}`, `{}`} {
		if l.knows([]byte(e)) {
			t.Errorf("knows(%s) before it was learned", e)
		}
		l.learn([]byte(e))
	}
	for _, tt := range []struct {
		text string
		want bool
	}{
		{`{"a":-1.5e3,"b":"","c":[false,{"d":12}],"e":{}}`, true},
		{`{"a":1,"b":"x","c":[true,{"d":null}],"e":{}} `, false},
		{`{"a":1,"b":"x","c":[true,{"d":null}],"e":{ }}`, false},
		{`{"a":1,"b":"x","c":[true,{"d":[]}],"e":{}}`, false},
		{`{"a":1,"b":2,"c":[true,{"d":null}],"e":{}}`, false},
		{`{"a":2}`, true},
		{`{"a":"\u00e9"}`, true},
		{`{"a":[2]}`, true},
		{`{"a":01}`, false},
		{`{"a":"\x"}`, false},
		{"{\"a\":\"\n\"}", false},
		{"{\"a\":\"\xff\"}", false},
		{`{"a":"x}`, false},
		{`{"a":`, false},
		{`{"a":tru}`, false},
		{`{}`, true},
		{`{}}`, false},
		{``, false},
	} {
		if got := l.knows([]byte(tt.text)); got != tt.want {
			t.Errorf("knows(%s): got %t, want %t", tt.text, got, tt.want)
		}
	}
}

func TestLayoutsAreBounded(t *testing.T) {
	var l layouts
	for i := range 100_000 {
		e := fmt.Appendf(nil, `{"k%d":1,"x":{"y%d":2},"z":"%s"}`, i%100, i, strings.Repeat("x", i%3))
		l.knows(e)
		l.learn(e)
	}
	if l.places > maxPlaces {
		t.Errorf("%d places, want at most %d", l.places, maxPlaces)
	}
}

func FuzzLayouts(f *testing.F) {
	f.Add([]byte(`{"a":1,"b":["x",{}]}`), []byte(`{"a":2,"b":["\"",{}]}`))
	f.Add([]byte(`{"a":"b"}`), []byte(`{"a":"b","a":"b"}`))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var l layouts
		for _, e := range [][]byte{one, two, one, two} {
			known := l.knows(e)
			valid := jsonscan.Valid(e) && e[0] == '{'
			if known && (!valid || strings.ContainsAny(string(e), "\r\n")) {
				t.Fatalf("knows(%q) after %q and %q", e, one, two)
			}
			if valid && !known && !strings.ContainsAny(string(e), "\r\n") {
				l.learn(e)
			}
		}
	})
}
