package clean

import (
	"fmt"
	"slices"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A Column is one column of CSV and Parquet results.
type Column struct {
	Name string `json:"name"`          // the keys that lead to the value, and places in arrays from 0, joined by dots
	Type string `json:"type"`          // bool, int64, float64, string, timestamp; json for restColumn
	Key  string `json:"key,omitempty"` // the event's member that holds the value, if its name is another
}

func (c *Column) key() string {
	if c.Key != "" {
		return c.Key
	}
	return c.Name
}

// restColumn is the last column of a table that has one: the values that found no column of their own,
// as one JSON object of dotted names. It is there if there are more names than Options.Columns, if a
// name is longer than maxName, or if two keys of an event have the same name.
const restColumn = "_rest"

// maxName is how long a column's name may be, in bytes.
const maxName = 512

// A schema is what a survey found: the columns of the results, in the order in which the events that it
// read first have them.
type schema struct {
	Columns []Column `json:"columns"`
	Rest    bool     `json:"rest"`              // there is a restColumn besides
	Draft   bool     `json:"draft,omitempty"`   // not all events are known to fit, see cleanAll
	Version int      `json:"version,omitempty"` // how many drafts before it had to be revised
}

func (s *schema) isDraft() bool { return s != nil && s.Draft }

func (s *schema) version() int {
	if s == nil {
		return 0
	}
	return s.Version
}

// equal reports whether both have the same columns.
func (s *schema) equal(other *schema) bool {
	return s.Rest == other.Rest && slices.Equal(s.Columns, other.Columns)
}

// all returns all columns.
func (s *schema) all() []Column {
	if s == nil {
		return nil
	}
	if !s.Rest {
		return s.Columns
	}
	return append(slices.Clip(s.Columns), Column{Name: restColumn, Type: column.JSON.String()})
}

// kindOfType is the reverse of Kind.String for the types of columns.
func kindOfType(name string) column.Kind {
	for k := column.Bool; k <= column.JSON; k++ {
		if k.String() == name {
			return k
		}
	}
	panic(fmt.Sprintf("BUG: column of type %q", name))
}

// kinds is a set of the kinds of values that a column has.
type kinds uint8

const (
	hasBool   kinds = 1 << iota
	hasInt          // a whole number that float64 holds too
	hasWide         // a whole number of 64 bits that float64 does not hold
	hasFloat        // another number
	hasDigits       // a number that neither holds
	hasTime         // text that is a time, see timeText
	hasText         // other text
)

// kind returns the kind of column that holds them all without loss.
func (k kinds) kind() column.Kind {
	switch {
	case k == hasBool:
		return column.Bool
	case k&^(hasInt|hasWide) == 0 && k != 0:
		return column.Int64
	case k&^(hasInt|hasFloat) == 0 && k != 0:
		return column.Float64
	case k == hasTime:
		return column.Timestamp
	}
	return column.String
}

// kindsOfType returns the least set of kinds that makes a column of the type.
func kindsOfType(name string) kinds {
	switch kindOfType(name) {
	case column.Bool:
		return hasBool
	case column.Int64:
		return hasInt
	case column.Float64:
		return hasInt | hasFloat
	case column.Timestamp:
		return hasTime
	}
	return hasText
}

// kindsOf returns the kind of one value, which is no object, array or null.
func kindsOf(raw []byte, kind jsonscan.Kind) kinds {
	switch kind {
	case jsonscan.True, jsonscan.False:
		return hasBool
	case jsonscan.Number:
		if n, ok := jsonscan.ParseInt(raw); ok {
			if int64(float64(n)) == n && n != 1<<63-1 {
				return hasInt
			}
			return hasWide
		}
		if _, ok := jsonscan.ParseFloat(raw); ok && significant(raw) <= maxSignificant {
			return hasFloat
		}
		return hasDigits
	}
	if _, ok := timeText(raw[1 : len(raw)-1]); ok {
		return hasTime
	}
	return hasText
}

// exactFloat reports whether a number is one that a column.Float64 takes.
func exactFloat(raw []byte) bool {
	const surely = 15 // characters are at most as many digits, which float64 always holds
	return len(raw) <= surely || kindsOf(raw, jsonscan.Number)&^(hasInt|hasFloat) == 0
}

// maxSignificant is how many digits a number may have to count as one that float64 holds: 17 are enough
// to tell any two float64 apart, so programs write no more. Longer numbers keep their digits as text.
const maxSignificant = 17

// significant returns the number of digits of a number from its first that is not 0 to its exponent.
func significant(raw []byte) int {
	n := 0
	for _, c := range raw {
		switch {
		case c == 'e' || c == 'E':
			return n
		case c-'0' <= 9 && (n > 0 || c != '0'):
			n++
		}
	}
	return n
}

// timeText reads s as a time that column.Timestamp holds without loss: 2006-01-02T15:04:05Z, with up
// to three digits after the second.
func timeText(s []byte) (ms int64, ok bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || len(s) > len("2006-01-02T15:04:05.000Z") ||
		s[4] != '-' || s[10] != 'T' || s[len(s)-1] != 'Z' {
		return 0, false
	}
	t, err := time.Parse(time.RFC3339Nano, view(s))
	return t.UnixMilli(), err == nil
}

// A survey gathers the columns of one unit.
type survey struct {
	shape *shape
	kinds []kinds // by column
	count []int   // by column: values
	rest  bool
	cut   bool // an input was not read to its end
}

func newSurvey(limit int) *survey {
	return &survey{shape: newShape(limit)}
}

// add takes the columns of one event into account.
func (s *survey) add(obj object) { s.shape.walk(obj, s) }

func (s *survey) leaf(n *node, raw []byte, kind jsonscan.Kind) {
	for len(s.kinds) <= n.column {
		s.kinds, s.count = append(s.kinds, 0), append(s.count, 0)
	}
	s.count[n.column]++
	k := &s.kinds[n.column]
	if kind != jsonscan.String || *k&hasText == 0 { // what is text once needs no closer look
		*k |= kindsOf(raw, kind)
	}
}

func (s *survey) over([]byte, []byte, jsonscan.Kind) { s.rest = true }

// A gathering puts the surveys of units together, in the order of the units.
type gathering struct {
	limit int
	names []string
	kinds map[string]kinds
	count map[string]int // of values
	keys  map[string]string
	rest  bool
}

func newGathering(limit int) *gathering {
	return &gathering{limit: limit, kinds: map[string]kinds{}, count: map[string]int{}, keys: map[string]string{}}
}

// regather returns the gathering that goes on from the columns of a schema.
func regather(s *schema, limit int) *gathering {
	g := newGathering(limit)
	for _, c := range s.Columns {
		g.column(c.Name, c.key(), kindsOfType(c.Type))
	}
	return g
}

// add takes the survey of the next unit.
func (g *gathering) add(s *survey) {
	g.rest = g.rest || s.rest
	for i, name := range s.shape.names {
		if i < len(s.kinds) && s.kinds[i] != 0 {
			g.column(name, s.shape.keys[i], s.kinds[i])
			g.count[name] += s.count[i]
		}
	}
}

// rare reports whether there is a column with a single value.
func (g *gathering) rare() bool {
	for _, n := range g.count {
		if n == 1 {
			return true
		}
	}
	return false
}

// column takes values of a column into account.
func (g *gathering) column(name, key string, k kinds) {
	if _, ok := g.kinds[name]; !ok {
		if len(g.names) == g.limit {
			g.rest = true
			return
		}
		g.names = append(g.names, name)
		if key != name {
			g.keys[name] = key
		}
	}
	g.kinds[name] |= k
}

// schema returns what was found.
func (g *gathering) schema() *schema {
	out := &schema{Rest: g.rest, Columns: []Column{}}
	for _, name := range g.names {
		out.Columns = append(out.Columns, Column{Name: name, Type: g.kinds[name].kind().String(), Key: g.keys[name]})
	}
	return out
}
