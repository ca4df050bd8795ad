package redact

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// Rules say what is hidden in events, and how. They are made by Parse and not changed after that; nil hides
// nothing.
type Rules struct {
	rules []rule
	key   []byte // of hashes
}

// A rule hides the values of keys, or pieces of text of one kind.
type rule struct {
	text   string // as it is written, action included
	action string
	key    *keyPattern // nil for a rule about values
	find   finder      // nil for a rule about keys
}

// Actions are what a rule does with what it finds: mask puts mask in its place, hash a pseudonym
// that is the same wherever the same text occurs, drop takes the whole member out of the event.
func Actions() []string { return []string{"mask", "hash", "drop"} }

// mask is what stands for a masked value.
const mask = "***"

// A Text is the text of rules and where it comes from: a file's name or that of a flag.
type Text struct {
	Name, Text string
}

// Parse reads rules, one a line:
//
//	# what           which        action, mask if it is left out
//	key              email        hash
//	key              *.password
//	value            card         drop
//	regex            ORD-[0-9]+   mask
//	hash-key         a text of 16 bytes or more
//
// A key pattern without a dot is the key's own name at any depth; with a dot it is the whole dotted
// name. "*" stands for any characters, dots included; upper and lower case are the same. A rule about
// a key covers all that is below it. What value takes is in ValueKinds; regex takes a regular
// expression in Go's syntax. A key with blanks in it needs its action written out, and so does an
// expression whose last word could be a misspelt action. Where several rules fit, the first one counts.
// The error lists every mistake.
func Parse(texts ...Text) (*Rules, error) {
	r := &Rules{}
	var errs []error
	for _, t := range texts {
		n := 0
		for line := range strings.Lines(t.Text) {
			n++
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if err := r.parse(line); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", t.place(n), err))
			}
		}
	}
	return r, errors.Join(errs...)
}

// place says where a rule stands. The text of a flag has one line, whose number says nothing.
func (t *Text) place(line int) string {
	if strings.Contains(t.Text, "\n") {
		return fmt.Sprintf("%s:%d", t.Name, line)
	}
	return t.Name
}

// minHashKey is the shortest key of hashes: what cannot be guessed by trying.
const minHashKey = 16

// parse adds the rule in line.
func (r *Rules) parse(line string) error {
	what, rest := cutWord(line)
	if what == "hash-key" {
		if len(rest) < minHashKey {
			return fmt.Errorf("hash-key of %d bytes, want %d or more", len(rest), minHashKey)
		}
		r.key = []byte(rest)
		return nil
	}
	which, action, written := cutAction(rest)
	if which == "" {
		return fmt.Errorf("%q, want a rule such as: key *.password mask", line)
	}
	if !written {
		if err := misspeltAction(what, which); err != nil {
			return err
		}
	}
	out := rule{action: action, text: what + " " + which + " " + action}
	var err error
	switch what {
	case "key":
		out.key = newKeyPattern(which)
	case "value":
		out.find, err = valueFinder(which)
	case "regex":
		out.find, err = regexFinder(which)
	default:
		err = fmt.Errorf("rule %q, want key, value, regex or hash-key", what)
	}
	r.rules = append(r.rules, out)
	return err
}

func cutWord(s string) (word, rest string) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimSpace(s[i:])
}

// cutAction cuts the action off the end of a rule; it is mask if none is written.
func cutAction(s string) (which, action string, written bool) {
	i := strings.LastIndexAny(s, " \t")
	if i >= 0 && slices.Contains(Actions(), s[i+1:]) {
		return strings.TrimSpace(s[:i]), s[i+1:], true
	}
	return s, "mask", false
}

// misspeltAction returns an error if the last word of a rule, which is no action, seems to be meant as
// one: a rule that hides nothing is not noticed until the data is out. Kinds of values are one word, keys mostly
// are; an expression may well have blanks, so that its last word has to look like an action.
func misspeltAction(what, which string) error {
	i := strings.LastIndexAny(which, " \t")
	if i < 0 || what != "key" && what != "value" && what != "regex" {
		return nil
	}
	word, actions := which[i+1:], strings.Join(Actions(), ", ")
	near := syntax.Suggest(word, Actions())
	switch {
	case near != "":
		return fmt.Errorf("%s %s: action %q, want one of %s (did you mean %q?)", what, which, word, actions, near)
	case what == "regex":
		return nil
	}
	return fmt.Errorf("%s %s: action %q, want one of %s", what, which, word, actions)
}

func regexFinder(expr string) (finder, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	if re.MatchString("") {
		return nil, fmt.Errorf("regex %s matches the empty text", expr)
	}
	return func(s []byte, from int) (int, int) {
		at := re.FindIndex(s[from:])
		if at == nil {
			return -1, -1
		}
		return from + at[0], from + at[1]
	}, nil
}

// List returns the rules as they are written, with their actions.
func (r *Rules) List() []string {
	if r == nil {
		return nil
	}
	var all []string
	for _, u := range r.rules {
		all = append(all, u.text)
	}
	return all
}

// Key returns the key of hashes that the rules give, nil if they give none.
func (r *Rules) Key() []byte {
	if r == nil {
		return nil
	}
	return r.key
}

// Hashes reports whether a rule needs a key.
func (r *Rules) Hashes() bool {
	return r != nil && slices.ContainsFunc(r.rules, func(u rule) bool { return u.action == "hash" })
}

// Fingerprint returns a text that differs when the rules or their key do, and tells neither.
func (r *Rules) Fingerprint() string {
	if r == nil || len(r.rules) == 0 {
		return ""
	}
	h := sha256.New()
	for _, u := range r.rules {
		h.Write([]byte(u.text + "\n"))
	}
	h.Write(r.key)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// A keyPattern matches keys by their names.
type keyPattern struct {
	parts  []string    // lower case; between any two stands a "*"
	dotted bool        // it is about the whole dotted name
	end    *keyPattern // its last key if it is dotted, for text of which only that is known
}

func newKeyPattern(pattern string) *keyPattern {
	p := &keyPattern{parts: strings.Split(strings.ToLower(pattern), "*"), dotted: strings.Contains(pattern, ".")}
	if p.dotted {
		p.end = lastKey(pattern)
	}
	return p
}

// match reports whether the key at path, the dotted name of which key is the last part, is meant.
// Both are in lower case.
func (p *keyPattern) match(path, key []byte) bool {
	if !p.dotted {
		path = key
	}
	s := view(path)
	if len(p.parts) == 1 {
		return s == p.parts[0]
	}
	first, last := p.parts[0], p.parts[len(p.parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range p.parts[1 : len(p.parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}
