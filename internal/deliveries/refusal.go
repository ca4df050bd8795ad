package deliveries

import (
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// AWS's texts, as recorded. [R] Those of textInUse, textNoTarget, textQuota, textPolicy and textBadToken are not known.
const (
	textSourceMissing      = "Requested Delivery Source does not exist in this account."
	textDestinationMissing = "Requested Delivery Destination does not exist in this account."
	textDeliveryMissing    = "Requested Delivery does not exist in this account."
	textNoService          = "Cannot access provided service."
	textNoLogType          = " This service is not allowed for this LogSource."
	textTags               = "Tags can only be provided when a resource is being created, not updated."
	textNewResource        = "Update to existing Delivery Source with new ResourceId is not allowed. Please create a new Delivery Source instead."
	textNewFormat          = "Update to existing Delivery Destination with new Output Format is not allowed. Please create a new Delivery Destination instead."
	textDeliveryExists     = "The specified Delivery already exists"
	textSameType           = "Delivery already exists for this Delivery Source with the same Delivery Destination Type."
	textInUse              = "The resource is used by a Delivery. Delete the Delivery first."
	textNoTarget           = "The destinationResourceArn must be that of an S3 bucket, a log group or a Firehose stream; without one, the deliveryDestinationType must be XRAY."
	textQuota              = "The maximum number of resources of this kind is reached."
	textPolicy             = "The deliveryDestinationPolicy is not a valid policy document."
	textBadToken           = "The specified nextToken is invalid."
)

func validation(text string) error { return &types.ValidationException{Message: &text} }

func conflict(text string) error { return &types.ConflictException{Message: &text} }

func notFound(text string) error { return &types.ResourceNotFoundException{Message: &text} }

func quotaExceeded() error {
	text := textQuota
	return &types.ServiceQuotaExceededException{Message: &text}
}

// missing returns err as the SDK's type with that text if it says that there is no such resource.
func missing(err error, text string) error {
	if fault.Is(err, fault.NotFound) {
		return notFound(text)
	}
	return err
}

// badToken returns err as the SDK's type if it says that a token is none.
func badToken(err error) error {
	if err != nil && documents.IsBadToken(err) {
		return validation(textBadToken)
	}
	return err
}
