package policies

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

func notFound(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.ResourceNotFoundException{Message: &text}
}

func invalidParameter(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidParameterException{Message: &text}
}

func invalidOperation(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidOperationException{Message: &text}
}

func badToken() error { return invalidParameter("The specified nextToken is invalid.") }

func limitExceeded() error {
	text := "Resource limit exceeded."
	return &types.LimitExceededException{Message: &text}
}
