package restjson

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

func request(t testing.TB, method, uri string) *wire.Request {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return &wire.Request{ID: "id", Method: method, URL: u, Header: http.Header{}}
}

// oneTable returns a table with the operations of all services, in the order of the table's.
func oneTable(t *testing.T, clients ...*wiretest.SDK) *wire.Table {
	t.Helper()
	var services []*model.Service
	var ops []op.Operation
	for _, s := range clients {
		facts := s.Table.Services()[0]
		services = append(services, facts)
		for _, name := range slices.Sorted(maps.Keys(facts.Operations)) {
			if !slices.Contains(s.Skipped, name) {
				ops = append(ops, s.Operation(t, name).Operation)
			}
		}
	}
	table, err := wire.NewTable(services, ops, nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestMatch(t *testing.T) {
	c := New(oneTable(t, wiretest.New(t, schedules), wiretest.New(t, tubes), wiretest.New(t, links), wiretest.New(t, traces),
		wiretest.New(t, func(c aws.Config) *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(c) })))
	for _, tt := range []struct {
		name, method, uri string
		want              string // the service and operation, "" for none
	}{
		{"a path without labels", "POST", "/TraceSegments", "xray.PutTraceSegments"},
		{"a label", "GET", "/schedules/a", "scheduler.GetSchedule"},
		{"the same path by another method", "DELETE", "/schedules/a", "scheduler.DeleteSchedule"},
		{"a query", "GET", "/schedules?MaxResults=1", "scheduler.ListSchedules"},
		{"a text behind a label", "POST", "/v1/pipes/a/start", "pipes.StartPipe"},
		{"an escaped slash in a label", "GET", "/schedules/a%2Fb", "scheduler.GetSchedule"},
		{"escapes in a text", "GET", "/%73chedules/a", "scheduler.GetSchedule"},
		{"a path is told apart by case", "POST", "/tracesegments", ""},
		{"another method", "PATCH", "/schedules/a", ""},
		{"no label", "GET", "/schedules/", ""},
		{"an empty part", "GET", "//schedules", ""},
		{"a part too many", "GET", "/schedules/a/b", ""},
		{"a slash at the end", "POST", "/TraceSegments/", ""},
		{"the root, which is other protocols'", "POST", "/", ""},
		{"no path", "POST", "", ""},
		{"all of a server", "OPTIONS", "*", ""},
		{"tags of a service that the ARN names", "GET", "/tags/arn%3Aaws%3Aoam%3Aus-east-1%3A1%3Alink%2Fx", "oam.ListTagsForResource"},
		{"tags of another", "DELETE", "/tags/arn:aws:pipes:us-east-1:1:pipe%2Fx?tagKeys=a", "pipes.UntagResource"},
		{"tags of nothing", "GET", "/tags/x", "scheduler.ListTagsForResource"},
		{"tags by the one method that has them", "PUT", "/tags/x", "oam.TagResource"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := c.Match(request(t, tt.method, tt.uri))
			got := ""
			if o != nil {
				got = o.Operation.Service + "." + o.Name
			}
			if got != tt.want || (err == nil) != (tt.want != "") || err != nil && fault.Of(err).Code != "UnknownOperationException" {
				t.Errorf("Match(%s %s) = %q, %v, want %q", tt.method, tt.uri, got, err, tt.want)
			}
		})
	}
}

