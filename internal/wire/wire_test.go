package wire

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	metrics "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	pipes "github.com/aws/aws-sdk-go-v2/service/pipes/types"
	traces "github.com/aws/aws-sdk-go-v2/service/xray/types"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
)

func loadModel(t *testing.T, service string) *model.Service {
	t.Helper()
	s, err := model.Load(service)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPlansAreSharedAndSafe(t *testing.T) {
	s := loadModel(t, "cloudwatchlogs")
	var c Compiler
	plans := make([]*Plan, 8)
	var wg sync.WaitGroup
	for i := range plans {
		wg.Go(func() {
			p, err := c.Plan(s.Operations["PutTransformer"].Input, reflect.TypeFor[*cloudwatchlogs.PutTransformerInput]())
			if err != nil {
				t.Error(err)
			}
			plans[i] = p
		})
	}
	wg.Wait()
	for _, p := range plans {
		if p != plans[0] {
			t.Errorf("Plan = %p, want %p, the first one", p, plans[0])
		}
	}
	if f := plans[0].Field([]byte("logGroupIdentifier")); f == nil || !f.Pointer || f.Plan.Kind != String {
		t.Errorf("logGroupIdentifier = %+v, want a pointer to a text", f)
	}
	if f := plans[0].Field([]byte("ResultMetadata")); f != nil {
		t.Errorf("ResultMetadata = %+v, want none: it is the SDK's own", f)
	}
}

func TestPlanRefusesWhatCannotHoldTheShape(t *testing.T) {
	shapes, err := model.Parse([]byte(`{"service":"x","shapes":{"S":{"t":"structure","m":{"a":{"s":"smithy.api#String"},"b":{"s":"L"}}},
		"L":{"t":"list","of":"S"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		t    reflect.Type
		want string
	}{
		{reflect.TypeFor[struct{ A *string }](), ""},
		{reflect.TypeFor[struct{ A *int32 }](), "member a"},
		{reflect.TypeFor[struct{ B []string }](), "member b"},
		{reflect.TypeFor[string](), "plan S in string"},
	} {
		var c Compiler
		for range 2 { // a failure leaves nothing behind
			_, err := c.Plan(shapes.Shapes["S"], tt.t)
			if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || !errors.Is(err, errMismatch)) {
				t.Errorf("Plan(S, %s) = %v, want %q", tt.t, err, tt.want)
			}
		}
	}
}

// TestUnions checks that each union of the models has a struct for each of its members.
func TestUnions(t *testing.T) {
	for _, iface := range unionTypes {
		for _, v := range variants(iface) {
			if !reflect.PointerTo(v).Implements(iface) {
				t.Errorf("variants(%s): %s does not implement it", iface, v)
			}
		}
	}
	for _, id := range model.IDs() {
		for _, shape := range loadModel(t, id).Shapes {
			if shape.Type != model.Union || shape.EventStream {
				continue
			}
			for _, m := range shape.Members {
				if !inTable(shape.Name, m.Name) {
					t.Errorf("%s: union %s has no struct for member %s", id, shape.Name, m.Name)
				}
			}
		}
	}
}

// unionTypes are the interfaces that variants knows.
var unionTypes = []reflect.Type{
	reflect.TypeFor[metrics.EvaluationCriteria](), reflect.TypeFor[metrics.EvaluationWindow](),
	reflect.TypeFor[logs.IntegrationDetails](), reflect.TypeFor[logs.ResourceConfig](),
	reflect.TypeFor[logs.StartLiveTailResponseStream](),
	reflect.TypeFor[pipes.MQBrokerAccessCredentials](), reflect.TypeFor[pipes.MSKAccessCredentials](),
	reflect.TypeFor[pipes.SelfManagedKafkaAccessConfigurationCredentials](),
	reflect.TypeFor[traces.AnnotationValue](), reflect.TypeFor[traces.IndexingRuleValue](),
	reflect.TypeFor[traces.IndexingRuleValueUpdate](),
}

// inTable tells whether some union of that name has the member.
func inTable(union, member string) bool {
	for _, iface := range unionTypes {
		if iface.Name() == union && sdkUnions(nil, iface, member) != nil {
			return true
		}
	}
	return false
}

func TestTable(t *testing.T) {
	s := loadModel(t, "cloudwatchlogs")
	create := op.New("CreateLogGroup", func(_ context.Context, in *cloudwatchlogs.CreateLogGroupInput) (*cloudwatchlogs.CreateLogGroupOutput, error) {
		return nil, fmt.Errorf("got %s", *in.LogGroupName)
	})
	table, err := NewTable([]*model.Service{s}, []op.Operation{create}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := table.ByTarget("Logs_20140328", "CreateLogGroup")
	if err != nil || o.Service != s || o.Facts.Name != "CreateLogGroup" || !o.Facts.NoOutput {
		t.Fatalf("ByTarget = %+v, %v", o, err)
	}
	in := o.New().(*cloudwatchlogs.CreateLogGroupInput)
	in.LogGroupName = aws.String("g")
	if _, err := o.Call(t.Context(), in); err == nil || err.Error() != "got g" {
		t.Errorf("Call = %v, want the function's error", err)
	}
	if _, err := o.Call(t.Context(), "g"); err == nil {
		t.Error("Call of another input succeeds")
	}
	for _, name := range []string{"DeleteLogGroup", "", "createLogGroup"} {
		if _, err := table.ByTarget("Logs_20140328", name); fault.Of(err).Code != "UnknownOperationException" {
			t.Errorf("ByTarget(%q) = %v, want UnknownOperationException", name, err)
		}
	}
	if _, err := table.ByTarget("", "CreateLogGroup"); err == nil {
		t.Error("ByTarget without a service succeeds")
	}
	for name, o := range map[string]op.Operation{
		"an operation that the model lacks": {Service: "cloudwatchlogs", Name: "X", In: create.In, Out: create.Out},
		"a service that is not there":       {Service: "kms", Name: "Encrypt", In: create.In, Out: create.Out},
		"a type that cannot hold the input": {Service: "cloudwatchlogs", Name: "CreateLogGroup", In: reflect.TypeFor[int](), Out: create.Out},
	} {
		if _, err := NewTable([]*model.Service{s}, []op.Operation{o}, nil); err == nil {
			t.Errorf("NewTable with %s succeeds", name)
		}
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2019, 12, 16, 23, 48, 18, 123_000_000, time.UTC)
	whole := at.Truncate(time.Second)
	for _, tt := range []struct {
		format, text string
		want         time.Time
		back         string // what AppendTime makes of it, "" if the same
	}{
		{DateTime, "2019-12-16T23:48:18.123Z", at, ""},
		{DateTime, "2019-12-16T23:48:18Z", whole, ""},
		{DateTime, "2019-12-16t23:48:18.123z", at, "2019-12-16T23:48:18.123Z"},
		{HTTPDate, "Mon, 16 Dec 2019 23:48:18 GMT", whole, ""},
		{HTTPDate, "Mon, 16 Dec 2019 23:48:18.123 GMT", at, ""},
		{EpochSeconds, "1576540098.123", at, ""},
		{EpochSeconds, "1576540098", whole, ""},
		{EpochSeconds, "1.576540098E9", whole, "1576540098"},
		{EpochSeconds, "-0.5", time.UnixMilli(-500).UTC(), ""},
		{EpochSeconds, "253402300799", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), ""},
	} {
		got, ok := ParseTime(tt.format, tt.text)
		if !ok || !got.Equal(tt.want) {
			t.Errorf("ParseTime(%s, %s) = %v, %t, want %v", tt.format, tt.text, got, ok, tt.want)
		}
		if tt.back == "" {
			tt.back = tt.text
		}
		if b := AppendTime(nil, tt.format, tt.want); string(b) != tt.back {
			t.Errorf("AppendTime(%s, %v) = %s, want %s", tt.format, tt.want, b, tt.back)
		}
	}
	for _, tt := range []struct{ format, text string }{
		{DateTime, "2019-12-16T23:48:18+01:00"}, {DateTime, "2019-12-16"}, {DateTime, ""}, {DateTime, "1576540098"},
		{HTTPDate, "2019-12-16T23:48:18Z"}, {EpochSeconds, "x"}, {EpochSeconds, ""}, {EpochSeconds, "253402300800"},
		{EpochSeconds, "-62135596801"},
	} {
		if got, ok := ParseTime(tt.format, tt.text); ok {
			t.Errorf("ParseTime(%s, %q) = %v, want none", tt.format, tt.text, got)
		}
	}
	if got, ok := FromSeconds(math.NaN()); ok {
		t.Errorf("FromSeconds(NaN) = %v, want none", got)
	}
}

// A loop is the source of one value that never ends, to find the bounds.
type loop struct{ depth, entries int }

func (l *loop) Null(*Field) (bool, error) { return false, nil }
func (l *loop) Open(*Field) error         { l.depth++; return nil }
func (l *loop) Next(*Field) ([]byte, bool, error) {
	l.entries++
	return []byte("a"), true, nil
}
func (l *loop) Skip() error                  { return nil }
func (l *loop) Scalar(*Field, *Scalar) error { return nil }

func TestDecodeHasBounds(t *testing.T) {
	shapes, err := model.Parse([]byte(`{"service":"x","shapes":{"Deep":{"t":"structure","m":{"a":{"s":"Deep"}}},
		"Wide":{"t":"structure","m":{}},"Map":{"t":"map","k":"smithy.api#String","v":"smithy.api#Long"},
		"List":{"t":"list","of":"smithy.api#Long"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	type deep struct{ A *deep }
	for _, tt := range []struct {
		shape string
		t     reflect.Type
		want  loop // how far it came
	}{
		{"Deep", reflect.TypeFor[deep](), loop{MaxDepth, MaxDepth}},
		{"Wide", reflect.TypeFor[struct{}](), loop{1, MaxMembers + 1}},
		{"Map", reflect.TypeFor[map[string]int64](), loop{1, MaxMembers + 1}},
		{"List", reflect.TypeFor[[]int64](), loop{1, MaxGrown/8 + 1}},
	} {
		p, err := new(Compiler).Plan(shapes.Shapes[tt.shape], tt.t)
		if err != nil {
			t.Fatal(err)
		}
		src := &loop{}
		err = Decode(src, Root(p), reflect.New(tt.t).Elem())
		if fault.Of(err).Code != "SerializationException" || *src != tt.want {
			t.Errorf("Decode(%s) = %v after %+v, want a SerializationException after %+v", tt.shape, err, *src, tt.want)
		}
	}
}

func TestOnlyHidesTheOtherMembers(t *testing.T) {
	s := loadModel(t, "cloudwatchlogs")
	p, err := new(Compiler).Plan(s.Operations["CreateLogStream"].Input, reflect.TypeFor[cloudwatchlogs.CreateLogStreamInput]())
	if err != nil {
		t.Fatal(err)
	}
	q := p.Only(func(f *Field) bool { return f.Member.Name == "logStreamName" })
	if len(q.Fields) != 1 || q.Field([]byte("logStreamName")) == nil || q.Field([]byte("logGroupName")) != nil {
		t.Errorf("Only = %+v, want logStreamName alone", q.Fields)
	}
	if p.Field([]byte("logGroupName")) == nil {
		t.Error("Only changed the plan it was asked of")
	}
}

func TestLoadAndStoreScalars(t *testing.T) {
	s := loadModel(t, "cloudwatchlogs")
	p, err := new(Compiler).Plan(s.Operations["StartQuery"].Input, reflect.TypeFor[cloudwatchlogs.StartQueryInput]())
	if err != nil {
		t.Fatal(err)
	}
	in := cloudwatchlogs.StartQueryInput{Limit: aws.Int32(7), QueryLanguage: logs.QueryLanguageCwli}
	for _, tt := range []struct {
		member string
		want   Scalar
		ok     bool
	}{
		{"limit", Scalar{Int: 7}, true},
		{"queryLanguage", Scalar{Text: "CWLI"}, true},
		{"queryString", Scalar{}, false},
	} {
		f := p.Field([]byte(tt.member))
		got, ok := Load(f, f.Get(reflect.ValueOf(in)))
		if ok != tt.ok || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Load(%s) = %+v, %t, want %+v, %t", tt.member, got, ok, tt.want, tt.ok)
		}
	}
	limit := p.Field([]byte("limit"))
	at := reflect.ValueOf(in.Limit).Elem()
	if err := Store(limit, at, &Scalar{Int: math.MaxInt32}); err != nil || *in.Limit != math.MaxInt32 {
		t.Errorf("Store(limit, the largest) = %v, and it is %d", err, *in.Limit)
	}
	if err := Store(limit, at, &Scalar{Int: math.MaxInt32 + 1}); err == nil {
		t.Error("Store(limit, the largest + 1) succeeds")
	}
}
