package anomalies

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// Texts of errors. [R] None of AWS's was seen; the rules are those of its API reference.
const (
	textDetectorMissing = "The specified anomaly detector does not exist."
	textAnomalyMissing  = "The specified anomaly or pattern does not exist."
	textOneGroup        = "An anomaly detector watches exactly one log group."
	textOneOfTwo        = "Specify either anomalyId or patternId, and not both."
	textPeriod          = "A suppressionPeriod with a positive value is required for the suppressionType LIMITED."
	textLimit           = "Resource limit exceeded."
	textBadToken        = "The specified nextToken is invalid."
	textAborted         = "A conflicting operation is currently in progress against this resource. Please try again."
)

func invalidParameter(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidParameterException{Message: &text}
}

func notFound(text string) error { return &types.ResourceNotFoundException{Message: &text} }

func limitExceeded() error {
	text := textLimit
	return &types.LimitExceededException{Message: &text}
}

// refused returns err as the SDK's type if it says that a detector does not exist, or was changed meanwhile.
func refused(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return notFound(textDetectorMissing)
	case fault.Is(err, fault.Conflict):
		text := textAborted
		return &types.OperationAbortedException{Message: &text}
	}
	return err
}

// badToken returns err as the SDK's type if it says that a token is none.
func badToken(err error) error {
	if documents.IsBadToken(err) {
		return invalidParameter(textBadToken)
	}
	return err
}
