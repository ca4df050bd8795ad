package savedqueries

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// AWS's texts. [R] That of a missing definition is not known.
const (
	textMissing  = "The specified query definition does not exist."
	textLimit    = "Resource limit exceeded."
	textBadToken = "The specified nextToken is invalid."
)

func invalidParameter(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidParameterException{Message: &text}
}

// missing returns err, as the SDK's type if it says that there is no such definition.
func missing(err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	text := textMissing
	return &types.ResourceNotFoundException{Message: &text}
}

func limitExceeded() error {
	text := textLimit
	return &types.LimitExceededException{Message: &text}
}

// badToken returns err, as the SDK's type if it says that a token is none.
func badToken(err error) error {
	if documents.IsBadToken(err) {
		return invalidParameter(textBadToken)
	}
	return err
}
