package gateway

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/xray"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/sigv4"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/awsjson"
	"github.com/groundwatch/groundwatch/internal/wire/awsquery"
	"github.com/groundwatch/groundwatch/internal/wire/restjson"
	"github.com/groundwatch/groundwatch/internal/wire/rpccbor"
)

const (
	testKey    = "AKIDGROUNDWATCH00001"
	testSecret = "secret/of/the/test"
	account    = "123456789012"
)

type testKeys map[string]sigv4.Credential

func (k testKeys) Secret(_ context.Context, id string) (sigv4.Credential, error) {
	c, ok := k[id]
	if !ok {
		return sigv4.Credential{}, fault.New(fault.NotFound, "NoSuchKey", "no key %s", id)
	}
	return c, nil
}

// A server is a gateway with a few small operations behind HTTP, and what it told of.
type server struct {
	*httptest.Server
	clock   *clock
	gateway *gateway

	mu struct {
		sync.Mutex
		calls   []Call
		callers []caller.Caller
	}
}

// A clock can be moved.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// serve starts a server. With auth, requests must be signed with testKey.
func serve(t *testing.T, auth bool, change func(*Options)) *server {
	t.Helper()
	s := &server{clock: &clock{}}
	table := newTable(t, s)
	o := Options{
		Table: table, Codecs: []wire.Codec{awsjson.New(table), rpccbor.New(table), awsquery.New(table), restjson.New(table)}, Account: "000000000000", Region: "us-east-1",
		Now: s.clock.now, Finished: s.finished,
	}
	if auth {
		keys := testKeys{testKey: {Secret: testSecret, Account: account}}
		o.Verifier = sigv4.New(keys, sigv4.Options{Now: s.clock.now, Service: SigningName})
	}
	if change != nil {
		change(&o)
	}
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	g, ok := h.(*gateway)
	if !ok {
		t.Fatalf("New = %T, want a *gateway", h)
	}
	s.gateway = g
	s.Server = httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func (s *server) finished(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.calls = append(s.mu.calls, c)
}

// last returns the call that finished last.
func (s *server) last(t *testing.T) Call {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.mu.calls) == 0 {
		t.Fatal("no call was told of")
	}
	return s.mu.calls[len(s.mu.calls)-1]
}

// saw notes the caller that an operation found in its context.
func (s *server) saw(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.callers = append(s.mu.callers, caller.From(ctx))
}

func (s *server) lastCaller(t *testing.T) caller.Caller {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.mu.callers) == 0 {
		t.Fatal("no operation was called")
	}
	return s.mu.callers[len(s.mu.callers)-1]
}

