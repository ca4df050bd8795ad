package logs

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/documents"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

const (
	streamKind     catalog.Kind = "log-stream"
	goneStreamKind catalog.Kind = "log-stream-gone" // by number: deleted streams whose events may still be in the group's partition; the first peak is when
)

// streamSequence is where the numbers of streams come from.
const streamSequence = "log-stream"

// A Stream is one incarnation of a log stream.
type Stream struct {
	Name    string
	Number  int64 // of its rows; never used again
	Created int64 // ms

	// What its events were, 0 if there was none yet. A crash may lose the last second of it.
	FirstEvent, LastEvent, LastIngestion int64 // ms
}

// streamFacts is what the catalog keeps of a stream under its name. The number is the entry's first term too.
type streamFacts struct {
	Number  int64 `json:"n"`
	Created int64 `json:"c"`
}

// farFuture is what the time of a first event is kept as a distance from, since an entry's peaks can only grow: 2286-11-20.
const farFuture = 9_999_999_999_999

// The peaks of a stream's entry.
const (
	lastEventPeak = iota // what DescribeLogStreams orders by
	firstEventPeak
	lastIngestionPeak
)

// streamOf reads a stream's entry.
func streamOf(e catalog.Entry) (Stream, error) {
	f, err := documents.Decode[streamFacts](e)
	if err != nil {
		return Stream{}, err
	}
	s := Stream{Name: e.Name, Number: f.Number, Created: f.Created, LastEvent: e.Peaks[lastEventPeak], LastIngestion: e.Peaks[lastIngestionPeak]}
	if p := e.Peaks[firstEventPeak]; p != 0 {
		s.FirstEvent = farFuture - p
	}
	return s, nil
}

// streamEntry is the inverse of streamOf for a stream without events.
func streamEntry(scope catalog.Scope, s Stream) (catalog.Entry, error) {
	e, err := documents.Encode(scope.Key(s.Name), streamFacts{s.Number, s.Created})
	e.Terms = catalog.Terms{decimal(s.Number)}
	return e, err
}

// A streamPlace names a stream of a group's incarnation by its name or, if that is "", by its number.
type streamPlace struct {
	group  int64
	name   string
	number int64
}

// stream returns g's stream of that name. Its times are as of when it was first asked for; who needs them lists.
func (s *Service) stream(ctx context.Context, g *Group, name string) (Stream, error) {
	return s.streams.Get(streamPlace{group: int64(g.Partition), name: name}, func() (Stream, error) {
		if checkNewStreamName(name) != nil {
			return Stream{}, refuse.NotFound(textStreamMissing)
		}
		e, err := s.catalog.Get(ctx, g.under(streamKind, g).Key(name))
		if fault.Is(err, fault.NotFound) {
			return Stream{}, refuse.NotFound(textStreamMissing)
		}
		if err != nil {
			return Stream{}, refuse.Internal("read log stream", err)
		}
		return streamOf(e)
	})
}

// CheckStream returns nil if the caller can put events to a stream, else what PutLogEvents says.
func (s *Service) CheckStream(ctx context.Context, group, stream string) error {
	g, err := s.group(ctx, group)
	if err != nil {
		return err
	}
	_, err = s.stream(ctx, g, stream)
	return err
}

// StreamName returns the name of g's stream of that number, which a row of g's partition has; "" if it was deleted, and then its
// rows are no events any more.
func (s *Service) StreamName(ctx context.Context, g *Group, number int64) (string, error) {
	stream, err := s.streams.Get(streamPlace{group: int64(g.Partition), number: number}, func() (Stream, error) {
		page, err := s.catalog.List(ctx, catalog.Query{Scope: g.under(streamKind, g), Terms: catalog.Terms{decimal(number)}, Limit: 1})
		if err != nil {
			return Stream{}, refuse.Internal("find log stream by number", err)
		}
		if len(page.Entries) == 0 {
			return Stream{}, nil
		}
		return streamOf(page.Entries[0])
	})
	return stream.Name, err
}

// eachStream yields g's streams whose names begin with prefix, by name.
func (s *Service) eachStream(ctx context.Context, g *Group, prefix string) iter.Seq2[Stream, error] {
	return func(yield func(Stream, error) bool) {
		for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: g.under(streamKind, g), Prefix: prefix}) {
			if err != nil {
				yield(Stream{}, refuse.Internal("list log streams", err))
				return
			}
			stream, err := streamOf(e)
			if !yield(stream, err) || err != nil {
				return
			}
		}
	}
}

// GoneStreams returns the numbers of g's deleted streams, unsorted: what a scan of all of g's rows leaves out.
func (s *Service) GoneStreams(ctx context.Context, g *Group) ([]int64, error) {
	var numbers []int64
	for e, err := range catalog.All(ctx, s.catalog, catalog.Query{Scope: g.under(goneStreamKind, g)}) {
		if err != nil {
			return nil, refuse.Internal("list deleted log streams", err)
		}
		n, err := strconv.ParseInt(e.Name, 10, 64)
		if err != nil {
			return nil, fault.Internal(fmt.Errorf("read %s: %w", e.Key, err))
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// touchStream tells that events of g's stream from first to last (ms) were stored at ingested. It is cheap enough for every
// PutLogEvents.
func (s *Service) touchStream(ctx context.Context, g *Group, stream Stream, first, last, ingested int64) error {
	return s.catalog.Touch(ctx, catalog.Touch{
		Key:   g.under(streamKind, g).Key(stream.Name),
		Peaks: catalog.Peaks{lastEventPeak: last, firstEventPeak: max(0, farFuture-first), lastIngestionPeak: ingested},
	})
}
