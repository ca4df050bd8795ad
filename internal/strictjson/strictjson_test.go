package strictjson

import (
	"fmt"
	"testing"
)

func TestDecode(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a document", ` {"a":["x"],"b":{"c":1}} `, "<nil>"},
		{"a member that there is not", `{"z":1}`, `unknown field "z"`},
		{"a text for a list", `{"a":"x"}`, "a is of type string"},
		{"a text for a number inside", `{"b":{"c":"x"}}`, "b.c is of type string"},
		{"a list for all", `[]`, "it is of type array"},
		{"nothing", ``, "EOF"},
		{"half of it", `{"a":`, "unexpected EOF"},
		{"a comma too many", `{"a":[],}`, "invalid character '}' looking for beginning of object key string"},
		{"another document behind", `{} {}`, "there is more behind its end"},
		{"a bracket behind", `{}]`, "there is more behind its end"},
	} {
		var into struct {
			A []string `json:"a"`
			B struct {
				C int `json:"c"`
			} `json:"b"`
		}
		if got := fmt.Sprint(Decode(tt.text, &into)); got != tt.want {
			t.Errorf("%s: Decode(%s) = %s, want %s", tt.name, tt.text, got, tt.want)
		}
	}
}
