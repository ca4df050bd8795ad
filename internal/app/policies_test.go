package app

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// protect is a data protection policy that looks for e-mail addresses and ticket numbers, and reports what it finds to the group /audit.
const protect = `{"Name":"personal","Version":"2021-06-01",
	"Configuration":{"CustomDataIdentifier":[{"Name":"Ticket","Regex":"T-\\d{4}"}]},
	"Statement":[
	{"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress","Ticket"],"Operation":{"Audit":{"FindingsDestination":{"CloudWatchLogs":{"LogGroup":"/audit"}}}}},
	{"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress","Ticket"],"Operation":{"Deidentify":{"MaskConfig":{}}}}]}`

func TestDataProtection(t *testing.T) {
	t.Parallel()
	c := start(t, settings(t, forTests)).client("key", "secret")
	for _, g := range []string{"/app", "/audit", "/other"} {
		if _, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &g}); err != nil {
			t.Fatal(err)
		}
	}
	put(t, c, "/app", "s", `{"mail":"before@example.com"}`)
	pause(t)
	if _, err := c.PutDataProtectionPolicy(t.Context(), &cloudwatchlogs.PutDataProtectionPolicyInput{LogGroupIdentifier: aws.String("/app"), PolicyDocument: aws.String(protect)}); err != nil {
		t.Fatal(err)
	}
	put(t, c, "/app", "s", `{"mail":"jo@example.com","n":1}`, `{"text":"T-1234 é jo@example.com","n":2}`, `{"n":3}`)
	put(t, c, "/other", "s", `{"mail":"jo@example.com"}`)

	const hidden = `{"mail":"before@example.com"} {"mail":"**************","n":1} {"text":"****** é **************","n":2} {"n":3}`
	const plain = `{"mail":"before@example.com"} {"mail":"jo@example.com","n":1} {"text":"T-1234 é jo@example.com","n":2} {"n":3}`
	for _, tt := range []struct {
		unmask bool
		want   string
	}{{false, hidden}, {true, plain}} {
		out, err := c.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String("/app"), LogStreamName: aws.String("s"), StartFromHead: aws.Bool(true), Unmask: tt.unmask})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range out.Events {
			got = append(got, *e.Message)
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("GetLogEvents with unmask %t = %s, want %s", tt.unmask, got, tt.want)
		}
		if got := strings.Join(filtered(t, c, "/app", "", tt.unmask), " "); got != tt.want {
			t.Errorf("FilterLogEvents with unmask %t = %s, want %s", tt.unmask, got, tt.want)
		}
	}
	if got := filtered(t, c, "/app", "jo", false); len(got) != 0 {
		t.Errorf("FilterLogEvents finds what is hidden: %v", got)
	}
	if got := filtered(t, c, "/other", "jo", false); len(got) != 1 {
		t.Errorf("FilterLogEvents of a group without a policy = %v, want one event", got)
	}
	checkReports(t, c)
	checkMaskedQueries(t, c)

	groups, err := c.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []types.DataProtectionStatus{types.DataProtectionStatusActivated, "", ""} {
		if got := groups.LogGroups[i].DataProtectionStatus; got != want {
			t.Errorf("status of %s = %q, want %q", *groups.LogGroups[i].LogGroupName, got, want)
		}
	}
	if _, err := c.DeleteDataProtectionPolicy(t.Context(), &cloudwatchlogs.DeleteDataProtectionPolicyInput{LogGroupIdentifier: aws.String("/app")}); err != nil {
		t.Fatal(err)
	}
	put(t, c, "/app", "s", `{"mail":"after@example.com"}`)
	if got, want := strings.Join(filtered(t, c, "/app", "", false), " "), hidden+` {"mail":"after@example.com"}`; got != want {
		t.Errorf("after the policy was deleted: %s, want %s", got, want)
	}
}

// pause waits until it is another millisecond, in which a policy can begin.
func pause(t *testing.T) {
	t.Helper()
	for now := time.Now().UnixMilli(); time.Now().UnixMilli() == now; {
	}
}

// filtered returns the messages that FilterLogEvents finds.
func filtered(t *testing.T, c *cloudwatchlogs.Client, group, pattern string, unmask bool) (found []string) {
	t.Helper()
	out, err := c.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group, FilterPattern: &pattern, Unmask: unmask})
	if err != nil {
		t.Fatalf("FilterLogEvents(%s, %q) = %v", group, pattern, err)
	}
	for _, e := range out.Events {
		found = append(found, *e.Message)
	}
	return found
}

// checkReports waits for the reports on the events of TestDataProtection.
func checkReports(t *testing.T, c *cloudwatchlogs.Client) {
	t.Helper()
	var got []string
	for len(got) < 2 && t.Context().Err() == nil {
		got = filtered(t, c, "/audit", "", false)
	}
	var report struct {
		ResourceArn     string
		DataIdentifiers []struct {
			Name       string
			Count      int
			Detections []struct{ Start, End int }
		}
	}
	if err := json.Unmarshal([]byte(got[1]), &report); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(report.ResourceArn, ":log-group:/app:*") || len(report.DataIdentifiers) != 2 {
		t.Fatalf("report = %s, want two identifiers in /app", got[1])
	}
	if d := report.DataIdentifiers[1]; d.Name != "EmailAddress" || d.Count != 1 || d.Detections[0].Start != 19 || d.Detections[0].End != 32 {
		t.Errorf("report = %s, want an EmailAddress from 19 to 32", got[1])
	}
}

