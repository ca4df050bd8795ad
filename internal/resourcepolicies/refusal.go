package resourcepolicies

import (
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// AWS's texts. [R] textName and textPolicy are ours: AWS's are not known.
const (
	textMissing = "Policy with name [%s] does not exist."
	textName    = "Invalid policy name"
	textPolicy  = "Invalid policy document"
)

func notFound(name string) error { return refuse.NotFound(textMissing, name) }

// refused returns err, as the SDK's type if it says that others changed a policy all the time, or that a token is none.
func refused(err error) error {
	if fault.Is(err, fault.Conflict) {
		return refuse.Aborted()
	}
	return refuse.Token(err)
}
