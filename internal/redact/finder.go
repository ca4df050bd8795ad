package redact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/textfind"
)

// A finder returns where the first piece of text of a kind stands in s at or after from; start is -1
// if there is none. It looks at what is before from to tell whether a piece starts there.
type finder func(s []byte, from int) (start, end int)

// valueFinders are the kinds of text that rules find.
var valueFinders = []struct {
	kind string
	find finder
}{
	{"email", textfind.Email},
	{"card", textfind.Card},
	{"ipv4", textfind.IPv4},
	{"iban", textfind.IBAN},
	{"jwt", textfind.JWT},
	{"aws-key", textfind.AWSKey},
}

// ValueKinds are the kinds of text that rules find: e-mail addresses, card numbers (13 to 19 digits
// with a right check digit), IPv4 addresses, IBANs (with right check digits), JSON Web Tokens, and
// AWS access key ids.
func ValueKinds() []string {
	var kinds []string
	for _, f := range valueFinders {
		kinds = append(kinds, f.kind)
	}
	return kinds
}

func valueFinder(kind string) (finder, error) {
	for _, f := range valueFinders {
		if f.kind == kind {
			return f.find, nil
		}
	}
	kinds := ValueKinds()
	slices.Sort(kinds)
	return nil, fmt.Errorf("value %q, want one of %s", kind, strings.Join(kinds, ", "))
}
