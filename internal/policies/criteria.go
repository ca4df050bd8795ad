package policies

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A criteria says which log groups a policy of the account is about. The zero value means all.
type criteria struct {
	Prefixes []string `json:"prefixes,omitempty"` // of names
	Names    []string `json:"names,omitempty"`
	Except   []string `json:"except,omitempty"` // names
}

// maxCriteria is how long a selection criteria may be, in bytes (PutAccountPolicy in the API reference).
const maxCriteria = 25 << 10

// criteriaForm is LogGroupNamePrefix IN ["a", "b"] and the like.
var criteriaForm = regexp.MustCompile(`^\s*(LogGroupNamePrefix|LogGroupName)\s+(IN|NOT IN)\s*(\[.*\])\s*$`)

// parseCriteria reads selection criteria, of which some forms are allowed.
func parseCriteria(text string, allowed ...string) (criteria, error) {
	if text == "" {
		return criteria{}, nil
	}
	m := criteriaForm.FindStringSubmatch(text)
	if len(text) > maxCriteria || m == nil || !slices.Contains(allowed, m[1]+" "+m[2]) {
		return criteria{}, refuse.InvalidParameter("Invalid selectionCriteria: it must have the form %s [\"...\"].", strings.Join(allowed, " or "))
	}
	var names []string
	if err := json.Unmarshal([]byte(m[3]), &names); err != nil || len(names) == 0 && m[2] == "IN" || slices.Contains(names, "") {
		return criteria{}, refuse.InvalidParameter("Invalid selectionCriteria: %s is no list of names.", m[3])
	}
	switch {
	case m[2] == "NOT IN":
		return criteria{Except: names}, nil
	case m[1] == "LogGroupName":
		return criteria{Names: names}, nil
	}
	return criteria{Prefixes: names}, nil
}

// covers tells whether a policy is about the group of a name.
func (c criteria) covers(name string) bool {
	switch {
	case c.Prefixes != nil:
		return slices.ContainsFunc(c.Prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	case c.Names != nil:
		return slices.Contains(c.Names, name)
	}
	return !slices.Contains(c.Except, name)
}

// overlaps tells whether there may be a group that both are about.
func (c criteria) overlaps(other criteria) bool {
	if c.Prefixes == nil && c.Names == nil || other.Prefixes == nil && other.Names == nil {
		return true
	}
	for _, a := range slices.Concat(c.Prefixes, c.Names) {
		for _, b := range slices.Concat(other.Prefixes, other.Names) {
			aIn, bIn := c.Prefixes != nil && strings.HasPrefix(b, a), other.Prefixes != nil && strings.HasPrefix(a, b)
			if a == b || aIn || bIn {
				return true
			}
		}
	}
	return false
}
