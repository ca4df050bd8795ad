package exports

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// AWS's texts, as seen in its answers. [R] Those of textBadToken, textRange, textPrefix and textAborted are not known.
const (
	textTaskMissing   = "The specified export task does not exist."
	textTaskEnded     = "The specified export task has already finished"
	textBucketMissing = "The given bucket does not exist. Please make sure the bucket is valid."
	textBucketRefused = "PutObject call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to perform this operation."
	textLimit         = "Resource limit exceeded."
	textBadToken      = "The specified nextToken is invalid."
	textRange         = "The from time must not be later than the to time."
	textPrefix        = "The destinationPrefix is not valid: it must be the beginning of an object's key, without empty parts, '.' and '..'."
	textAborted       = "A conflicting operation is currently in progress against this resource. Please try again."
)

// textNoBuckets says what a server without buckets lacks.
const textNoBuckets = textBucketMissing + " This server was started without a place for exports: see --export-dir and --s3-endpoint."

func invalidParameter(text string) error { return &types.InvalidParameterException{Message: &text} }

func missing() error {
	return &types.ResourceNotFoundException{Message: aws.String(textTaskMissing)}
}

// internal returns err for the sender of a request: as it is if the same request may succeed later or nobody waits any more, else as a
// failure of ours.
func internal(act string, err error) error {
	if fault.Is(err, fault.Unavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", act, err)
	}
	return fault.Internal(fmt.Errorf("%s: %w", act, err))
}
