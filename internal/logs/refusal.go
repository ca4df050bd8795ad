package logs

import (
	"fmt"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/refuse"
)

// AWS's texts that several operations answer with. All but groupExists and streamExists end with a stop, as recorded.
const (
	textGroupMissing  = "The specified log group does not exist."
	textGroupExists   = "The specified log group already exists"
	textStreamMissing = "The specified log stream does not exist."
	textStreamExists  = "The specified log stream already exists"
)

// checkLength refuses a value of more than limit characters.
func checkLength(value, member string, limit int) error {
	if utf8.RuneCountInString(value) <= limit {
		return nil
	}
	return refuse.Constraint(value, member, fmt.Sprintf("Member must have length less than or equal to %d", limit))
}
