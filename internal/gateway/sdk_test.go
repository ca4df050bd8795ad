package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrictypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"

	"github.com/groundwatch/groundwatch/internal/caller"
)

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestSignedCalls has the SDK's clients call operations in two protocols.
func TestSignedCalls(t *testing.T) {
	s := serve(t, true, nil)
	groups, err := s.logs(sender{}).DescribeLogGroups(t.Context(), describe("/app"))
	if err != nil || aws.ToString(groups.LogGroups[0].LogGroupName) != "/app" {
		t.Errorf("DescribeLogGroups = %+v, %v, want the prefix back", groups, err)
	}
	got, want := s.lastCaller(t), caller.Caller{Account: account, Region: "eu-central-1", AccessKeyID: testKey, SourceIP: "127.0.0.1"}
	if !uuid.MatchString(got.RequestID) || !uuid.MatchString(got.InvocationID) || !strings.Contains(got.UserAgent, "aws-sdk-go-v2") {
		t.Errorf("caller.From = %+v, want a request id, the SDK's invocation and its user agent", got)
	}
	want.RequestID, want.InvocationID, want.UserAgent = got.RequestID, got.InvocationID, got.UserAgent
	if got != want {
		t.Errorf("caller.From = %+v, want %+v", got, want)
	}
	metrics, err := s.metrics(sender{region: "us-west-2"}).ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: aws.String("Shop")})
	if err != nil || aws.ToString(metrics.NextToken) != "Shop" {
		t.Errorf("ListMetrics = %+v, %v, want the namespace back", metrics, err)
	}
	c := s.last(t)
	if c.Service != "monitoring" || c.Operation != "ListMetrics" || c.Status != 200 || c.Code != "" || c.Err != nil || c.In == 0 || c.Out == 0 || c.Caller.Region != "us-west-2" {
		t.Errorf("Finished was told %+v", c)
	}
}

// told checks the error that the SDK returns: its code, its status, that its request id is the call's, and what the hook was
// told.
func told(t *testing.T, s *server, err error, code string, status int, message string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("error = %v, want %s", err, code)
	}
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok {
		t.Fatalf("error = %v, want one with a response", err)
	}
	if api.ErrorCode() != code || answer.HTTPStatusCode() != status || !strings.Contains(api.ErrorMessage(), message) {
		t.Errorf("error = %s, %d, %q, want %s, %d, %q", api.ErrorCode(), answer.HTTPStatusCode(), api.ErrorMessage(), code, status, message)
	}
	c := s.last(t)
	if !uuid.MatchString(answer.RequestID) || c.Caller.RequestID != answer.RequestID || c.Status != status || c.Err == nil {
		t.Errorf("request id %q, told of %+v, want its error", answer.RequestID, c)
	}
}

// TestRefusedSignatures has what may be wrong with one. Codes and statuses are the same in both protocols.
func TestRefusedSignatures(t *testing.T) {
	for _, tt := range []struct {
		name   string
		sender sender
		move   time.Duration // of our clock
		code   string
		text   string
	}{
		{"a wrong secret", sender{key: testKey, secret: "x"}, 0, "InvalidSignatureException", "does not match the signature you provided"},
		{"an unknown key", sender{key: "AKIDNOBODY", secret: testSecret}, 0, "UnrecognizedClientException", "security token included in the request is invalid"},
		{"no signature", sender{client: changing(func(r *http.Request) { r.Header.Del("Authorization") })}, 0, "MissingAuthenticationTokenException", "missing Authentication Token"},
		{"half a signature", sender{client: changing(func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Signature=", "Sig=", 1))
		})}, 0, "IncompleteSignatureException", "requires 'Signature' parameter"},
		{"another service", sender{client: changing(func(r *http.Request) {
			r.Header.Set("Authorization", strings.NewReplacer("/logs/", "/kms/", "/monitoring/", "/kms/").Replace(r.Header.Get("Authorization")))
		})}, 0, "InvalidSignatureException", "scoped to correct service"},
		{"another body", sender{client: changing(func(r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte("p"), []byte("q"), 1)))
		})}, 0, "InvalidSignatureException", "does not match"},
		{"signed 16 minutes ago", sender{}, 16 * time.Minute, "InvalidSignatureException", "Signature expired"},
		{"signed in 16 minutes", sender{}, -16 * time.Minute, "InvalidSignatureException", "Signature not yet current"},
		{"signed 14 minutes ago", sender{}, 14 * time.Minute, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, true, nil)
			s.clock.move(tt.move)
			_, err := s.logs(tt.sender).DescribeLogGroups(t.Context(), describe("p"))
			_, err2 := s.metrics(tt.sender).ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: aws.String("p")})
			if tt.code == "" {
				if err != nil || err2 != nil {
					t.Errorf("calls: %v, %v", err, err2)
				}
				return
			}
			told(t, s, err2, tt.code, 400, tt.text)
			if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != tt.code {
				t.Errorf("DescribeLogGroups: %v, want %s", err, tt.code)
			}
			if c := s.last(t); c.Caller.Account != "" || c.Caller.AccessKeyID != "" {
				t.Errorf("Finished was told the caller %+v of a request nobody signed", c.Caller)
			}
		})
	}
}

