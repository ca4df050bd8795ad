package resourcepolicies

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// AWS's texts. [R] textName and textPolicy are ours: AWS's are not known.
const (
	textMissing  = "Policy with name [%s] does not exist."
	textAborted  = "A conflicting operation is currently in progress against this resource. Please try again."
	textLimit    = "Resource limit exceeded."
	textBadToken = "The specified nextToken is invalid."
	textName     = "Invalid policy name"
	textPolicy   = "Invalid policy document"
)

func invalidParameter(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidParameterException{Message: &text}
}

func notFound(name string) error {
	text := fmt.Sprintf(textMissing, name)
	return &types.ResourceNotFoundException{Message: &text}
}

func limitExceeded() error {
	text := textLimit
	return &types.LimitExceededException{Message: &text}
}

// aborted says that a policy or its group is not as its sender saw it.
func aborted() error {
	text := textAborted
	return &types.OperationAbortedException{Message: &text}
}

// refused returns err, as the SDK's type if it says that others changed a policy all the time, or that a token is none.
func refused(err error) error {
	switch {
	case err == nil:
		return nil
	case fault.Is(err, fault.Conflict):
		return aborted()
	case documents.IsBadToken(err):
		return invalidParameter(textBadToken)
	}
	return err
}
