package policies

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// adding returns a transformer that parses JSON and adds a key.
func adding(key string) []types.Processor {
	return []types.Processor{
		{ParseJSON: &types.ParseJSON{}},
		{AddKeys: &types.AddKeys{Entries: []types.AddKeyEntry{{Key: &key, Value: aws.String("x")}}}},
	}
}

// fields returns the text that queries find the fields of an event in.
func (l *lab) fields(t *testing.T, group, message string, at time.Time) string {
	t.Helper()
	lens, err := l.Lens(l.ctx, mustGroup(t, group))
	if err != nil {
		t.Fatal(err)
	}
	if lens == nil {
		return message
	}
	return lens.See("s", message, at.UnixMilli(), false).Fields
}

// TestTransformersInTime checks that each event is transformed as the time says when it was stored, also after a restart.
func TestTransformersInTime(t *testing.T) {
	l := newLab(t)
	times := []time.Time{l.now}
	step := func(f func() error) {
		t.Helper()
		l.tick()
		if err := f(); err != nil {
			t.Fatal(err)
		}
		times = append(times, l.now)
	}
	const document = `[{"parseJSON":{}},{"addKeys":{"entries":[{"key":"account","value":"x"}]}}]`
	step(func() error {
		return l.account(t, types.PolicyTypeTransformerPolicy, "p", document, `LogGroupNamePrefix IN ["/app"]`)
	})
	step(func() error {
		_, err := l.PutTransformer(l.ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: aws.String("/app"), TransformerConfig: adding("own")})
		return err
	})
	step(func() error {
		_, err := l.PutTransformer(l.ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: aws.String("/app"), TransformerConfig: adding("newer")})
		return err
	})
	got, err := l.GetTransformer(l.ctx, &cloudwatchlogs.GetTransformerInput{LogGroupIdentifier: aws.String("/app")})
	if err != nil || *got.TransformerConfig[1].AddKeys.Entries[0].Key != "newer" || *got.CreationTime != times[2].UnixMilli() || *got.LastModifiedTime != times[3].UnixMilli() {
		t.Errorf("GetTransformer = %+v, %v", got, err)
	}
	deleted := &cloudwatchlogs.DeleteTransformerInput{LogGroupIdentifier: aws.String("/app")}
	step(func() error { _, err := l.DeleteTransformer(l.ctx, deleted); return err })
	step(func() error {
		_, err := l.DeleteAccountPolicy(l.ctx, &cloudwatchlogs.DeleteAccountPolicyInput{PolicyName: aws.String("p"), PolicyType: types.PolicyTypeTransformerPolicy})
		return err
	})
	for range 2 {
		for i, want := range []string{`{}`, `{"account":"x"}`, `{"own":"x"}`, `{"newer":"x"}`, `{"account":"x"}`, `{}`} {
			if got := l.fields(t, "/app", `{}`, times[i]); got != want {
				t.Errorf("second %d: %s, want %s", i, got, want)
			}
		}
		if got := l.fields(t, "/audit", `{}`, times[2]); got != `{}` {
			t.Errorf("a group that the policy does not cover: %s, want {}", got)
		}
		if got := l.fields(t, "/app/sub", `{}`, times[2]); got != `{"account":"x"}` {
			t.Errorf("a group that the policy covers: %s, want account", got)
		}
		l.open()
	}
	if _, err := l.DeleteTransformer(l.ctx, deleted); code(err) != "ResourceNotFoundException" {
		t.Errorf("a second DeleteTransformer = %v, want ResourceNotFoundException", err)
	}
	if got, err := l.GetTransformer(l.ctx, &cloudwatchlogs.GetTransformerInput{LogGroupIdentifier: aws.String("/app")}); err != nil || got.TransformerConfig != nil {
		t.Errorf("GetTransformer of none = %+v, %v, want nothing", got, err)
	}
}

// TestLargeTransformers changes a long configuration more often than the catalog could keep.
func TestLargeTransformers(t *testing.T) {
	l := newLab(t)
	entries := make([]types.SubstituteStringEntry, 10)
	for i := range entries {
		entries[i] = types.SubstituteStringEntry{
			Source: aws.String(strings.Repeat("s", 128)), From: aws.String(strings.Repeat("f", 128)), To: aws.String(strings.Repeat("t", 128)),
		}
	}
	config := adding("k")
	for len(config) < 20 {
		config = append(config, types.Processor{SubstituteString: &types.SubstituteString{Entries: entries}})
	}
	before := l.now
	for i := range maxSpans + 2 {
		l.tick()
		config[1] = adding(fmt.Sprint(i))[1]
		if _, err := l.PutTransformer(l.ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: aws.String("/app"), TransformerConfig: config}); err != nil {
			t.Fatalf("PutTransformer for the time %d = %v", i+1, err)
		}
	}
	if got, want := l.fields(t, "/app", `{}`, l.now), fmt.Sprintf(`{"%d":"x"}`, maxSpans+1); got != want {
		t.Errorf("a new event: %s, want %s", got, want)
	}
	if got := l.fields(t, "/app", `{}`, before); got != `{}` {
		t.Errorf("an event before the transformer: %s, want {}", got)
	}
	if got := l.fields(t, "/app", `{}`, before.Add(time.Second)); got == `{}` {
		t.Error("an event under the first configuration is not transformed any more")
	}
}