// TestClockSkew checks that the SDK finds its clock's error in our Date and tries again.
func TestClockSkew(t *testing.T) {
	s := serve(t, true, nil)
	s.clock.move(3 * time.Hour)
	c := cloudwatchlogs.New(cloudwatchlogs.Options{BaseEndpoint: aws.String(s.URL), Region: "us-east-1", Credentials: sender{}.credentials(), RetryMaxAttempts: 3})
	if _, err := c.DescribeLogGroups(t.Context(), describe("p")); err != nil {
		t.Errorf("DescribeLogGroups by a clock that is three hours slow: %v", err)
	}
}

func TestErrors(t *testing.T) {
	s := serve(t, true, nil)
	logs := s.logs(sender{})
	_, err := logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("g")})
	told(t, s, err, "ResourceAlreadyExistsException", 400, "The specified log group already exists")
	if _, ok := errors.AsType[*logtypes.ResourceAlreadyExistsException](err); !ok {
		t.Errorf("CreateLogGroup = %T, want the SDK's type", err)
	}
	_, err = logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("a b")})
	told(t, s, err, "InvalidParameterException", 400, "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: "+
		`Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`)
	_, err = logs.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")})
	told(t, s, err, "UnknownOperationException", 400, "")
	_, err = s.metrics(sender{}).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	told(t, s, err, "UnknownOperationException", 400, "")
	_, err = logs.DeleteLogStream(t.Context(), &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")})
	told(t, s, err, "InternalFailure", 500, "")
}

func TestPanic(t *testing.T) {
	s := serve(t, true, nil)
	_, err := s.logs(sender{}).DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("g")})
	told(t, s, err, "InternalFailure", 500, "")
	if strings.Contains(err.Error(), "on purpose") {
		t.Errorf("the sender is told of the panic: %v", err)
	}
	c := s.last(t)
	if c.Err == nil || !strings.Contains(c.Err.Error(), "on purpose") || !bytes.Contains(c.Stack, []byte("newTable")) || c.Operation != "DeleteLogGroup" {
		t.Errorf("Finished was told %+v, want the panic and its place", c)
	}
}

// TestGzip has the SDK pack a body, as it does from 10 KiB on.
func TestGzip(t *testing.T) {
	s := serve(t, true, nil)
	data := make([]metrictypes.MetricDatum, 400)
	for i := range data {
		data[i] = metrictypes.MetricDatum{MetricName: aws.String("metric" + strconv.Itoa(i)), Value: aws.Float64(float64(i))}
	}
	packed := ""
	client := changing(func(r *http.Request) { packed = r.Header.Get("Content-Encoding") })
	_, err := s.metrics(sender{client: client}).PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: aws.String("n"), MetricData: data})
	if err != nil || packed != "gzip" {
		t.Errorf("PutMetricData packed with %q: %v, want gzip and no error", packed, err)
	}
}

// TestEverybody has nobody verify signatures.
func TestEverybody(t *testing.T) {
	s := serve(t, false, nil)
	unsigned := changing(func(r *http.Request) { r.Header.Del("Authorization") })
	for _, tt := range []struct {
		name            string
		sender          sender
		account, region string
	}{
		{"a key that is an account", sender{key: "111122223333", secret: "x", region: "eu-west-1"}, "111122223333", "eu-west-1"},
		{"any other key", sender{key: "test", secret: "test", region: "eu-west-1"}, "000000000000", "eu-west-1"},
		{"eleven digits", sender{key: "11112222333", secret: "x", region: "eu-west-1"}, "000000000000", "eu-west-1"},
		{"no signature", sender{client: unsigned}, "000000000000", "us-east-1"},
		{"a region that is none", sender{key: "test", secret: "test", client: changing(func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "eu-central-1", "EU:1", 1))
		})}, "000000000000", "us-east-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := s.logs(tt.sender).DescribeLogGroups(t.Context(), describe("p")); err != nil {
				t.Fatal(err)
			}
			if got := s.lastCaller(t); got.Account != tt.account || got.Region != tt.region {
				t.Errorf("caller = %s in %s, want %s in %s", got.Account, got.Region, tt.account, tt.region)
			}
		})
	}
}

// TestConcurrent has many callers at once; each gets its own answer and request id.
func TestConcurrent(t *testing.T) {
	s := serve(t, true, nil)
	client := s.logs(sender{})
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 8 {
				want := strconv.Itoa(i*100 + j)
				out, err := client.PutLogEvents(context.Background(), put(want))
				if err != nil || aws.ToString(out.NextSequenceToken) != want {
					t.Errorf("PutLogEvents(%s) = %+v, %v", want, out, err)
				}
			}
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.mu.calls {
		ids[c.Caller.RequestID] = true
	}
	if len(ids) != 128 {
		t.Errorf("%d request ids of %d calls, want 128", len(ids), len(s.mu.calls))
	}
}

// TestNewChecksAll checks that every operation has its constraints checked.
func TestNewChecksAll(t *testing.T) {
	s := serve(t, false, nil)
	if got := len(s.gateway.checks); got != 9 {
		t.Errorf("New compiled the checks of %d operations, want 9", got)
	}
}
