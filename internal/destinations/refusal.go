package destinations

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// AWS's texts. [R] textRole and textPolicy are ours: AWS's are not known.
const (
	textMissing   = "The specified destination does not exist."
	textAborted   = "A conflicting operation is currently in progress against this resource. Please try again."
	textLimit     = "Resource limit exceeded."
	textBadToken  = "The specified nextToken is invalid."
	textCrossRole = "Cross-account pass role is not allowed."
	textRole      = "Invalid roleArn: %s"
	textPolicy    = "Invalid policy document"
)

func invalidParameter(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidParameterException{Message: &text}
}

// constraint is the error of one member that breaks the model's rule, for callers that come another way than through the gateway.
func constraint(value, member, rule string) error {
	return invalidParameter("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", value, member, rule)
}

func notFound() error {
	text := textMissing
	return &types.ResourceNotFoundException{Message: &text}
}

func limitExceeded() error {
	text := textLimit
	return &types.LimitExceededException{Message: &text}
}

// refused returns err, as the SDK's type if it says that a destination is missing, was changed by others all the time, or that a token is
// none.
func refused(err error) error {
	switch {
	case err == nil:
		return nil
	case fault.Is(err, fault.NotFound):
		return notFound()
	case fault.Is(err, fault.Conflict):
		text := textAborted
		return &types.OperationAbortedException{Message: &text}
	case documents.IsBadToken(err):
		return invalidParameter(textBadToken)
	}
	return err
}
