package sqlcat

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum returns the CRC-32C of everything that a row says. Every read compares it: databases check their structure,
// SQLite not their content.
func checksum(e catalog.Entry) int64 {
	b := make([]byte, 0, 256+len(e.Name)+len(e.Value))
	for _, text := range []string{e.Account, e.Region, string(e.Kind), e.Name, e.Terms[0], e.Terms[1]} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	for _, n := range []int64{e.Parent, int64(e.Version), e.Peaks[0], e.Peaks[1], e.Peaks[2]} {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	return int64(crc32.Checksum(append(b, e.Value...), castagnoli))
}

// columns are what a row has beside its scope.
const columns = "name, version, value, term1, term2, peak1, peak2, peak3, checksum"

// allColumns are what a row has.
const allColumns = "kind, account, region, parent, " + columns

type scanner interface{ Scan(to ...any) error }

// scan reads a row of columns in scope s, and errDamaged if it is not what was written.
func scan(row scanner, s catalog.Scope) (catalog.Entry, error) {
	return scanInto(row, catalog.Entry{Key: catalog.Key{Scope: s}}, func(*catalog.Entry) []any { return nil })
}

// scanAll is scan for a row of allColumns.
func scanAll(row scanner) (catalog.Entry, error) {
	return scanInto(row, catalog.Entry{}, func(e *catalog.Entry) []any {
		return []any{&e.Kind, &e.Account, &e.Region, &e.Parent}
	})
}

func scanInto(row scanner, e catalog.Entry, scope func(*catalog.Entry) []any) (catalog.Entry, error) {
	var name, term1, term2 []byte
	var want int64
	to := append(scope(&e), &name, &e.Version, &e.Value, &term1, &term2, &e.Peaks[0], &e.Peaks[1], &e.Peaks[2], &want)
	if err := row.Scan(to...); err != nil {
		return catalog.Entry{}, err
	}
	e.Name, e.Terms = string(name), catalog.Terms{string(term1), string(term2)}
	if got := checksum(e); got != want {
		return catalog.Entry{}, fmt.Errorf("%w: row %s: checksum %08x, want %08x", errDamaged, e.Key, got, want)
	}
	return e, nil
}

const ofScope = " WHERE kind = $1 AND account = $2 AND region = $3 AND parent = $4"

// scopeArgs are the parameters of ofScope.
func scopeArgs(s catalog.Scope) []any { return []any{string(s.Kind), s.Account, s.Region, s.Parent} }

func keyArgs(k catalog.Key) []any { return append(scopeArgs(k.Scope), []byte(k.Name)) }

// Statements for one row. The first five parameters are the key.
const (
	selectRow = "SELECT " + columns + " FROM entries" + ofScope + " AND name = $5"
	deleteRow = "DELETE FROM entries" + ofScope + " AND name = $5"
	raiseRow  = "UPDATE entries SET peak1 = $6, peak2 = $7, peak3 = $8, checksum = $9" + ofScope + " AND name = $5"
	updateRow = "UPDATE entries SET peak1 = $6, peak2 = $7, peak3 = $8, checksum = $9, version = $10, value = $11, term1 = $12, term2 = $13" +
		ofScope + " AND name = $5"
	insertRow = "INSERT INTO entries (kind, account, region, parent, name, peak1, peak2, peak3, checksum, version, value, term1, term2)" +
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
)

// raiseArgs are the parameters of raiseRow, rowArgs those of updateRow and insertRow.
func raiseArgs(e catalog.Entry) []any {
	return append(keyArgs(e.Key), e.Peaks[0], e.Peaks[1], e.Peaks[2], checksum(e))
}

func rowArgs(e catalog.Entry) []any {
	return append(raiseArgs(e), int64(e.Version), null(string(e.Value)), null(e.Terms[0]), null(e.Terms[1]))
}

// null returns the bytes of text, and NULL for none: the indexes by term leave NULL out.
func null(text string) any {
	if text == "" {
		return nil
	}
	return []byte(text)
}

// one reads the entry of k, and tells whether there is one.
func one(ctx context.Context, stmts *statements, k catalog.Key) (catalog.Entry, bool, error) {
	stmt, err := stmts.get(ctx, selectRow)
	if err != nil {
		return catalog.Entry{}, false, err
	}
	e, err := scan(stmt.QueryRowContext(ctx, keyArgs(k)...), k.Scope)
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.Entry{Key: k}, false, nil
	}
	return e, err == nil, err
}