// TestSignaturesTellServicesApart sends what the SDK's clients do for an ARN of another service.
func TestSignaturesTellServicesApart(t *testing.T) {
	clients := []*wiretest.SDK{wiretest.New(t, schedules), wiretest.New(t, tubes), wiretest.New(t, links)}
	c := New(oneTable(t, clients...))
	for _, s := range clients {
		for name := range s.Table.Services()[0].Operations {
			o := s.Operation(t, name)
			in := o.New()
			wiretest.Populate(o.Input, elem(in))
			for _, f := range split(o.Input, requestPlaces).outside {
				if f.Member.Location == model.Label {
					if err := readText(f, f, "arn:aws:scheduler:us-east-1:1:x", f.Get(elem(in))); err != nil {
						t.Fatal(err)
					}
				}
			}
			r := s.Send(name, in)
			if o, err := c.Match(r); err != nil || o.Operation.Service != s.Service || o.Name != name {
				t.Errorf("Match(%s of %s, %s %s) = %v, %v", name, s.Service, r.Method, r.URL, o, err)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	s := wiretest.New(t, schedules)
	get := s.Operation(t, "GetSchedule")
	for _, tt := range []struct {
		name   string
		o      *wire.Operation
		err    error
		status int
		code   string
		body   string
	}{
		{"an operation we do not have", nil, wire.UnknownOperation(), 404, "UnknownOperationException", `{}`},
		{"a fault with a code that the model has", get, fault.New(fault.NotFound, "ResourceNotFoundException", "No."), 404,
			"ResourceNotFoundException", `{"Message":"No."}`},
		{"one that the model lacks", get, fault.New(fault.Throttled, "SlowDown", "Rate exceeded"), 400, "SlowDown", `{"message":"Rate exceeded"}`},
		{"one that is denied", get, fault.New(fault.Denied, "AccessDeniedException", "No."), 403, "AccessDeniedException", `{"Message":"No."}`},
		{"one that is denied before there is an operation", nil, fault.New(fault.Denied, "UnrecognizedClientException", "No."), 403,
			"UnrecognizedClientException", `{"message":"No."}`},
		{"a malformed body", get, wire.Malformed("Expected null"), 400, "SerializationException", `{"Message":"Expected null"}`},
		{"a type that the operation does not take", get, fault.New(fault.Invalid, "UnsupportedMediaTypeException", ""), 415,
			"UnsupportedMediaTypeException", `{}`},
		{"an error of the SDK's types", get, errors.Join(&schedulertypes.ConflictException{Message: aws.String("a\x00")}), 409,
			"ConflictException", `{"Message":"a\u0000"}`},
		{"our own failure says nothing of its cause", get, errors.New("disk on fire"), 500, "InternalFailure",
			`{"message":"The request could not be processed because of an internal failure."}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := New(s.Table).EncodeError(tt.o, request(t, "GET", "/"), tt.err)
			code := got.Header.Get("X-Amzn-Errortype")
			if got.Status != tt.status || code != tt.code || string(got.Body) != tt.body || got.Header.Get("Content-Type") != "application/json" {
				t.Errorf("EncodeError(%v) = %d %v %s, want %d %s %s", tt.err, got.Status, got.Header, got.Body, tt.status, tt.code, tt.body)
			}
		})
	}
}

func TestTypesOfBodies(t *testing.T) {
	s := wiretest.New(t, schedules)
	c := New(s.Table)
	for _, tt := range []struct {
		name, operation, method, uri, contentType, accept, body string
		want                                                    string // the error's code, "" for none
	}{
		{"JSON", "CreateSchedule", "POST", "/schedules/a", "application/json", "", `{}`, ""},
		{"JSON with a charset", "CreateSchedule", "POST", "/schedules/a", "application/json;charset=UTF-8", "", `{}`, ""},
		{"JSON without a type", "CreateSchedule", "POST", "/schedules/a", "", "", `{}`, ""},
		{"JSON with awsJson's type", "CreateSchedule", "POST", "/schedules/a", "application/x-amz-json-1.1", "", `{}`, ""},
		{"no body, whatever its type", "CreateSchedule", "POST", "/schedules/a", "text/plain", "", "", ""},
		{"a form", "CreateSchedule", "POST", "/schedules/a", "application/x-www-form-urlencoded", "", `{}`, "UnsupportedMediaTypeException"},
		{"a type that is none", "CreateSchedule", "POST", "/schedules/a", ";", "", `{}`, "UnsupportedMediaTypeException"},
		{"a body where there are no members for one", "GetSchedule", "GET", "/schedules/a", "application/json", "", `{}`, "UnsupportedMediaTypeException"},
		{"all types are accepted", "GetSchedule", "GET", "/schedules/a", "", "*/*", "", ""},
		{"all of a kind", "GetSchedule", "GET", "/schedules/a", "", "text/html, application/*;q=0.1", "", ""},
		{"a list", "GetSchedule", "GET", "/schedules/a", "", "application/json, text/plain, */*", "", ""},
		{"another type", "GetSchedule", "GET", "/schedules/a", "", "text/html", "", "NotAcceptableException"},
		{"none", "GetSchedule", "GET", "/schedules/a", "", "application/json;q=0", "", "NotAcceptableException"},
		{"a comma", "GetSchedule", "GET", "/schedules/a", "", ",", "", "NotAcceptableException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request(t, tt.method, tt.uri)
			r.Body = []byte(tt.body)
			for k, v := range map[string]string{"Content-Type": tt.contentType, "Accept": tt.accept} {
				if v != "" {
					r.Header.Set(k, v)
				}
			}
			_, err := c.Decode(s.Operation(t, tt.operation), r)
			got := ""
			if err != nil {
				got = fault.Of(err).Code
			}
			if got != tt.want {
				t.Errorf("Decode(%s) = %q, want %q", tt.operation, got, tt.want)
			}
		})
	}
}

func TestUnionsHoldOneMember(t *testing.T) {
	s := wiretest.New(t, traces)
	for _, tt := range []struct {
		rule string
		ok   bool
	}{
		{`{"Probabilistic":{"DesiredSamplingPercentage":1}}`, true},
		{`{"__type":"x","Probabilistic":{"DesiredSamplingPercentage":1},"x":null}`, true},
		{`{"Probabilistic":{"DesiredSamplingPercentage":1},"x":1}`, false},
		{`{"x":1}`, false},
		{`{}`, false},
	} {
		r := request(t, "POST", "/UpdateIndexingRule")
		r.Body = []byte(`{"Rule":` + tt.rule + `}`)
		if in, err := New(s.Table).Decode(s.Operation(t, "UpdateIndexingRule"), r); (err == nil) != tt.ok {
			t.Errorf("Decode(Rule %s) = %+v, %v, want it to succeed: %t", tt.rule, in, err, tt.ok)
		}
	}
}

func TestOtherOutputsAreRefused(t *testing.T) {
	s, other := wiretest.New(t, schedules), wiretest.New(t, tubes)
	c := New(s.Table)
	for _, out := range []any{&scheduler.CreateScheduleOutput{}, (*scheduler.GetScheduleOutput)(nil)} {
		if _, err := c.Encode(s.Operation(t, "GetSchedule"), request(t, "GET", "/"), out); err == nil {
			t.Errorf("Encode(GetSchedule, %T) succeeds", out)
		}
	}
	if _, err := c.Decode(other.Operation(t, "StopPipe"), request(t, "POST", "/v1/pipes/a/stop")); err == nil {
		t.Error("Decode of an operation of another table succeeds")
	}
}

func TestRoutesThatMatchAlike(t *testing.T) {
	for _, tt := range []struct{ first, second string }{
		{"/a/b", "/a/{x}"}, {"/a/{x}", "/a/{x+}"}, {"/{x}/b", "/{x}/{y}"}, {"/a/{x}/c", "/a/{x+}"}, {"/a?b=c", "/a"}, {"/a?b&c", "/a?b"},
	} {
		a, b := parseRoute("GET", tt.first), parseRoute("GET", tt.second)
		if compareRoutes(&a, &b) >= 0 || compareRoutes(&b, &a) <= 0 || compareRoutes(&a, &a) != 0 {
			t.Errorf("compareRoutes(%s, %s) = %d, the other way %d", tt.first, tt.second, compareRoutes(&a, &b), compareRoutes(&b, &a))
		}
	}
}

func TestLabels(t *testing.T) {
	for _, tt := range []struct {
		route, uri string
		want       labels
		ok         bool
	}{
		{"/a/{x}/c", "/a/b/c", labels{"x": "b"}, true},
		{"/a/{x}", "/a/%2F%252F+%20%C3%A9", labels{"x": "/%2F+ é"}, true},
		{"/a/{x}", "/a/..", labels{"x": ".."}, true},
		{"/a/{x+}", "/a/b/c//", labels{"x": "b/c//"}, true},
		{"/a/{x+}/z", "/a/b/c/z", labels{"x": "b/c"}, true},
		{"/a/{x+}/{y}/z", "/a/b/c/d/z", labels{"x": "b/c", "y": "d"}, true},
		{"/a/{x+}/z", "/a/z", nil, false},
		{"/a/{x+}", "/a/", nil, false},
		{"/a/{x+}", "/a", nil, false},
		{"/a/{x}/{y}", "/a/b/", nil, false},
		{"/", "/", nil, true},
		{"/", "/a", nil, false},
	} {
		route := parseRoute("GET", tt.route)
		ok, got := route.matchURL(request(t, "GET", tt.uri).URL)
		if d := cmp.Diff(tt.want, got); ok != tt.ok || ok && d != "" {
			t.Errorf("%s matches %s: %t (-want +got):\n%s", tt.uri, tt.route, ok, d)
		}
	}
}
