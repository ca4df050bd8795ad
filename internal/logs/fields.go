package logs

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// The times that GetLogGroupFields looks at (API reference).
const (
	fieldsAround = 8 * time.Minute  // before and after the time that is asked for
	fieldsRecent = 15 * time.Minute // up to now, without a time
)

// What it looks at of these times, the newest events first, and how many fields it tells apart. [R] AWS says that it may sample.
const (
	fieldsEvents = 10_000
	fieldsBytes  = 16 << 20 // of messages
	fieldsNames  = 10_000
)

// GetLogGroupFields returns which fields the events of a group have, and how many of a hundred events have each. Of more events
// than fieldsEvents or fieldsBytes it looks at the newest.
func (s *Service) GetLogGroupFields(ctx context.Context, in *cloudwatchlogs.GetLogGroupFieldsInput) (*cloudwatchlogs.GetLogGroupFieldsOutput, error) {
	g, err := s.groupBy(ctx, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	from, to := fieldTimes(in.Time, s.opts.Now())
	b, err := s.readPage(ctx, table.Page{Range: s.eventRange(g, &from, to), Order: table.Descending, Limit: fieldsEvents, Bytes: fieldsBytes}, table.Sampled)
	if err != nil {
		return nil, err
	}
	if err := s.dropGone(ctx, g, &b); err != nil {
		return nil, err
	}
	texts, err := s.fieldTexts(ctx, g, false, &b)
	if err != nil {
		return nil, err
	}
	return &cloudwatchlogs.GetLogGroupFieldsOutput{LogGroupFields: g.fieldShares(texts)}, nil
}

// fieldTimes returns the times that a request is about: from the first on, before the second. center is in seconds.
func fieldTimes(center *int64, now time.Time) (from, to int64) {
	if center == nil {
		return now.Add(-fieldsRecent).UnixMilli(), now.UnixMilli() + 1
	}
	ms := 1000 * min(max(*center, 0), math.MaxInt64/2000)
	return ms - fieldsAround.Milliseconds(), ms + fieldsAround.Milliseconds() + 1
}

// dropGone takes the events of deleted streams out of b.
func (s *Service) dropGone(ctx context.Context, g *Group, b *eventBatch) error {
	gone := map[int64]bool{}
	var keep []int32
	for i := range b.n {
		number := b.streams[i]
		if _, known := gone[number]; !known {
			name, err := s.StreamName(ctx, g, number)
			if err != nil {
				return err
			}
			gone[number] = name == ""
		}
		if !gone[number] {
			keep = append(keep, int32(i))
		}
	}
	if len(keep) < b.n {
		ingested := make([]int64, len(keep))
		for i, row := range keep {
			ingested[i] = b.ingested[row]
		}
		*b = eventBatch{n: len(keep), messages: b.messages.Take(keep), ingested: ingested}
	}
	return nil
}

// ownFields are the fields that every event has, in the order in which AWS's samples begin; the rest of it is [R].
var ownFields = []string{"@timestamp", "@message", "@logStream", "@log", "@ingestionTime"}

// fieldShares returns the fields of the events in b, the most frequent first, system fields before others, then by name. There are
// none without events.
func (g *Group) fieldShares(b *eventBatch) []types.LogGroupField {
	fields := []types.LogGroupField{}
	if b.n == 0 {
		return fields
	}
	for _, name := range ownFields {
		fields = append(fields, types.LogGroupField{Name: &name, Percent: 100})
	}
	counts := map[string]int{}
	g.eachField(b, func(name string, _ column.Value) {
		if _, known := counts[name]; !known {
			if len(counts) == fieldsNames {
				return
			}
			name = strings.Clone(name)
		}
		counts[name]++
	})
	for name, n := range counts {
		fields = append(fields, types.LogGroupField{Name: &name, Percent: share(n, b.n)})
	}
	slices.SortStableFunc(fields[len(ownFields):], func(a, b types.LogGroupField) int {
		return cmp.Or(cmp.Compare(b.Percent, a.Percent), strings.Compare(*a.Name, *b.Name))
	})
	return fields
}

// share returns what n of all is in percent. [R] It is rounded down, but a field that is there has 1.
func share(n, all int) int32 { return int32(max(1, n*100/all)) }
