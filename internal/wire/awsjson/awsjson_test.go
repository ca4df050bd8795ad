package awsjson

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrics "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

func request(target, contentType string, body string) *wire.Request {
	return &wire.Request{
		ID: "id", Method: http.MethodPost, URL: &url.URL{Path: "/"},
		Header: http.Header{"X-Amz-Target": {target}, "Content-Type": {contentType}}, Body: []byte(body),
	}
}

func TestMatch(t *testing.T) {
	s := wiretest.New(t, logs)
	c := New(s.Table)
	get := request("Logs_20140328.PutLogEvents", "", "")
	get.Method = http.MethodGet
	none := request("", "application/json", "{}")
	none.Header.Del("X-Amz-Target")
	for _, tt := range []struct {
		name    string
		request *wire.Request
		want    string // the operation, "" for none, "error"
	}{
		{"an operation", request("Logs_20140328.PutLogEvents", "application/x-amz-json-1.1", "{}"), "PutLogEvents"},
		{"any content type will do", request("Logs_20140328.PutLogEvents", "text/plain", "{}"), "PutLogEvents"},
		{"another protocol", none, ""},
		{"an unknown operation", request("Logs_20140328.PutLogEvent", "application/x-amz-json-1.1", "{}"), "error"},
		{"operations are told apart by case", request("Logs_20140328.putLogEvents", "application/x-amz-json-1.1", "{}"), "error"},
		{"an unknown service", request("Nothing.PutLogEvents", "application/x-amz-json-1.1", "{}"), "error"},
		{"no service", request("PutLogEvents", "application/x-amz-json-1.1", "{}"), "error"},
		{"only a dot", request(".", "application/x-amz-json-1.1", "{}"), "error"},
		{"no POST", get, "error"},
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
	s := wiretest.New(t, logs)
	m := wiretest.New(t, func(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) })
	put := s.Operation(t, "PutLogEvents")
	v11 := request("Logs_20140328.PutLogEvents", "application/x-amz-json-1.1", "{}")
	query := request("GraniteServiceVersion20100801.PutMetricAlarm", "application/x-amz-json-1.0", "{}")
	query.Header.Set("X-Amzn-Query-Mode", "true")
	for _, tt := range []struct {
		name    string
		o       *wire.Operation
		r       *wire.Request
		err     error
		status  int
		body    string
		headers http.Header
	}{
		{"an operation we do not have", nil, v11, wire.UnknownOperation(), 400,
			`{"__type":"UnknownOperationException"}`, http.Header{"X-Amzn-Errortype": {"UnknownOperationException"}}},
		{"a fault with a code that the model has", put, v11,
			fault.New(fault.NotFound, "ResourceNotFoundException", "The specified log group does not exist."), 400,
			`{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}`, nil},
		{"one that has a status of its own", put, v11, fault.New(fault.Unavailable, "ServiceUnavailableException", "Later."), 500,
			`{"__type":"ServiceUnavailableException","message":"Later."}`, nil},
		{"one that the model lacks", put, v11, fault.New(fault.Throttled, "SlowDown", "Rate exceeded"), 400,
			`{"__type":"SlowDown","message":"Rate exceeded"}`, nil},
		{"a malformed body", put, v11, wire.Malformed("Expected null"), 400,
			`{"__type":"SerializationException","Message":"Expected null"}`, nil},
		{"an error of the SDK's types with members", put, v11, &logstypes.InvalidSequenceTokenException{
			Message: aws.String("No."), ExpectedSequenceToken: aws.String("7"),
		}, 400, `{"__type":"InvalidSequenceTokenException","message":"No.","expectedSequenceToken":"7"}`, nil},
		{"a wrapped one", put, v11, errors.Join(errors.New("x"), &logstypes.LimitExceededException{Message: aws.String("No.")}), 400,
			`{"__type":"LimitExceededException","message":"No."}`, nil},
		{"our own failure says nothing of its cause", put, v11, errors.New("disk on fire"), 500,
			`{"__type":"InternalFailure","message":"The request could not be processed because of an internal failure."}`, nil},
		{"a service that was awsQuery", m.Operation(t, "PutMetricAlarm"), query, &metrics.LimitExceededFault{Message: aws.String("Many")}, 400,
			`{"__type":"LimitExceededFault","message":"Many"}`, http.Header{
				"Content-Type": {"application/x-amz-json-1.0"}, "X-Amzn-Query-Error": {"LimitExceeded;Sender"},
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := New(s.Table).EncodeError(tt.o, tt.r, tt.err)
			if got.Status != tt.status || string(got.Body) != tt.body {
				t.Errorf("EncodeError(%v) = %d %s, want %d %s", tt.err, got.Status, got.Body, tt.status, tt.body)
			}
			for k := range tt.headers {
				if g := got.Header.Get(k); g != tt.headers.Get(k) {
					t.Errorf("EncodeError(%v): %s: %q, want %q", tt.err, k, g, tt.headers.Get(k))
				}
			}
		})
	}
}

func TestABodyMayBeMissingWithoutMembers(t *testing.T) {
	s := wiretest.New(t, func(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) })
	c := New(s.Table)
	r := request("", "application/x-amz-json-1.0", "")
	if in, err := c.Decode(s.Operation(t, "PutMetricAlarm"), r); err == nil {
		t.Errorf("Decode(PutMetricAlarm, nothing) = %+v, want an error", in)
	}
	for name, o := range s.Table.Services()[0].Operations {
		if len(o.Input.Members) == 0 {
			if _, err := c.Decode(s.Operation(t, name), r); err != nil {
				t.Errorf("Decode(%s, nothing) = %v", name, err)
			}
		}
	}
	if _, err := c.Encode(s.Operation(t, "ListMetrics"), r, &cloudwatch.GetMetricDataOutput{}); err == nil {
		t.Error("Encode(ListMetrics) of another output succeeds")
	}
}

func TestUnionsHoldOneMember(t *testing.T) {
	s := wiretest.New(t, logs)
	o := s.Operation(t, "PutIntegration")
	for _, tt := range []struct {
		config string
		ok     bool
	}{
		{`{"openSearchResourceConfig":{"dataSourceRoleArn":"r"}}`, true},
		{`{"openSearchResourceConfig":{},"__type":"x","y":null}`, true},
		{`null`, true},
		{`{}`, false},
		{`{"openSearchResourceConfig":null}`, false},
		{`{"openSearchResourceConfig":{},"openSearchResourceConfig":{}}`, false},
		{`{"y":1}`, false},
		{`[]`, false},
		{`"x"`, false},
	} {
		in, err := New(s.Table).Decode(o, request("", "", `{"resourceConfig":`+tt.config+`}`))
		if (err == nil) != tt.ok || err != nil && fault.Of(err).Code != "SerializationException" {
			t.Errorf("Decode(resourceConfig %s) = %+v, %v, want it to succeed: %t", tt.config, in, err, tt.ok)
		}
	}
	out := &cloudwatchlogs.GetIntegrationOutput{IntegrationDetails: &logstypes.UnknownUnionMember{Tag: "x"}}
	if _, err := New(s.Table).Encode(s.Operation(t, "GetIntegration"), request("", "", ""), out); err == nil {
		t.Error("Encode of a union with an unknown member succeeds")
	}
}
