package logs

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// AWS's texts that several operations answer with. All but groupExists and streamExists end with a stop, as recorded.
const (
	textGroupMissing  = "The specified log group does not exist."
	textGroupExists   = "The specified log group already exists"
	textStreamMissing = "The specified log stream does not exist."
	textStreamExists  = "The specified log stream already exists"
	textBadToken      = "The specified nextToken is invalid."
	textAborted       = "A conflicting operation is currently in progress against this resource. Please try again."
	textLimit         = "Resource limit exceeded."
)

func notFound(text string) error { return &types.ResourceNotFoundException{Message: &text} }

// isMissing tells whether err says that what a request names does not exist.
func isMissing(err error) bool {
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	return missing
}

func alreadyExists(text string) error { return &types.ResourceAlreadyExistsException{Message: &text} }

func limitExceeded() error {
	text := textLimit
	return &types.LimitExceededException{Message: &text}
}

// aborted says that others changed the same resource all the time.
func aborted() error {
	text := textAborted
	return &types.OperationAbortedException{Message: &text}
}

func invalidParameter(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.InvalidParameterException{Message: &text}
}

func validation(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return &types.ValidationException{Message: &text}
}

// constraint is the error of one member that breaks the model's rule. The gateway checks the model's rules before an operation
// runs; here stand those on which the store's safety rests, for callers that come another way.
func constraint(value, member, rule string) error {
	return invalidParameter("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", value, member, rule)
}

// checkLength refuses a value of more than limit characters.
func checkLength(value, member string, limit int) error {
	if utf8.RuneCountInString(value) <= limit {
		return nil
	}
	return constraint(value, member, fmt.Sprintf("Member must have length less than or equal to %d", limit))
}

// internal returns err for the sender of a request: as it is if the same request may succeed later or nobody waits any more,
// else as a failure of ours, which says nothing of what is stored.
func internal(act string, err error) error {
	if fault.Is(err, fault.Unavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", act, err)
	}
	return fault.Internal(fmt.Errorf("%s: %w", act, err))
}
