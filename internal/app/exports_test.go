package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/config"
	"github.com/groundwatch/groundwatch/internal/files"
)

// export exports all events of a group, and returns the task when it has ended.
func export(t *testing.T, c *cloudwatchlogs.Client, group, bucket string) types.ExportTask {
	t.Helper()
	made, err := c.CreateExportTask(t.Context(), &cloudwatchlogs.CreateExportTaskInput{
		LogGroupName: &group, Destination: &bucket, From: aws.Int64(0), To: aws.Int64(time.Now().Add(time.Hour).UnixMilli()),
	})
	if err != nil {
		t.Fatalf("CreateExportTask(%q, %q) = %v", group, bucket, err)
	}
	for {
		out, err := c.DescribeExportTasks(t.Context(), &cloudwatchlogs.DescribeExportTasksInput{TaskId: made.TaskId})
		if err != nil || len(out.ExportTasks) != 1 {
			t.Fatalf("DescribeExportTasks(%s) = %+v, %v", *made.TaskId, out, err)
		}
		switch task := out.ExportTasks[0]; task.Status.Code {
		case types.ExportTaskStatusCodePending, types.ExportTaskStatusCodeRunning:
		default:
			return task
		}
	}
}

// fileEvents returns the events of files as "time stream message", sorted.
func fileEvents(t *testing.T, paths ...string) []string {
	t.Helper()
	inputs, problems := files.Find(paths)
	if slices.ContainsFunc(problems, func(p files.Problem) bool { return p.Kind != files.Skipped }) { // what AWS wrote to try the bucket
		t.Fatalf("Find(%q) = %v", paths, problems)
	}
	var mu sync.Mutex
	var all []string
	scan := plan.Scan{From: math.MinInt64, To: math.MaxInt64, Fields: []plan.ScanField{{Name: "@timestamp"}, {Name: "@logStream"}, {Name: "@message"}}}
	_, err := (&files.Source{Inputs: inputs}).Scan(context.Background(), scan, 2, func(_ int, b *column.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.Len {
			all = append(all, fmt.Sprintf("%s %s %s", b.Columns[0].Value(i).Text(), b.Columns[1].Value(i).Text(), b.Columns[2].Value(i).Text()))
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Scan(%q) = %v", paths, err)
	}
	slices.Sort(all)
	return all
}

// storedEvents returns the events of a group in the same form.
func storedEvents(t *testing.T, c *cloudwatchlogs.Client, group string) []string {
	t.Helper()
	var all []string
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(c, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("FilterLogEvents(%q) = %v", group, err)
		}
		for _, e := range page.Events {
			all = append(all, fmt.Sprintf("%s %s %s", time.UnixMilli(*e.Timestamp).UTC().Format("2006-01-02 15:04:05.000"), strings.ReplaceAll(*e.LogStreamName, "/", "-"), *e.Message))
		}
	}
	slices.Sort(all)
	return all
}

// fillExported stores events of all kinds in a group.
func fillExported(t *testing.T, c *cloudwatchlogs.Client, group string) {
	t.Helper()
	put(t, c, group, "2026/01/05/[$LATEST]ab", `{"level":"error","n":1.50}`, "two\nlines", "häß 🎉", "three\n\nlines with a gap")
	put(t, c, group, "web-1", "2026-01-05T10:00:00.000Z a time in front", "x")
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprintf(`{"n":%d}`, i)
	}
	put(t, c, group, "many", many...)
}

func TestExportToAFolderReadsTheSame(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "archive"), 0o777); err != nil {
		t.Fatal(err)
	}
	r := start(t, settings(t, func(c *config.Server) { c.ExportDir = dir }))
	c := r.client("1", "x")
	fillExported(t, c, "/labels/web")
	task := export(t, c, "/labels/web", "archive")
	if task.Status.Code != types.ExportTaskStatusCodeCompleted || *task.ExecutionInfo.CompletionTime == 0 {
		t.Fatalf("task = %s %s", task.Status.Code, *task.Status.Message)
	}
	if got, want := fileEvents(t, filepath.Join(dir, "archive")), storedEvents(t, c, "/labels/web"); !slices.Equal(got, want) {
		t.Errorf("the export has %d events, want %d; the first are %.200q, want %.200q", len(got), len(want), got, want)
	}
	_, err := c.CreateExportTask(t.Context(), &cloudwatchlogs.CreateExportTaskInput{
		LogGroupName: aws.String("/labels/web"), Destination: aws.String("elsewhere"), From: aws.Int64(0), To: aws.Int64(math.MaxInt64),
	})
	if bad, ok := errors.AsType[*types.InvalidParameterException](err); !ok || *bad.Message != "The given bucket does not exist. Please make sure the bucket is valid." {
		t.Errorf("CreateExportTask() to no bucket = %v", err)
	}
}

