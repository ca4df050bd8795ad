package policies

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

const fieldPolicy = `{"Fields":["requestId"]}`

func TestAccountPoliciesRefused(t *testing.T) {
	l := newLab(t)
	const extraction = `{"EmbeddedMetricFormat":{"Status":"Disabled"}}`
	const subscription = `{"DestinationArn":"arn:aws:lambda:eu-central-1:123456789012:function:f","FilterPattern":""}`
	for _, tt := range []struct {
		name, policy   string
		kind           types.PolicyType
		document, only string
		code           string // "" if it is taken
	}{
		{"a name of AWS's", "aws/x", types.PolicyTypeFieldIndexPolicy, fieldPolicy, "", "InvalidParameterException"},
		{"no name", "", types.PolicyTypeFieldIndexPolicy, fieldPolicy, "", "InvalidParameterException"},
		{"a type that there is not", "p", "OTHER", fieldPolicy, "", "InvalidParameterException"},
		{"data protection of some groups", "p", types.PolicyTypeDataProtectionPolicy, policy("", "EmailAddress"), `LogGroupNamePrefix IN ["a"]`, "InvalidParameterException"},
		{"no such identifier", "p", types.PolicyTypeDataProtectionPolicy, policy("", "Nothing"), "", "InvalidParameterException"},
		{"criteria of no known form", "p", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `LogGroupNamePrefix = "a"`, "InvalidParameterException"},
		{"criteria of another type", "p", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `LogGroupName NOT IN ["a"]`, "InvalidParameterException"},
		{"criteria with an empty list", "p", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `LogGroupNamePrefix IN []`, "InvalidParameterException"},
		{"criteria that are too long", "p", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `LogGroupNamePrefix IN ["` + strings.Repeat("a", maxCriteria) + `"]`, "InvalidParameterException"},
		{"data sources", "p", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `DataSourceName IN ["a"] AND DataSourceType IN ["b"]`, "InvalidParameterException"},
		{"a prefix", "p", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `LogGroupNamePrefix IN ["my-log"]`, ""},
		{"a prefix within it", "q", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `LogGroupNamePrefix IN ["my-logging"]`, "InvalidParameterException"},
		{"all groups beside it", "q", types.PolicyTypeFieldIndexPolicy, fieldPolicy, "", "InvalidParameterException"},
		{"another prefix", "q", types.PolicyTypeFieldIndexPolicy, fieldPolicy, `LogGroupNamePrefix IN ["other"]`, ""},
		{"a transformer with a mistake", "p", types.PolicyTypeTransformerPolicy, `[{"parseXML":{}}]`, "", "InvalidParameterException"},
		{"a subscription", "p", types.PolicyTypeSubscriptionFilterPolicy, subscription, `LogGroupName NOT IN ["/loop"]`, ""},
		{"a second subscription", "q", types.PolicyTypeSubscriptionFilterPolicy, subscription, "", "LimitExceededException"},
		{"a subscription without destination", "p", types.PolicyTypeSubscriptionFilterPolicy, `{"FilterPattern":""}`, "", "InvalidParameterException"},
		{"metric extraction", "p", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupName IN ["a"]`, ""},
		{"metric extraction of all but some, which the other one is about", "q", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupNamePrefix NOT IN ["/aws/containerinsights","a"]`, ""},
		{"metric extraction of all but some twice", "r", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupName NOT IN ["b"]`, "InvalidParameterException"},
		{"metric extraction of what is left out", "r", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupNamePrefix IN ["/aws/containerinsights/x"]`, ""},
		{"metric extraction of more than is left out", "s", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupNamePrefix IN ["/aws/c"]`, "InvalidParameterException"},
		{"metric extraction of a name that is not left out", "s", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupName IN ["/b"]`, "InvalidParameterException"},
		{"metric extraction of 50 names", "s", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupName IN ["ab0` + strings.Repeat(`","ab1`, 49) + `"]`, ""},
		{"metric extraction of 51 names", "t", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupName IN ["ac0` + strings.Repeat(`","ac1`, 50) + `"]`, "InvalidParameterException"},
		{"a fifth metric extraction", "t", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupName IN ["ad"]`, ""},
		{"a sixth metric extraction", "u", types.PolicyTypeMetricExtractionPolicy, extraction, `LogGroupName IN ["ae"]`, "LimitExceededException"},
		{"a policy with more behind it", "w", types.PolicyTypeFieldIndexPolicy, fieldPolicy + "}", `LogGroupNamePrefix IN ["w"]`, "InvalidParameterException"},
		{"metric extraction of another status", "q", types.PolicyTypeMetricExtractionPolicy, `{"EmbeddedMetricFormat":{"Status":"Maybe"}}`, "", "InvalidParameterException"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := l.account(t, tt.kind, tt.policy, tt.document, tt.only)
			if got := code(err); err == nil && tt.code != "" || err != nil && got != tt.code {
				t.Errorf("PutAccountPolicy(%s, %q, %s, %s) = %v, want %q", tt.kind, tt.policy, tt.document, tt.only, err, tt.code)
			}
		})
	}
}

// TestAccountPoliciesPutAtOnce checks that of policies for the same groups one is taken.
func TestAccountPoliciesPutAtOnce(t *testing.T) {
	l := newLab(t)
	var all sync.WaitGroup
	var taken atomic.Int32
	for i := range 16 {
		all.Go(func() {
			if l.account(t, types.PolicyTypeFieldIndexPolicy, fmt.Sprint(i), fieldPolicy, `LogGroupNamePrefix IN ["a"]`) == nil {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if n := taken.Load(); n != 1 {
		t.Errorf("%d overlapping policies were taken, want 1", n)
	}
}

func TestAccountPolicyLimit(t *testing.T) {
	l := newLab(t)
	for i := range maxScoped + 1 {
		err := l.account(t, types.PolicyTypeFieldIndexPolicy, fmt.Sprintf("p%02d", i), fieldPolicy, fmt.Sprintf(`LogGroupNamePrefix IN ["g%02d"]`, i))
		if (err != nil) != (i == maxScoped) {
			t.Errorf("policy %d: %v", i, err)
		}
	}
	if err := l.account(t, types.PolicyTypeFieldIndexPolicy, "p00", fieldPolicy, `LogGroupNamePrefix IN ["x"]`); err != nil {
		t.Errorf("replacing one of the most that there may be: %v", err)
	}
}

func TestAccountPoliciesAreListed(t *testing.T) {
	l := newLab(t)
	for i := range accountPage / 2 {
		if err := l.account(t, types.PolicyTypeFieldIndexPolicy, fmt.Sprintf("p%02d", i), fieldPolicy, fmt.Sprintf(`LogGroupNamePrefix IN ["g%02d"]`, i)); err != nil && i < maxScoped {
			t.Fatal(err)
		}
	}
	in := &cloudwatchlogs.DescribeAccountPoliciesInput{PolicyType: types.PolicyTypeFieldIndexPolicy}
	out, err := l.DescribeAccountPolicies(l.ctx, in)
	if err != nil || len(out.AccountPolicies) != maxScoped || out.NextToken != nil {
		t.Fatalf("DescribeAccountPolicies = %d policies, %v, %v, want %d", len(out.AccountPolicies), out.NextToken, err, maxScoped)
	}
	p := out.AccountPolicies[3]
	if *p.PolicyName != "p03" || *p.AccountId != account || p.Scope != types.ScopeAll || *p.PolicyDocument != fieldPolicy || *p.SelectionCriteria != `LogGroupNamePrefix IN ["g03"]` {
		t.Errorf("policy 3 = %+v", p)
	}
	in.PolicyName = aws.String("p07")
	if out, err := l.DescribeAccountPolicies(l.ctx, in); err != nil || len(out.AccountPolicies) != 1 {
		t.Errorf("DescribeAccountPolicies of one = %+v, %v", out, err)
	}
	if _, err := l.DeleteAccountPolicy(l.ctx, &cloudwatchlogs.DeleteAccountPolicyInput{PolicyName: aws.String("p07"), PolicyType: in.PolicyType}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.DescribeAccountPolicies(l.ctx, in); code(err) != "ResourceNotFoundException" {
		t.Errorf("DescribeAccountPolicies of a deleted one = %v, want ResourceNotFoundException", err)
	}
	if _, err := l.DeleteAccountPolicy(l.ctx, &cloudwatchlogs.DeleteAccountPolicyInput{PolicyName: aws.String("p07"), PolicyType: in.PolicyType}); code(err) != "ResourceNotFoundException" {
		t.Errorf("a second DeleteAccountPolicy = %v, want ResourceNotFoundException", err)
	}
	in = &cloudwatchlogs.DescribeAccountPoliciesInput{PolicyType: types.PolicyTypeFieldIndexPolicy, NextToken: aws.String("x")}
	if _, err := l.DescribeAccountPolicies(l.ctx, in); code(err) != "InvalidParameterException" {
		t.Errorf("a token that is none = %v, want InvalidParameterException", err)
	}
}

// TestTimesOfFieldIndexes checks which times are told of fields: none of those that no event has, and of events that were stored before the index.
func TestTimesOfFieldIndexes(t *testing.T) {
	l := newLab(t)
	put := func(document string) {
		t.Helper()
		if _, err := l.PutIndexPolicy(l.ctx, &cloudwatchlogs.PutIndexPolicyInput{LogGroupIdentifier: aws.String("/app"), PolicyDocument: &document}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(step, group, want string) {
		t.Helper()
		out, err := l.DescribeFieldIndexes(l.ctx, &cloudwatchlogs.DescribeFieldIndexesInput{
			LogGroupIdentifiers: []string{group}, IndexCategories: []types.IndexCategory{types.IndexCategoryCustom, types.IndexCategoryInactive},
		})
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		got := ""
		for _, f := range out.FieldIndexes {
			got += fmt.Sprintf(" %s:%d-%d/%d", *f.FieldIndexName, aws.ToInt64(f.FirstEventTime), aws.ToInt64(f.LastEventTime), aws.ToInt64(f.LastScanTime))
		}
		if got != want {
			t.Errorf("%s: DescribeFieldIndexes(%s) =%s, want%s", step, group, got, want)
		}
	}
	put(`{"Fields":["a","b"]}`)
	want("two fields", "/app", " a:100-200/1000500 b:0-0/1000500")
	l.tick()
	put(`{"Fields":["a","requestId"]}`)
	want("a field of before, and one that was not stored since", "/app", " a:100-200/1000500 requestId:0-0/1000500 b:0-0/0")
	put(`{"Fields":["requestId"]}`)
	put(`{"Fields":["a"]}`)
	want("a field that was out for a while", "/app", " a:0-0/1000500 requestId:0-0/0 b:0-0/0")
	if _, err := l.PutIndexPolicy(l.ctx, &cloudwatchlogs.PutIndexPolicyInput{LogGroupIdentifier: aws.String("/audit"), PolicyDocument: aws.String(`{"Fields":["a"]}`)}); err != nil {
		t.Fatal(err)
	}
	want("a group without events", "/audit", " a:0-0/0")
}

// TestWrongTypesInDocuments checks that a document with a value of a wrong type is refused in words of JSON.
func TestWrongTypesInDocuments(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct{ document, want string }{
		{`{"Fields":"x"}`, "The field index policy is invalid: Fields is of type string."},
		{`{"FieldsV2":{"a":{"type":5}}}`, "The field index policy is invalid: FieldsV2.type is of type number."},
		{`[]`, "The field index policy is invalid: it is of type array."},
	} {
		_, err := l.PutIndexPolicy(l.ctx, &cloudwatchlogs.PutIndexPolicyInput{LogGroupIdentifier: aws.String("/app"), PolicyDocument: &tt.document})
		if e, ok := errors.AsType[*types.InvalidParameterException](err); !ok || *e.Message != tt.want {
			t.Errorf("PutIndexPolicy(%s) = %v, want %s", tt.document, err, tt.want)
		}
	}
}

func TestIndexPolicies(t *testing.T) {
	l := newLab(t)
	put := func(document string) error {
		_, err := l.PutIndexPolicy(l.ctx, &cloudwatchlogs.PutIndexPolicyInput{LogGroupIdentifier: aws.String("/app"), PolicyDocument: &document})
		return err
	}
	many := `{"Fields":["a"` + strings.Repeat(`,"b"`, 20) + `]}`
	for i := range 20 {
		many = strings.Replace(many, `"b"`, fmt.Sprintf(`"c%d"`, i), 1)
	}
	for _, bad := range []string{`{}`, `{"Fields":[]}`, `{"Fields":["a","a"]}`, `{"Fields":["a"],"FieldsV2":{"a":{"type":"FACET"}}}`, `{"FieldsV2":{"a":{"type":"X"}}}`,
		`{"Fields":[""]}`, `{"Fields":["` + strings.Repeat("a", maxIndexName+1) + `"]}`, many, `{"Field":["a"]}`, `[`} {
		if err := put(bad); code(err) != "InvalidParameterException" {
			t.Errorf("PutIndexPolicy(%s) = %v, want InvalidParameterException", bad, err)
		}
	}
	list := func() (policies, fields string) {
		t.Helper()
		p, err := l.DescribeIndexPolicies(l.ctx, &cloudwatchlogs.DescribeIndexPoliciesInput{LogGroupIdentifiers: []string{"/app", "/app"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.IndexPolicies {
			policies += string(x.Source) + *x.PolicyDocument
		}
		f, err := l.DescribeFieldIndexes(l.ctx, &cloudwatchlogs.DescribeFieldIndexesInput{
			LogGroupIdentifiers: []string{"/app"}, IndexCategories: []types.IndexCategory{types.IndexCategoryCustom, types.IndexCategoryInactive},
		})
		if err != nil {
			t.Fatal(err)
		}
		var active []string
		for _, x := range f.FieldIndexes {
			if x.IndexCategory == types.IndexCategoryCustom {
				active = append(active, *x.FieldIndexName)
			}
			fields += " " + *x.FieldIndexName + ":" + string(x.IndexCategory) + ":" + string(x.Type)
		}
		if got, err := l.Indexed(l.ctx, mustGroup(t, "/app")); err != nil || fmt.Sprint(got) != fmt.Sprint(append(slices.Clone(defaultIndexes), active...)) {
			t.Errorf("Indexed = %v, %v, want the default ones and %v", got, err, active)
		}
		return policies, fields
	}
	want := func(step, wantPolicies, wantFields string) {
		t.Helper()
		if p, f := list(); p != wantPolicies || f != wantFields {
			t.Errorf("%s: %s,%s want %s,%s", step, p, f, wantPolicies, wantFields)
		}
	}
	want("no policy", "", "")
	if err := l.account(t, types.PolicyTypeFieldIndexPolicy, "p", fieldPolicy, ""); err != nil {
		t.Fatal(err)
	}
	want("the account's", "ACCOUNT"+fieldPolicy, " requestId:CUSTOM:FIELD_INDEX")
	own := `{"Fields":["a"],"FieldsV2":{"b":{"type":"FACET"}}}`
	if err := put(own); err != nil {
		t.Fatal(err)
	}
	want("its own", "LOG_GROUP"+own, " a:CUSTOM:FIELD_INDEX b:CUSTOM:FACET")
	if err := put(`{"Fields":["b"]}`); err != nil {
		t.Fatal(err)
	}
	want("another one", `LOG_GROUP{"Fields":["b"]}`, " b:CUSTOM:FIELD_INDEX a:INACTIVE:FIELD_INDEX")
	if _, err := l.DeleteIndexPolicy(l.ctx, &cloudwatchlogs.DeleteIndexPolicyInput{LogGroupIdentifier: aws.String("/app")}); err != nil {
		t.Fatal(err)
	}
	want("deleted", "ACCOUNT"+fieldPolicy, " requestId:CUSTOM:FIELD_INDEX b:INACTIVE:FIELD_INDEX a:INACTIVE:FIELD_INDEX")
	if _, err := l.DeleteIndexPolicy(l.ctx, &cloudwatchlogs.DeleteIndexPolicyInput{LogGroupIdentifier: aws.String("/app")}); code(err) != "ResourceNotFoundException" {
		t.Errorf("a second DeleteIndexPolicy = %v, want ResourceNotFoundException", err)
	}
	all, err := l.DescribeFieldIndexes(l.ctx, &cloudwatchlogs.DescribeFieldIndexesInput{LogGroupIdentifiers: []string{"/app"}})
	if err != nil || len(all.FieldIndexes) != len(defaultIndexes)+3 {
		t.Errorf("DescribeFieldIndexes of all categories = %d, %v, want %d", len(all.FieldIndexes), err, len(defaultIndexes)+3)
	}
}
