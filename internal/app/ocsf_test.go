package app

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// toOCSF is the configuration of a transformer that makes events of OCSF.
func toOCSF(source types.EventSource, version types.OCSFVersion) types.Processor {
	return types.Processor{ParseToOCSF: &types.ParseToOCSF{EventSource: source, OcsfVersion: version}}
}

// TestOCSF stores flow logs and CloudTrail's records under transformers that make events of OCSF of them, and asks for their attributes.
func TestOCSF(t *testing.T) {
	t.Parallel()
	c := start(t, settings(t, forTests)).client("key", "secret")
	const accepted, rejected = "2 210987654321 eni-1 192.0.2.9 10.0.0.1 49761 443 6 20 4249 1741910010 1741910070 ACCEPT OK",
		"2 210987654321 eni-1 2001:db8::9 10.0.0.1 49762 3389 6 1 40 1741910010 1741910070 REJECT OK"
	const deleted = `{"eventTime":"2025-03-13T23:53:30Z","eventSource":"sqs.amazonaws.com","eventName":"DeleteQueue","userIdentity":{"type":"IAMUser","userName":"mira"},"readOnly":false,"eventID":"e-1"}`
	for _, g := range []string{"/flow", "/trail"} {
		if _, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &g}); err != nil {
			t.Fatal(err)
		}
	}
	for group, p := range map[string]types.Processor{
		"/flow": toOCSF(types.EventSourceVpcFlow, types.OCSFVersionV15), "/trail": toOCSF(types.EventSourceCloudTrail, types.OCSFVersionV11),
	} {
		if _, err := c.PutTransformer(t.Context(), &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: &group, TransformerConfig: []types.Processor{p}}); err != nil {
			t.Fatal(err)
		}
	}
	put(t, c, "/flow", "s", accepted, rejected, "no flow log")
	put(t, c, "/trail", "s", deleted)
	for _, tt := range []struct{ query, field, want string }{
		{`filter type_uid = 400105 | fields src_endpoint.ip`, "src_endpoint.ip", "2001:db8::9"},
		{`filter action = "Allowed" | fields @message`, "@message", accepted},
		{`filter class_uid = 4001 | stats sum(traffic.bytes) as b by cloud.account.uid`, "b", "4289"},
		{`filter ispresent(@transformationError) | fields @message`, "@message", "no flow log"},
		{`filter class_uid = 6003 | fields actor.user.name`, "actor.user.name", "mira"},
		{`filter metadata.version = "1.1.0" | fields unmapped.readOnly`, "unmapped.readOnly", "false"},
		{`filter metadata.product.name like /Trail|VPC/ | stats count(*) as n by metadata.version as v | sort v asc`, "n", "1 2"},
	} {
		rows, _ := ask(t, c, tt.query, "/flow", "/trail")
		if got := texts(rows, tt.field); got != tt.want {
			t.Errorf("query(%s): %s = %q, want %q", tt.query, tt.field, got, tt.want)
		}
	}
	got, err := c.GetTransformer(t.Context(), &cloudwatchlogs.GetTransformerInput{LogGroupIdentifier: aws.String("/flow")})
	if err != nil || len(got.TransformerConfig) != 1 || got.TransformerConfig[0].ParseToOCSF.EventSource != types.EventSourceVpcFlow {
		t.Errorf("GetTransformer = %+v, %v", got, err)
	}
}

// TestOCSFTried tries configurations: what they make of messages, and which are refused.
func TestOCSFTried(t *testing.T) {
	t.Parallel()
	c := start(t, settings(t, forTests)).client("key", "secret")
	const query = `{"version":"1.1","query_timestamp":"2025-04-17T13:37:00Z","query_name":"a.example.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.1"}`
	out, err := c.TestTransformer(t.Context(), &cloudwatchlogs.TestTransformerInput{
		TransformerConfig: []types.Processor{toOCSF(types.EventSourceRoute53Resolver, types.OCSFVersionV15)}, LogEventMessages: []string{query, "{}"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var event struct {
		TypeUID int `json:"type_uid"`
		Query   struct{ Hostname string }
	}
	if err := json.Unmarshal([]byte(aws.ToString(out.TransformedLogs[0].TransformedEventMessage)), &event); err != nil || event.TypeUID != 400306 || event.Query.Hostname != "a.example." {
		t.Errorf("TestTransformer = %s, %v, want DNS traffic", aws.ToString(out.TransformedLogs[0].TransformedEventMessage), err)
	}
	if m := out.TransformedLogs[1].TransformedEventMessage; m != nil {
		t.Errorf("TestTransformer makes %s of what is no record", *m)
	}
	mapped := func(version types.OCSFVersion, mapping string) types.Processor {
		p := toOCSF(types.EventSourceAwswaf, version)
		p.ParseToOCSF.MappingVersion = &mapping
		return p
	}
	elsewhere := toOCSF(types.EventSourceAwswaf, types.OCSFVersionV15)
	elsewhere.ParseToOCSF.Source = aws.String("a")
	first := toOCSF(types.EventSourceAwswaf, types.OCSFVersionV15)
	for _, tt := range []struct {
		name   string
		config []types.Processor
		want   string // part of the error; none if it is empty
	}{
		{"a version of the mapping", []types.Processor{mapped(types.OCSFVersionV15, "1.5.0")}, ""},
		{"one that 1.1 does not have", []types.Processor{mapped(types.OCSFVersionV11, "1.5.0")}, "mappingVersion is not supported"},
		{"another", []types.Processor{mapped(types.OCSFVersionV15, "9.9")}, `mappingVersion is "9.9"`},
		{"a field as the source", []types.Processor{elsewhere}, "want @message"},
		{"behind another parser", []types.Processor{{ParseJSON: &types.ParseJSON{}}, first}, "must be the first processor"},
		{"twice", []types.Processor{first, first}, "must be the first processor"},
		{"with another parser of AWS's logs", []types.Processor{first, {ParseWAF: &types.ParseWAF{}}}, "must be the first processor"},
		{"with a mutator behind it", []types.Processor{first, {DeleteKeys: &types.DeleteKeys{WithKeys: []string{"unmapped"}}}}, ""},
		{"a source that there is not", []types.Processor{toOCSF("CloudFront", types.OCSFVersionV15)}, "eventSource"},
		{"a version that there is not", []types.Processor{toOCSF(types.EventSourceAwswaf, "V1.2")}, "ocsfVersion"},
	} {
		_, err := c.TestTransformer(t.Context(), &cloudwatchlogs.TestTransformerInput{TransformerConfig: tt.config, LogEventMessages: []string{"{}"}})
		if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: TestTransformer = %v, want %q", tt.name, err, tt.want)
		}
	}
}
