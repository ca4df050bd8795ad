package clickhouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
)

// A line is what has become of a partition. Its rows before a time are not there for any reader, whether the server has
// removed them yet or not; they are all before the greatest time, so that a dropped partition's is that.
type line struct {
	before  int64
	dropped bool
}

// lines returns the lines of those of some partitions that have one.
func (s *Store) lines(ctx context.Context, partitions []int64) (map[table.Partition]line, error) {
	return s.readLines(ctx, statement{
		sql: "SELECT partition, toInt64(max(before)), toInt64(max(dropped)) FROM " + s.names.lines +
			" WHERE partition IN {partitions:Array(Int64)} GROUP BY partition",
		params: map[string]string{"partitions": list(partitions)},
	})
}

func (s *Store) readLines(ctx context.Context, st statement) (map[table.Partition]line, error) {
	all := map[table.Partition]line{}
	err := s.server.query(ctx, st, int64s(3), func(b *block) error {
		for i := range b.rows {
			all[table.Partition(b.int(0, i))] = line{b.int(1, i), b.int(2, i) != 0}
		}
		return nil
	})
	return all, err
}

// list returns numbers as the value of a parameter.
func list(values []int64) string {
	var text []string
	for _, v := range values {
		text = append(text, digits(v))
	}
	return "[" + strings.Join(text, ",") + "]"
}

// visible returns ranges without what has expired.
func (s *Store) visible(ctx context.Context, ranges []table.Range) ([]table.Range, error) {
	if len(ranges) == 0 {
		return nil, ctx.Err()
	}
	var partitions []int64
	for _, r := range ranges {
		partitions = append(partitions, int64(r.Partition))
	}
	slices.Sort(partitions)
	lines, err := s.lines(ctx, slices.Compact(partitions))
	if err != nil {
		return nil, err
	}
	ranges = slices.Clone(ranges)
	for i, r := range ranges {
		if l, ok := lines[r.Partition]; ok {
			ranges[i].From = max(r.From, l.before)
		}
	}
	return ranges, nil
}

// Drop implements table.Table.
func (s *Store) Drop(ctx context.Context, p table.Partition) error {
	if err := s.draw(ctx, map[table.Partition]line{p: {math.MaxInt64, true}}); err != nil {
		return fmt.Errorf("drop partition %d of %s: %w", p, s.schema.Name, err)
	}
	return nil
}

// Expire implements table.Table.
func (s *Store) Expire(ctx context.Context, limits ...table.Expiry) error {
	for some := range slices.Chunk(limits, linesAtOnce) {
		wanted := map[table.Partition]line{}
		for _, l := range some {
			before := l.Before
			if other, twice := wanted[l.Partition]; twice {
				before = max(before, other.before)
			}
			wanted[l.Partition] = line{before, false}
		}
		if err := s.draw(ctx, wanted); err != nil {
			return fmt.Errorf("expire %d partitions of %s: %w", len(some), s.schema.Name, err)
		}
	}
	return nil
}

// linesAtOnce is how many lines are read and drawn with one statement: a list of their partitions takes some 100 KB.
const linesAtOnce = 10_000

// draw draws lines, where there are none that are as late.
func (s *Store) draw(ctx context.Context, wanted map[table.Partition]line) error {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	var partitions []int64
	for _, p := range slices.Sorted(maps.Keys(wanted)) {
		partitions = append(partitions, int64(p))
	}
	if len(partitions) == 0 {
		return nil
	}
	lines, err := s.lines(ctx, partitions)
	if err != nil {
		return err
	}
	var of, befores, dropped []int64
	token := sha256.New()
	for _, p := range partitions {
		l := wanted[table.Partition(p)]
		if old, ok := lines[table.Partition(p)]; ok && old.before >= l.before && (old.dropped || !l.dropped) {
			continue
		}
		of, befores, dropped = append(of, p), append(befores, l.before), append(dropped, 0)
		if l.dropped {
			dropped[len(dropped)-1] = 1
		}
		fmt.Fprint(token, "line ", p, l.before, l.dropped) //nolint:errcheck // a hash takes all
	}
	if len(of) == 0 {
		return nil
	}
	return s.server.surely(ctx, insert{into: s.names.lines, rows: len(of), columns: []sending{
		{"partition", "Int64", ints(of...)},
		{"before", "SimpleAggregateFunction(max, Int64)", ints(befores...)},
		{"dropped", "SimpleAggregateFunction(max, Int64)", ints(dropped...)},
	}, token: hex.EncodeToString(token.Sum(nil))})
}

// Size implements table.Table.
func (s *Store) Size(ctx context.Context, p table.Partition) (table.Size, error) {
	size, err := s.size(ctx, p)
	if err != nil {
		return table.Size{}, fmt.Errorf("size of partition %d of %s: %w", p, s.schema.Name, err)
	}
	return size, nil
}

func (s *Store) size(ctx context.Context, p table.Partition) (table.Size, error) {
	ranges, err := s.visible(ctx, []table.Range{{Partition: p, From: math.MinInt64, To: math.MaxInt64}})
	if err != nil || empty(ranges[0]) {
		return table.Size{}, err
	}
	var q query
	where := q.inRange(ranges[0], 0)
	b, err := s.server.rows(ctx, statement{
		sql:    "SELECT toInt64(count()), toInt64(sum(" + newSelection(s.schema).columns[0] + ")) FROM " + s.names.rows + " WHERE " + where,
		params: q.params,
	}, int64s(2))
	return table.Size{Rows: b.int(0, 0), Bytes: b.int(1, 0)}, err
}

// keepRows is how long rows are left alone after they were appended: a token is answered as long as they are there.
const keepRows = table.TokenLife + time.Hour

// sweep tells the server to remove what is behind the lines.
func (s *Store) sweep(ctx context.Context) error {
	lines, err := s.readLines(ctx, statement{sql: "SELECT partition, toInt64(max(before)), toInt64(max(dropped)) FROM " + s.names.lines + " GROUP BY partition"})
	if err != nil || len(lines) == 0 {
		return err
	}
	var partitions, befores []int64
	for p, l := range lines {
		partitions, befores = append(partitions, int64(p)), append(befores, l.before)
	}
	return s.server.do(ctx, statement{
		sql: "ALTER TABLE " + s.names.rows + " DELETE WHERE `@ingested` < {old:Int64} AND" +
			" `@time` < transform(`@partition`, {partitions:Array(Int64)}, {befores:Array(Int64)}, {none:Int64})",
		params: map[string]string{
			"partitions": list(partitions), "befores": list(befores), "none": digits(math.MinInt64),
			"old": digits(s.now().Add(-keepRows).UnixMilli()),
		},
	})
}
