package exports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
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

// A mortal has buckets until so many objects were put, the last of them perhaps, as of a process that is killed.
type mortal struct {
	*fakeBuckets
	left   int    // objects until the end
	stored bool   // whether the last one is
	last   string // its key
}

var errKilled = errors.New("killed")

func (m *mortal) Put(ctx context.Context, bucket, key string, body []byte) error {
	if m.left--; m.left <= 0 {
		m.last = key
		if m.stored {
			_ = m.fakeBuckets.Put(ctx, bucket, key, body) // nobody hears of an error
		}
		return errKilled
	}
	return m.fakeBuckets.Put(ctx, bucket, key, body)
}

// resumeEvents are streams of several objects, some in one folder and many of them of one time.
func resumeEvents() map[string][]Event {
	random := rand.NewChaCha8([32]byte{1})
	all := map[string][]Event{}
	for _, s := range []struct {
		name   string
		events int
		bytes  int
	}{{"a-a", 0, 0}, {"a-b", 3, 10}, {"a-c", 5, 2 << 20}, {"a/a", 2, 10}, {"a/b", 5, 10}, {"a/c", 2, 10}, {"b", 0, 0}, {"c", 1, 10}} {
		all[s.name] = nil // one without events is there too
		for i := range s.events {
			m := make([]byte, s.bytes)
			_, _ = random.Read(m)
			all[s.name] = append(all[s.name], Event{labStart + int64(i/7), string(m)})
		}
	}
	return all
}

// TestATaskGoesOnWhereverItWasKilled ends a task at each of its objects, stored or not, lets another process go on with it, which is killed
// too, and compares what is left with what an undisturbed task leaves.
func TestATaskGoesOnWhereverItWasKilled(t *testing.T) {
	events := &fakeEvents{streams: resumeEvents()}
	newTask := func() *task {
		return &task{ID: "id", Group: "/web", From: labStart, To: labStart + 1000, Bucket: labBucket, Prefix: "p"}
	}
	whole := &writing{task: newTask(), events: events, buckets: &fakeBuckets{objects: map[string][]byte{}}}
	if err := whole.run(t.Context()); err != nil || whole.objects < 6 {
		t.Fatalf("run() = %v with %d objects, want six at least", err, whole.objects)
	}
	for first := 1; first <= int(whole.objects); first++ {
		for _, stored := range []bool{false, true} {
			task, b := newTask(), &fakeBuckets{objects: map[string][]byte{}}
			var last *writing
			var unready []string // what was being written when a process was killed
			for _, left := range []int{first, 1, 1 << 20} {
				m := &mortal{fakeBuckets: b, left: left, stored: stored}
				last = &writing{task: task, events: events, buckets: m, keep: func(_ context.Context, p progress) error {
					task.Progress = &p
					return nil
				}}
				err := last.run(t.Context())
				if err == nil {
					break
				}
				unready = append(unready, m.last)
				if !errors.Is(err, errKilled) {
					t.Fatalf("run() killed at object %d = %v", first, err)
				}
			}
			for _, key := range unready {
				if !slices.Contains(b.tidied, key) {
					t.Errorf("killed at object %d: tidied beside %q, want %q, which was being written", first, b.tidied, key)
				}
			}
			if last.written != whole.written || last.objects != whole.objects || last.bytes != whole.bytes {
				t.Errorf("killed at object %d (stored: %t): %d events, %d objects, %d bytes, want %d, %d, %d", first, stored,
					last.written, last.objects, last.bytes, whole.written, whole.objects, whole.bytes)
			}
			wantSameEvents(t, fmt.Sprintf("killed at object %d (stored: %t)", first, stored), b, whole.buckets.(*fakeBuckets))
		}
	}
}

// wantSameEvents compares the objects of each folder, whatever their numbers are: streams that share a folder may leave some out.
func wantSameEvents(t *testing.T, what string, got, want *fakeBuckets) {
	t.Helper()
	byFolder := func(b *fakeBuckets) map[string][][]byte {
		all := map[string][][]byte{}
		for _, key := range b.keys() {
			folder := key[:strings.LastIndex(key, "/")]
			all[folder] = append(all[folder], b.objects[key])
		}
		return all
	}
	g, w := byFolder(got), byFolder(want)
	if !maps.EqualFunc(g, w, func(a, b [][]byte) bool { return slices.EqualFunc(a, b, bytes.Equal) }) {
		t.Errorf("%s: objects %q, or what is in them, differ from %q", what, got.keys(), want.keys())
	}
}

