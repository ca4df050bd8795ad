package clean

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the statements under testdata")

// reportOf returns the report of results with names and types that need care.
func reportOf(to, split string) *Report {
	r := &Report{
		Dir: "it's clean", To: to, Split: split, Extension: "." + to,
		Columns: []Column{
			{Name: "time", Type: "timestamp"},
			{Name: "orderID", Type: "int64"},
			{Name: "orderid", Type: "string"},
			{Name: "user.id", Type: "string", Key: "user"},
			{Name: "user.age", Type: "int64", Key: "user"},
			{Name: "@v`\"'\\", Type: "bool"},
			{Name: "dt", Type: "float64"},
		},
		Outputs: []Output{{Name: "part-00000." + to}},
	}
	if split == "day" {
		r.Outputs = []Output{{Name: "dt=2018-03-29/part-00000." + to}, {Name: "dt=2018-03-28/part-00000." + to}, {Name: "dt=" + noDayName + "/part-00000." + to}}
	}
	if to != "ndjson" {
		r.Columns = append(r.Columns, Column{Name: restColumn, Type: "json"})
	}
	return r
}

// TestDDL compares statements with those under testdata, which were tried in DuckDB 2.0 and ClickHouse
// 26.7 (Athena's are after its documentation).
func TestDDL(t *testing.T) {
	for _, engine := range Engines() {
		var b strings.Builder
		for _, to := range Formats() {
			for _, split := range Splits() {
				statement, err := reportOf(to, split).DDL(engine, `my "logs"`)
				if err != nil {
					t.Fatal(err)
				}
				b.WriteString("-- " + to + ", split " + split + "\n" + statement + "\n")
			}
		}
		name := filepath.Join("testdata", "ddl", engine+".sql")
		if *update {
			if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("%s: statements differ from %s; got\n%s", engine, name, &b)
		}
	}
}

func TestDDLOfNDJSONWithoutASurvey(t *testing.T) {
	r := &Report{Dir: "out", To: "ndjson", Split: "none", Extension: ".ndjson.gz"}
	for engine, want := range map[string]string{
		"duckdb":     "CREATE OR REPLACE VIEW \"t\" AS\nSELECT * FROM read_json(\n  'out/part-*.ndjson.gz',\n  format = 'newline_delimited',\n  union_by_name = true\n);\n",
		"clickhouse": "CREATE OR REPLACE VIEW `t` AS\nSELECT * FROM file('out/part-*.ndjson.gz', 'JSONEachRow')\nSETTINGS schema_inference_mode = 'union';\n",
	} {
		if got, err := r.DDL(engine, "t"); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", engine, got, err, want)
		}
	}
	if _, err := r.DDL("athena", "t"); err == nil {
		t.Error("athena: no error, want one")
	}
	if _, err := r.DDL("oracle", "t"); err == nil || err.Error() != `ddl "oracle", want one of athena, duckdb, clickhouse` {
		t.Errorf("oracle: got %v", err)
	}
}
