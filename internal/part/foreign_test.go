package part

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

func foreign(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestForeignFilesAreRead reads files that PyArrow 26 and DuckDB 2.0 wrote; every column holds a usual
// value, a null and an edge.
func TestForeignFilesAreRead(t *testing.T) {
	for _, tt := range []struct {
		file, column string
		want         string // of the first three rows
	}{
		{"pyarrow.parquet", "b", "bool 1; null ; bool 0"},
		{"pyarrow.parquet", "i8", "int64 -1; null ; int64 127"},
		{"pyarrow.parquet", "u8", "int64 1; null ; int64 255"},
		{"pyarrow.parquet", "i32", "int64 -2147483648; null ; int64 7"},
		{"pyarrow.parquet", "u32", "int64 0; null ; int64 4294967295"},
		{"pyarrow.parquet", "i64", "int64 -9223372036854775808; null ; int64 9223372036854775807"},
		{"pyarrow.parquet", "u64", "int64 1; null ; string 18446744073709551615"},
		{"pyarrow.parquet", "f16", "string 003e; null ; string 00b4"},
		{"pyarrow.parquet", "f32", "float64 0.1; null ; null "},
		{"pyarrow.parquet", "f64", "float64 0.1; null ; null "},
		{"pyarrow.parquet", "s", "string a; null ; string 日本"},
		{"pyarrow.parquet", "ls", "string x; null ; string "},
		{"pyarrow.parquet", "dict", "string u; string u; null "},
		{"pyarrow.parquet", "bin", "string \x00\xff; null ; string ok"},
		{"pyarrow.parquet", "fix", "string 00ff; null ; string ok"},
		{"pyarrow.parquet", "date", "string 2026-01-05; null ; string 1969-12-31"},
		{"pyarrow.parquet", "tms", "timestamp 2026-01-05 01:02:03.456; null ; timestamp 1969-12-31 23:59:59.999"},
		{"pyarrow.parquet", "tus", "timestamp 2026-01-05 01:02:03.456; null ; timestamp 1969-12-31 23:59:59.999"},
		{"pyarrow.parquet", "tns", "timestamp 1970-01-01 00:00:00.000; null ; timestamp 1969-12-31 23:59:59.999"},
		{"pyarrow.parquet", "time32", "string 01:02:03.000; null ; string 23:59:59.000"},
		{"pyarrow.parquet", "time64", "string 01:02:03.004; null ; string 00:00:00.000"},
		{"pyarrow.parquet", "d9", "float64 1.25; null ; float64 -0.01"},
		{"pyarrow.parquet", "d18", "int64 12; null ; int64 -7"},
		{"pyarrow.parquet", "d38", "string 12345678901234567890.123456789; null ; string -0.000000001"},
		{"pyarrow.parquet", "list", "json [1,null,3]; null ; json []"},
		{"pyarrow.parquet", "lol", "json [[1,2],[],null]; null ; json [[3]]"},
		{"pyarrow.parquet", "st.a", "int64 1; null ; null "},
		{"pyarrow.parquet", "st.b.c", "string x; null ; null "},
		{"pyarrow.parquet", "st", `json {"a":1,"b":{"c":"x"}}; null ; json {"a":null,"b":null}`},
		{"pyarrow.parquet", "st.b", `json {"c":"x"}; null ; null `},
		{"pyarrow.parquet", "los", `json [{"a":1,"t":["x","y\"z"]},{"a":null,"t":null}]; null ; json []`},
		{"pyarrow.parquet", "map", `json {"k":1,"l":null}; null ; json {}`},
		{"pyarrow.parquet", "stl.x", "json [1]; null ; null "},
		{"pyarrow.parquet", "null", "null ; null ; null "},
		{"pyarrow.parquet", "absent", "null ; null ; null "},
		{"pyarrow.parquet", "st.absent", "null ; null ; null "},
		{"int96.parquet", "tus", "timestamp 2026-01-05 01:02:03.456; null ; timestamp 1969-12-31 23:59:59.999"},
		{"int96.parquet", "s", "string a; null ; string 日本"},
		{"duckdb.parquet", "i", "int64 0; int64 1; int64 2"},
		{"duckdb.parquet", "s", "string v0; string v1; string v2"},
		{"duckdb.parquet", "d", "null ; float64 0.25; float64 0.5"},
		{"duckdb.parquet", "l", "json [0,1]; json [1,2]; json [2,3]"},
		{"duckdb.parquet", "st", `json {"a":0,"b":"x"}; json {"a":1,"b":"x"}; json {"a":2,"b":"x"}`},
		{"duckdb.parquet", "m", `json {"k":0}; json {"k":1}; json {"k":2}`},
		{"duckdb.parquet", "u", "string 00000000-0000-4000-8000-000000000000; string 00000000-0000-4000-8000-000000000001; string 00000000-0000-4000-8000-000000000002"},
		{"duckdb.parquet", "j", `string {"j":1}; string {"j":1}; string {"j":1}`},
		{"duckdb.parquet", "b", "bool 1; bool 0; bool 1"},
		{"duckdb.parquet", "dt", "string 2026-01-05; string 2026-01-05; string 2026-01-05"},
		{"duckdb.parquet", "ut", "int64 0; int64 1; int64 2"},
		{"duckdb.parquet", "ts", "timestamp 2026-01-05 01:02:03.456; timestamp 2026-01-05 01:02:03.456; timestamp 2026-01-05 01:02:03.456"},
		{"duckdb.parquet", "dc", "string 12.3400; string 12.3400; string 12.3400"},
	} {
		t.Run(tt.file+" "+tt.column, func(t *testing.T) {
			lines := strings.SplitN(rows(t, open(t, foreign(t, tt.file)), tt.column), "\n", 4)
			if got := strings.Join(lines[:3], "; "); got != tt.want {
				t.Errorf("column %s of %s: %s, want %s", tt.column, tt.file, got, tt.want)
			}
		})
	}
}

// TestForeignListsKeepTheirRows reads a list column across the row groups of a file.
func TestForeignListsKeepTheirRows(t *testing.T) {
	r := open(t, foreign(t, "duckdb.parquet"))
	if r.Groups() < 2 {
		t.Fatalf("%d row groups, want several", r.Groups())
	}
	for i, line := range strings.Split(strings.TrimSpace(rows(t, r, "i", "l", "d")), "\n") {
		d := fmt.Sprintf("float64 %v", float64(i)/4)
		if i%5 == 0 {
			d = "null "
		}
		if want := fmt.Sprintf("int64 %d | json [%d,%d] | %s", i, i, i+1, d); line != want {
			t.Fatalf("row %d is %s, want %s", i, line, want)
		}
	}
}

// readAll reads every column of a file, whatever it holds, and returns the first error.
func readAll(data []byte) error {
	r, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	var names []string
	for _, f := range r.Fields() {
		names = append(names, f.Name)
	}
	return r.Rows(names, func(b *column.Batch) error {
		for _, c := range b.Columns {
			for i := range c.Len {
				_ = c.Value(i).Text()
			}
		}
		return nil
	})
}

// TestDamagedFilesAreErrors cuts files short and flips their bytes. Some damage goes unnoticed (Parquet
// need not have checksums); none may panic, and a cut file never passes.
func TestDamagedFilesAreErrors(t *testing.T) {
	ours := file(t, []Field{{"s", column.String}, {"n", column.Int64}, {"j", column.JSON}},
		batchOf(columnOf("a", nil, "b"), columnOf(1, 2, nil), columnOf(text("[1]"), nil, nil)))
	files := map[string][]byte{"ours": ours}
	for _, name := range []string{"pyarrow.parquet", "int96.parquet", "duckdb.parquet"} {
		files[name] = foreign(t, name)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for name, data := range files {
		for range 200 {
			n := random.IntN(len(data))
			if err := readAll(data[:n]); err == nil {
				t.Errorf("%s cut to %d of %d bytes is read without error", name, n, len(data))
			}
			broken := bytes.Clone(data)
			for range 1 + random.IntN(3) {
				broken[random.IntN(len(broken))] ^= byte(1 + random.IntN(255))
			}
			_ = readAll(broken) // must return
		}
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	ours := file(t, []Field{{"status", column.String}}, batchOf(columnOf("a", nil, "b")))
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"no Parquet", []byte("2026-01-05T00:00:00Z a line of text"), "open parquet: "},
		{"nothing", nil, "open parquet: "},
		{"a broken page", bytes.Replace(ours, []byte{0x28, 0xb5, 0x2f, 0xfd}, []byte{0, 0, 0, 0}, -1), `read parquet: column "status", row group 0, row 0: `},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := readAll(tt.data); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("reading %.30q = %v, want an error that begins with %q", tt.data, err, tt.want)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"pyarrow.parquet", "int96.parquet", "duckdb.parquet"} {
		f.Add(foreign(f, name))
	}
	f.Add(file(f, []Field{{"s", column.String}, {"t", column.Timestamp}}, batchOf(columnOf("a", nil), columnOf(ms(1), nil))))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = readAll(data) // must return
	})
}
