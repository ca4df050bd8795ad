package gateway

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/generate"
	"github.com/groundwatch/groundwatch/internal/sigv4"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/awsjson"
)

// putBody returns the body of a PutLogEvents of n web events as the SDK writes it, and the length of its messages.
func putBody(b *testing.B, n int) (body []byte, messages int64) {
	b.Helper()
	var lines bytes.Buffer
	if err := generate.Write(b.Context(), &lines, generate.Options{Seed: 1, Count: n}); err != nil {
		b.Fatal(err)
	}
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("/app/web"), LogStreamName: aws.String("host-1")}
	for i, line := range strings.Split(strings.TrimSuffix(lines.String(), "\n"), "\n") {
		in.LogEvents = append(in.LogEvents, logtypes.InputLogEvent{Timestamp: aws.Int64(1_790_000_000_000 + int64(i)), Message: &line})
		messages += int64(len(line))
	}
	sent := changing(func(r *http.Request) { body, _ = io.ReadAll(r.Body); r.Body = http.NoBody; r.ContentLength = 0 })
	client := cloudwatchlogs.New(cloudwatchlogs.Options{
		BaseEndpoint: aws.String("http://127.0.0.1:1"), Region: "us-east-1", Credentials: sender{}.credentials(), Retryer: aws.NopRetryer{}, HTTPClient: sent,
	})
	_, _ = client.PutLogEvents(b.Context(), in) // nobody listens
	return body, messages
}

// BenchmarkPutLogEvents takes a signed request of 1,000 events up to the operation and back, without a network. Its speed
// is that of the messages.
func BenchmarkPutLogEvents(b *testing.B) {
	body, messages := putBody(b, 1000)
	table := newTable(b, &server{})
	now := time.Now()
	h, err := New(Options{
		Table: table, Codecs: []wire.Codec{awsjson.New(table)}, Account: account, Region: "us-east-1", Now: func() time.Time { return now },
		Verifier: sigv4.New(testKeys{testKey: {Secret: testSecret, Account: account}}, sigv4.Options{Service: SigningName, Now: func() time.Time { return now }}),
	})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("X-Amz-Target", "Logs_20140328.PutLogEvents")
	r.Header.Set("Content-Type", jsonType)
	r.ContentLength = int64(len(body))
	if err := v4.NewSigner().SignHTTP(b.Context(), aws.Credentials{AccessKeyID: testKey, SecretAccessKey: testSecret}, r, sha(string(body)), "logs", "us-east-1", now); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(messages)
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(bytes.NewReader(body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatalf("PutLogEvents = %d %s", w.Code, w.Body)
		}
	}
}
