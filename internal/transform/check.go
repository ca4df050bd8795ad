package transform

import (
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// AWS's limits of what processors are told (the tables of the user guide's pages on processors).
const (
	maxText     = 128 // characters of paths, keys, delimiters and the like
	maxLevels   = 3   // of a path
	wholeSource = "@message"
)

// checkText refuses a text that is too long.
func checkText(name, text string, limit int) error {
	if n := utf8.RuneCountInString(text); n > limit {
		return fmt.Errorf("%s has %d characters, want at most %d", name, n, limit)
	}
	return nil
}

// pathOf reads a path that must be there.
func pathOf(name string, text *string) (path, error) {
	s := aws.ToString(text)
	if s == "" {
		return path{}, fmt.Errorf("%s is missing", name)
	}
	if err := checkText(name, s, maxText); err != nil {
		return path{}, err
	}
	p := newPath(s)
	if len(p.keys) > maxLevels {
		return path{}, fmt.Errorf("%s %q has %d levels, want at most %d", name, s, len(p.keys), maxLevels)
	}
	for _, key := range p.keys {
		if key == "" {
			return path{}, fmt.Errorf("%s %q has an empty key", name, s)
		}
	}
	return p, nil
}

// pathsOf reads several paths.
func pathsOf(name string, texts []string, limit int) ([]path, error) {
	if err := checkCount(name, len(texts), limit); err != nil {
		return nil, err
	}
	var all []path
	for _, t := range texts {
		p, err := pathOf(name, &t)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// checkCount refuses none and too many.
func checkCount(name string, n, limit int) error {
	if n < 1 || n > limit {
		return fmt.Errorf("%s has %d elements, want 1 to %d", name, n, limit)
	}
	return nil
}

// sourceOf reads the path of what a parser parses; the root for the whole message.
func sourceOf(text *string) (path, error) {
	if text == nil || *text == wholeSource {
		return path{}, nil
	}
	return pathOf("source", text)
}

// destinationOf reads the path of where a parser puts what it finds.
func destinationOf(text *string) (path, error) {
	if text == nil {
		return path{}, nil
	}
	return pathOf("destination", text)
}

// onlyMessage refuses a source of a built-in parser that is not the message.
func onlyMessage(source *string) error {
	if source != nil && *source != wholeSource {
		return fmt.Errorf("source is %q, want @message", *source)
	}
	return nil
}

// input returns the text that a parser parses.
func (e *event) input(source path) (string, error) {
	if source.isRoot() {
		return e.message, nil
	}
	v, ok := e.root.find(source)
	if !ok {
		return "", fmt.Errorf("there is no field %q", source.whole)
	}
	if !v.isScalar() {
		return "", fmt.Errorf("the field %q is no text", source.whole)
	}
	return v.text, nil
}

// place puts the members of found where a parser puts what it finds. It takes the place of what was there.
func (e *event) place(destination path, found *node) {
	switch {
	case !destination.isRoot():
		e.root.put(destination, nodeOf(object, found), true)
	case len(e.root.members) == 0:
		e.root = found
	default:
		for _, m := range found.members {
			e.root.setMember(m)
		}
	}
}
