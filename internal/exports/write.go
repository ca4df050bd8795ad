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
)

// objectBytes is how large an object becomes, about: it is put together in memory, and so the least that a task needs of it. AWS too
// cuts a stream into several [R].
const objectBytes = 8 << 20

// timeForm is how AWS writes the time of an event.
const timeForm = "2006-01-02T15:04:05.000Z"

// errBucket marks errors of writing objects.
var errBucket = errors.New("bucket")

// A writing is a task that runs.
type writing struct {
	task    *task
	events  Events
	buckets Buckets

	numbers map[uint64]int // the next number of an object in each folder, by the folder's hash: 40 bytes a stream
	buf     bytes.Buffer   // the object of the moment
	gz      *gzip.Writer
	line    []byte

	written, objects, bytes int64
}

// run writes the events of all streams.
func (w *writing) run(ctx context.Context) error {
	w.numbers = map[uint64]int{}
	for stream, err := range w.events.Streams(ctx, w.task.Group, w.task.Streams) {
		if err != nil {
			return err
		}
		if err := w.stream(ctx, stream); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// stream writes the events of one stream. One without any leaves nothing.
func (w *writing) stream(ctx context.Context, stream string) error {
	to := w.task.To
	if to < math.MaxInt64 {
		to++
	}
	folder := folderOf(stream)
	open := false
	for e, err := range w.events.Read(ctx, w.task.Group, stream, w.task.From, to) {
		if err != nil {
			return err
		}
		if !open {
			w.begin()
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

// begin starts an object.
func (w *writing) begin() {
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
	h := fnv.New64a()
	_, _ = h.Write([]byte(folder)) // never fails
	n := w.numbers[h.Sum64()]
	w.numbers[h.Sum64()] = n + 1
	key := fmt.Sprintf("%s/%s/%s/%06d.gz", w.task.Prefix, w.task.ID, folder, n)
	if err := w.buckets.Put(ctx, w.task.Bucket, key, w.buf.Bytes()); err != nil {
		return fmt.Errorf("%w: put %s: %w", errBucket, key, err)
	}
	w.objects++
	w.bytes += int64(w.buf.Len())
	return nil
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
	h := fnv.New64a()
	_, _ = h.Write([]byte(stream)) // never fails
	cut := maxFolder - 17
	for !utf8.RuneStart(folder[cut]) {
		cut--
	}
	return fmt.Sprintf("%s-%016x", folder[:cut], h.Sum64())
}
