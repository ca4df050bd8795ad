package deliveries

import (
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// AWS's texts, as recorded. [R] Those of textInUse, textNoTarget, textNoFormat and textQuota are not known.
const (
	textSourceMissing      = "Requested Delivery Source does not exist in this account."
	textDestinationMissing = "Requested Delivery Destination does not exist in this account."
	textDeliveryMissing    = "Requested Delivery does not exist in this account."
	textNoService          = "Cannot access provided service."
	textNoLogType          = " This service is not allowed for this LogSource."
	textTags               = "Tags can only be provided when a resource is being created, not updated."
	textNewResource        = "Update to existing Delivery Source with new ResourceId is not allowed. Please create a new Delivery Source instead."
	textResourceUsed       = "This ResourceId has already been used in another Delivery Source in this account."
	textNewFormat          = "Update to existing Delivery Destination with new Output Format is not allowed. Please create a new Delivery Destination instead."
	textDeliveryExists     = "The specified Delivery already exists"
	textSameType           = "Delivery already exists for this Delivery Source with the same Delivery Destination Type."
	textInUse              = "The resource is used by a Delivery. Delete the Delivery first."
	textNoTarget           = "The destinationResourceArn must be that of an S3 bucket, a log group or a Firehose stream; without one, the deliveryDestinationType must be XRAY."
	textNoFormat           = "The outputFormat %s is not supported for delivery destinations of type %s."
	textNoSettings         = "Provided delivery configuration is invalid for the destination type."
	textQuota              = "The maximum number of resources of this kind is reached."
	textPolicy             = "Invalid Delivery Destination resource Policy is provided."
)

// missing returns err as the SDK's type with that text if it says that there is no such resource.
func missing(err error, text string) error {
	if fault.Is(err, fault.NotFound) {
		return refuse.NotFound("%s", text)
	}
	return err
}
