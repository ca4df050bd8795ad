package lookuptables

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// What requests are refused with. [R] AWS documents the rules and the codes, not these words.
const (
	textMissing  = "The specified lookup table does not exist."
	textExists   = "The specified lookup table already exists"
	textLimit    = "Resource limit exceeded."
	textBadToken = "The specified nextToken is invalid."
	textContent  = "Exactly one of tableBody and queryId must be specified."
)

func invalidParameter(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidParameterException{Message: &text}
}

func missing() error {
	text := textMissing
	return &types.ResourceNotFoundException{Message: &text}
}

// refused returns err of the catalog as the SDK's type, if it has one.
func refused(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return missing()
	case fault.Is(err, fault.Exists), fault.Is(err, fault.Conflict):
		text := textExists
		return &types.ResourceAlreadyExistsException{Message: &text}
	}
	return err
}

func limitExceeded() error {
	text := textLimit
	return &types.LimitExceededException{Message: &text}
}

// changing says that others changed the same table all the time.
func changing() error {
	text := "The lookup table is being changed by others. Please try again."
	return &types.ServiceUnavailableException{Message: &text}
}
