package eventline

import (
	"slices"
	"strings"
)

// columns notes which of the columns that were asked for events have had.
type columns struct {
	missing []string // globs that no field has fit
	known   map[string]bool
}

// knownFields is how many names of fields are remembered for one that may be meant.
const knownFields = 1000

func columnsOf(globs []string) columns {
	c := columns{missing: slices.Clone(globs), known: map[string]bool{}}
	c.saw("@log")
	c.saw("@logStream")
	return c
}

// saw notes that an event has a field.
func (c *columns) saw(name string) {
	if len(c.missing) == 0 || c.known[name] {
		return
	}
	if len(c.known) < knownFields {
		c.known[strings.Clone(name)] = true
	}
	c.missing = slices.DeleteFunc(c.missing, func(glob string) bool { return matches([]string{glob}, name) })
}

// Missing returns the columns that were asked for and that no event so far has had, and names of fields that events have had.
func (c *columns) Missing() (missing, known []string) {
	for name := range c.known {
		known = append(known, name)
	}
	slices.Sort(known)
	return slices.Clone(c.missing), known
}
