// Package refuse makes the errors that operations of CloudWatch Logs answer with: the SDK's own types, and the texts that every service
// shares. Texts that one service alone has stay with it, as does the choice of the error.
package refuse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// AWS's texts that many operations answer with. [R] That of a token was not seen of AWS.
const (
	textBadToken = "The specified nextToken is invalid."
	textLimit    = "Resource limit exceeded."
	textAborted  = "A conflicting operation is currently in progress against this resource. Please try again."
)

// text returns format with args, as fmt.Sprintf does, where the SDK wants it.
func text(format string, args ...any) *string {
	s := fmt.Sprintf(format, args...)
	return &s
}

// InvalidParameter is the InvalidParameterException that says format with args, as in fmt.Sprintf. So do the others.
func InvalidParameter(format string, args ...any) error {
	return &types.InvalidParameterException{Message: text(format, args...)}
}

// InvalidOperation is an InvalidOperationException.
func InvalidOperation(format string, args ...any) error {
	return &types.InvalidOperationException{Message: text(format, args...)}
}

// WrongClass says that an operation does not work on groups of that class, in the words that FilterLogEvents was seen to use.
func WrongClass(group string, class types.LogGroupClass, operation string) error {
	return InvalidOperation("The log group %s is of log-group-class %s. %s is not supported for this log class.", group, class, operation)
}

// Validation is a ValidationException.
func Validation(format string, args ...any) error {
	return &types.ValidationException{Message: text(format, args...)}
}

// NotFound is a ResourceNotFoundException.
func NotFound(format string, args ...any) error {
	return &types.ResourceNotFoundException{Message: text(format, args...)}
}

// Exists is a ResourceAlreadyExistsException.
func Exists(format string, args ...any) error {
	return &types.ResourceAlreadyExistsException{Message: text(format, args...)}
}

// Conflict is a ConflictException.
func Conflict(format string, args ...any) error {
	return &types.ConflictException{Message: text(format, args...)}
}

// QuotaExceeded is a ServiceQuotaExceededException.
func QuotaExceeded(format string, args ...any) error {
	return &types.ServiceQuotaExceededException{Message: text(format, args...)}
}

// Denied is an AccessDeniedException.
func Denied(format string, args ...any) error {
	return &types.AccessDeniedException{Message: text(format, args...)}
}

// Unavailable is a ServiceUnavailableException: the same request may succeed later.
func Unavailable(format string, args ...any) error {
	return &types.ServiceUnavailableException{Message: text(format, args...)}
}

// LimitExceeded is the LimitExceededException of an account that has as many resources of a kind as it may.
func LimitExceeded() error { return TooMany(textLimit) }

// TooMany is a LimitExceededException with a text of its own.
func TooMany(format string, args ...any) error {
	return &types.LimitExceededException{Message: text(format, args...)}
}

// Aborted is the OperationAbortedException that says that others change the same resource.
func Aborted() error { return &types.OperationAbortedException{Message: text(textAborted)} }

// Constraint is the InvalidParameterException of one member that breaks the model's rule. The gateway checks the model's rules before an
// operation runs; what is left are rules on which the store's safety rests, for callers that come another way, and rules that no model has.
func Constraint(value any, member, rule string) error {
	return InvalidParameter("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: %s", value, member, rule)
}

// TextReservedTag is AWS's text for tags of which ReservedTag is true.
const TextReservedTag = "aws: prefixed tag key names are not allowed for external use."

// ReservedTag tells whether there is a tag among tags that AWS alone may make.
func ReservedTag(tags map[string]string) bool {
	for key := range tags {
		if len(key) >= len("aws:") && strings.EqualFold(key[:len("aws:")], "aws:") {
			return true
		}
	}
	return false
}

// BadToken is the InvalidParameterException of a nextToken that cannot be read.
func BadToken() error { return InvalidParameter(textBadToken) }

// Token returns the error of a list: BadToken if err says that its token is none (fault.Invalid), else err.
func Token(err error) error {
	if fault.Is(err, fault.Invalid) {
		return BadToken()
	}
	return err
}

// ValidToken is Token for operations that answer with a ValidationException.
func ValidToken(err error) error {
	if fault.Is(err, fault.Invalid) {
		return Validation(textBadToken)
	}
	return err
}

// Internal returns err for the sender of a request: as it is if the same request may succeed later or nobody waits any more, else as a
// failure of ours, which says nothing of what is stored.
func Internal(act string, err error) error {
	if fault.Is(err, fault.Unavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", act, err)
	}
	return fault.Internal(fmt.Errorf("%s: %w", act, err))
}

// IsMissing tells whether err says that what a request names does not exist.
func IsMissing(err error) bool {
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	return missing
}
