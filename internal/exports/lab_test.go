package exports

import (
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/page"
)

const (
	labBucket = "my-exported-logs"
	labStart  = 1_767_607_200_000 // 2026-01-05T10:00:00Z
)

// fakeEvents are the events of the group "/web" by stream, in order.
type fakeEvents struct {
	streams map[string][]Event
	broken  error // what every Read of a stream ends with
	gone    bool  // the group was deleted
	made    int64 // when the group was
}

func (f *fakeEvents) Group(_ context.Context, name string) (int64, error) {
	if name != "/web" || f.gone {
		return 0, &types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}
	}
	return f.made, nil
}

func (f *fakeEvents) Streams(_ context.Context, _, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, name := range slices.Sorted(maps.Keys(f.streams)) {
			if strings.HasPrefix(name, prefix) && !yield(name, nil) {
				return
			}
		}
	}
}

func (f *fakeEvents) Read(ctx context.Context, _, stream string, from, to int64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for _, e := range f.streams[stream] {
			if ctx.Err() != nil {
				yield(Event{}, ctx.Err())
				return
			}
			if from <= e.Time && e.Time < to && !yield(e, nil) {
				return
			}
		}
		if f.broken != nil {
			yield(Event{}, f.broken)
		}
	}
}

// fakeBuckets have one bucket. While there is a gate, objects of tasks wait for it, and give up with their context.
type fakeBuckets struct {
	mu      sync.Mutex
	objects map[string][]byte
	refuse  error
	gate    chan struct{}
	tidied  []string
}

func (f *fakeBuckets) Put(ctx context.Context, bucket, key string, body []byte) error {
	f.mu.Lock()
	gate, refuse := f.gate, f.refuse
	f.mu.Unlock()
	switch {
	case bucket != labBucket:
		return fault.New(fault.NotFound, "", "no bucket %s", bucket)
	case refuse != nil:
		return refuse
	case gate != nil && !strings.HasSuffix(key, testObject):
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.objects[key] = slices.Clone(body)
	return nil
}

func (f *fakeBuckets) Tidy(_ context.Context, _, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tidied = append(f.tidied, key)
	return nil
}

// lines returns the text of an object.
func (f *fakeBuckets) lines(t *testing.T, key string) string {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	gz, err := gzip.NewReader(strings.NewReader(string(f.objects[key])))
	if err != nil {
		t.Fatalf("object %q of %q: %v", key, slices.Sorted(maps.Keys(f.objects)), err)
	}
	text, err := io.ReadAll(gz)
	if err != nil {
		t.Fatalf("object %q: %v", key, err)
	}
	return string(text)
}

func (f *fakeBuckets) keys() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.objects))
}

// A lab is a service on fakes.
type lab struct {
	*Service
	t       *testing.T
	ctx     context.Context
	catalog *catalog.Memory
	events  *fakeEvents
	buckets *fakeBuckets
	ended   chan Ended
}

func newLab(t *testing.T) *lab {
	l := &lab{
		t: t, catalog: catalog.NewMemory(), events: &fakeEvents{streams: map[string][]Event{}},
		buckets: &fakeBuckets{objects: map[string][]byte{}}, ended: make(chan Ended, 100),
	}
	l.ctx = caller.With(t.Context(), caller.Caller{Account: "111122223333", Region: "eu-central-1"})
	l.restart()
	return l
}

// restart takes another service on the same catalog.
func (l *lab) restart() {
	now := func() time.Time { return time.UnixMilli(labStart) }
	l.Service = New(Options{
		Catalog: l.catalog, Events: l.events, Buckets: l.buckets, Sealer: page.NewSealer([32]byte{7}, now), Now: now, Random: rand.Reader,
		Hooks: Hooks{Ended: func(e Ended) { l.ended <- e }, Failed: func(act string, err error) { l.t.Errorf("%s: %v", act, err) }},
	})
}

// run lets tasks run, until the function that it returns is called or the test ends.
func (l *lab) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Service.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			l.t.Errorf("Run() = %v, want that its context ended", err)
		}
	})
	l.t.Cleanup(stop)
	return stop
}

// put adds events to a stream, a second apart from labStart on.
func (l *lab) put(stream string, messages ...string) {
	for _, m := range messages {
		l.events.streams[stream] = append(l.events.streams[stream], Event{labStart + 1000*int64(len(l.events.streams[stream])), m})
	}
}

// input asks for all events of an hour.
func input(change ...func(*cloudwatchlogs.CreateExportTaskInput)) *cloudwatchlogs.CreateExportTaskInput {
	in := &cloudwatchlogs.CreateExportTaskInput{
		LogGroupName: aws.String("/web"), Destination: aws.String(labBucket), From: aws.Int64(labStart), To: aws.Int64(labStart + 3_600_000),
	}
	for _, c := range change {
		c(in)
	}
	return in
}

func (l *lab) create(change ...func(*cloudwatchlogs.CreateExportTaskInput)) string {
	l.t.Helper()
	out, err := l.CreateExportTask(l.ctx, input(change...))
	if err != nil {
		l.t.Fatalf("CreateExportTask() = %v", err)
	}
	return *out.TaskId
}

// described returns a task.
func (l *lab) described(id string) types.ExportTask {
	l.t.Helper()
	out, err := l.DescribeExportTasks(l.ctx, &cloudwatchlogs.DescribeExportTasksInput{TaskId: &id})
	if err != nil || len(out.ExportTasks) != 1 {
		l.t.Fatalf("DescribeExportTasks(%s) = %+v, %v, want one task", id, out, err)
	}
	return out.ExportTasks[0]
}

func (l *lab) wantStatus(id string, code types.ExportTaskStatusCode, message string) {
	l.t.Helper()
	if s := l.described(id).Status; s.Code != code || !strings.Contains(*s.Message, message) {
		l.t.Errorf("status of the task = %s %q, want %s and a message with %q", s.Code, *s.Message, code, message)
	}
}

func wantError(t *testing.T, call string, err, want error) {
	t.Helper()
	if got, want := fmt.Sprintf("%T %v", err, err), fmt.Sprintf("%T %v", want, want); got != want {
		t.Errorf("%s = %s, want %s", call, got, want)
	}
}