// newTable returns some operations: two that answer, one whose error is AWS's, one that panics, one that is broken.
func newTable(t testing.TB, s *server) *wire.Table {
	t.Helper()
	var services []*model.Service
	for _, id := range []string{"cloudwatchlogs", "cloudwatch", "sns", "xray"} {
		service, err := model.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		services = append(services, service)
	}
	table, err := wire.NewTable(services, []op.Operation{
		op.New("PutLogEvents", func(ctx context.Context, in *cloudwatchlogs.PutLogEventsInput) (*cloudwatchlogs.PutLogEventsOutput, error) {
			s.saw(ctx)
			return &cloudwatchlogs.PutLogEventsOutput{NextSequenceToken: in.LogEvents[0].Message}, nil
		}),
		op.New("DescribeLogGroups", func(ctx context.Context, in *cloudwatchlogs.DescribeLogGroupsInput) (*cloudwatchlogs.DescribeLogGroupsOutput, error) {
			s.saw(ctx)
			return &cloudwatchlogs.DescribeLogGroupsOutput{LogGroups: []logtypes.LogGroup{{LogGroupName: in.LogGroupNamePrefix}}}, nil
		}),
		op.New("CreateLogGroup", func(context.Context, *cloudwatchlogs.CreateLogGroupInput) (*cloudwatchlogs.CreateLogGroupOutput, error) {
			return nil, &logtypes.ResourceAlreadyExistsException{Message: aws.String("The specified log group already exists")}
		}),
		op.New("DeleteLogGroup", func(context.Context, *cloudwatchlogs.DeleteLogGroupInput) (*cloudwatchlogs.DeleteLogGroupOutput, error) {
			panic("BUG: on purpose")
		}),
		op.New("DeleteLogStream", func(context.Context, *cloudwatchlogs.DeleteLogStreamInput) (*cloudwatchlogs.DeleteLogStreamOutput, error) {
			return nil, nil
		}),
		op.New("ListMetrics", func(ctx context.Context, in *cloudwatch.ListMetricsInput) (*cloudwatch.ListMetricsOutput, error) {
			s.saw(ctx)
			return &cloudwatch.ListMetricsOutput{NextToken: in.Namespace}, nil
		}),
		op.New("PutMetricData", func(ctx context.Context, in *cloudwatch.PutMetricDataInput) (*cloudwatch.PutMetricDataOutput, error) {
			s.saw(ctx)
			return &cloudwatch.PutMetricDataOutput{}, nil
		}),
		op.New("ListTopics", func(ctx context.Context, in *sns.ListTopicsInput) (*sns.ListTopicsOutput, error) {
			s.saw(ctx)
			return &sns.ListTopicsOutput{NextToken: in.NextToken}, nil
		}),
		op.New("GetGroups", func(ctx context.Context, in *xray.GetGroupsInput) (*xray.GetGroupsOutput, error) {
			s.saw(ctx)
			return &xray.GetGroupsOutput{NextToken: in.NextToken}, nil
		}),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// A sender is how a client of the SDK signs.
type sender struct {
	key, secret, region string
	client              aws.HTTPClient
}

func (c sender) credentials() aws.CredentialsProvider {
	if c.key == "" {
		c.key, c.secret = testKey, testSecret
	}
	return credentials.NewStaticCredentialsProvider(c.key, c.secret, "")
}

func (c sender) where() string {
	if c.region == "" {
		return "eu-central-1"
	}
	return c.region
}

func (s *server) logs(c sender) *cloudwatchlogs.Client {
	return cloudwatchlogs.New(cloudwatchlogs.Options{
		BaseEndpoint: aws.String(s.URL), Region: c.where(), Credentials: c.credentials(), Retryer: aws.NopRetryer{}, HTTPClient: c.client,
	})
}

func (s *server) metrics(c sender) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		BaseEndpoint: aws.String(s.URL), Region: c.where(), Credentials: c.credentials(), Retryer: aws.NopRetryer{}, HTTPClient: c.client,
	})
}

func (s *server) topics(c sender) *sns.Client {
	return sns.New(sns.Options{
		BaseEndpoint: aws.String(s.URL), Region: c.where(), Credentials: c.credentials(), Retryer: aws.NopRetryer{}, HTTPClient: c.client,
	})
}

func (s *server) traces(c sender) *xray.Client {
	return xray.New(xray.Options{
		BaseEndpoint: aws.String(s.URL), Region: c.where(), Credentials: c.credentials(), Retryer: aws.NopRetryer{}, HTTPClient: c.client,
	})
}

// A changing client changes what the SDK sends, after it was signed.
type changing func(*http.Request)

func (f changing) Do(r *http.Request) (*http.Response, error) {
	f(r)
	return http.DefaultClient.Do(r)
}

func describe(prefix string) *cloudwatchlogs.DescribeLogGroupsInput {
	return &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &prefix}
}

func put(messages ...string) *cloudwatchlogs.PutLogEventsInput {
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")}
	for m := range slices.Values(messages) {
		in.LogEvents = append(in.LogEvents, logtypes.InputLogEvent{Timestamp: aws.Int64(1), Message: &m})
	}
	return in
}
