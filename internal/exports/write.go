package exports

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// objectBytes is how large an object becomes, about: it is put together in memory, and so the least that a task needs of it. AWS too
// cuts a stream into several [R].
const objectBytes = 8 << 20

// timeForm is how AWS writes the time of an event.
const timeForm = "2006-01-02T15:04:05.000Z"

// errBucket marks errors of writing objects.
var errBucket = errors.New("bucket")

// keepEvery is how many objects there are from one progress that is kept to the next, at most [R]: a write of the catalog takes as long as that of
// a small object. Nor does it wait for more than objectBytes.
const keepEvery = 64

// A progress says how far a task is. It is kept before an object: objects of earlier streams, and those of Stream with lower numbers, are
// stored; the one that is numbered Number may be, whole, and so may be the first ones of streams behind it, if they are alone in their
// folders. So a task that goes on from it writes these anew under the same keys, with the same events but for those that are gone or came
// meanwhile, and what it leaves is what an undisturbed one leaves.
type progress struct {
	Stream  string `json:"stream"`
	Number  int    `json:"number"`         // of the object, in the stream's folder
	From    int64  `json:"from"`           // time of its first event
	Skip    int    `json:"skip,omitempty"` // how many events of that time are in the object before
	Events  int64  `json:"events"`         // stored before it
	Objects int64  `json:"objects"`
	Bytes   int64  `json:"bytes"`
}

// A writing is a task that runs.
type writing struct {
	task    *task
	events  Events
	buckets Buckets
	keep    func(context.Context, progress) error // nil: nobody goes on with it

	numbers map[uint64]int // the next number of an object in each folder, by the folder's hash: 40 bytes a stream
	kept    *progress      // the last one that was kept; nil: none yet
	untidy  int            // so many objects may be those that an earlier process was writing when it was killed
	at      progress       // of the object of the moment
	alone   bool           // whether it is of a stream whose folder no other stream before it has
	buf     bytes.Buffer   // the object of the moment
	gz      *gzip.Writer
	line    []byte

	written, objects, bytes int64
}