// TestExportToS3ReadsTheSame exports over HTTP, to what keeps the objects as files.
func TestExportToS3ReadsTheSame(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "x")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	dir := t.TempDir()
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := filepath.Join(dir, filepath.FromSlash(r.URL.Path))
		body, err := io.ReadAll(r.Body)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, body, 0o666))
		if r.Method != http.MethodPut || err != nil || !strings.Contains(r.Header.Get("Authorization"), "/s3/aws4_request") {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(s3.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.URL)
	r := start(t, settings(t, forTests))
	c := r.client("1", "x")
	fillExported(t, c, "/labels/web")
	if task := export(t, c, "/labels/web", "archive"); task.Status.Code != types.ExportTaskStatusCodeCompleted {
		t.Fatalf("task = %s %s", task.Status.Code, *task.Status.Message)
	}
	if got, want := fileEvents(t, filepath.Join(dir, "archive")), storedEvents(t, c, "/labels/web"); !slices.Equal(got, want) {
		t.Errorf("the export has %d events, want %d", len(got), len(want))
	}
}

// TestWhatIsHiddenStaysHidden exports a group, and finds anomalies in it, whose policy hides addresses of mail.
func TestWhatIsHiddenStaysHidden(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "archive"), 0o777); err != nil {
		t.Fatal(err)
	}
	r := start(t, settings(t, forTests, func(c *config.Server) { c.ExportDir = dir }))
	c := r.client("111122223333", "x")
	put(t, c, "/labels/web", "host-1", "begin")
	put(t, c, "/audit", "findings", "begin")
	if _, err := c.PutDataProtectionPolicy(t.Context(), &cloudwatchlogs.PutDataProtectionPolicyInput{LogGroupIdentifier: aws.String("/labels/web"), PolicyDocument: aws.String(protect)}); err != nil {
		t.Fatal(err)
	}
	pause(t)
	put(t, c, "/labels/web", "host-1", "mail to jo@example.com")
	if task := export(t, c, "/labels/web", "archive"); task.Status.Code != types.ExportTaskStatusCodeCompleted {
		t.Fatalf("task = %s %s", task.Status.Code, *task.Status.Message)
	}
	exported := strings.Join(fileEvents(t, filepath.Join(dir, "archive")), "\n")
	if strings.Contains(exported, "jo@example.com") || !strings.Contains(exported, "mail to **************") {
		t.Errorf("the export has %q, want no address", exported)
	}
	w := r.world.Load()
	var watched []string
	ctx := caller.With(t.Context(), caller.Caller{Account: "111122223333", Region: "eu-west-1"})
	err := watchedEvents{w.logs, w.storage.engine.Table("log_events"), time.Now}.Each(ctx, "/labels/web", 0, math.MaxInt64, func(_ int64, message string) error {
		watched = append(watched, message)
		return nil
	})
	if slices.Sort(watched); err != nil || !slices.Equal(watched, []string{"begin", "mail to **************"}) {
		t.Errorf("detectors see %q, %v, want no address", watched, err)
	}
}

func TestRareGroupsHaveNoExportsAndNoDetectors(t *testing.T) {
	r := start(t, settings(t, forTests, func(c *config.Server) { c.ExportDir = t.TempDir() }))
	c := r.client("111122223333", "x")
	if _, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("rare"), LogGroupClass: types.LogGroupClassInfrequentAccess}); err != nil {
		t.Fatal(err)
	}
	_, export := c.CreateExportTask(t.Context(), &cloudwatchlogs.CreateExportTaskInput{
		LogGroupName: aws.String("rare"), Destination: aws.String("archive"), From: aws.Int64(0), To: aws.Int64(math.MaxInt64),
	})
	_, detector := c.CreateLogAnomalyDetector(t.Context(), &cloudwatchlogs.CreateLogAnomalyDetectorInput{
		LogGroupArnList: []string{"arn:aws:logs:eu-west-1:111122223333:log-group:rare"},
	})
	for operation, err := range map[string]error{"CreateExportTask": export, "CreateLogAnomalyDetector": detector} {
		want := "The log group rare is of log-group-class INFREQUENT_ACCESS. " + operation + " is not supported for this log class."
		if refused, ok := errors.AsType[*types.InvalidOperationException](err); !ok || *refused.Message != want {
			t.Errorf("%s() = %v, want %q", operation, err, want)
		}
	}
}

func TestExportWithoutAPlaceSaysSo(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL_S3", "")
	r := start(t, settings(t, forTests))
	c := r.client("1", "x")
	put(t, c, "/labels/web", "a", "x")
	_, err := c.CreateExportTask(t.Context(), &cloudwatchlogs.CreateExportTaskInput{
		LogGroupName: aws.String("/labels/web"), Destination: aws.String("archive"), From: aws.Int64(0), To: aws.Int64(math.MaxInt64),
	})
	if err == nil || !strings.Contains(err.Error(), "--export-dir") {
		t.Errorf("CreateExportTask() = %v, want one that says what the server lacks", err)
	}
}
