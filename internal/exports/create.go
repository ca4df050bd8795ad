package exports

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// defaultPrefix is AWS's (CreateExportTask in the API reference).
const defaultPrefix = "exportedlogs"

// maxPrefix leaves room in a key of 1,024 bytes, S3's limit, for the id of a task, a stream's folder and a file.
const maxPrefix = 1024 - len("/00000000-0000-0000-0000-000000000000/") - maxFolder - len("/000000.gz")

// CreateExportTask makes a task, after it has tried whether its bucket can be written to. It runs as soon as fewer than workers do.
func (s *Service) CreateExportTask(ctx context.Context, in *cloudwatchlogs.CreateExportTaskInput) (*cloudwatchlogs.CreateExportTaskOutput, error) {
	t := &task{
		Name: aws.ToString(in.TaskName), Group: aws.ToString(in.LogGroupName), Streams: aws.ToString(in.LogStreamNamePrefix),
		From: aws.ToInt64(in.From), To: aws.ToInt64(in.To), Bucket: aws.ToString(in.Destination),
		Prefix: cmp.Or(strings.TrimSuffix(aws.ToString(in.DestinationPrefix), "/"), defaultPrefix),
		Status: types.ExportTaskStatusCodePending, Message: saysPending, Created: s.opts.Now().UnixMilli(),
	}
	switch {
	case t.From > t.To:
		return nil, refuse.InvalidParameter(textRange)
	case !isPrefix(t.Prefix):
		return nil, refuse.InvalidParameter(textPrefix)
	}
	made, err := s.opts.Events.Group(ctx, t.Group)
	if err != nil {
		return nil, err
	}
	if t.To < made {
		return nil, refuse.InvalidParameter(textTooEarly)
	}
	scope := scopeOf(ctx)
	if err := s.idle(ctx, scope); err != nil {
		return nil, err
	}
	if err := s.tryBucket(ctx, t.Bucket, aws.ToString(in.DestinationPrefix)); err != nil {
		return nil, err
	}
	if t.ID, err = newID(s.opts.Random); err != nil {
		return nil, err
	}
	s.making.Lock()
	defer s.making.Unlock()
	if err := s.idle(ctx, scope); err != nil { // nobody waited while the bucket was tried
		return nil, err
	}
	if err := s.add(ctx, scope, t); err != nil {
		return nil, err
	}
	s.start(scope.Key(t.ID))
	return &cloudwatchlogs.CreateExportTaskOutput{TaskId: &t.ID}, nil
}

// idle fails if there is a task that has not ended.
func (s *Service) idle(ctx context.Context, scope catalog.Scope) error {
	active, err := s.opts.Catalog.Count(ctx, catalog.Query{Scope: scope, Terms: catalog.Terms{activeTerm}, Limit: 1})
	if err != nil {
		return refuse.Internal("count export tasks", err)
	}
	if active > 0 {
		return refuse.LimitExceeded()
	}
	return nil
}

// add puts a new task into the catalog, and forgets what is too old. The caller holds s.making.
func (s *Service) add(ctx context.Context, scope catalog.Scope, t *task) error {
	e, err := encoded(scope.Key(t.ID), t)
	if err != nil {
		return err
	}
	if _, err := s.opts.Catalog.Write(ctx, catalog.Put(e, catalog.Absent)); err != nil {
		return refuse.Internal("make export task", err)
	}
	n, err := s.opts.Catalog.Count(ctx, catalog.Query{Scope: scope})
	if err != nil || n <= maxKept {
		return nil // the task is made; the next one tries again
	}
	oldest, err := s.opts.Catalog.List(ctx, catalog.Query{Scope: scope, ByPeak: true, Limit: n - maxKept})
	if err != nil {
		return nil
	}
	var gone []catalog.Change
	for _, old := range oldest.Entries {
		if old.Name != t.ID {
			gone = append(gone, catalog.Delete(old.Key, catalog.Any))
		}
	}
	if len(gone) > 0 {
		_, err = s.opts.Catalog.Write(ctx, gone...)
	}
	s.told(ctx, "forget old export tasks", err)
	return nil
}

// told gives an error of the service's own work to the hook, unless whoever it is for has left: what that leaves behind the next Run
// finds.
func (s *Service) told(ctx context.Context, act string, err error) {
	if err != nil && ctx.Err() == nil && s.opts.Hooks.Failed != nil {
		s.opts.Hooks.Failed(act, err)
	}
}

// testObject and testText are what AWS writes to try a bucket: beside the prefix that was asked for, not below the default one.
const (
	testObject = "aws-logs-write-test"
	testText   = "Permission Check Successful"
)

// tryBucket fails unless a bucket can be written to.
func (s *Service) tryBucket(ctx context.Context, bucket, prefix string) error {
	if s.opts.Buckets == nil {
		return refuse.InvalidParameter(textNoBuckets)
	}
	if !isBucket(bucket) {
		return refuse.InvalidParameter(textBucketMissing)
	}
	key := testObject
	if prefix = strings.TrimSuffix(prefix, "/"); prefix != "" {
		key = prefix + "/" + testObject
	}
	err := s.opts.Buckets.Put(ctx, bucket, key, []byte(testText))
	if err == nil {
		return nil
	}
	if s.opts.Hooks.Refused != nil {
		s.opts.Hooks.Refused(bucket, err)
	}
	if fault.Is(err, fault.NotFound) {
		return refuse.InvalidParameter(textBucketMissing)
	}
	return refuse.InvalidParameter(textBucketRefused)
}

// bucketForm is S3's rule for new buckets: 3 to 63 lower-case letters, digits, dots and hyphens.
var bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func isBucket(name string) bool { return bucketForm.MatchString(name) && !strings.Contains(name, "..") }

// isPrefix tells whether keys may begin with prefix: it must be good for a folder too.
func isPrefix(prefix string) bool {
	if len(prefix) > maxPrefix || strings.ContainsAny(prefix, "\x00\\") {
		return false
	}
	return !slices.ContainsFunc(strings.Split(prefix, "/"), func(part string) bool {
		return part == "" || part == "." || part == ".." || len(part) > maxFolder
	})
}

// newID returns a random UUID.
func newID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make task id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}
