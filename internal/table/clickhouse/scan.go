package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
)

// rangesAtOnce is how many ranges one query has. Each has three parameters, and a server takes 1,000 of those and of settings
// unless it is configured otherwise (measured on ClickHouse 26.7; its URL may have 1 MiB).
const rangesAtOnce = 300

// Scan implements table.Table. The server finds the rows; fields are discovered here, so that they are what discover says. No row is
// left out by conditions.
func (s *Store) Scan(ctx context.Context, q table.Scan, workers int, each func(worker int, b *column.Batch) error) (table.Stats, error) {
	if err := s.schema.CheckScan(q); err != nil {
		return table.Stats{}, err
	}
	ranges, err := s.visible(ctx, q.Ranges)
	if err != nil {
		return table.Stats{}, s.scanError(err)
	}
	scan := newScanning(s.schema, q, ranges)
	if len(q.Through) == 0 && len(scan.places) > rangesAtOnce {
		if scan.scan.Through, err = s.Last(ctx); err != nil { // so that several queries see no more than one would
			return table.Stats{}, s.scanError(err)
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	blocks := make(chan *block)
	var all sync.WaitGroup
	for worker := range max(workers, 1) {
		all.Go(func() {
			if err := scan.work(worker, blocks, each); err != nil {
				cancel(err)
			}
		})
	}
	var stats table.Stats
	for some := range slices.Chunk(scan.places, rangesAtOnce) {
		err = s.server.query(ctx, scan.statement(s.names.rows, some), scan.selection.types, func(b *block) error {
			stats.Rows += int64(b.rows)
			stats.Bytes += b.size()
			if q.Read != nil {
				q.Read(int64(b.rows), b.size())
			}
			select {
			case blocks <- b:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		if err != nil {
			break
		}
	}
	close(blocks)
	all.Wait()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err != nil {
		return table.Stats{}, s.scanError(err)
	}
	return stats, nil
}

func (s *Store) scanError(err error) error { return fmt.Errorf("scan %s: %w", s.schema.Name, err) }

// A scanning is a scan under way.
type scanning struct {
	scan      table.Scan
	ranges    []table.Range
	places    []int // in ranges, of those that can have rows
	selection *selection
	columns   []int // in the selection, of the scan's columns
	text      int   // in the selection
	where     [3]int
}

func newScanning(schema table.Schema, q table.Scan, ranges []table.Range) *scanning {
	scan := &scanning{scan: q, ranges: ranges, selection: newSelection(schema)}
	for i, r := range ranges {
		if !empty(r) {
			scan.places = append(scan.places, i)
		}
	}
	scan.columns = scan.selection.addAll(q.Columns)
	if len(q.Discovered) > 0 {
		scan.text = scan.selection.add(schema.Text)
		for i, name := range []string{table.PartitionColumn, table.TimeColumn, table.StreamColumn} {
			scan.where[i] = scan.selection.add(name)
		}
	}
	return scan
}

// statement returns the query for the ranges at some places.
func (scan *scanning) statement(rows string, places []int) statement {
	var q query
	var any []string
	for _, i := range places {
		any = append(any, "("+q.inRange(scan.ranges[i], i)+")")
	}
	q.where = []string{"(" + strings.Join(any, " OR ") + ")"}
	q.through(scan.scan.Through)
	return statement{
		sql:      "SELECT " + strings.Join(scan.selection.columns, ", ") + " FROM " + rows + " WHERE " + strings.Join(q.where, " AND "),
		params:   q.params,
		streams:  q.stream,
		settings: map[string]string{"readonly": "2", "max_block_size": "8192"},
	}
}

// work hands blocks on, up to an error.
func (scan *scanning) work(worker int, blocks <-chan *block, each func(worker int, b *column.Batch) error) error {
	w := finder{scan: scan, extractors: map[discover.Kind]*discover.Extractor{}}
	for b := range blocks {
		batch := b.pick(scan.columns)
		batch.Columns = append(batch.Columns, w.find(b)...)
		if err := each(worker, batch); err != nil {
			return err
		}
	}
	return nil
}

// A finder finds discovered fields for one worker.
type finder struct {
	scan       *scanning
	extractors map[discover.Kind]*discover.Extractor
	builders   []*column.Builder
}

// find returns the discovered columns of a block. They are valid until the next call.
func (w *finder) find(b *block) []*column.Column {
	fields := w.scan.scan.Discovered
	if len(fields) == 0 {
		return nil
	}
	if w.builders == nil {
		for range fields {
			w.builders = append(w.builders, new(column.Builder))
		}
	}
	for _, builder := range w.builders {
		builder.Reset()
	}
	for _, x := range w.extractors {
		x.Reset()
	}
	for i := range b.rows {
		w.extractor(w.scan.kind(b, i)).Extract([]byte(b.columns[w.scan.text].Strings[i]), w.builders)
	}
	columns := make([]*column.Column, len(fields))
	for i, builder := range w.builders {
		columns[i] = builder.Column()
	}
	return columns
}

func (w *finder) extractor(kind discover.Kind) *discover.Extractor {
	if w.extractors[kind] == nil {
		w.extractors[kind] = discover.New(kind, w.scan.scan.Discovered, discover.Options{})
	}
	return w.extractors[kind]
}

// kind returns the kind of a row: that of the first range which has it.
func (scan *scanning) kind(b *block, row int) discover.Kind {
	at := func(i int) int64 { return b.columns[scan.where[i]].Ints[row] }
	for _, r := range scan.ranges {
		if int64(r.Partition) != at(0) || at(1) < r.From || at(1) >= r.To {
			continue
		}
		if _, ok := slices.BinarySearch(r.Streams, at(2)); ok || r.Streams == nil {
			return r.Kind
		}
	}
	panic("BUG: a row that is in no range")
}
