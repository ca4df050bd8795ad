package policies

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/page"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A lab is a service with a clock and groups of its own.
type lab struct {
	*Service
	ctx     context.Context
	catalog catalog.Catalog
	now     time.Time
	written []string // group, stream and text of reports
	found   int
	failed  int // reports
	counts  [2]int
}

const account, region = "123456789012", "eu-central-1"

// The groups of a lab, by partition.
var groups = []string{"", "/app", "/audit", "/rare", "/app/sub"}

func newLab(t *testing.T) *lab {
	l := &lab{catalog: catalog.NewMemory(), now: time.UnixMilli(1_000_000)}
	l.ctx = caller.With(t.Context(), caller.Caller{Account: account, Region: region})
	l.open()
	return l
}

// open makes the service anew, as a restart does.
func (l *lab) open() {
	l.Service = New(Options{
		Catalog: l.catalog, Sealer: page.NewSealer([32]byte{1}, func() time.Time { return l.now }),
		Now:  func() time.Time { return l.now },
		Find: func(_ context.Context, id string) (Group, error) { return group(id) },
		Write: func(_ context.Context, group, stream string, _ time.Time, messages []string) error {
			if group == "/broken" {
				return errors.New("broken")
			}
			for _, m := range messages {
				l.written = append(l.written, group+" "+stream+" "+m)
			}
			return nil
		},
		FieldTimes: l.fieldTimes,
		Hooks: Hooks{
			Found:        func(Group, string, int) { l.found++ },
			ReportFailed: func(_ string, n int, _ error) { l.failed += n },
			Transformed:  func(_ Group, events, errors int) { l.counts[0] += events; l.counts[1] += errors },
		},
	})
}

// fieldTimes finds field a in events of 100 to 200 and requestId in one of 150, all stored at 1,000,500.
func (l *lab) fieldTimes(_ context.Context, g Group, fields []SoughtField) ([]FieldTimes, int64, error) {
	const stored = 1_000_500
	if g.Name != "/app" {
		return make([]FieldTimes, len(fields)), 0, nil
	}
	var times []FieldTimes
	for _, f := range fields {
		t := map[string]FieldTimes{"a": {true, 100, 200}, "requestId": {true, 150, 150}}[f.Name]
		if f.Since > stored {
			t = FieldTimes{}
		}
		times = append(times, t)
	}
	return times, stored, nil
}

func group(id string) (Group, error) {
	for i, name := range groups {
		if name == id && name != "" {
			g := Group{Account: account, Region: region, Name: name, Partition: int64(i)}
			g.Class = types.LogGroupClassStandard
			if name == "/rare" {
				g.Class = types.LogGroupClassInfrequentAccess
			}
			return g, nil
		}
	}
	return Group{}, refuse.NotFound("The specified log group does not exist.")
}

// mustGroup returns a group that there is.
func mustGroup(t *testing.T, id string) Group {
	t.Helper()
	g, err := group(id)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// tick lets a second pass.
func (l *lab) tick() { l.now = l.now.Add(time.Second) }

// code returns the code of an error of the SDK; any other error as it prints.
func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return fmt.Sprint(err)
}

// policy is a data protection policy for identifiers, which reports to a group.
func policy(to string, ids ...string) string {
	dest := ""
	if to != "" {
		dest = `"CloudWatchLogs":{"LogGroup":"` + to + `"}`
	}
	list := `"arn:aws:dataprotection::aws:data-identifier/` + strings.Join(ids, `","arn:aws:dataprotection::aws:data-identifier/`) + `"`
	return `{"Name":"n","Statement":[{"DataIdentifier":[` + list + `],"Operation":{"Audit":{"FindingsDestination":{` + dest + `}}}},{"DataIdentifier":[` + list + `],"Operation":{"Deidentify":{"MaskConfig":{}}}}]}`
}

func (l *lab) protect(t *testing.T, group, document string) {
	t.Helper()
	in := &cloudwatchlogs.PutDataProtectionPolicyInput{LogGroupIdentifier: &group, PolicyDocument: &document}
	if _, err := l.PutDataProtectionPolicy(l.ctx, in); err != nil {
		t.Fatalf("PutDataProtectionPolicy(%s) = %v", group, err)
	}
}

func (l *lab) account(t *testing.T, kind types.PolicyType, name, document, criteria string) error {
	t.Helper()
	in := &cloudwatchlogs.PutAccountPolicyInput{PolicyName: &name, PolicyDocument: &document, PolicyType: kind}
	if criteria != "" {
		in.SelectionCriteria = aws.String(criteria)
	}
	_, err := l.PutAccountPolicy(l.ctx, in)
	return err
}

// shows returns how a message of a group is seen that was stored at a time.
func (l *lab) shows(t *testing.T, group, message string, at time.Time) string {
	t.Helper()
	lens, err := l.Lens(l.ctx, mustGroup(t, group))
	if err != nil {
		t.Fatal(err)
	}
	if lens == nil {
		return message
	}
	return lens.Hide(message, at.UnixMilli())
}

// TestNoPolicyCostsNothing checks that groups of accounts without policies, which are most, pay no memory for them.
func TestNoPolicyCostsNothing(t *testing.T) {
	l := newLab(t)
	g := mustGroup(t, "/app")
	n := testing.AllocsPerRun(100, func() {
		if lens, err := l.Lens(l.ctx, g); lens != nil || err != nil {
			t.Fatalf("Lens = %v, %v, want nil", lens, err)
		}
	})
	if n != 0 {
		t.Errorf("Lens allocates %v times, want 0", n)
	}
}

// TestPoliciesWhileOthersRead is for the race detector.
func TestPoliciesWhileOthersRead(t *testing.T) {
	l := newLab(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 50 {
			lens, err := l.Lens(l.ctx, mustGroup(t, "/app"))
			if err != nil {
				t.Error(err)
				return
			}
			if lens != nil {
				lens.Took(l.ctx, "s", []string{"nothing"}, l.now.UnixMilli())
			}
		}
	}()
	for range 50 {
		l.protect(t, "/app", policy("", "EmailAddress"))
	}
	<-done
}
