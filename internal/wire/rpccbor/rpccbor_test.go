package rpccbor

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

func metrics(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) }

func request(method, path string) *wire.Request {
	return &wire.Request{Method: method, URL: &url.URL{Path: path}, Header: http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}}
}

func TestMatch(t *testing.T) {
	c := New(wiretest.New(t, metrics).Table)
	json := request("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics")
	json.Header.Set("Smithy-Protocol", "rpc-v2-json")
	for _, tt := range []struct {
		name    string
		request *wire.Request
		want    string // the operation, "" for none, "error"
	}{
		{"an operation", request("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics"), "ListMetrics"},
		{"behind an endpoint's path", request("POST", "/aws/x/service/GraniteServiceVersion20100801/operation/ListMetrics"), "ListMetrics"},
		{"another protocol", json, ""},
		{"an unknown operation", request("POST", "/service/GraniteServiceVersion20100801/operation/X"), "error"},
		{"an unknown service", request("POST", "/service/X/operation/ListMetrics"), "error"},
		{"a path that goes on", request("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics/"), "error"},
		{"a path that is too short", request("POST", "/operation/ListMetrics"), "error"},
		{"no POST", request("GET", "/service/GraniteServiceVersion20100801/operation/ListMetrics"), "error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := c.Match(tt.request)
			got := ""
			switch {
			case err != nil:
				got = "error"
			case o != nil:
				got = o.Name
			}
			if got != tt.want {
				t.Errorf("Match = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	s := wiretest.New(t, metrics)
	c := New(s.Table)
	r := request("POST", "/")
	r.Header.Set("X-Amzn-Query-Mode", "true")
	for _, tt := range []struct {
		name   string
		o      *wire.Operation
		err    error
		status int
		query  string
		body   map[string]string
	}{
		{"an operation we do not have", nil, wire.UnknownOperation(), 400, "", map[string]string{"__type": "UnknownOperationException"}},
		{"a fault that the model lacks", s.Operation(t, "ListMetrics"), fault.New(fault.Throttled, "Throttling", "Rate exceeded"), 400,
			"Throttling;Sender", map[string]string{"__type": "Throttling", "message": "Rate exceeded"}},
		{"an error of the SDK's types", s.Operation(t, "PutMetricAlarm"), &types.LimitExceededFault{Message: aws.String("Many")}, 400,
			"LimitExceeded;Sender", map[string]string{"__type": "LimitExceededFault", "message": "Many"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.EncodeError(tt.o, r, tt.err)
			if q := got.Header.Get("X-Amzn-Query-Error"); got.Status != tt.status || q != tt.query {
				t.Errorf("EncodeError(%v) = %d %q, want %d %q", tt.err, got.Status, q, tt.status, tt.query)
			}
			body := map[string]string{}
			m, _ := tree(t, got.Body).(map[string]any)
			for k, v := range m {
				body[k] = text(v)
			}
			if d := cmp.Diff(tt.body, body); d != "" {
				t.Errorf("EncodeError(%v) (-want +got):\n%s", tt.err, d)
			}
		})
	}
	if _, err := c.Encode(s.Operation(t, "ListMetrics"), r, &cloudwatch.GetMetricDataOutput{}); err == nil {
		t.Error("Encode(ListMetrics) of another output succeeds")
	}
}

func text(v any) string {
	s, _ := v.(cbor.String)
	return string(s)
}
