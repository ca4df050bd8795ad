package filterpattern

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"
)

// FuzzParse checks that any text is parsed or refused with a place inside it, and that printing
// and parsing again changes nothing.
func FuzzParse(f *testing.F) {
	for _, c := range workedCases(f) {
		f.Add(c.Pattern)
	}
	for _, text := range []string{`{$.a["b'c"]='x'}`, `[a=%x{,2}%&&a!="-",...,]`, `?"a\\" - b`, `{($.*.a IS NULL)||($[0] NOT EXISTS)}`, "{ $.é = 1 }", "%[^]a]%"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			requirePlace(t, text, err)
			return
		}
		printed := p.String()
		again, err := Parse(printed)
		if err != nil {
			t.Fatalf("Parse(%q), the canonical form of %q: %v", printed, text, err)
		}
		if got := again.String(); got != printed {
			t.Errorf("String() of %q: got %q, want the same", printed, got)
		}
		if again.Kind() != p.Kind() || again.Regexes() != p.Regexes() {
			t.Errorf("%q is %s with %d regexes, its canonical form %q is %s with %d",
				text, p.Kind(), p.Regexes(), printed, again.Kind(), again.Regexes())
		}
		for _, event := range []string{text, printed, ""} {
			if a, b := p.MatchString(event), again.MatchString(event); a != b {
				t.Errorf("%q matches %q: %v, its canonical form %q: %v", text, event, a, printed, b)
			}
		}
		for _, st := range p.Explain([]byte(text)) {
			if st.Pos < 0 || st.End < st.Pos || st.End > utf8.RuneCountInString(text) {
				t.Errorf("Explain by %q: step %q is at %d to %d, outside the text", text, st.Text, st.Pos, st.End)
			}
		}
	})
}

func requirePlace(t *testing.T, text string, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("Parse(%q): got error %T, want *Error", text, err)
	}
	if e.Pos < 0 || e.Pos > utf8.RuneCountInString(text) || e.Msg == "" {
		t.Errorf("Parse(%q): got error %+v, want a message and a place in the text", text, e)
	}
	e.Caret(text)
}

// FuzzMatch checks that matching anything by anything does not panic, that what the methods say
// of one event agrees, and that JSON patterns agree with the reference.
func FuzzMatch(f *testing.F) {
	for _, c := range workedCases(f) {
		if !*c.Error {
			f.Add(c.Pattern, []byte(c.Event))
		}
	}
	for _, c := range [][2]string{
		{`{ $.a = 1 && $.b = 2 }`, `{"a":1,"b":2,"a":3}`},
		{`{ $.a = 1 || $.b = 2 }`, `{"a":1,"x":"\u0061","\u0061":3}`},
		{`{ $.* = 1 || $.b.c NOT EXISTS }`, `{"a":1,"a":2,"b":{"c":1},"b":{}}`},
		{`{ $[*].a > 1.5e1 || $.['x/y'] = %a+% }`, `[{"a":"15.1"},{"x\/y":"\ud83d\ude00a"}]`},
		{`{ $.a.b IS NULL || $.a[1] IS TRUE || $.a.* = "*x*" }`, `{"a":{"b":null,"c":"zxz"}, "a" : [0, true]}`},
	} {
		f.Add(c[0], []byte(c[1]))
	}
	f.Fuzz(func(t *testing.T, text string, event []byte) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		got := p.Match(event)
		if s := p.MatchString(string(event)); s != got {
			t.Errorf("MatchString(%q) by %q: got %v, want %v as Match says", event, text, s, got)
		}
		if _, ok := p.Extract(event); ok != got {
			t.Errorf("Extract(%q) by %q: got %v, want %v as Match says", event, text, ok, got)
		}
		p.Explain(event)
		if p.Kind() != JSON || !json.Valid(event) || !utf8.Valid(event) || tooLong.Match(event) || tooLong.MatchString(text) {
			return
		}
		if want := referenceMatch(p, event); got != want {
			t.Errorf("%q matches %q: got %v, want %v", text, event, got, want)
		}
		requireStepsAgree(t, p, event, got)
	})
}

// requireStepsAgree checks that the steps of an explanation, joined as the pattern joins them, give
// the answer.
func requireStepsAgree(t *testing.T, p *Pattern, event []byte, want bool) {
	t.Helper()
	f := p.form.(*jsonForm)
	steps := p.Explain(event)
	if len(steps) != len(f.conds)+1 {
		if want {
			t.Errorf("Explain(%q) by %q: got %d steps of a match, want %d", event, p, len(steps), len(f.conds)+1)
		}
		return
	}
	var held set
	for i, st := range steps[1:] {
		if st.Held {
			held.add(i)
		}
	}
	if got := f.expr.verdict(&f.paths.under, &held) == yes; got != want {
		t.Errorf("Explain(%q) by %q: its steps give %v, want %v", event, p, got, want)
	}
}
