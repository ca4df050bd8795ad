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
	Prefixes       []string `json:"prefixes,omitempty"` // of names
	Names          []string `json:"names,omitempty"`
	Except         []string `json:"except,omitempty"` // names
	ExceptPrefixes []string `json:"exceptPrefixes,omitempty"`
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
	switch m[1] + " " + m[2] {
	case "LogGroupName NOT IN":
		return criteria{Except: names}, nil
	case "LogGroupNamePrefix NOT IN":
		return criteria{ExceptPrefixes: names}, nil
	case "LogGroupName IN":
		return criteria{Names: names}, nil
	}
	return criteria{Prefixes: names}, nil
}

// covers tells whether a policy is about the group of a name.
func (c criteria) covers(name string) bool {
	if c.some() {
		return within(c.Prefixes, name) || slices.Contains(c.Names, name)
	}
	return !within(c.ExceptPrefixes, name) && !slices.Contains(c.Except, name)
}

// some tells whether a policy is about some groups only, and not about all but some.
func (c criteria) some() bool { return c.Prefixes != nil || c.Names != nil }

// values returns how many names and prefixes there are.
func (c criteria) values() int {
	return len(c.Prefixes) + len(c.Names) + len(c.Except) + len(c.ExceptPrefixes)
}

// within tells whether name begins with one of prefixes.
func within(prefixes []string, name string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// overlaps tells whether there may be a group that both are about. One of all but some groups has room for one of some groups only if each
// of these is among those that the first leaves out (PutAccountPolicy in the API reference).
func (c criteria) overlaps(other criteria) bool {
	switch {
	case !c.some() && !other.some():
		return true
	case !c.some():
		return !c.leavesOut(other)
	case !other.some():
		return !other.leavesOut(c)
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

// leavesOut tells whether c, of all but some groups, is about none that some is about.
func (c criteria) leavesOut(some criteria) bool {
	for _, p := range some.Prefixes {
		if !within(c.ExceptPrefixes, p) {
			return false
		}
	}
	for _, name := range some.Names {
		if c.covers(name) {
			return false
		}
	}
	return true
}
