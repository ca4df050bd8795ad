package validate

import "slices"

// recordedEnums are the orders in which AWS was recorded to list the values of enums: those of a Java set, which follow
// from nothing that the models say. All others are listed in the model's order [R].
var recordedEnums = [][]string{
	{"w3c", "raw", "json", "plain", "parquet"},
	{"INSUFFICIENT_DATA", "ALARM", "OK"},
	{"BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"},
	{"HEAD", "POST", "PATCH", "DELETE", "PUT", "GET", "OPTIONS"},
	{"HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512"},
}

// asRecorded returns an enum's values in AWS's order, if that is known.
func asRecorded(values []string) []string {
	sorted := slices.Sorted(slices.Values(values))
	for _, order := range recordedEnums {
		if slices.Equal(sorted, slices.Sorted(slices.Values(order))) {
			return order
		}
	}
	return values
}

// recordedMembers are the members that AWS was recorded to print of a structure, where they are not those of the model or
// in another order. What the model does not know is never set.
var recordedMembers = map[string][]string{
	"MetricTransformation": {"metricName", "metricNamespace", "metricValue", "defaultValue", "unit", "dimensions"},
	"PutEventsRequestEntry": {
		"time", "source", "resources", "detailType", "detail", "eventBusName", "traceHeader", "kmsKeyIdentifier", "internalMetadata",
	},
}
