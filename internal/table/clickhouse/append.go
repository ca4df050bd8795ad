package clickhouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// Append implements table.Table. An append with a token is two inserts: first its receipt, then its rows. A receipt whose
// rows are not there is that of an append that failed between the two, and counts for nothing.
func (s *Store) Append(ctx context.Context, p table.Partition, rows table.Rows) (table.Receipt, error) {
	if err := s.schema.CheckRows(rows); err != nil {
		return table.Receipt{}, err
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return table.Receipt{}, s.appendError(p, err)
	}
	select {
	case s.appending <- struct{}{}:
		defer func() { <-s.appending }()
	case <-ctx.Done():
		return table.Receipt{}, s.appendError(p, ctx.Err())
	}
	r, err := s.append(ctx, p, rows)
	if err != nil {
		return table.Receipt{}, s.appendError(p, err)
	}
	return r, nil
}

// bounded returns ctx with an end, if it has none.
func (s *Store) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.timeout)
}

func (s *Store) appendError(p table.Partition, err error) error {
	return fmt.Errorf("append to partition %d of %s: %w", p, s.schema.Name, err)
}

// append appends. It is the only one that does.
func (s *Store) append(ctx context.Context, p table.Partition, rows table.Rows) (table.Receipt, error) {
	if err := s.makeSure(ctx); err != nil {
		return table.Receipt{}, err
	}
	lines, err := s.lines(ctx, []int64{int64(p)})
	if err != nil {
		return table.Receipt{}, err
	}
	if lines[p].dropped {
		return table.Receipt{}, table.Dropped(p)
	}
	r := s.reserve(len(rows.Times))
	if rows.Token != "" {
		first, err := s.earlier(ctx, p, rows.Token, r.Ingested)
		if err != nil || first.Repeated {
			return first, err
		}
		if err := s.server.surely(ctx, s.receiptInsert(p, rows, r)); err != nil {
			return table.Receipt{}, err
		}
	}
	if len(rows.Times) == 0 {
		return r, nil
	}
	return r, s.insertRows(ctx, s.rowsInsert(p, rows, r))
}

// reserve returns the receipt for n rows. Numbers that are not used in the end are left out for ever; no rows take one too,
// so that no two appends have the same first, which names their inserts.
func (s *Store) reserve(n int) table.Receipt {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.ingested = max(s.mu.ingested, s.now().UnixMilli())
	r := table.Receipt{First: s.mu.next, Ingested: s.mu.ingested}
	s.mu.next += table.Sequence(max(n, 1))
	return r
}

// earlier returns the receipt of an append with the same token, if that was not too long before now, in milliseconds.
func (s *Store) earlier(ctx context.Context, p table.Partition, token string, now int64) (table.Receipt, error) {
	b, err := s.server.rows(ctx, statement{
		sql: "SELECT first, rows, ingested FROM " + s.names.receipts +
			" WHERE partition = {p:Int64} AND token = {token:String} AND ingested > {after:Int64} ORDER BY first DESC LIMIT 1",
		params: map[string]string{"p": digits(int64(p)), "token": tokenKey(token), "after": digits(now - table.TokenLife.Milliseconds())},
	}, int64s(3))
	if err != nil || b.rows == 0 {
		return table.Receipt{}, err
	}
	r := table.Receipt{First: table.Sequence(b.int(0, 0)), Ingested: b.int(2, 0), Repeated: true}
	if n := b.int(1, 0); n > 0 {
		r.Repeated, err = s.holds(ctx, p, r.First, n)
	}
	return r, err
}

// holds tells whether the rows of an append are there. Expired ones count: sweep leaves them there for long enough.
func (s *Store) holds(ctx context.Context, p table.Partition, first table.Sequence, n int64) (bool, error) {
	b, err := s.server.rows(ctx, statement{
		sql:    "SELECT toInt64(count()) FROM " + s.names.rows + " WHERE `@partition` = {p:Int64} AND `@sequence` >= {first:Int64} AND `@sequence` < {end:Int64}",
		params: map[string]string{"p": digits(int64(p)), "first": digits(int64(first)), "end": digits(int64(first) + n)},
	}, int64s(1))
	return b.int(0, 0) > 0, err
}

func digits(v int64) string { return strconv.FormatInt(v, 10) }

// tokenKey returns what is stored of a token: something of one length, without a byte that needs care.
func tokenKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (s *Store) receiptInsert(p table.Partition, rows table.Rows, r table.Receipt) insert {
	key := tokenKey(rows.Token)
	return insert{into: s.names.receipts, rows: 1, token: "receipt " + digits(int64(r.First)) + " " + key, columns: []sending{
		{"partition", "Int64", ints(int64(p))},
		{"token", "FixedString(64)", func(dst []byte) []byte { return append(dst, key...) }},
		{"first", "Int64", ints(int64(r.First))},
		{"rows", "Int64", ints(int64(len(rows.Times)))},
		{"ingested", "Int64", ints(r.Ingested)},
	}}
}

func (s *Store) rowsInsert(p table.Partition, rows table.Rows, r table.Receipt) insert {
	n := len(rows.Times)
	in := insert{into: s.names.rows, rows: n, token: "rows " + digits(int64(r.First)), last: int64(r.First) + int64(n) - 1, columns: []sending{
		{table.PartitionColumn, "Int64", repeated(int64(p), n)},
		{table.StreamColumn, "Int64", ints(rows.Streams...)},
		{table.TimeColumn, "Int64", ints(rows.Times...)},
		{table.IngestedColumn, "Int64", repeated(r.Ingested, n)},
		{table.SequenceColumn, "Int64", counting(int64(r.First), n)},
	}}
	for i, f := range s.schema.Fields {
		c := rows.Fields[i]
		if c.Kind == column.Null {
			c = &column.Column{Kind: column.Null, Len: n}
		}
		in.columns = append(in.columns, sending{f.Name, typeOf(s.schema, f.Name), declared(c, f.Kind, f.Name != s.schema.Text)})
	}
	return in
}

// retryAfter is how long an insert waits before it is sent again.
const retryAfter = 50 * time.Millisecond

// surely does an insert. A conversation that breaks leaves open whether the server did it, so that it is sent again, until
// the server says so or ctx ends, which is the error then: still nobody knows. The server does nothing twice that has the same
// token.
func (sv *server) surely(ctx context.Context, in insert) error {
	for doubt := false; ; doubt = true {
		err := sv.insert(ctx, in)
		if err == nil || undone(err) && !doubt {
			return err
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// insertRows inserts rows surely, or leaves them for makeSure.
func (s *Store) insertRows(ctx context.Context, in insert) error {
	err := s.server.surely(ctx, in)
	if err == nil {
		s.done(in)
	} else if cause := ctx.Err(); cause != nil && errors.Is(err, cause) {
		s.mu.Lock()
		s.mu.unsure = &in
		s.mu.Unlock()
	}
	return err
}

// makeSure does the insert that an earlier append has left in doubt: until its rows are there or never will be, no later ones
// may get in before them.
func (s *Store) makeSure(ctx context.Context) error {
	s.mu.Lock()
	in := s.mu.unsure
	s.mu.Unlock()
	if in == nil {
		return nil
	}
	if err := s.server.insert(ctx, *in); err != nil {
		return err
	}
	s.done(*in)
	return nil
}

// done notes that an insert is in the table.
func (s *Store) done(in insert) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.unsure = nil
	s.mu.last = max(s.mu.last, table.Sequence(in.last))
}
