package clickhouse

import (
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// The names of the tables in ClickHouse that make up one of ours, quoted and with their database.
type names struct {
	rows     string
	receipts string // what appends with a token got
	lines    string // what has expired or was dropped
	writers  string // who has appended
}

// namesOf returns the names of a schema's tables. No schema's name has a dot, so none of the others can be one.
func namesOf(database, schema string) names {
	name := func(suffix string) string { return quote(database) + "." + quote(schema+suffix) }
	return names{rows: name(""), receipts: name(".receipts"), lines: name(".lines"), writers: name(".writers")}
}

// quote returns a name as an identifier of ClickHouse.
func quote(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

// columnTypes are the types of columns in ClickHouse. Times are plain milliseconds, since DateTime64 ends in the year 2299 and
// wraps. JSON is text: ClickHouse's own type reorders keys, drops nulls and splits keys with dots.
var columnTypes = map[column.Kind]string{
	column.Bool:      "UInt8",
	column.Int64:     "Int64",
	column.Float64:   "Float64",
	column.String:    "String",
	column.Timestamp: "Int64",
	column.JSON:      "String",
}

// typeOf returns the type of a declared or system column.
func typeOf(schema table.Schema, name string) string {
	kind, ok := schema.Kind(name)
	if !ok {
		panic("BUG: no column is called " + name)
	}
	if name == schema.Text || schema.Index(name) < 0 {
		return columnTypes[kind]
	}
	return "Nullable(" + columnTypes[kind] + ")"
}

// codecs are how types are packed. What is next to each other in the order of the rows is near.
var codecs = map[string]string{"Int64": "Delta(8), ZSTD(1)"}

// durable are settings of tables whose inserts are on disk when they are acknowledged, and which know repeated inserts by
// their token. The server remembers that many of them: enough to resolve the few that can be in doubt at any time.
const durable = "fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000"

// create returns the statements that make a schema's tables.
//
// Rows of one insert are all of one day of ingestion, and thus make one part: only so does ClickHouse show them together.
// (By day of their time they would make several, and appear one after the other.) There is no TTL in the tables: rows expire
// by the line of their partition, and no arithmetic with dates can wrap and take rows that never expire.
func (n names) create(schema table.Schema) []string {
	var columns []string
	for _, name := range allColumns(schema) {
		t := typeOf(schema, name)
		codec := codecs[t]
		if codec == "" {
			codec = "ZSTD(1)"
		}
		columns = append(columns, fmt.Sprintf("%s %s CODEC(%s)", quote(name), t, codec))
	}
	columns = append(columns,
		"INDEX by_stream `@stream` TYPE set(256) GRANULARITY 1",
		"INDEX by_sequence `@sequence` TYPE minmax GRANULARITY 1")
	return []string{
		fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s) ENGINE = MergeTree PARTITION BY intDiv(`@ingested`, 86400000)"+
			" ORDER BY (`@partition`, `@time`, `@sequence`) SETTINGS %s", n.rows, strings.Join(columns, ", "), durable),
		fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (partition Int64, token FixedString(64), first Int64, rows Int64, ingested Int64)"+
			" ENGINE = MergeTree PARTITION BY intDiv(ingested, 86400000) ORDER BY (partition, token) SETTINGS %s", n.receipts, durable),
		fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (partition Int64, before SimpleAggregateFunction(max, Int64), dropped SimpleAggregateFunction(max, Int64))"+
			" ENGINE = AggregatingMergeTree ORDER BY partition SETTINGS %s", n.lines, durable),
		fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (writer Int64) ENGINE = MergeTree ORDER BY writer SETTINGS %s", n.writers, durable),
	}
}

// allColumns returns the names of all columns of the rows.
func allColumns(schema table.Schema) []string {
	all := []string{table.PartitionColumn, table.StreamColumn, table.TimeColumn, table.IngestedColumn, table.SequenceColumn}
	for _, f := range schema.Fields {
		all = append(all, f.Name)
	}
	return all
}