// checkMaskedQueries asks for the events of TestDataProtection.
func checkMaskedQueries(t *testing.T, c *cloudwatchlogs.Client) {
	t.Helper()
	const stars = "**************"
	for _, tt := range []struct{ query, field, want string }{
		{`fields @message, mail | filter n = 1`, "mail", stars},
		{`fields @message | filter n = 1`, "@message", `{"mail":"` + stars + `","n":1}`},
		{`fields unmask(@message) as m, mail | filter n = 1`, "m", `{"mail":"jo@example.com","n":1}`},
		{`fields unmask(mail) as m, mail | filter n = 1`, "m", "jo@example.com"},
		{`fields unmask(mail) as m, mail | filter n = 1`, "mail", stars},
		{`filter n = 1 | unmask | fields @message`, "@message", `{"mail":"jo@example.com","n":1}`},
		{`filter @message like /jo@/ | stats count(*) as c`, "c", ""},
		{`filter unmask(@message) like /jo@/ | stats count(*) as c`, "c", "2"},
		{`filter ispresent(mail) | stats count(*) as c by mail | sort c desc, mail asc`, "mail", stars + " before@example.com"},
		{`fields @logStream, n | filter n > 0 | sort n asc`, "@logStream", "s s s"},
	} {
		rows, _ := ask(t, c, tt.query, "/app")
		if got := texts(rows, tt.field); got != tt.want {
			t.Errorf("query(%s): %s = %q, want %q", tt.query, tt.field, got, tt.want)
		}
	}
	rows, _ := ask(t, c, `filter ispresent(mail) | fields @log, mail | sort @log asc, mail asc`, "/app", "/other")
	if got, want := texts(rows, "mail"), stars+" before@example.com jo@example.com"; got != want {
		t.Errorf("query over two groups: mail = %q, want %q", got, want)
	}
	record, err := c.GetLogRecord(t.Context(), &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: aws.String(rows[0]["@ptr"])})
	if err != nil || record.LogRecord["mail"] != stars {
		t.Errorf("GetLogRecord = %v, %v, want a masked address", record, err)
	}
}

func TestTransformers(t *testing.T) {
	t.Parallel()
	c := start(t, settings(t, forTests)).client("key", "secret")
	put(t, c, "/app", "s", `10.0.0.1 GET 200`)
	pause(t)
	config := []types.Processor{
		{Grok: &types.Grok{Match: aws.String("%{IP:client} %{WORD:method} %{NUMBER:status}")}},
		{TypeConverter: &types.TypeConverter{Entries: []types.TypeConverterEntry{{Key: aws.String("status"), Type: types.TypeInteger}}}},
		{CopyValue: &types.CopyValue{Entries: []types.CopyValueEntry{{Source: aws.String("@logGroupStream"), Target: aws.String("stream")}}}},
	}
	if _, err := c.PutTransformer(t.Context(), &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: aws.String("/app"), TransformerConfig: config}); err != nil {
		t.Fatal(err)
	}
	put(t, c, "/app", "s", `10.0.0.2 GET 404`, `10.0.0.3 PUT 500`, `something else`)
	for _, tt := range []struct{ query, field, want string }{
		{`filter status >= 400 | sort status asc | fields client`, "client", "10.0.0.2 10.0.0.3"},
		{`filter status = 404 | fields @message`, "@message", "10.0.0.2 GET 404"},
		{`filter status = 404 | fields stream`, "stream", "s"},
		{`stats count(*) as n, sum(status) as s`, "s", "904"},
		{`filter ispresent(@transformationError) | fields @message`, "@message", "something else"},
	} {
		rows, _ := ask(t, c, tt.query, "/app")
		if got := texts(rows, tt.field); got != tt.want {
			t.Errorf("query(%s): %s = %q, want %q", tt.query, tt.field, got, tt.want)
		}
	}
	rows, _ := ask(t, c, `filter status = 404 | fields client`, "/app")
	record, err := c.GetLogRecord(t.Context(), &cloudwatchlogs.GetLogRecordInput{LogRecordPointer: aws.String(rows[0]["@ptr"])})
	if err != nil || record.LogRecord["client"] != "10.0.0.2" || record.LogRecord["@message"] != "10.0.0.2 GET 404" {
		t.Errorf("GetLogRecord = %v, %v, want the fields that the transformer found", record, err)
	}
	if got, want := strings.Join(filtered(t, c, "/app", "", false), ","), `10.0.0.1 GET 200,10.0.0.2 GET 404,10.0.0.3 PUT 500,something else`; got != want {
		t.Errorf("FilterLogEvents = %s, want %s", got, want)
	}
	out, err := c.TestTransformer(t.Context(), &cloudwatchlogs.TestTransformerInput{TransformerConfig: config, LogEventMessages: []string{"10.0.0.2 GET 404"}})
	if err != nil || *out.TransformedLogs[0].TransformedEventMessage != `{"client":"10.0.0.2","method":"GET","status":404,"stream":""}` {
		t.Errorf("TestTransformer = %+v, %v", out, err)
	}
	got, err := c.GetTransformer(t.Context(), &cloudwatchlogs.GetTransformerInput{LogGroupIdentifier: aws.String("/app")})
	if err != nil || len(got.TransformerConfig) != 3 || *got.TransformerConfig[0].Grok.Match != *config[0].Grok.Match {
		t.Errorf("GetTransformer = %+v, %v", got, err)
	}
}
