package logs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// eventOperations returns the operations on events.
func (s *Service) eventOperations() []op.Operation {
	return []op.Operation{
		op.New("PutLogEvents", s.PutLogEvents),
		op.New("GetLogEvents", s.GetLogEvents),
		op.New("FilterLogEvents", s.FilterLogEvents),
		op.New("GetLogRecord", s.GetLogRecord),
		op.New("GetLogGroupFields", s.GetLogGroupFields),
	}
}

// pageLimit returns how many events a page may have: what the request says, the most there can be if it says nothing.
func (s *Service) pageLimit(limit *int32) (int, error) {
	most := s.limits.PageEvents
	switch {
	case limit == nil:
		return most, nil
	case *limit < 1:
		return 0, refuse.Constraint(strconv.Itoa(int(*limit)), "limit", "Member must have value greater than or equal to 1")
	case int(*limit) > most:
		return 0, refuse.Constraint(strconv.Itoa(int(*limit)), "limit", "Member must have value less than or equal to "+strconv.Itoa(most))
	}
	return int(*limit), nil
}

// An eventBatch is some events of one group as the table has them, in the columns of eventColumns. They are not changed, so
// results may point into them.
type eventBatch struct {
	n         int
	times     []int64
	ingested  []int64
	sequences []int64
	streams   []int64
	messages  *column.Column
}

var eventColumns = []string{table.TimeColumn, table.IngestedColumn, table.SequenceColumn, table.StreamColumn, messageField}

// readPage returns a page of p.Range, whatever its columns and Through: of the rows that are there now if Through is 0. What
// happens where some of them cannot be read is for the manner to say.
func (s *Service) readPage(ctx context.Context, p table.Page, m table.Manner) (eventBatch, error) {
	b, stats, err := s.pageAndDamage(ctx, p)
	if err == nil && m.Fails(stats, s.opts.Damaged) {
		return eventBatch{}, damaged(stats.Problems)
	}
	return b, err
}

func (s *Service) pageAndDamage(ctx context.Context, p table.Page) (eventBatch, table.Stats, error) {
	p.Columns = eventColumns
	b, stats, err := s.events.Page(ctx, p)
	if err != nil {
		return eventBatch{}, stats, refuse.Internal("read log events", err)
	}
	c := b.Columns
	return eventBatch{n: b.Len, times: c[0].Ints, ingested: c[1].Ints, sequences: c[2].Ints, streams: c[3].Ints, messages: c[4]}, stats, nil
}

const textDamaged = "Some of the log events that were asked for are damaged where they are stored. The operator of this server can find out more with: groundwatch check data. To read the rest, start it with --read-damaged."

// damaged returns the error of a read that misses rows.
func damaged(problems []string) error {
	return fmt.Errorf("read log events: %w: %s", refuse.Unavailable(textDamaged), strings.Join(problems, "; "))
}

// cursor returns the place of event i.
func (b *eventBatch) cursor(i int) table.Cursor {
	return table.Cursor{Time: b.times[i], Sequence: table.Sequence(b.sequences[i])}
}

// message returns where the message of event i stands.
func (b *eventBatch) message(i int) *string {
	if b.messages.Codes != nil {
		i = int(b.messages.Codes[i])
	}
	return &b.messages.Strings[i]
}

// eventRange returns the events of g from a time on (ms, nil: the first) and before another, as far as retention has left them.
func (s *Service) eventRange(g *Group, from *int64, to int64) table.Range {
	r := table.Range{Partition: g.Partition, From: g.Oldest(s.opts.Now()), To: to}
	if from != nil {
		r.From = max(r.From, *from)
	}
	return r
}
