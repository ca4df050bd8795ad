package policies

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/masking"
)

// TestProtectionInTime checks that each event is seen as the policies of the time say when it was stored, of its group and of the account,
// also after a restart.
func TestProtectionInTime(t *testing.T) {
	l := newLab(t)
	const message = "jo@example.com 10.0.0.1"
	const mail, ip, both = "************** 10.0.0.1", "jo@example.com ********", "************** ********"
	first := l.now
	l.tick()
	l.protect(t, "/app", policy("", "EmailAddress"))
	second := l.now
	l.tick()
	if err := l.account(t, types.PolicyTypeDataProtectionPolicy, "p", policy("", "IpAddress"), ""); err != nil {
		t.Fatal(err)
	}
	third := l.now
	l.tick()
	in := &cloudwatchlogs.DeleteDataProtectionPolicyInput{LogGroupIdentifier: aws.String("/app")}
	if _, err := l.DeleteDataProtectionPolicy(l.ctx, in); err != nil {
		t.Fatal(err)
	}
	fourth := l.now
	l.tick()
	if _, err := l.DeleteAccountPolicy(l.ctx, &cloudwatchlogs.DeleteAccountPolicyInput{PolicyName: aws.String("p"), PolicyType: types.PolicyTypeDataProtectionPolicy}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		times := []time.Time{first, second, third, fourth, l.now}
		for i, want := range []string{message, mail, both, ip, message} {
			at := times[i]
			if got := l.shows(t, "/app", message, at); got != want {
				t.Errorf("second %d: %s, want %s", i, got, want)
			}
		}
		if got := l.shows(t, "/audit", message, third); got != ip {
			t.Errorf("a group without a policy of its own: %s, want %s", got, ip)
		}
		l.open()
	}
	if _, err := l.DeleteDataProtectionPolicy(l.ctx, in); code(err) != "ResourceNotFoundException" {
		t.Errorf("a second DeleteDataProtectionPolicy = %v, want ResourceNotFoundException", err)
	}
}

func TestProtectionStatus(t *testing.T) {
	l := newLab(t)
	g := mustGroup(t, "/app")
	want := func(step string, status types.DataProtectionStatus, inherited bool) {
		t.Helper()
		if s, i, err := l.Protection(l.ctx, g); s != status || i != inherited || err != nil {
			t.Errorf("%s: Protection = %q, %t, %v, want %q, %t", step, s, i, err, status, inherited)
		}
	}
	want("no policy", "", false)
	l.protect(t, "/app", policy("", "EmailAddress"))
	want("a policy", types.DataProtectionStatusActivated, false)
	got, err := l.GetDataProtectionPolicy(l.ctx, &cloudwatchlogs.GetDataProtectionPolicyInput{LogGroupIdentifier: aws.String("/app")})
	if err != nil || *got.PolicyDocument != policy("", "EmailAddress") || *got.LastUpdatedTime != l.now.UnixMilli() {
		t.Errorf("GetDataProtectionPolicy = %+v, %v", got, err)
	}
	if _, err := l.DeleteDataProtectionPolicy(l.ctx, &cloudwatchlogs.DeleteDataProtectionPolicyInput{LogGroupIdentifier: aws.String("/app")}); err != nil {
		t.Fatal(err)
	}
	want("deleted", types.DataProtectionStatusDeleted, false)
	if got, err := l.GetDataProtectionPolicy(l.ctx, &cloudwatchlogs.GetDataProtectionPolicyInput{LogGroupIdentifier: aws.String("/app")}); err != nil || got.PolicyDocument != nil {
		t.Errorf("GetDataProtectionPolicy of a deleted one = %+v, %v", got, err)
	}
	if err := l.account(t, types.PolicyTypeDataProtectionPolicy, "p", policy("", "EmailAddress"), ""); err != nil {
		t.Fatal(err)
	}
	want("the account's", types.DataProtectionStatusActivated, true)
}

func TestProtectionRefused(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct{ name, group, document, code, text string }{
		{"a group that is not there", "/missing", policy("", "EmailAddress"), "ResourceNotFoundException", "log group"},
		{"no JSON", "/app", `{`, "InvalidParameterException", "not valid"},
		{"a name", "/app", policy("", "Name"), "InvalidParameterException", "machine learning"},
		{"findings to itself", "/app", policy("/app", "EmailAddress"), "InvalidParameterException", "protects"},
		{"findings to a group that is not there", "/app", policy("/missing", "EmailAddress"), "InvalidParameterException", "does not exist"},
		{"findings to S3", "/app", strings.Replace(policy("", "EmailAddress"), `"FindingsDestination":{`, `"FindingsDestination":{"S3":{"Bucket":"b"}`, 1), "InvalidParameterException", "S3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.PutDataProtectionPolicy(l.ctx, &cloudwatchlogs.PutDataProtectionPolicyInput{LogGroupIdentifier: &tt.group, PolicyDocument: &tt.document})
			if code(err) != tt.code || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("PutDataProtectionPolicy(%s) = %v, want %s with %q", tt.document, err, tt.code, tt.text)
			}
		})
	}
}

