package program

import (
	"cmp"
	"fmt"
)

// The names of the checks that look across packages.
const (
	TagUnique = "tagunique"
	KeyType   = "keytype"
	KeyAlias  = "keyalias"
)

// A Clash is two places that cannot both be right. At is the one to change.
type Clash struct {
	Check string // TagUnique, KeyType or KeyAlias
	At    Place
	Other Place

	Name      string // what At writes: a tag or a key
	OtherName string // KeyAlias: what Other writes
	Better    string // KeyAlias: what to write in both
	Slip      bool   // KeyAlias: one is misspelt, nobody knows which
	Shape     Shape  // KeyType: of the value at At
	Want      Shape  // KeyType: of the value at Other

	// Import is the path of the direct import that brings At, when the package that sees the clash holds
	// neither place: two packages that do not know each other clash in the first one that imports both.
	Import string
}

// Message says what is wrong, why that hurts, and what to write. Places are as people of module read
// them.
func (c Clash) Message(module string) string {
	here := "here"
	if c.Import != "" {
		here = "at " + c.At.In(module)
	}
	other := c.Other.In(module)
	switch c.Check {
	case TagUnique:
		if c.Other.Func != "" {
			other += " in " + c.Other.Func
		}
		return fmt.Sprintf("the tag %q is written %s and at %s, so a count of it mixes two things: "+
			"give this one a tag of its own, or let both places call one function", c.Name, here, other)
	case KeyType:
		return fmt.Sprintf("the key %q is %s %s and %s at %s, so a query that compares it misses some events: "+
			"write %s, or use another key", c.Name, c.Shape.article(), here, c.Want.article(), other, c.Want.article())
	}
	if c.Slip {
		return fmt.Sprintf("the keys %q %s and %q at %s differ by a slip of the hand, so a query by one misses the events with the other: "+
			"write the one that is spelt right in both, or tell them apart in the dictionary", c.Name, here, c.OtherName, other)
	}
	return fmt.Sprintf("the keys %q %s and %q at %s seem to mean the same, so a query by one misses the events with the other: "+
		"write %q in both, or tell them apart in the dictionary", c.Name, here, c.OtherName, other, c.Better)
}

func (c Clash) compare(d Clash) int {
	return cmp.Or(c.At.compare(d.At), cmp.Compare(c.Check, d.Check), cmp.Compare(c.Name, d.Name), c.Other.compare(d.Other))
}
