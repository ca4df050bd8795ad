package exports

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

func TestATaskWritesWhatAWSWrites(t *testing.T) {
	l := newLab(t)
	l.put("2026/01/05/[$LATEST]ab", "one", "two\nlines", "three")
	l.put("web-1", "four")
	l.put("quiet")
	id := l.create()
	l.wantStatus(id, types.ExportTaskStatusCodePending, "")
	l.run()
	e := <-l.ended
	if e.Events != 4 || e.Objects != 2 || e.Err != nil || e.Bytes == 0 {
		t.Errorf("Ended = %+v, want 4 events in 2 objects", e)
	}
	l.wantStatus(id, types.ExportTaskStatusCodeCompleted, "Completed successfully")
	first, second := "exportedlogs/"+id+"/2026-01-05-[$LATEST]ab/000000.gz", "exportedlogs/"+id+"/web-1/000000.gz"
	if got, want := l.buckets.keys(), []string{testObject, first, second}; !slices.Equal(got, want) {
		t.Fatalf("objects = %q, want %q", got, want)
	}
	want := "2026-01-05T10:00:00.000Z one\n2026-01-05T10:00:01.000Z two\nlines\n2026-01-05T10:00:02.000Z three\n"
	if got := l.buckets.lines(t, first); got != want {
		t.Errorf("%s = %q, want %q", first, got, want)
	}
	if got := string(l.buckets.objects[testObject]); got != "Permission Check Successful" {
		t.Errorf("%s = %q", testObject, got)
	}
	d := l.described(id)
	if *d.DestinationPrefix != "exportedlogs" || *d.LogGroupName != "/web" || *d.From != labStart || *d.To != labStart+3_600_000 ||
		*d.ExecutionInfo.CreationTime != labStart || *d.ExecutionInfo.CompletionTime != labStart || d.TaskName != nil {
		t.Errorf("DescribeExportTasks = %+v", d)
	}
}

func TestATaskWritesWhatWasAskedFor(t *testing.T) {
	l := newLab(t)
	l.put("web-1", "0 s", "1 s", "2 s", "3 s")
	l.put("other", "0 s")
	l.run()
	id := l.create(func(in *cloudwatchlogs.CreateExportTaskInput) {
		in.LogStreamNamePrefix, in.DestinationPrefix, in.TaskName = aws.String("web"), aws.String("a/b/"), aws.String("mine")
		in.From, in.To = aws.Int64(labStart+1000), aws.Int64(labStart+2000)
	})
	<-l.ended
	key := "a/b/" + id + "/web-1/000000.gz"
	want := []string{key, "a/b/" + testObject}
	slices.Sort(want) // the id is random
	if got := l.buckets.keys(); !slices.Equal(got, want) {
		t.Fatalf("objects = %q, want %q", got, want)
	}
	if got, want := l.buckets.lines(t, key), "2026-01-05T10:00:01.000Z 1 s\n2026-01-05T10:00:02.000Z 2 s\n"; got != want {
		t.Errorf("object = %q, want %q: both ends belong to it", got, want)
	}
	if d := l.described(id); *d.TaskName != "mine" || *d.DestinationPrefix != "a/b" {
		t.Errorf("DescribeExportTasks = %+v", d)
	}
	all := l.create(func(in *cloudwatchlogs.CreateExportTaskInput) {
		in.From, in.To = aws.Int64(0), aws.Int64(math.MaxInt64)
	})
	if e := <-l.ended; e.Events != 5 {
		t.Errorf("a task %s for all times wrote %d events, want 5", all, e.Events)
	}
}

func TestStreamsOfOneFolderAndLargeOnes(t *testing.T) {
	l := newLab(t)
	l.put("a-b", "first")
	l.put("a/b", "second")
	random := rand.NewChaCha8([32]byte{1})
	for range 24 {
		chunk := make([]byte, 1<<20)
		_, _ = random.Read(chunk)
		l.put("large", string(chunk))
	}
	l.run()
	id := l.create()
	e := <-l.ended
	if e.Events != 26 || e.Objects != 5 {
		t.Fatalf("Ended = %+v, want 26 events in 5 objects", e)
	}
	for i, want := range []string{"first", "second"} {
		if got := l.buckets.lines(t, fmt.Sprintf("exportedlogs/%s/a-b/%06d.gz", id, i)); !strings.HasSuffix(got, want+"\n") {
			t.Errorf("object %d of two streams in one folder = %q, want %q", i, got, want)
		}
	}
	n := 0
	for i := range 3 {
		n += len(l.buckets.lines(t, fmt.Sprintf("exportedlogs/%s/large/%06d.gz", id, i)))
	}
	if want := 24 * (1<<20 + len(timeForm) + 2); n != want {
		t.Errorf("the objects of the large stream have %d bytes, want %d", n, want)
	}
}

func TestCreateExportTaskRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*lab, *cloudwatchlogs.CreateExportTaskInput)
		want   error
	}{
		{"a group that is not there", func(_ *lab, in *cloudwatchlogs.CreateExportTaskInput) { in.LogGroupName = aws.String("/none") },
			&types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}},
		{"a bucket that is not there", func(_ *lab, in *cloudwatchlogs.CreateExportTaskInput) { in.Destination = aws.String("elsewhere") },
			refuse.InvalidParameter(textBucketMissing)},
		{"what is no bucket's name", func(_ *lab, in *cloudwatchlogs.CreateExportTaskInput) { in.Destination = aws.String("../etc") },
			refuse.InvalidParameter(textBucketMissing)},
		{"a bucket that refuses", func(l *lab, _ *cloudwatchlogs.CreateExportTaskInput) { l.buckets.refuse = errors.New("denied") },
			refuse.InvalidParameter(textBucketRefused)},
		{"a server without buckets", func(l *lab, _ *cloudwatchlogs.CreateExportTaskInput) { l.opts.Buckets = nil },
			refuse.InvalidParameter(textNoBuckets)},
		{"a range that is reversed", func(_ *lab, in *cloudwatchlogs.CreateExportTaskInput) { in.To = aws.Int64(labStart - 1) },
			refuse.InvalidParameter(textRange)},
		{"a range that ends before the group was made", func(l *lab, in *cloudwatchlogs.CreateExportTaskInput) { l.events.made = *in.To + 1 },
			refuse.InvalidParameter(textTooEarly)},
		{"a prefix that leaves the bucket", func(_ *lab, in *cloudwatchlogs.CreateExportTaskInput) { in.DestinationPrefix = aws.String("a/../..") },
			refuse.InvalidParameter(textPrefix)},
		{"a prefix from the root", func(_ *lab, in *cloudwatchlogs.CreateExportTaskInput) { in.DestinationPrefix = aws.String("/a") },
			refuse.InvalidParameter(textPrefix)},
		{"a prefix too long", func(_ *lab, in *cloudwatchlogs.CreateExportTaskInput) {
			in.DestinationPrefix = aws.String(strings.Repeat("a/", maxPrefix/2) + "bb")
		}, refuse.InvalidParameter(textPrefix)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			in := input()
			tt.change(l, in)
			_, err := l.CreateExportTask(l.ctx, in)
			wantError(t, "CreateExportTask()", err, tt.want)
			out, err := l.DescribeExportTasks(l.ctx, &cloudwatchlogs.DescribeExportTasksInput{})
			if err != nil || len(out.ExportTasks) != 0 {
				t.Errorf("DescribeExportTasks = %+v, %v, want none", out, err)
			}
		})
	}
}

func TestARangeThatEndsWhenTheGroupWasMade(t *testing.T) {
	l := newLab(t)
	l.events.made = labStart
	if _, err := l.CreateExportTask(l.ctx, input(func(in *cloudwatchlogs.CreateExportTaskInput) { in.To = aws.Int64(labStart) })); err != nil {
		t.Errorf("CreateExportTask() = %v, want a task", err)
	}
}

func TestOneTaskOfAnAccountAtATime(t *testing.T) {
	l := newLab(t)
	first := l.create()
	_, err := l.CreateExportTask(l.ctx, input())
	wantError(t, "second CreateExportTask()", err, &types.LimitExceededException{Message: aws.String("Resource limit exceeded.")})
	other := caller.With(l.ctx, caller.Caller{Account: "444455556666", Region: "eu-central-1"})
	if _, err := l.CreateExportTask(other, input()); err != nil {
		t.Errorf("CreateExportTask() of another account = %v", err)
	}
	if _, err := l.CancelExportTask(other, &cloudwatchlogs.CancelExportTaskInput{TaskId: &first}); err == nil {
		t.Error("another account cancelled the task")
	}
	if _, err := l.CancelExportTask(l.ctx, &cloudwatchlogs.CancelExportTaskInput{TaskId: &first}); err != nil {
		t.Errorf("CancelExportTask() = %v", err)
	}
	l.wantStatus(first, types.ExportTaskStatusCodeCancelled, "")
	second := l.create()
	l.run()
	for range 2 {
		<-l.ended
	}
	l.wantStatus(first, types.ExportTaskStatusCodeCancelled, "")
	l.wantStatus(second, types.ExportTaskStatusCodeCompleted, "")
}

// TestTasksMadeAtOnce makes several at once: one of them is made.
func TestTasksMadeAtOnce(t *testing.T) {
	l := newLab(t)
	results := make(chan error)
	for range 8 {
		go func() {
			_, err := l.CreateExportTask(l.ctx, input())
			results <- err
		}()
	}
	made := 0
	for range 8 {
		err := <-results
		if err == nil {
			made++
			continue
		}
		wantError(t, "CreateExportTask()", err, &types.LimitExceededException{Message: aws.String("Resource limit exceeded.")})
	}
	if made != 1 {
		t.Errorf("%d of eight tasks at once were made, want 1", made)
	}
}

func TestCancelEndsARunningTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.buckets.gate = make(chan struct{})
		l.put("web-1", "x")
		stop := l.run()
		id := l.create()
		synctest.Wait()
		l.wantStatus(id, types.ExportTaskStatusCodeRunning, "Started successfully")
		if _, err := l.CancelExportTask(l.ctx, &cloudwatchlogs.CancelExportTaskInput{TaskId: &id}); err != nil {
			t.Fatalf("CancelExportTask() = %v", err)
		}
		synctest.Wait()
		l.wantStatus(id, types.ExportTaskStatusCodeCancelled, "")
		_, err := l.CancelExportTask(l.ctx, &cloudwatchlogs.CancelExportTaskInput{TaskId: &id})
		wantError(t, "second CancelExportTask()", err, &types.InvalidOperationException{Message: aws.String(textTaskEnded)})
		for _, none := range []string{"none", strings.Repeat("x", 3000)} {
			_, err = l.CancelExportTask(l.ctx, &cloudwatchlogs.CancelExportTaskInput{TaskId: &none})
			wantError(t, "CancelExportTask() of none", err, missing())
			_, err = l.DescribeExportTasks(l.ctx, &cloudwatchlogs.DescribeExportTasksInput{TaskId: &none})
			wantError(t, "DescribeExportTasks() of none", err, missing())
		}
		stop()
	})
}

func TestATaskThatFails(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*lab)
		want  string
	}{
		{"the group goes", func(l *lab) {
			l.events.broken = &types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}
			l.events.gone = true
		}, "The specified log group does not exist."},
		{"the events cannot be read", func(l *lab) { l.events.broken = errors.New("disk on fire at /var/lib") }, "the events could not be read"},
		{"the bucket goes", func(l *lab) { l.buckets.refuse = errors.New("gone") }, "PutObject call on the given bucket failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t)
			l.put("web-1", "x")
			id := l.create()
			tt.spoil(l)
			l.run()
			if e := <-l.ended; e.Err == nil || e.Status != "FAILED" {
				t.Errorf("Ended = %+v, want FAILED and why", e)
			}
			l.wantStatus(id, types.ExportTaskStatusCodeFailed, tt.want)
			if got := *l.described(id).Status.Message; strings.Contains(got, "/var/lib") {
				t.Errorf("message = %q tells of the server's inside", got)
			}
		})
	}
}

func TestDescribeExportTasksInPages(t *testing.T) {
	l := newLab(t)
	var ids []string
	for range 3 {
		id := l.create()
		if _, err := l.CancelExportTask(l.ctx, &cloudwatchlogs.CancelExportTaskInput{TaskId: &id}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	l.create()
	in := &cloudwatchlogs.DescribeExportTasksInput{StatusCode: types.ExportTaskStatusCodeCancelled, Limit: aws.Int32(2)}
	var got []string
	for {
		out, err := l.DescribeExportTasks(l.ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range out.ExportTasks {
			got = append(got, *task.TaskId)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
		other := *in
		other.StatusCode = ""
		_, err = l.DescribeExportTasks(l.ctx, &other)
		wantError(t, "DescribeExportTasks() with another list's token", err, refuse.BadToken())
	}
	slices.Sort(ids)
	slices.Sort(got)
	if !slices.Equal(got, ids) {
		t.Errorf("cancelled tasks in pages of two = %q, want %q", got, ids)
	}
}

func TestOldTasksAreForgotten(t *testing.T) {
	l := newLab(t)
	for range maxKept + 2 {
		id := l.create()
		if _, err := l.CancelExportTask(context.WithoutCancel(l.ctx), &cloudwatchlogs.CancelExportTaskInput{TaskId: &id}); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	pages := &cloudwatchlogs.DescribeExportTasksInput{}
	for {
		out, err := l.DescribeExportTasks(l.ctx, pages)
		if err != nil {
			t.Fatal(err)
		}
		n += len(out.ExportTasks)
		if pages.NextToken = out.NextToken; pages.NextToken == nil {
			break
		}
	}
	if n != maxKept {
		t.Errorf("%d tasks are remembered, want %d", n, maxKept)
	}
}

func TestFolderOf(t *testing.T) {
	for _, tt := range []struct{ stream, want string }{
		{"web-1", "web-1"},
		{"2026/01/05/[$LATEST]ab", "2026-01-05-[$LATEST]ab"},
		{"..", "-.."},
		{".hidden", "-.hidden"},
		{"_x", "-_x"},
		{"a\\b\x00c", "a-b-c"},
		{strings.Repeat("x", 255), strings.Repeat("x", 255)},
		{strings.Repeat("x", 256), strings.Repeat("x", 238) + "-"},
	} {
		got := folderOf(tt.stream)
		if len(tt.stream) > 255 {
			got, tt.want = got[:239], tt.want[:239]
		}
		if got != tt.want {
			t.Errorf("folderOf(%.20q) = %q, want %q", tt.stream, got, tt.want)
		}
	}
	a, b := folderOf(strings.Repeat("ü", 300)+"a"), folderOf(strings.Repeat("ü", 300)+"b")
	if a == b || len(a) > maxFolder || !strings.HasPrefix(a, "üü") {
		t.Errorf("folders of two long names = %q and %q, want two of at most %d bytes", a, b, maxFolder)
	}
}