// run writes the events of all streams, or of those that an earlier process left.
func (w *writing) run(ctx context.Context) error {
	w.numbers = map[uint64]int{}
	left := w.task.Progress
	if left != nil {
		w.written, w.objects, w.bytes = left.Events, left.Objects, left.Bytes
		w.numbers[folderHash(folderOf(left.Stream))] = left.Number + 1 // unless the stream is still there, and goes on below
		w.untidy = keepEvery
		if err := w.tidy(ctx, w.key(folderOf(left.Stream), left.Number)); err != nil {
			return err
		}
	}
	for stream, err := range w.events.Streams(ctx, w.task.Group, w.task.Streams) {
		if err != nil {
			return err
		}
		var from *progress
		switch {
		case left == nil || stream > left.Stream:
		case stream < left.Stream:
			w.numbers[folderHash(folderOf(stream))] = int(left.Objects) // how many are in it nobody knows: no more than there are
			continue
		default:
			from = left
		}
		if err := w.stream(ctx, stream, from); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// stream writes the events of one stream, all or from a place on. One without any leaves nothing, and one that is deleted meanwhile what
// it had.
func (w *writing) stream(ctx context.Context, stream string, left *progress) error {
	folder := folderOf(stream)
	h := folderHash(folder)
	_, shared := w.numbers[h]
	w.alone = !shared
	begin, skip, number := w.task.From, 0, w.numbers[h]
	if left != nil {
		begin, skip, number = left.From, left.Skip, left.Number
	}
	w.numbers[h] = number
	to := w.task.To
	if to < math.MaxInt64 {
		to++
	}
	open, last, same := false, begin, 0 // same events of the time last were seen
	for e, err := range w.events.Read(ctx, w.task.Group, stream, begin, to) {
		if err != nil && w.isGone(ctx, err) {
			break
		}
		if err != nil {
			return err
		}
		if e.Time != last {
			last, same = e.Time, 0
		}
		if same++; left != nil && e.Time == begin && same <= skip {
			continue
		}
		if !open {
			w.begin(progress{Stream: stream, From: e.Time, Skip: same - 1})
			open = true
		}
		if err := w.add(e); err != nil {
			return err
		}
		if w.buf.Len() >= objectBytes {
			open = false
			if err := w.put(ctx, folder); err != nil {
				return err
			}
		}
	}
	if !open {
		return ctx.Err()
	}
	return w.put(ctx, folder)
}

// isGone tells whether err says that a stream was deleted, and not its group.
func (w *writing) isGone(ctx context.Context, err error) bool {
	_, missing := errors.AsType[*types.ResourceNotFoundException](err)
	if !missing {
		return false
	}
	_, err = w.events.Group(ctx, w.task.Group)
	return err == nil
}

// begin starts an object.
func (w *writing) begin(at progress) {
	w.at = at
	w.at.Events, w.at.Objects, w.at.Bytes = w.written, w.objects, w.bytes
	w.buf.Reset()
	if w.gz == nil {
		w.gz, _ = gzip.NewWriterLevel(&w.buf, gzip.BestSpeed) // fails only for a level that there is not
		return
	}
	w.gz.Reset(&w.buf)
}

// add writes an event as a line. A message of several lines is as many; who reads them goes by the times that lines begin with.
func (w *writing) add(e Event) error {
	w.line = time.UnixMilli(e.Time).UTC().AppendFormat(w.line[:0], timeForm)
	w.line = append(w.line, ' ')
	w.line = append(w.line, e.Message...)
	w.line = append(w.line, '\n')
	w.written++
	if _, err := w.gz.Write(w.line); err != nil {
		return fmt.Errorf("compress event: %w", err)
	}
	return nil
}

// put ends the object and stores it.
func (w *writing) put(ctx context.Context, folder string) error {
	if err := w.gz.Close(); err != nil {
		return fmt.Errorf("compress events: %w", err)
	}
	h := folderHash(folder)
	w.at.Number = w.numbers[h]
	if err := w.keepPlace(ctx); err != nil {
		return err
	}
	key := w.key(folder, w.at.Number)
	if w.untidy > 0 {
		w.untidy--
		if err := w.tidy(ctx, key); err != nil {
			return err
		}
	}
	if err := w.buckets.Put(ctx, w.task.Bucket, key, w.buf.Bytes()); err != nil {
		return fmt.Errorf("%w: put %s: %w", errBucket, key, err)
	}
	w.numbers[h] = w.at.Number + 1
	w.objects++
	w.bytes += int64(w.buf.Len())
	return nil
}

// keepPlace keeps how far the task is, unless the object of the moment would get the same name and events again from what was kept last.
func (w *writing) keepPlace(ctx context.Context) error {
	again := w.kept != nil && w.alone && w.at.Number == 0 &&
		w.at.Objects-w.kept.Objects < keepEvery && w.at.Bytes-w.kept.Bytes < objectBytes
	if w.keep == nil || again {
		return nil
	}
	kept := w.at
	w.kept = &kept
	return w.keep(ctx, kept)
}

// tidy removes what an earlier process left undone beside an object.
func (w *writing) tidy(ctx context.Context, key string) error {
	if err := w.buckets.Tidy(ctx, w.task.Bucket, key); err != nil {
		return fmt.Errorf("%w: %w", errBucket, err)
	}
	return nil
}

// key returns the name of an object.
func (w *writing) key(folder string, number int) string {
	return fmt.Sprintf("%s/%s/%s/%06d.gz", w.task.Prefix, w.task.ID, folder, number)
}

// folderHash returns what numbers knows a folder by.
func folderHash(folder string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(folder)) // never fails
	return h.Sum64()
}

// maxFolder is how many bytes the name of a folder has at most: what file systems take.
const maxFolder = 255

// folderOf returns the folder of a stream: its name with a hyphen for each slash, as AWS has it. [R] What no folder can be called gets
// another name: a longer one is cut and ends in a hash, and what readers of exports take for a hidden file gets a hyphen in front.
func folderOf(stream string) string {
	folder := strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' {
			return '-'
		}
		return r
	}, stream)
	if strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_") {
		folder = "-" + folder
	}
	if len(folder) <= maxFolder {
		return folder
	}
	cut := maxFolder - 17
	for !utf8.RuneStart(folder[cut]) {
		cut--
	}
	return fmt.Sprintf("%s-%016x", folder[:cut], folderHash(stream))
}