// TestOtherSelectionCriteria checks that events stay transformed as they were when their policy is made one for other groups.
func TestOtherSelectionCriteria(t *testing.T) {
	l := newLab(t)
	const document = `[{"parseJSON":{}},{"addKeys":{"entries":[{"key":"k","value":"x"}]}}]`
	put := func(only string) time.Time {
		t.Helper()
		l.tick()
		if err := l.account(t, types.PolicyTypeTransformerPolicy, "p", document, only); err != nil {
			t.Fatal(err)
		}
		return l.now
	}
	first, second := put(`LogGroupNamePrefix IN ["/app"]`), put(`LogGroupNamePrefix IN ["/audit"]`)
	for _, tt := range []struct {
		group string
		at    time.Time
		want  string
	}{{"/app", first, `{"k":"x"}`}, {"/app", second, `{}`}, {"/audit", first, `{}`}, {"/audit", second, `{"k":"x"}`}} {
		if got := l.fields(t, tt.group, `{}`, tt.at); got != tt.want {
			t.Errorf("an event of %s at %v: %s, want %s", tt.group, tt.at.Sub(first), got, tt.want)
		}
	}
}

// TestTransformersSeeNothingSensitive checks that what is hidden stays so in transformed events, whatever their keys are called then.
func TestTransformersSeeNothingSensitive(t *testing.T) {
	l := newLab(t)
	l.protect(t, "/app", policy("", "Ssn-US"))
	config := []types.Processor{{ParseJSON: &types.ParseJSON{}}, {RenameKeys: &types.RenameKeys{Entries: []types.RenameKeyEntry{{Key: aws.String("ssn"), RenameTo: aws.String("id")}}}}}
	if _, err := l.PutTransformer(l.ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: aws.String("/app"), TransformerConfig: config}); err != nil {
		t.Fatal(err)
	}
	lens, err := l.Lens(l.ctx, mustGroup(t, "/app"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, transformed := lens.Took(l.ctx, "s", []string{`{"ssn":"078-05-1121"}`, "no JSON"}, l.now.UnixMilli())
	if got, want := strings.Join(hidden, " "), `{"ssn":"***********"} no JSON`; got != want {
		t.Errorf("hidden = %s, want %s", got, want)
	}
	if got, want := strings.Join(transformed, " "), `{"id":"***********"} no JSON`; got != want {
		t.Errorf("transformed = %s, want %s", got, want)
	}
	if l.counts != [2]int{2, 1} {
		t.Errorf("%v events and errors, want 2 and 1", l.counts)
	}
	if seen := lens.See("s", "no JSON", l.now.UnixMilli(), false); seen.Problem == "" || seen.Transformed || seen.Fields != "no JSON" {
		t.Errorf("See of what cannot be transformed = %+v", seen)
	}
	if seen := lens.See("s", `{"ssn":"078-05-1121"}`, l.now.UnixMilli(), true); seen.Fields != `{"id":"078-05-1121"}` || seen.Text != `{"ssn":"078-05-1121"}` {
		t.Errorf("See unmasked = %+v", seen)
	}
}

// TestTransformersMakeNothingSensitive checks that what a transformer puts together is hidden if it is sensitive then.
func TestTransformersMakeNothingSensitive(t *testing.T) {
	l := newLab(t)
	l.protect(t, "/app", policy("", "EmailAddress"))
	config := []types.Processor{{ParseJSON: &types.ParseJSON{}}, {SubstituteString: &types.SubstituteString{Entries: []types.SubstituteStringEntry{
		{Source: aws.String("mail"), From: aws.String(" at "), To: aws.String("@")},
	}}}}
	if _, err := l.PutTransformer(l.ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: aws.String("/app"), TransformerConfig: config}); err != nil {
		t.Fatal(err)
	}
	const message, want = `{"mail":"jo at example.com"}`, `{"mail":"**************"}`
	if got := l.fields(t, "/app", message, l.now); got != want {
		t.Errorf("fields = %s, want %s", got, want)
	}
	lens, err := l.Lens(l.ctx, mustGroup(t, "/app"))
	if err != nil {
		t.Fatal(err)
	}
	if hidden, transformed := lens.Took(l.ctx, "s", []string{message}, l.now.UnixMilli()); hidden[0] != message || transformed[0] != want {
		t.Errorf("Took = %s and %s, want %s and %s", hidden[0], transformed[0], message, want)
	}
	if seen := lens.See("s", message, l.now.UnixMilli(), true); seen.Fields != `{"mail":"jo@example.com"}` {
		t.Errorf("See unmasked = %s, want the address", seen.Fields)
	}
}

func TestTransformersRefused(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		name, group string
		config      []types.Processor
		code        string
	}{
		{"a group that is not there", "/missing", adding("a"), "ResourceNotFoundException"},
		{"a group of another class", "/rare", adding("a"), "InvalidOperationException"},
		{"no parser", "/app", adding("a")[1:], "InvalidParameterException"},
	} {
		if _, err := l.PutTransformer(l.ctx, &cloudwatchlogs.PutTransformerInput{LogGroupIdentifier: &tt.group, TransformerConfig: tt.config}); code(err) != tt.code {
			t.Errorf("%s: PutTransformer = %v, want %s", tt.name, err, tt.code)
		}
	}
	if _, err := l.TestTransformer(l.ctx, &cloudwatchlogs.TestTransformerInput{TransformerConfig: adding("a")}); code(err) != "InvalidParameterException" {
		t.Errorf("TestTransformer without messages = %v, want InvalidParameterException", err)
	}
	out, err := l.TestTransformer(l.ctx, &cloudwatchlogs.TestTransformerInput{TransformerConfig: adding("a"), LogEventMessages: []string{`{}`, "x"}})
	if err != nil || len(out.TransformedLogs) != 2 || *out.TransformedLogs[0].TransformedEventMessage != `{"a":"x"}` || out.TransformedLogs[1].TransformedEventMessage != nil {
		t.Errorf("TestTransformer = %+v, %v", out, err)
	}
}