// TestManySpans checks that changing a policy over and over loses nothing that was hidden.
func TestManySpans(t *testing.T) {
	var p protection
	for i := range int64(maxSpans + 5) {
		id := "EmailAddress"
		if i%2 == 1 {
			id = "IpAddress"
		}
		p.begin(i, masking.Rules{Managed: []string{id}})
	}
	if len(p.Spans) != maxSpans {
		t.Fatalf("%d spans, want %d", len(p.Spans), maxSpans)
	}
	if got := p.at(0).Managed; len(got) != 2 {
		t.Errorf("the oldest events: %v, want both identifiers", got)
	}
	if got := p.at(maxSpans + 4).Managed; len(got) != 1 || got[0] != "EmailAddress" {
		t.Errorf("the newest events: %v, want EmailAddress", got)
	}
	if got := p.at(-1); !got.Empty() {
		t.Errorf("before the policy: %v, want nothing", got)
	}
}

// TestClockThatGoesBack checks that nothing is shown that was hidden when it was stored, though policies change in one millisecond or the clock
// goes back.
func TestClockThatGoesBack(t *testing.T) {
	mail, ip := masking.Rules{Managed: []string{"EmailAddress"}}, masking.Rules{Managed: []string{"IpAddress"}}
	type change struct {
		at    int64
		rules masking.Rules
	}
	for _, tt := range []struct {
		name    string
		changes []change
		want    map[int64]string // what is hidden of events of a time
	}{
		{"deleted in the same millisecond", []change{{100, mail}, {100, masking.Rules{}}}, map[int64]string{99: "[]", 100: "[EmailAddress]", 101: "[]"}},
		{"replaced in the same millisecond", []change{{100, mail}, {100, ip}}, map[int64]string{100: "[EmailAddress IpAddress]", 101: "[IpAddress]"}},
		{"three times in it", []change{{100, mail}, {100, masking.Rules{}}, {100, ip}}, map[int64]string{100: "[EmailAddress IpAddress]", 101: "[IpAddress]", 102: "[IpAddress]"}},
		{"deleted by a clock that went back", []change{{100, mail}, {90, masking.Rules{}}}, map[int64]string{89: "[]", 90: "[]", 100: "[EmailAddress]", 101: "[]"}},
		{"made by a clock that went back", []change{{50, ip}, {100, masking.Rules{}}, {90, mail}}, map[int64]string{
			89: "[IpAddress]", 90: "[IpAddress EmailAddress]", 99: "[IpAddress EmailAddress]", 100: "[EmailAddress]", 101: "[EmailAddress]",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p protection
			for _, c := range tt.changes {
				p.begin(c.at, c.rules)
			}
			for at, want := range tt.want {
				if got := fmt.Sprint(p.at(at).Managed); got != want {
					t.Errorf("events of %d: %s, want %s", at, got, want)
				}
			}
			if last := tt.changes[len(tt.changes)-1]; fmt.Sprint(p.rules()) != fmt.Sprint(last.rules) || p.Updated != last.at {
				t.Errorf("rules() = %v of %d, want %v", p.rules(), p.Updated, last)
			}
		})
	}
}

func TestReports(t *testing.T) {
	l := newLab(t)
	l.protect(t, "/app", policy("/audit", "EmailAddress"))
	if err := l.account(t, types.PolicyTypeDataProtectionPolicy, "p", policy("", "IpAddress"), ""); err != nil {
		t.Fatal(err)
	}
	lens, err := l.Lens(l.ctx, mustGroup(t, "/app"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, _ := lens.Took(l.ctx, "s", []string{"é jo@example.com, jo@example.com", "10.0.0.1", "nothing"}, l.now.UnixMilli())
	if got, want := strings.Join(hidden, "|"), "é **************, **************|********|nothing"; got != want {
		t.Errorf("Took = %s, want %s", got, want)
	}
	if l.found != 2 {
		t.Errorf("%d events with findings, want 2", l.found)
	}
	ctx, stop := context.WithCancel(l.ctx)
	stop()
	if err := l.Run(ctx); err == nil {
		t.Error("Run = nil, want the context's error")
	}
	want := `/audit /app {"auditTimestamp":"1970-01-01T00:16:40Z","resourceArn":"arn:aws:logs:eu-central-1:123456789012:log-group:/app:*","dataIdentifiers":[{"name":"EmailAddress","count":2,"detections":[{"start":3,"end":16},{"start":19,"end":32}]}]}`
	if got := strings.Join(l.written, "\n"); got != want {
		t.Errorf("reports:\n%s\nwant\n%s", got, want)
	}
	lens.Took(context.WithValue(l.ctx, auditing{}, true), "s", []string{"jo@example.com"}, l.now.UnixMilli())
	if len(l.reports) != 0 {
		t.Error("what is found in reports is reported")
	}
	for range waitingReports + 3 {
		lens.Took(l.ctx, "s", []string{"jo@example.com"}, l.now.UnixMilli())
	}
	if l.failed != 3 {
		t.Errorf("%d reports were lost, want 3", l.failed)
	}
}
