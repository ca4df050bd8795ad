package filterpattern

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits on wildcards in selectors (FilterAndPatternSyntax, "Using wildcards").
const (
	maxSelectorWildcards = 1
	maxWildcards         = 3 // in a pattern
)

// maxIndexDigits bounds an array index, so that it fits an int. No event has that many elements.
const maxIndexDigits = 9

// A stepKind is a way to go from a JSON value to one inside it.
type stepKind uint8

const (
	keyStep   stepKind = iota // .name or .['name']: the member with that key
	anyKey                    // .*: each member of an object
	indexStep                 // [3]: the element with that index, from 0
	anyIndex                  // [*]: each element of an array
)

// A step is one part of a selector.
type step struct {
	kind  stepKind
	key   string
	index int
}

// wild reports whether the step goes to several values.
func (st step) wild() bool { return st.kind == anyKey || st.kind == anyIndex }

// A selector is the way from the event to a property. Without steps it is the event itself.
type selector []step

// wild reports whether the selector has a wildcard.
func (sel selector) wild() bool {
	for _, st := range sel {
		if st.wild() {
			return true
		}
	}
	return false
}

// selector reads $ and the steps after it.
func (s *scanner) selector() (selector, *Error) {
	if !s.accept("$") {
		return nil, s.unexpected("a selector such as $.name")
	}
	var sel selector
	for wildcards := 0; s.peek() == '.' || s.peek() == '['; {
		start := s.pos
		st, err := s.step()
		if err != nil {
			return nil, err
		}
		if st.wild() {
			if wildcards++; wildcards > maxSelectorWildcards {
				return nil, s.errorAt(start, "found a second wildcard in one selector",
					"name a key or an index in one of the two places")
			}
			if s.wildcards++; s.wildcards > maxWildcards {
				return nil, s.errorAt(start, fmt.Sprintf("found more than %d wildcards in selectors", maxWildcards), "")
			}
		}
		sel = append(sel, st)
	}
	return sel, nil
}

// step reads one step, which starts with a dot or a bracket.
func (s *scanner) step() (step, *Error) {
	if s.accept(".") {
		if s.accept("*") {
			return step{kind: anyKey}, nil
		}
		if strings.HasPrefix(s.text[s.pos:], "['") || strings.HasPrefix(s.text[s.pos:], `["`) {
			return s.bracketKey()
		}
		if name := s.run(isNameByte); name != "" {
			return step{key: name}, nil
		}
		err := s.unexpected("a property name")
		err.Hint = "write $.['name'] when the name has other characters than letters, digits, _ and -"
		return step{}, err
	}
	switch next := s.text[s.pos+1:]; {
	case strings.HasPrefix(next, "*]"):
		s.pos += len("[*]")
		return step{kind: anyIndex}, nil
	case next != "" && (next[0] == '\'' || next[0] == '"'):
		return s.bracketKey()
	}
	return s.bracketIndex()
}

// bracketKey reads ['key'] or ["key"]. The key ends at the next quote of the same kind.
func (s *scanner) bracketKey() (step, *Error) {
	open := s.pos
	quote := s.text[open+1]
	rest := s.text[open+2:]
	n := strings.IndexByte(rest, quote)
	if n < 0 || !strings.HasPrefix(rest[n+1:], "]") {
		return step{}, s.errorAt(open, "the property name is not closed", fmt.Sprintf("write [%cname%c]", quote, quote))
	}
	s.pos = open + 2 + n + 2
	return step{key: rest[:n]}, nil
}

// bracketIndex reads [3].
func (s *scanner) bracketIndex() (step, *Error) {
	s.pos++
	start := s.pos
	text := s.run(isDigit)
	switch {
	case text == "":
		return step{}, s.unexpected("an array index, * or a property name in quotes")
	case len(text) > maxIndexDigits:
		return step{}, s.errorAt(start, fmt.Sprintf("the array index %s has more than %d digits", text, maxIndexDigits), "")
	case !s.accept("]"):
		return step{}, s.unexpected("']' after the array index")
	}
	index, err := strconv.Atoi(text)
	if err != nil {
		panic(fmt.Sprintf("BUG: index %q: %v", text, err))
	}
	return step{kind: indexStep, index: index}, nil
}

// print appends the selector.
func (sel selector) print(p *printer) {
	p.WriteByte('$')
	for _, st := range sel {
		switch st.kind {
		case keyStep:
			p.key(st.key)
		case anyKey:
			p.WriteString(".*")
		case indexStep:
			p.WriteString("[" + strconv.Itoa(st.index) + "]")
		case anyIndex:
			p.WriteString("[*]")
		}
	}
}

// key appends a key step.
func (p *printer) key(key string) {
	bare := key != ""
	for i := range len(key) {
		bare = bare && isNameByte(key[i])
	}
	if bare {
		p.WriteString("." + key)
		return
	}
	if !p.short {
		p.WriteByte('.')
	}
	quote := "'"
	if strings.Contains(key, quote) {
		quote = `"`
	}
	p.WriteString("[" + quote + key + quote + "]")
}
