package destinations

import (
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// AWS's texts. [R] textRole and textPolicy are ours: AWS's are not known.
const (
	textMissing   = "The specified destination does not exist."
	textCrossRole = "Cross-account pass role is not allowed."
	textRole      = "Invalid roleArn: %s"
	textPolicy    = "Invalid policy document"
)

func notFound() error { return refuse.NotFound(textMissing) }

// refused returns err, as the SDK's type if it says that a destination is missing, was changed by others all the time, or that a token is
// none.
func refused(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return notFound()
	case fault.Is(err, fault.Conflict):
		return refuse.Aborted()
	}
	return refuse.Token(err)
}
