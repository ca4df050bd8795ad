package clean

import (
	"fmt"
	"strings"
	"testing"
)

// TestEventsAreReadTheSameByAll checks JSON that is valid, but that DuckDB, ClickHouse or pandas refuse or
// read in another way than we do.
func TestEventsAreReadTheSameByAll(t *testing.T) {
	digits := strings.Repeat("7", 400)
	var many, once []string
	for i := range 40 {
		many = append(many, fmt.Sprintf(`"k%d":%d`, i%30, i))
		if i >= 10 {
			once = append(once, fmt.Sprintf(`"k%d":%d`, i%30, i))
		}
	}
	for _, tt := range []struct{ name, message, want string }{
		{"the last of equal keys stays", `{"id":7,"a":0,"id":2}`, `{"a":0,"id":2}`},
		{"below the top", `{"a":[{"id":7,"id":2}]}`, `{"a":[{"id":2}]}`},
		{"written in two ways", `{"id":7,"\u0069d":2}`, `{"id":2}`},
		{"upper case is another key", `{"id":7,"ID":2}`, `{"id":7,"ID":2}`},
		{"of many keys", "{" + strings.Join(many, ",") + "}", "{" + strings.Join(once, ",") + "}"},
		{"on several lines", "{\"id\":7,\n \"id\": [1,\n2]}", `{"id":[1,2]}`},
		{"a high surrogate alone", `{"a":"x\ud800y","b":"\u00e9"}`, `{"a":"x` + "\uFFFD" + `y","b":"\u00e9"}`},
		{"a low surrogate alone, in a key", `{"\uDC00":1}`, `{"` + "\uFFFD" + `":1}`},
		{"two high surrogates", `{"a":"\ud800\ud800"}`, `{"a":"` + "\uFFFD\uFFFD" + `"}`},
		{"a pair stays", `{"a":"\ud83d\ude00"}`, `{"a":"\ud83d\ude00"}`},
		{"an escaped backslash before u", `{"a":"\\ud800"}`, `{"a":"\\ud800"}`},
		{"a number of 400 digits", `{"n":` + digits + `}`, `{"n":"` + digits + `"}`},
		{"in an array", `{"n":[1,-1e999]}`, `{"n":[1,"-1e999"]}`},
		{"the ends of 64 bits stay", `{"n":[-9223372036854775808,18446744073709551615]}`, `{"n":[-9223372036854775808,18446744073709551615]}`},
		{"one more than 64 bits", `{"n":[-9223372036854775809,18446744073709551616]}`, `{"n":["-9223372036854775809","18446744073709551616"]}`},
		{"a long fraction stays", `{"n":0.1000000000000000055}`, `{"n":0.1000000000000000055}`},
	} {
		t.Run(tt.name, func(t *testing.T) { checkConvert(t, Options{}, tt.message, tt.want, keptJSON) })
	}
	checkConvert(t, Options{}, stamp+"\t"+uuid+"\tINFO\tx {\"a\":\"\\ud800\",\"a\":1}",
		`{"time":"`+stamp+`","level":"INFO","requestId":"`+uuid+`","message":"x {\"a\":\"\\ud800\",\"a\":1}","a":1}`, keptLambda)
}

// TestKnownLayoutsAreCheckedToo checks values of events that look like one before them.
func TestKnownLayoutsAreCheckedToo(t *testing.T) {
	c := newConverter(&Options{Text: "keep", Platform: "drop"})
	for _, tt := range []struct{ message, want string }{
		{`{"a":"x","n":1}`, `{"a":"x","n":1}`},
		{`{"a":"\ud800","n":1}`, `{"a":"` + "\uFFFD" + `","n":1}`},
		{`{"a":"x","n":1e999}`, `{"a":"x","n":"1e999"}`},
		{`{"a":"\u00e9","n":2}`, `{"a":"\u00e9","n":2}`},
	} {
		if got, _ := c.convert(eventOf(tt.message)); string(got.text) != tt.want {
			t.Errorf("convert(%s) = %s, want %s", tt.message, got.text, tt.want)
		}
	}
	if c.repaired != 2 {
		t.Errorf("%d events put right, want 2", c.repaired)
	}
}
