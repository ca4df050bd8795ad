package discover

import "strings"

// maxFields is how many fields CloudWatch discovers in an event.
//
// Which ones is not documented. We take the first 200 leaves in the order of the text and end the
// walk there: what follows, a repeated key included, is as if it were not there. null, {} and []
// are no leaves; a leaf whose key is repeated later counts all the same.
const maxFields = 200

// maxDepth is how many levels of objects and arrays are walked; the event itself is the first.
// What stands deeper gives no field and counts for none. CloudWatch documents no depth.
const maxDepth = 64

// fieldPath returns the path of the field with that name: the keys and indexes that lead to it,
// joined by dots. Where a path starts with @ the name has one more, to keep discovered fields apart
// from system fields. ok is false for a name that no discovered field can have.
func fieldPath(name string) (path string, ok bool) {
	if !strings.HasPrefix(name, "@") {
		return name, true
	}
	return name[1:], strings.HasPrefix(name, "@@")
}
