package clean

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// Engines are what DDL writes statements for.
func Engines() []string { return []string{"athena", "duckdb", "clickhouse"} }

// DDL returns the statement by which an engine reads the results as the table given. Of NDJSON it names
// the columns if Options.Survey found them; else engines look for them in the first events themselves,
// and Athena cannot. The place of the files is a bucket to fill in for Athena, for the others the folder
// as Options.Dir had it.
func (r *Report) DDL(engine, table string) (string, error) {
	switch engine {
	case "duckdb":
		return r.duckDB(table), nil
	case "clickhouse":
		return r.clickHouse(table), nil
	case "athena":
		if r.Columns == nil {
			return "", fmt.Errorf("ddl athena: the columns are not known; a survey finds them")
		}
		return r.athena(table), nil
	}
	return "", fmt.Errorf("ddl %q, want one of %s", engine, strings.Join(Engines(), ", "))
}

// glob returns the pattern that all results match.
func (r *Report) glob() string {
	pattern := "part-*" + r.Extension
	if r.Split == "day" {
		pattern = "dt=*/" + pattern
	}
	return filepath.ToSlash(r.Dir) + "/" + pattern
}

// quoted puts s between quotes q, which are doubled inside.
func quoted(s, q string) string { return q + strings.ReplaceAll(s, q, q+q) + q }

// duckTypes are DuckDB's names of the types of columns.
var duckTypes = map[string]string{
	"bool": "BOOLEAN", "int64": "BIGINT", "float64": "DOUBLE", "string": "VARCHAR", "timestamp": "TIMESTAMPTZ", "json": "JSON",
}

func (r *Report) duckDB(table string) string {
	args := []string{quoted(r.glob(), "'")}
	switch r.To {
	case "csv":
		args = append(args, "header = true", `delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false`)
		args = append(args, fmt.Sprintf("max_line_size = %d", duckLine))
	case "ndjson":
		args = append(args, "format = 'newline_delimited'")
	}
	columns, left := r.duckColumns()
	if columns != nil {
		var types []string
		for _, c := range columns {
			types = append(types, fmt.Sprintf("\n    %s: '%s'", quoted(c.Name, "'"), duckTypes[c.Type]))
		}
		args = append(args, "columns = {"+strings.Join(types, ",")+"\n  }")
	} else if r.To == "ndjson" {
		args = append(args, "union_by_name = true")
	}
	if r.Split == "day" {
		args = append(args, "hive_partitioning = true")
	}
	function := map[string]string{"csv": "read_csv", "parquet": "read_parquet", "ndjson": "read_json"}[r.To]
	return fmt.Sprintf("%sCREATE OR REPLACE VIEW %s AS\nSELECT * FROM %s(\n  %s\n);\n",
		leftOut(left), quoted(table, `"`), function, strings.Join(args, ",\n  "))
}

// duckLine is how long a line of CSV may be for DuckDB, in bytes: an event of 10 MiB whose quotes are all doubled.
// It refuses lines of more than 2 MB if it is not told.
const duckLine = 20 << 20

// duckColumns returns the columns that DuckDB is to be told, nil if it finds them itself, and the names
// of those it cannot have: to it upper and lower case are the same. Those of CSV are found by their place,
// so they can have other names.
func (r *Report) duckColumns() (columns []Column, left []string) {
	if r.To == "parquet" {
		for _, c := range r.Columns {
			if r.Split == "day" && strings.EqualFold(c.Name, partitionColumn) {
				left = append(left, c.Name)
			}
		}
		return nil, left
	}
	taken := map[string]bool{partitionColumn: r.Split == "day"}
	for _, c := range r.members() {
		fold := strings.ToLower(c.Name)
		if taken[fold] && r.To == "ndjson" {
			left = append(left, c.Name)
			continue
		}
		if unique := uniqueName(fold, taken); unique != fold {
			c.Name += strings.TrimPrefix(unique, fold)
		}
		columns = append(columns, c)
	}
	return columns, left
}

// partitionColumn is the column that the folders of days make.
const partitionColumn = "dt"

