package exports

import (
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// AWS's texts, as seen in its answers. [R] Those of textRange, textTooEarly and textPrefix are not known.
const (
	textTaskMissing   = "The specified export task does not exist."
	textTaskEnded     = "The specified export task has already finished"
	textBucketMissing = "The given bucket does not exist. Please make sure the bucket is valid."
	textBucketRefused = "PutObject call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to perform this operation."
	textRange         = "The from time must not be later than the to time."
	textTooEarly      = "The to time must not be earlier than the creation time of the log group."
	textPrefix        = "The destinationPrefix is not valid: it must be the beginning of an object's key, without empty parts, '.' and '..'."
)

// textNoBuckets says what a server without buckets lacks.
const textNoBuckets = textBucketMissing + " This server was started without a place for exports: see --export-dir and --s3-endpoint."

func missing() error { return refuse.NotFound(textTaskMissing) }
