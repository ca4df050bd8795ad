package jsonscan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMembers(t *testing.T) {
	for _, tt := range []struct {
		name string
		text string
		want string
		end  int
		ok   bool
	}{
		{"an empty object", `{ } `, "", 3, true},
		{"an empty array", `[]`, "", 2, true},
		{"an object", `{"a":1, "b" : "x" ,"c":{"d":[]}}`, `0 a=1 number;1 b="x" string;2 c={"d":[]} object`, 32, true},
		{"an array", `[null,true , false,[1]]x`, `0 =null null;1 =true true;2 =false false;3 =[1] array`, 23, true},
		{"an escaped key", `{"a\"\u0062":1}`, `0 a\"\u0062!=1 number`, 15, true},
		{"an empty key", `{"":1}`, `0 =1 number`, 6, true},
		{"the same key twice", `{"a":1,"a":2}`, `0 a=1 number;1 a=2 number`, 13, true},
		{"an object that does not end", `{"a":1`, `0 a=1 number`, 6, false},
		{"a comma at the end", `{"a":1,}`, `0 a=1 number`, 7, false},
		{"a comma at the end of an array", `[1,]`, `0 =1 number`, 3, false},
		{"no comma", `{"a":1 "b":2}`, `0 a=1 number`, 7, false},
		{"no colon", `{"a" 1}`, ``, 5, false},
		{"the wrong bracket", `[1}`, `0 =1 number`, 2, false},
		{"a bad value", `[1,x]`, `0 =1 number`, 3, false},
		{"neither object nor array", `"a"`, ``, 0, false},
		{"nothing", ``, ``, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			it := Members([]byte(tt.text), 0)
			for it.Next() {
				mark := ""
				if it.KeyEscaped {
					mark = "!"
				}
				got = append(got, fmt.Sprintf("%d %s%s=%s %s", it.Index, it.Key, mark, it.Value, it.Kind))
			}
			if it.Next() {
				t.Errorf("Next after the end of %s = true", tt.text)
			}
			end, ok := it.End()
			if s := strings.Join(got, ";"); s != tt.want || end != tt.end || ok != tt.ok {
				t.Errorf("Members(%s) = %s, End %d, %v, want %s, End %d, %v", tt.text, s, end, ok, tt.want, tt.end, tt.ok)
			}
		})
	}
}

func FuzzMembers(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for it := Members(b, 0); it.Next(); {
			if k := KindOf(it.Value[0]); k != it.Kind {
				t.Fatalf("Members(%q): %s is a %s, want %s", b, it.Value, it.Kind, k)
			}
		}
		if !utf8.Valid(b) || len(b) == 0 {
			return
		}
		var want []json.RawMessage
		var keys []string
		switch b[0] {
		case '[':
			if json.Unmarshal(b, &want) != nil {
				return
			}
		case '{':
			if keys, want = members(b); want == nil {
				return
			}
		default:
			return
		}
		it, n := Members(b, 0), 0
		for ; it.Next(); n++ {
			if n >= len(want) || !bytes.Equal(it.Value, want[n]) {
				t.Fatalf("Members(%q) value %d = %s", b, n, it.Value)
			}
			if keys != nil {
				if key, _ := Unquote(nil, it.Key); string(key) != keys[n] {
					t.Fatalf("Members(%q) key %d = %s, want %s", b, n, it.Key, keys[n])
				}
			}
		}
		if end, ok := it.End(); !ok || n != len(want) || Space(b, end) != len(b) {
			t.Errorf("Members(%q): %d values, End %d, %v, want %d, %d, true", b, n, end, ok, len(want), len(b))
		}
	})
}

// members lists the keys and values of the object b; values are nil if b is not one object.
func members(b []byte) (keys []string, values []json.RawMessage) {
	if !json.Valid(b) {
		return nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.Token()
	values = []json.RawMessage{}
	for dec.More() {
		key, _ := dec.Token()
		var v json.RawMessage
		dec.Decode(&v)
		keys, values = append(keys, key.(string)), append(values, v)
	}
	return keys, values
}
