package buckets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
)

// putTime is how long storing one object may take, tries and all: an endpoint that hangs must not keep its caller for ever [R].
const putTime = 2 * time.Minute

// An S3 has the buckets behind an endpoint.
type S3 struct {
	endpoint, region string

	mu     sync.Mutex
	client *s3.Client // nil until it is needed
}

// NewS3 returns the buckets behind a URL. Credentials, and a region before this one, are found as every tool of AWS's finds them, when
// the first object is put. It touches nothing.
func NewS3(endpoint, region string) *S3 { return &S3{endpoint: endpoint, region: region} }

// Put stores an object. It fails with fault.NotFound if there is no such bucket.
func (b *S3) Put(ctx context.Context, bucket, key string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, putTime)
	defer cancel()
	client, err := b.open(ctx)
	if err != nil {
		return err
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(body)})
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "NoSuchBucket" {
		return noBucket(bucket, fmt.Errorf("%s has none of that name", b.endpoint))
	}
	if err != nil {
		return fmt.Errorf("put object to %s: %w", b.endpoint, err)
	}
	return nil
}

// Tidy has nothing to do: an object is there whole, or not at all.
func (b *S3) Tidy(context.Context, string, string) error { return nil }

// open returns the client. What could not be read of AWS's files is read again by the next call.
func (b *S3) open(ctx context.Context) (*s3.Client, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.client != nil {
		return b.client, nil
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithLogger(logging.Nop{}), awsconfig.WithAppID("groundwatch"))
	if err != nil {
		return nil, fmt.Errorf("read AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		cfg.Region = b.region
	}
	b.client = s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.BaseEndpoint = aws.String(b.endpoint)
		o.UsePathStyle = true // names of buckets are no names of hosts elsewhere
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	})
	return b.client, nil
}