// uniqueName returns base, with a number if it is taken, and takes it.
func uniqueName(base string, taken map[string]bool) string {
	name := base
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	taken[name] = true
	return name
}

// leftOut returns a comment that names columns which a statement cannot have.
func leftOut(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "-- Left out, because other columns have these names, upper and lower case aside: " +
		strings.NewReplacer("\n", " ", "\r", " ").Replace(strings.Join(names, ", ")) + "\n"
}

// members returns the columns of a table or, of NDJSON, the members of the events, of which objects
// and arrays are JSON; nil if they are not known.
func (r *Report) members() []Column {
	if r.To != "ndjson" {
		return r.Columns
	}
	var all []Column
	for _, c := range r.Columns {
		if c.Key != "" {
			c = Column{Name: c.Key, Type: column.JSON.String()}
		}
		if i := slices.IndexFunc(all, func(have Column) bool { return have.Name == c.Name }); i < 0 {
			all = append(all, c)
		} else if all[i].Type != c.Type { // a scalar in some events, an object in others
			all[i].Type = column.JSON.String()
		}
	}
	return all
}

// clickHouseTypes are ClickHouse's names of the types of columns. JSON is text because an object in one
// event may be an array in another.
var clickHouseTypes = map[string]string{
	"bool": "Bool", "int64": "Int64", "float64": "Float64", "string": "String", "timestamp": "DateTime64(3, 'UTC')", "json": "String",
}

func (r *Report) clickHouse(table string) string {
	format := map[string]string{"csv": "CSVWithNames", "parquet": "Parquet", "ndjson": "JSONEachRow"}[r.To]
	from := fmt.Sprintf("%s, '%s'", clickHouseText(r.glob()), format)
	var settings, types, left []string
	for _, c := range r.members() {
		if c.Name == partitionColumn && r.Split == "day" {
			left = append(left, c.Name)
			continue
		}
		types = append(types, fmt.Sprintf("\n  %s Nullable(%s)", clickHouseName(c.Name), clickHouseTypes[c.Type]))
	}
	switch {
	case types == nil:
		settings = append(settings, "schema_inference_mode = 'union'")
	case r.Split == "day":
		types = append(types, "\n  `"+partitionColumn+"` String")
		fallthrough
	default:
		from += ", " + clickHouseText(strings.Join(types, ",")+"\n")
	}
	if r.Split == "day" {
		settings = append(settings, "use_hive_partitioning = 1")
	}
	statement := fmt.Sprintf("%sCREATE OR REPLACE VIEW %s AS\nSELECT * FROM file(%s)", leftOut(left), clickHouseName(table), from)
	if len(settings) > 0 {
		statement += "\nSETTINGS " + strings.Join(settings, ", ")
	}
	return statement + ";\n"
}

// clickHouseText and clickHouseName quote with the backslashes that ClickHouse reads.
func clickHouseText(s string) string { return clickHouseQuoted(s, "'") }
func clickHouseName(s string) string { return clickHouseQuoted(s, "`") }

