package scheduled

import (
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// What requests are refused with. [R] AWS documents the codes, not these words.
const (
	textMissing  = "The specified scheduled query does not exist."
	textExists   = "A scheduled query with that name already exists."
	textLimit    = "The maximum number of scheduled queries is reached."
	textChanging = "The scheduled query is being changed by others. Please try again."
)

// refused returns err of the catalog as the SDK's type, if it has one.
func refused(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return missing()
	case fault.Is(err, fault.Exists):
		return refuse.Conflict(textExists)
	case fault.Is(err, fault.Conflict):
		return refuse.Conflict(textChanging)
	}
	return err
}

func missing() error { return refuse.NotFound(textMissing) }
