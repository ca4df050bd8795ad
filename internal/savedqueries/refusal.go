package savedqueries

import (
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// textMissing is ours [R]: AWS's is not known.
const textMissing = "The specified query definition does not exist."

// missing returns err, as the SDK's type if it says that there is no such definition.
func missing(err error) error {
	if fault.Is(err, fault.NotFound) {
		return refuse.NotFound(textMissing)
	}
	return err
}
