package catalog

import (
	"fmt"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// A Kind is a kind of resource in words, such as "log-group": 1 to MaxWord printable ASCII characters, no space.
type Kind string

// A Scope is what the names of resources are unique in. There is no entry without a tenant: account and region are
// never empty, so no call can forget them.
type Scope struct {
	Account string // 12 digits on AWS; as a Kind
	Region  string // as a Kind
	Kind    Kind
	Parent  int64 // the number (see Catalog.NextNumber) of what the resource belongs to, such as a stream's group; 0 for none
}

// Key returns the key of the resource called name in s.
func (s Scope) Key(name string) Key { return Key{s, name} }

// String returns the scope for errors that an operator reads.
func (s Scope) String() string {
	if s.Parent == 0 {
		return fmt.Sprintf("%s/%s/%s", s.Account, s.Region, s.Kind)
	}
	return fmt.Sprintf("%s/%s/%s of %d", s.Account, s.Region, s.Kind, s.Parent)
}

// Check returns Invalid if no resource can be in s.
func (s Scope) Check() error {
	if s.Parent < 0 {
		return invalid("scope %s: parent %d, want 0 or more", s, s.Parent)
	}
	for _, w := range []struct{ name, text string }{{"account", s.Account}, {"region", s.Region}, {"kind", string(s.Kind)}} {
		if err := CheckWord(w.name, w.text); err != nil {
			return err
		}
	}
	return nil
}

// A Key names one resource.
type Key struct {
	Scope
	Name string // 1 to MaxName bytes of any value; never part of a statement or a file's name
}

// String returns the key for errors that an operator reads.
func (k Key) String() string { return fmt.Sprintf("%s %q", k.Scope, k.Name) }

// Check returns Invalid if no resource can have the key k.
func (k Key) Check() error {
	if n := len(k.Name); n == 0 || n > MaxName {
		return invalid("key in %s: name of %d bytes, want 1 to %d", k.Scope, n, MaxName)
	}
	return k.Scope.Check()
}

const (
	// MaxName is how many bytes a name may have: 512 characters, the longest that AWS gives to a log group or stream, of
	// four bytes each.
	MaxName = 2048
	// MaxWord is how many bytes a kind, an account, a region and the name of a sequence may have.
	MaxWord = 64
)

// CheckWord returns Invalid unless text, which the error calls name, is 1 to MaxWord printable ASCII characters without
// a space.
func CheckWord(name, text string) error {
	if len(text) == 0 || len(text) > MaxWord {
		return invalid("%s of %d bytes, want 1 to %d", name, len(text), MaxWord)
	}
	for i, r := range text {
		if r <= ' ' || r > '~' || r == utf8.RuneError {
			return invalid("%s %q: character %d is %U, want printable ASCII", name, text, i, r)
		}
	}
	return nil
}

func invalid(format string, args ...any) error {
	return fault.New(fault.Invalid, "", format, args...)
}
