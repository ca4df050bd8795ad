package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestVisible(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain lines", "a.go:1:2: x\n\ty\n", "a.go:1:2: x\n\ty\n"},
		{"a command of the terminal", "a\x1b[31mb", `a\u001b[31mb`},
		{"a carriage return", "a\rb", `a\u000db`},
		{"a command of one character", "a\u009bb", `a\u009bb`},
		{"delete", "a\x7fb", `a\u007fb`},
		{"a mark of direction", "a\u202eb", `a\u202eb`},
		{"a tag above the first plane", "a\U000E0041b", `a\udb40\udc41b`},
		{"bytes that are no text", "a\xffb", "a\uFFFDb"},
		{"letters", "größe 日本 🎉", "größe 日本 🎉"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if n, err := (screen{&b}).Write([]byte(tt.text)); n != len(tt.text) || err != nil || b.String() != tt.want {
				t.Errorf("%q is shown as %q (%d bytes, %v), want %q", tt.text, b.String(), n, err, tt.want)
			}
		})
	}
}

func TestVisibleJSONSaysTheSame(t *testing.T) {
	const message = "a\x1b[31m\u009b\u202e\x7f\U000E0041\n"
	text, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := json.Unmarshal(visible(text), &got); err != nil || got != message {
		t.Errorf("%s is %q (%v), want %q", visible(text), got, err, message)
	}
}