func clickHouseQuoted(s, q string) string {
	return q + strings.NewReplacer(`\`, `\\`, q, `\`+q).Replace(s) + q
}

// athenaTypes are Hive's names of the types of columns.
var athenaTypes = map[string]string{
	"bool": "boolean", "int64": "bigint", "float64": "double", "string": "string", "timestamp": "timestamp", "json": "string",
}

// An athenaColumn is a column as Athena has it: names hold lower-case letters, digits and underscores
// only, so they differ from ours.
type athenaColumn struct {
	name, typ string
	key       string // our name; of NDJSON the member of the event
}

func (r *Report) athena(table string) string {
	columns := r.athenaColumns()
	var b strings.Builder
	b.WriteString(r.athenaLimits())
	fmt.Fprintf(&b, "CREATE EXTERNAL TABLE `%s` (\n", athenaName(table, nil))
	for i, c := range columns {
		comma := ","
		if i == len(columns)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, "  `%s` %s%s\n", c.name, c.typ, comma)
	}
	b.WriteString(")\n")
	if r.Split == "day" {
		b.WriteString("PARTITIONED BY (`dt` string)\n")
	}
	b.WriteString(r.athenaFormat(columns))
	b.WriteString("LOCATION 's3://BUCKET/PREFIX/'\n")
	b.WriteString(r.athenaProperties())
	return b.String()
}

// athenaLimits returns comments on what the table does not show as it is.
func (r *Report) athenaLimits() string {
	var b strings.Builder
	if r.To == "csv" {
		b.WriteString("-- Athena breaks values of CSV at line breaks and drops their backslashes; Parquet and NDJSON keep them.\n")
	}
	for _, o := range r.Outputs {
		if strings.HasPrefix(o.Name, "dt="+noDayName+"/") {
			b.WriteString("-- Events without a time are in dt=" + noDayName + ", which is out of the range of days: this table does not show them.\n")
			break
		}
	}
	return b.String()
}

// athenaColumns returns the columns of the table. OpenCSVSerDe reads everything as text, and the SerDe
// of JSON has other layouts of times than ISO 8601.
func (r *Report) athenaColumns() []athenaColumn {
	taken := map[string]bool{partitionColumn: r.Split == "day"}
	var all []athenaColumn
	for _, c := range r.members() {
		typ := athenaTypes[c.Type]
		if r.To == "csv" || r.To == "ndjson" && c.Type == column.Timestamp.String() {
			typ = "string"
		}
		all = append(all, athenaColumn{name: athenaName(c.Name, taken), typ: typ, key: c.Name})
	}
	return all
}

// athenaName returns s as a name that Athena takes and that is not taken yet.
func athenaName(s string, taken map[string]bool) string {
	base := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s)
	if taken == nil {
		return base
	}
	return uniqueName(base, taken)
}

// athenaFormat returns how the files are read. Parquet's columns are found by their place, which is the
// same in all files, because their names may have dots. The SerDe for CSV knows neither line breaks in a
// value nor quotes without backslashes as escapes; there is no setting for what we write, RFC 4180.
func (r *Report) athenaFormat(columns []athenaColumn) string {
	switch r.To {
	case "parquet":
		return "ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'\n" +
			"WITH SERDEPROPERTIES ('parquet.column.index.access' = 'true')\nSTORED AS PARQUET\n"
	case "csv":
		return "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'\n" +
			`WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '\\')` + "\nSTORED AS TEXTFILE\n"
	}
	props := []string{"'case.insensitive' = 'false'", "'ignore.malformed.json' = 'false'"}
	for _, c := range columns {
		if c.name != c.key {
			props = append(props, fmt.Sprintf("'mapping.%s' = %s", c.name, athenaText(c.key)))
		}
	}
	return "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\nWITH SERDEPROPERTIES (\n  " +
		strings.Join(props, ",\n  ") + "\n)\nSTORED AS TEXTFILE\n"
}

// athenaText quotes a text as Hive's DDL reads it.
func athenaText(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s) + "'"
}

func (r *Report) athenaProperties() string {
	var props []string
	if r.To == "csv" {
		props = append(props, "'skip.header.line.count' = '1'")
	}
	if r.Split == "day" {
		first, last := r.days()
		props = append(props,
			"'projection.enabled' = 'true'",
			"'projection.dt.type' = 'date'",
			"'projection.dt.format' = 'yyyy-MM-dd'",
			fmt.Sprintf("'projection.dt.range' = '%s,%s'", first, last),
			"'storage.location.template' = 's3://BUCKET/PREFIX/dt=${dt}/'")
	}
	if len(props) == 0 {
		return ";\n"
	}
	return "TBLPROPERTIES (\n  " + strings.Join(props, ",\n  ") + "\n);\n"
}

// days returns the first and the last day of the results; what Athena takes for "to this day" if
// there is none.
func (r *Report) days() (first, last string) {
	for _, o := range r.Outputs {
		folder, _, _ := strings.Cut(o.Name, "/")
		day := strings.TrimPrefix(folder, "dt=")
		if day == noDayName {
			continue
		}
		if first == "" || day < first {
			first = day
		}
		last = max(last, day)
	}
	if first == "" {
		return "NOW-1YEARS", "NOW"
	}
	return first, last
}
