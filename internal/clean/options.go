package clean

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/redact"
)

// Options say what to clean and how. Inputs and Dir are required; the zero value of every other
// field is its default.
type Options struct {
	Inputs    []string      // files, folders, globs and "-", as files.Find takes them
	Dir       string        // the folder of the results; made if it does not exist
	To        string        // one of Formats; "" means ndjson
	Split     string        // one of Splits; "" means none
	Compress  string        // one of Compressions; "" means none. Parquet is always compressed in itself
	Text      string        // one of TextModes; "" means keep
	Platform  string        // one of PlatformModes; "" means drop
	AddSource bool          // gives every event time, logGroup and logStream unless it has them
	Dedupe    bool          // keeps the first of equal events, see duplicates
	Redact    *redact.Rules // nil means nothing is hidden
	Columns   int           // of CSV and Parquet; 0 means 1,000. See restColumn for what exceeds it
	Survey    bool          // finds the columns of NDJSON too, in a pass of its own
	Restart   bool          // deletes what an earlier run left in Dir and starts anew

	Format   files.Format // of the inputs; the zero value finds it out file by file
	MaxEvent int          // the longest event in bytes, as files.Options has it
	Stdin    io.Reader    // what the input "-" reads; nil is empty
	Workers  int          // inputs cleaned at once; 0 means as many as there are cores
	Progress *Progress    // counted up during the run; nil means nobody looks

	fs        fileSystem // nil means the operating system's; tests inject faults
	unitBytes int64      // of units, for tests; 0 means by planUnits
	sample    int64      // of each input, for tests; 0 means by sampleBytes
}

// Formats are the formats of results.
func Formats() []string { return []string{"ndjson", "csv", "parquet"} }

// Splits are the ways results are laid out: all in one folder, or in a folder dt=2006-01-02 for each
// day (UTC).
func Splits() []string { return []string{"none", "day"} }

// Compressions are the ways NDJSON and CSV files are packed.
func Compressions() []string { return []string{"none", "gzip", "zstd"} }

// TextModes say what becomes of events that are not JSON: they are turned into JSON, or dropped.
func TextModes() []string { return []string{"keep", "drop"} }

// PlatformModes say what becomes of the lines that Lambda itself writes: they are dropped, kept as
// text, or turned into events with typed fields.
func PlatformModes() []string { return []string{"drop", "keep", "events"} }

// Progress counts what a run has done so far. All fields may be read at any time.
type Progress struct {
	Total atomic.Int64 // bytes to read from inputs as they are stored, all passes together; set at the start
	Read  files.Progress
}

// defaultColumns is how many columns CSV and Parquet have at most: what the store allows for a part.
const defaultColumns = 1000

// maxColumns bounds Options.Columns. Each column of an open Parquet file takes some kilobytes.
const maxColumns = 10_000

// withDefaults returns o with every zero field filled in, or what is wrong with o.
func (o Options) withDefaults() (Options, error) {
	for _, c := range []struct {
		name  string
		field *string
		want  []string
	}{
		{"to", &o.To, Formats()},
		{"split", &o.Split, Splits()},
		{"compress", &o.Compress, Compressions()},
		{"text", &o.Text, TextModes()},
		{"platform", &o.Platform, PlatformModes()},
	} {
		if *c.field == "" {
			*c.field = c.want[0]
		}
		if !slices.Contains(c.want, *c.field) {
			return o, fmt.Errorf("clean: %s %q, want one of %s", c.name, *c.field, strings.Join(c.want, ", "))
		}
	}
	if o.Columns == 0 {
		o.Columns = defaultColumns
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	if o.fs == nil {
		o.fs = disk{}
	}
	return o, o.check()
}

func (o *Options) check() error {
	switch {
	case len(o.Inputs) == 0:
		return fmt.Errorf("clean: no inputs")
	case o.Dir == "":
		return fmt.Errorf("clean: no folder for the results")
	case o.To == "parquet" && o.Compress != "none":
		return fmt.Errorf("clean: compress %s with parquet, which is compressed in itself", o.Compress)
	case o.Columns < 1 || o.Columns > maxColumns:
		return fmt.Errorf("clean: columns %d, want 1 to %d", o.Columns, maxColumns)
	case o.Workers < 1:
		return fmt.Errorf("clean: workers %d, want at least 1", o.Workers)
	}
	return nil
}

// A setting is an option that decides what results look like, as it stands in the state file.
type setting struct {
	Name  string `json:"name"` // of the command's flag
	Value string `json:"value"`
}

// settings returns what must be equal for one run to go on with the results of another.
func (o *Options) settings() []setting {
	return []setting{
		{"to", o.To},
		{"split", o.Split},
		{"compress", o.Compress},
		{"text", o.Text},
		{"platform", o.Platform},
		{"add-source", strconv.FormatBool(o.AddSource)},
		{"dedupe", strconv.FormatBool(o.Dedupe)},
		{"redact", o.Redact.Fingerprint()},
		{"columns", strconv.Itoa(o.Columns)},
		{"format", o.Format.String()},
		{"max-event", strconv.Itoa(o.MaxEvent)},
	}
}

// table reports whether results are tables, whose columns must be known before the first row.
func (o *Options) table() bool { return o.To != "ndjson" }

// wantsColumns reports whether a survey has to find columns.
func (o *Options) wantsColumns() bool { return o.table() || o.Survey }

// extension returns what the names of result files end in.
func (o *Options) extension() string {
	ext := "." + o.To
	switch o.Compress {
	case "gzip":
		return ext + ".gz"
	case "zstd":
		return ext + ".zst"
	}
	return ext
}
