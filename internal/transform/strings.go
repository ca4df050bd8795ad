package transform

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// maxStrings is how many keys processors change that work on strings or types.
const maxStrings = 10

func lowerCase(keys []string) (step, error) { return mapStrings(keys, strings.ToLower) }
func upperCase(keys []string) (step, error) { return mapStrings(keys, strings.ToUpper) }
func trim(keys []string) (step, error)      { return mapStrings(keys, strings.TrimSpace) }

// mapStrings lets f change the strings at some keys.
func mapStrings(keys []string, f func(string) string) (step, error) {
	paths, err := pathsOf("withKeys", keys, maxStrings)
	return func(e *event) error {
		for _, p := range paths {
			if v, _ := e.root.find(p); v.kind == text {
				e.root.replace(p, textOf(f(v.text)))
			}
		}
		return nil
	}, err
}

// splitString makes lists of strings.
func splitString(p *types.SplitString) (step, error) {
	if err := checkCount("entries", len(p.Entries), maxStrings); err != nil {
		return nil, err
	}
	var paths []path
	for _, e := range p.Entries {
		at, err := pathOf("source", e.Source)
		if err != nil {
			return nil, err
		}
		if aws.ToString(e.Delimiter) == "" {
			return nil, fmt.Errorf("delimiter is missing")
		}
		if err := checkText("delimiter", *e.Delimiter, maxText); err != nil {
			return nil, err
		}
		paths = append(paths, at)
	}
	return func(e *event) error {
		for i, at := range paths {
			v, _ := e.root.find(at)
			if v.kind != text {
				continue
			}
			l := &node{}
			for part := range strings.SplitSeq(v.text, *p.Entries[i].Delimiter) {
				l.add(textOf(part))
			}
			e.root.replace(at, nodeOf(list, l))
		}
		return nil
	}, nil
}

// AWS's limits of references to groups in a replacement.
const (
	maxReferences  = 10
	maxDuplicates  = 2
	maxReplacement = maxText
)

// A substitution is one of substituteString.
type substitution struct {
	at    path
	from  *regexp.Regexp
	to    string
	fixed int // bytes of to that are no references
}

// replaced returns a text with its matches replaced; false if it would become as long as no event may be. One after another, ten replacements
// of a character by 128 would make more of it than any memory holds.
func (s substitution) replaced(text string) (string, bool) {
	most := maxEvent // matches
	if s.fixed > 0 {
		most /= s.fixed
	}
	if len(text) >= most && len(s.from.FindAllStringIndex(text, most+1)) > most {
		return "", false
	}
	made := s.from.ReplaceAllString(text, s.to)
	return made, len(made) < maxEvent
}

// groupReference is $1 or ${name} in a replacement.
var groupReference = regexp.MustCompile(`\$(?:\{[A-Za-z0-9_]+\}|[0-9]+)`)

// substituteString replaces what regular expressions match. They are Go's, not Java's: without look-around and back-references.
func substituteString(p *types.SubstituteString) (step, error) {
	if err := checkCount("entries", len(p.Entries), maxStrings); err != nil {
		return nil, err
	}
	var all []substitution
	for _, e := range p.Entries {
		s, err := newSubstitution(e)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return func(e *event) error {
		for _, s := range all {
			v, _ := e.root.find(s.at)
			if v.kind != text {
				continue
			}
			made, ok := s.replaced(v.text)
			if !ok {
				return fmt.Errorf("substituteString: the field %q becomes longer than %d bytes", s.at.whole, maxEvent)
			}
			e.root.replace(s.at, textOf(made))
		}
		return nil
	}, nil
}

func newSubstitution(e types.SubstituteStringEntry) (s substitution, err error) {
	if s.at, err = pathOf("source", e.Source); err != nil {
		return s, err
	}
	if err := checkText("from", aws.ToString(e.From), maxText); err != nil {
		return s, err
	}
	if err := checkText("to", aws.ToString(e.To), maxReplacement); err != nil {
		return s, err
	}
	if aws.ToString(e.From) == "" {
		return s, fmt.Errorf("from is missing")
	}
	if s.from, err = regexp.Compile(*e.From); err != nil {
		return s, fmt.Errorf("from: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	counts := map[string]int{}
	references := groupReference.FindAllString(aws.ToString(e.To), -1)
	for _, r := range references {
		if counts[r]++; counts[r] > maxDuplicates {
			return s, fmt.Errorf("to refers to %s more than %d times", r, maxDuplicates)
		}
	}
	if len(references) > maxReferences {
		return s, fmt.Errorf("to has %d references, want at most %d", len(references), maxReferences)
	}
	s.fixed = len(groupReference.ReplaceAllString(aws.ToString(e.To), ""))
	// Go takes $1x for a group named 1x, Java for group 1 and an x.
	s.to = groupReference.ReplaceAllStringFunc(aws.ToString(e.To), func(r string) string {
		return "${" + strings.Trim(r, "${}") + "}"
	})
	return s, nil
}
