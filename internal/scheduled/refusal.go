package scheduled

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// What requests are refused with. [R] AWS documents the codes, not these words.
const (
	textMissing  = "The specified scheduled query does not exist."
	textExists   = "A scheduled query with that name already exists."
	textLimit    = "The maximum number of scheduled queries is reached."
	textBadToken = "The specified nextToken is invalid."
	textChanging = "The scheduled query is being changed by others. Please try again."
)

func validation(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.ValidationException{Message: &text}
}

// refused returns err of the catalog as the SDK's type, if it has one.
func refused(err error) error {
	text := ""
	switch {
	case fault.Is(err, fault.NotFound):
		text = textMissing
		return &types.ResourceNotFoundException{Message: &text}
	case fault.Is(err, fault.Exists):
		text = textExists
	case fault.Is(err, fault.Conflict):
		text = textChanging
	default:
		return err
	}
	return &types.ConflictException{Message: &text}
}

func missing() error { return refused(fault.New(fault.NotFound, "", "no such query")) }

func quotaExceeded() error {
	text := textLimit
	return &types.ServiceQuotaExceededException{Message: &text}
}

// badToken returns err, as the SDK's type if it says that a token is none.
func badToken(err error) error {
	if documents.IsBadToken(err) {
		return validation(textBadToken)
	}
	return err
}
