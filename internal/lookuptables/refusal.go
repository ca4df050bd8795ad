package lookuptables

import (
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// What requests are refused with. [R] AWS documents the rules and the codes, not these words.
const (
	textMissing = "The specified lookup table does not exist."
	textExists  = "The specified lookup table already exists"
	textContent = "Exactly one of tableBody and queryId must be specified."
)

func missing() error { return refuse.NotFound(textMissing) }

// refused returns err of the catalog as the SDK's type, if it has one.
func refused(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return missing()
	case fault.Is(err, fault.Exists), fault.Is(err, fault.Conflict):
		return refuse.Exists(textExists)
	}
	return err
}

// changing says that others changed the same table all the time.
func changing() error {
	return refuse.Unavailable("The lookup table is being changed by others. Please try again.")
}
