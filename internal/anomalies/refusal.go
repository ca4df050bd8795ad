package anomalies

import (
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// Texts of errors. [R] None of AWS's was seen; the rules are those of its API reference.
const (
	textDetectorMissing = "The specified anomaly detector does not exist."
	textAnomalyMissing  = "The specified anomaly or pattern does not exist."
	textOneGroup        = "An anomaly detector watches exactly one log group."
	textOneOfTwo        = "Specify either anomalyId or patternId, and not both."
	textPeriod          = "A suppressionPeriod with a positive value is required for the suppressionType LIMITED."
)

// refused returns err as the SDK's type if it says that a detector does not exist, or was changed meanwhile.
func refused(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return refuse.NotFound(textDetectorMissing)
	case fault.Is(err, fault.Conflict):
		return refuse.Aborted()
	}
	return err
}
