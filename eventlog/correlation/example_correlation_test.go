package correlation_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// A service takes over the ids of a request and passes them on, by HTTP and in a message.
func Example() {
	in := http.Header{
		"X-Correlation-Id": {"order-7"},
		"Traceparent":      {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
	}
	ctx := correlation.FromHTTP(in).Into(context.Background())

	out := http.Header{}
	correlation.From(ctx).ToHTTP(out)
	fmt.Println(out.Get("X-Correlation-Id"), out.Get("X-Amzn-Trace-Id"))

	attributes, system := map[string]string{}, map[string]string{}
	correlation.From(ctx).ToSQS(attributes, system)
	fmt.Println(attributes["correlation"])
	// Output:
	// order-7 Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1
	// {"x-correlation-id":"order-7","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
}

// An event for EventBridge gets the ids into its detail, and X-Ray's header beside it.
func ExampleIDs_ToEventBridge() {
	ids := correlation.IDs{CorrelationID: "order-7"}
	detail, _, err := ids.ToEventBridge([]byte(`{"order_id":7}`))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(string(detail))
	// Output: {"_correlation":{"x-correlation-id":"order-7"},"order_id":7}
}

// A queue behind a topic delivers an envelope, unless the subscription is raw.
func ExampleFromSNS() {
	body := `{"Type":"Notification","MessageId":"m-1","TopicArn":"arn:aws:sns:eu-west-1:123456789012:orders","Message":"hello",
		"MessageAttributes":{"x-correlation-id":{"Type":"String","Value":"order-7"}}}`
	ids, message, ok := correlation.FromSNS([]byte(body))
	fmt.Println(ids.CorrelationID, message, ok)
	// Output: order-7 hello true
}