// TestWhatChangesBetweenProcesses lets streams and events come and go while nobody exports.
func TestWhatChangesBetweenProcesses(t *testing.T) {
	at := func(times ...int64) (all []Event) {
		for _, x := range times {
			all = append(all, Event{labStart + x, fmt.Sprint(x)})
		}
		return all
	}
	for _, tt := range []struct {
		name   string
		change func(map[string][]Event)
		want   map[string]string // by object: the messages
	}{
		{"nothing", func(map[string][]Event) {}, map[string]string{"a-b/000000.gz": "1", "a-c/000000.gz": "1 2", "a-b/000001.gz": "3"}},
		{"an event comes to the stream", func(s map[string][]Event) { s["a-c"] = at(1, 2, 5) },
			map[string]string{"a-b/000000.gz": "1", "a-c/000000.gz": "1 2 5", "a-b/000001.gz": "3"}},
		{"a stream comes that is over", func(s map[string][]Event) { s["a-a"] = at(4) },
			map[string]string{"a-b/000000.gz": "1", "a-c/000000.gz": "1 2", "a-b/000001.gz": "3"}},
		{"the stream goes", func(s map[string][]Event) { delete(s, "a-c") },
			map[string]string{"a-b/000000.gz": "1", "a-c/000000.gz": "1 2", "a-b/000001.gz": "3"}},
		{"a stream goes that is over", func(s map[string][]Event) { delete(s, "a-b") },
			map[string]string{"a-b/000000.gz": "1", "a-c/000000.gz": "1 2", "a-b/000001.gz": "3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events := &fakeEvents{streams: map[string][]Event{"a-b": at(1), "a-c": at(1, 2), "a/b": at(3)}}
			b := &fakeBuckets{objects: map[string][]byte{}}
			task := &task{ID: "id", Group: "/web", From: labStart, To: labStart + 1000, Bucket: labBucket, Prefix: "p"}
			w := &writing{task: task, events: events, buckets: &mortal{fakeBuckets: b, left: 2, stored: true}, keep: func(_ context.Context, p progress) error {
				task.Progress = &p
				return nil
			}}
			if err := w.run(t.Context()); !errors.Is(err, errKilled) {
				t.Fatalf("first run() = %v", err)
			}
			tt.change(events.streams)
			if err := (&writing{task: task, events: events, buckets: b}).run(t.Context()); err != nil {
				t.Fatalf("second run() = %v", err)
			}
			got := map[string]string{}
			for _, key := range b.keys() {
				var messages []string
				for line := range strings.Lines(b.lines(t, key)) {
					messages = append(messages, strings.TrimSpace(line[len(timeForm):]))
				}
				got[strings.TrimPrefix(key, "p/id/")] = strings.Join(messages, " ")
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("objects = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestManyTinyStreams lets a task of many streams be killed again and again. It keeps its place rarely, and writes nothing twice for that.
func TestManyTinyStreams(t *testing.T) {
	events := &fakeEvents{streams: map[string][]Event{}}
	const streams = 5*keepEvery + 3
	for i := range streams {
		name := fmt.Sprintf("%03d", i)
		if i%50 == 7 {
			name = fmt.Sprintf("%03d-x", i-1) // after 006 and before 006/x
			events.streams[fmt.Sprintf("%03d/x", i-1)] = []Event{{labStart, "twin"}}
		}
		events.streams[name] = []Event{{labStart, name}}
	}
	whole, b := &fakeBuckets{objects: map[string][]byte{}}, &fakeBuckets{objects: map[string][]byte{}}
	task := &task{ID: "id", Group: "/web", From: labStart, To: labStart + 1000, Bucket: labBucket, Prefix: "p"}
	keeps := 0
	keep := func(_ context.Context, p progress) error {
		keeps++
		return nil
	}
	if err := (&writing{task: task, events: events, buckets: whole, keep: keep}).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if twins := streams/50 + 1; keeps > streams/keepEvery+1+2*twins {
		t.Errorf("%d objects: the place was kept %d times, want once for %d", len(whole.objects), keeps, keepEvery)
	}
	var w *writing
	for lives := 0; ; lives++ {
		w = &writing{task: task, events: events, buckets: &mortal{fakeBuckets: b, left: keepEvery + 10, stored: lives%2 == 0}, keep: func(_ context.Context, p progress) error {
			task.Progress = &p
			return nil
		}}
		if err := w.run(t.Context()); err == nil {
			break
		}
		if lives > streams {
			t.Fatalf("after %d processes the task has %d objects", lives, w.objects)
		}
	}
	if int(w.objects) != len(whole.objects) || int(w.written) != len(events.streams) {
		t.Errorf("the last process counts %d objects of %d events, want %d of %d", w.objects, w.written, len(whole.objects), len(events.streams))
	}
	wantSameEvents(t, "many streams", b, whole)
}

func TestATaskIsCancelledThatWaitsForItsTurn(t *testing.T) {
	l := newLab(t)
	id := l.create()
	_, err := l.change(l.ctx, scopeOf(l.ctx).Key(id), func(t *task) error { // as an earlier process leaves it
		t.Status = types.ExportTaskStatusCodeRunning
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l.restart()
	if _, err := l.CancelExportTask(l.ctx, &cloudwatchlogs.CancelExportTaskInput{TaskId: &id}); err != nil {
		t.Fatal(err)
	}
	l.wantStatus(id, types.ExportTaskStatusCodePendingCancel, "")
	if err := l.carryOut(l.ctx, scopeOf(l.ctx).Key(id)); err != nil {
		t.Errorf("carryOut() = %v", err)
	}
	l.wantStatus(id, types.ExportTaskStatusCodeCancelled, "")
	if _, err := l.CreateExportTask(l.ctx, input()); err != nil {
		t.Errorf("CreateExportTask() after that = %v", err)
	}
	if k, ok := l.next(); !ok || k.Name != id {
		t.Errorf("next() = %v, %t, want the cancelled task: somebody has to end it", k, ok)
	}
}

func TestARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.buckets.gate = make(chan struct{})
		l.put("web-1", "x")
		stop := l.run()
		running := l.create()
		synctest.Wait()
		stop()
		l.wantStatus(running, types.ExportTaskStatusCodeRunning, "")
		_, err := l.CreateExportTask(l.ctx, input())
		wantError(t, "CreateExportTask() beside one that was interrupted", err, refuse.LimitExceeded())
		mine := l.ctx
		l.ctx = caller.With(l.ctx, caller.Caller{Account: "444455556666", Region: "eu-central-1"})
		waiting := l.create()
		l.ctx = caller.With(l.ctx, caller.Caller{Account: "777788889999", Region: "eu-central-1"})
		cancelled := l.create()
		_, err = l.change(l.ctx, scopeOf(l.ctx).Key(cancelled), func(t *task) error { // as a process leaves it that is killed then
			t.Status = types.ExportTaskStatusCodePendingCancel
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		close(l.buckets.gate)
		l.restart()
		stop = l.run()
		synctest.Wait()
		l.wantStatus(cancelled, types.ExportTaskStatusCodeCancelled, "")
		l.ctx = caller.With(l.ctx, caller.Caller{Account: "444455556666", Region: "eu-central-1"})
		l.wantStatus(waiting, types.ExportTaskStatusCodeCompleted, "")
		l.ctx = mine
		l.wantStatus(running, types.ExportTaskStatusCodeCompleted, "")
		if got := l.buckets.lines(t, "exportedlogs/"+running+"/web-1/000000.gz"); !strings.HasSuffix(got, "Z x\n") {
			t.Errorf("object = %q, want one event", got)
		}
		stop()
	})
}

func TestARestartWithoutBuckets(t *testing.T) {
	l := newLab(t)
	id := l.create()
	l.opts.Buckets = nil
	l.run()
	<-l.ended
	l.wantStatus(id, types.ExportTaskStatusCodeFailed, "without a place for exports")
}

func TestAStreamThatIsDeletedMeanwhile(t *testing.T) {
	l := newLab(t)
	l.put("web-1", "x")
	l.put("web-2", "y")
	l.events.broken = &types.ResourceNotFoundException{Message: aws.String("The specified log stream does not exist.")}
	l.run()
	id := l.create(func(in *cloudwatchlogs.CreateExportTaskInput) { in.To = aws.Int64(labStart + 1) })
	if e := <-l.ended; e.Events != 2 || e.Err != nil {
		t.Errorf("Ended = %+v, want two events: those of before", e)
	}
	l.wantStatus(id, types.ExportTaskStatusCodeCompleted, "")
}
