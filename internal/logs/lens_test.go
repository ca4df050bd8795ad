package logs

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// starLens hides every a, and transforms messages to capitals.
type starLens struct{}

func (starLens) Hide(message string, _ int64) string { return strings.ReplaceAll(message, "a", "*") }

func (l starLens) Fields(message string, stored int64, unmask bool) string {
	if !unmask {
		message = l.Hide(message, stored)
	}
	return `{"f":"` + message + `"}`
}

func (l starLens) Took(_ context.Context, stream string, messages []string, stored int64) (hidden, transformed []string) {
	for _, m := range messages {
		hidden = append(hidden, l.Hide(m, stored))
		transformed = append(transformed, strings.ToUpper(l.Hide(m, stored))+" "+stream)
	}
	return hidden, transformed
}

// starPolicies have a lens for the group /lens, and none that works for /broken.
type starPolicies struct{}

func (starPolicies) Lens(_ context.Context, g *Group) (Lens, error) {
	switch g.Name {
	case "/lens":
		return starLens{}, nil
	case "/broken":
		return nil, errors.New("no disk")
	}
	return nil, nil
}

func (starPolicies) Protection(context.Context, *Group) (types.DataProtectionStatus, bool, error) {
	return types.DataProtectionStatusActivated, true, nil
}

// Indexed has the fields a and b for all groups but /lens, and none for that; /broken's cannot be read.
func (starPolicies) Indexed(_ context.Context, g *Group) ([]string, error) {
	switch g.Name {
	case "/lens":
		return nil, nil
	case "/broken":
		return nil, errors.New("no disk")
	}
	return []string{"a", "b"}, nil
}

func TestLens(t *testing.T) {
	l := newLab(t)
	var delivered []string
	l.opts.Policies, l.opts.Swept = starPolicies{}, []catalog.Kind{"swept"}
	l.opts.Deliver = func(_ context.Context, d Delivery) error {
		for _, e := range d.Events {
			delivered = append(delivered, d.Filter+": "+e.Message)
		}
		return nil
	}
	var accepted []string
	l.opts.Accepted = func(a Accepted) { accepted = append(accepted, a.Messages...) }
	l.restart()
	for _, name := range []string{"/lens", "/plain"} {
		g := l.addGroup(name, nil)
		l.addStream(g, "s")
	}
	for _, name := range []string{"original", "transformed"} {
		in := subscriptionInput("/lens", name, lambdaARN)
		in.ApplyOnTransformedLogs = name == "transformed"
		_, err := l.PutSubscriptionFilter(l.ctx, in)
		l.must(err)
	}
	l.putTexts("/lens", "s", "banana", "kiwi")
	l.putTexts("/plain", "s", "banana")

	if got, want := strings.Join(delivered, ", "), "original: b*n*n*, original: kiwi, transformed: B*N*N* s, transformed: KIWI s"; got != want {
		t.Errorf("subscription filters see %s, want %s", got, want)
	}
	if got, want := strings.Join(accepted, " "), "b*n*n* kiwi banana"; got != want {
		t.Errorf("accepted: %s, want %s", got, want)
	}
	for _, tt := range []struct {
		group, pattern string
		unmask         bool
		want           string
	}{
		{"/lens", "", false, "b*n*n* kiwi"},
		{"/lens", "", true, "banana kiwi"},
		{"/lens", "banana", false, ""},
		{"/lens", "banana", true, "banana"},
		{"/plain", "banana", false, "banana"},
	} {
		in := filterInput(tt.group)
		in.FilterPattern, in.Unmask = &tt.pattern, tt.unmask
		if got := l.filtered(in); got != tt.want {
			t.Errorf("FilterLogEvents(%s, %q, unmask %t) = %q, want %q", tt.group, tt.pattern, tt.unmask, got, tt.want)
		}
		if tt.pattern == "" {
			in := getInput(tt.group, "s")
			in.Unmask = tt.unmask
			if got, _ := l.got(in); got != tt.want {
				t.Errorf("GetLogEvents(%s, unmask %t) = %q, want %q", tt.group, tt.unmask, got, tt.want)
			}
		}
	}
	if got, want := l.fields(&cloudwatchlogs.GetLogGroupFieldsInput{LogGroupName: aws.String("/lens")}), "f"; !strings.Contains(got, want) {
		t.Errorf("GetLogGroupFields = %s, want the field %s", got, want)
	}
	out, err := l.DescribeLogGroups(l.ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
	l.must(err)
	if g := out.LogGroups[0]; g.DataProtectionStatus != types.DataProtectionStatusActivated || len(g.InheritedProperties) != 1 {
		t.Errorf("DescribeLogGroups = %+v, want an active policy of the account", g)
	}
}

// TestALensThatIsMissingShowsNothing checks that no event of a group leaves when its policies cannot be read.
func TestALensThatIsMissingShowsNothing(t *testing.T) {
	l := newLab(t)
	l.opts.Policies = starPolicies{}
	l.opts.Accepted = func(Accepted) { t.Error("events are accepted without a lens") }
	failed := 0
	l.opts.Hooks.SinkFailed = func(string, string, error) { failed++ }
	l.restart()
	l.addStream(l.addGroup("/broken", nil), "s")
	l.putTexts("/broken", "s", "banana")
	if failed != 1 {
		t.Errorf("%d failures were told, want 1", failed)
	}
	if out, err := l.GetLogEvents(l.ctx, getInput("/broken", "s")); err == nil {
		t.Errorf("GetLogEvents = %+v, want an error", out)
	}
	if out, err := l.FilterLogEvents(l.ctx, filterInput("/broken")); err == nil {
		t.Errorf("FilterLogEvents = %+v, want an error", out)
	}
}

// TestSweptKinds checks that what others keep of a group goes with it.
func TestSweptKinds(t *testing.T) {
	l := newLab(t)
	l.opts.Swept = []catalog.Kind{"swept"}
	l.restart()
	g := l.addGroup("g", nil)
	other := l.addGroup("other", nil)
	for _, p := range []*Group{g, other} {
		_, err := l.catalog.Write(l.ctx, catalog.Put(catalog.Entry{Key: g.scope("swept").Key(decimal(int64(p.Partition)))}, catalog.Absent))
		l.must(err)
	}
	_, err := l.DeleteLogGroup(l.ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("g")})
	l.must(err)
	l.must(l.sweep(l.ctx))
	page, err := l.catalog.List(l.ctx, catalog.Query{Scope: g.scope("swept"), Limit: 10})
	l.must(err)
	if len(page.Entries) != 1 || page.Entries[0].Name != decimal(int64(other.Partition)) {
		t.Errorf("what is left = %v, want that of the other group", page.Entries)
	}
}
