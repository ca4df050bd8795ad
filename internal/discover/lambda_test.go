package discover

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/column"
)

const (
	when = "2025-03-01T10:00:00.000Z"
	id   = "3f1a2b4c-0000-1111-2222-abcdefabcdef"
)

func TestParseLambda(t *testing.T) {
	number, float := column.IntValue, column.FloatValue
	for _, tt := range []struct {
		name string
		line string
		want LambdaLine
	}{
		{"start", "START RequestId: " + id + " Version: $LATEST\n",
			LambdaLine{Type: "START", RequestID: id, Version: "$LATEST", Text: "RequestId: " + id + " Version: $LATEST"}},
		{"end", "END RequestId: " + id + "\n", LambdaLine{Type: "END", RequestID: id, Text: "RequestId: " + id}},
		{"report of an S3 export, blanks before tabs",
			"REPORT RequestId: " + id + "\tDuration: 55.17 ms\tBilled Duration: 100 ms \tMemory Size: 512 MB\tMax Memory Used: 36 MB\t",
			LambdaLine{Type: "REPORT", RequestID: id, Duration: float(55.17), BilledDuration: number(100),
				MemorySize: number(512000000), MaxMemoryUsed: number(36000000)}},
		{"report with blanks for tabs",
			"REPORT RequestId: " + id + "  Duration: 3.00 ms  Billed Duration: 4 ms  Memory Size: 128 MB  Max Memory Used: 79 MB  Init Duration: 428.60 ms",
			LambdaLine{Type: "REPORT", RequestID: id, Duration: number(3), BilledDuration: number(4),
				MemorySize: number(128000000), MaxMemoryUsed: number(79000000), InitDuration: float(428.6)}},
		{"report of a restored function that failed",
			"REPORT RequestId: " + id + "\tDuration: 3000.00 ms\tRestore Duration: 512.50 ms\tBilled Restore Duration: 513 ms\tStatus: error\tError Type: Runtime.ExitError",
			LambdaLine{Type: "REPORT", RequestID: id, Duration: number(3000), RestoreDuration: float(512.5),
				BilledRestoreDuration: number(513), Status: "error", ErrorType: "Runtime.ExitError"}},
		{"report with a trace on its own line",
			"REPORT RequestId: " + id + "\tDuration: 2.10 ms\t\nXRAY TraceId: 1-5e1b4151-5ac6c58dc39a6b6a9c6d5f00\tSegmentId: 6226467e3f845502\tSampled: true\t\n",
			LambdaLine{Type: "REPORT", RequestID: id, Duration: float(2.1), TraceID: "1-5e1b4151-5ac6c58dc39a6b6a9c6d5f00", SegmentID: "6226467e3f845502"}},
		{"report with measures that are none",
			"REPORT RequestId: " + id + "\tDuration: NaN ms\tBilled Duration: -1 ms\tMemory Size: 1 GB\tMax Memory Used: 0.5 MB\tInit Duration: 5",
			LambdaLine{Type: "REPORT", RequestID: id, MaxMemoryUsed: number(500000)}},
		{"start of the runtime", "INIT_START Runtime Version: nodejs:18.v5\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:abc",
			LambdaLine{Type: "INIT_START", Runtime: "nodejs:18.v5"}},
		{"end of a failed start", "INIT_REPORT Init Duration: 10008.18 ms\tPhase: init\tStatus: timeout",
			LambdaLine{Type: "INIT_REPORT", InitDuration: float(10008.18), Status: "timeout"}},
		{"extension", "EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE, SHUTDOWN]", LambdaLine{Type: "EXTENSION"}},
		{"text that begins like a platform line", "START of the day", LambdaLine{Text: "START of the day"}},
		{"Node", when + "\t" + id + "\tINFO\thello\tworld\n", LambdaLine{Time: when, RequestID: id, Level: "INFO", Text: "hello\tworld"}},
		{"Node without level", when + "\t" + id + "\thello", LambdaLine{Time: when, RequestID: id, Text: "hello"}},
		{"Node outside of a request", when + "\tundefined\tWARN\tcold", LambdaLine{Time: when, Level: "WARN", Text: "cold"}},
		{"Node, several lines", when + "\t" + id + "\tINFO\t{\n  a: 1\n}", LambdaLine{Time: when, RequestID: id, Level: "INFO", Text: "{\n  a: 1\n}"}},
		{".NET", when + "\t" + id + "\tinfo\thello", LambdaLine{Time: when, RequestID: id, Level: "info", Text: "hello"}},
		{"Python", "[INFO]\t" + when + "\t" + id + "\thello", LambdaLine{Time: when, RequestID: id, Level: "INFO", Text: "hello"}},
		{"Python outside of a request", "[WARNING]\t" + when + "\t\thello", LambdaLine{Time: when, Level: "WARNING", Text: "\thello"}},
		{"Python, uncaught", "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n",
			LambdaLine{Level: "ERROR", ErrorType: "KeyError", ErrorMessage: "'x'",
				Text: "KeyError: 'x'\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f"}},
		{"Python, uncaught, with carriage returns", "[ERROR] app.MyError\rTraceback (most recent call last):\r  File \"a.py\", line 1, in f\r",
			LambdaLine{Level: "ERROR", ErrorType: "app.MyError",
				Text: "app.MyError\rTraceback (most recent call last):\r  File \"a.py\", line 1, in f"}},
		{"Python, uncaught, with columns", "[ERROR]\t" + when + "\t" + id + "\tKeyError: 'x'\nTraceback (most recent call last):\n  File",
			LambdaLine{Level: "ERROR", Time: when, RequestID: id, ErrorType: "KeyError", ErrorMessage: "'x'",
				Text: "KeyError: 'x'\nTraceback (most recent call last):\n  File"}},
		{"Python, an exception logged", "[ERROR]\t" + when + "\t" + id + "\tit failed: badly\nTraceback (most recent call last):\n  File \"a.py\"\nValueError: no: 7\n",
			LambdaLine{Level: "ERROR", Time: when, RequestID: id, ErrorType: "ValueError", ErrorMessage: "no: 7",
				Text: "it failed: badly\nTraceback (most recent call last):\n  File \"a.py\"\nValueError: no: 7"}},
		{"Python, no handler", "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'",
			LambdaLine{Level: "ERROR", ErrorType: "Runtime.ImportModuleError", ErrorMessage: "Unable to import module 'app': No module named 'x'",
				Text: "Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'"}},
		{"a level in brackets before text", "[ERROR] it failed: badly", LambdaLine{Level: "ERROR", Text: "it failed: badly"}},
		{"another word in brackets", "[main] it runs", LambdaLine{Text: "[main] it runs"}},
		{"Node, an error printed", when + "\t" + id + "\tERROR\tTypeError: x is not a function\n    at f (index.js:1:2)",
			LambdaLine{Time: when, RequestID: id, Level: "ERROR", ErrorType: "TypeError", ErrorMessage: "x is not a function",
				Text: "TypeError: x is not a function\n    at f (index.js:1:2)"}},
		{"Node, uncaught", when + "\t" + id + "\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"a \\\"b\\\"\",\"stack\":[\"at f\"]}",
			LambdaLine{Time: when, RequestID: id, Level: "ERROR", ErrorType: "Error", ErrorMessage: `a "b"`,
				Text: "Invoke Error \t{\"errorType\":\"Error\",\"errorMessage\":\"a \\\"b\\\"\",\"stack\":[\"at f\"]}"}},
		{"timeout", when + " " + id + " Task timed out after 3.00 seconds\n\n",
			LambdaLine{Time: when, RequestID: id, Text: "Task timed out after 3.00 seconds",
				ErrorType: "Sandbox.Timedout", ErrorMessage: "Task timed out after 3.00 seconds"}},
		{"exit", "RequestId: " + id + " Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n",
			LambdaLine{RequestID: id, ErrorType: "Runtime.ExitError", ErrorMessage: "Runtime exited with error: exit status 1",
				Text: "Error: Runtime exited with error: exit status 1\nRuntime.ExitError"}},
		{"early exit", "RequestId: " + id + " Process exited before completing request",
			LambdaLine{RequestID: id, ErrorMessage: "Process exited before completing request", Text: "Process exited before completing request"}},
		{"request id in the fourth column", "a\tb\tc\t" + id, LambdaLine{RequestID: id, Text: "a\tb\tc\t" + id}},
		{"request id in the fifth column", "a\tb\tc\td\t" + id, LambdaLine{Text: "a\tb\tc\td\t" + id}},
		{"request id on the second line", "a\nb\t" + id, LambdaLine{Text: "a\nb\t" + id}},
		{"almost a request id", when + "\t" + id[:35] + "g\tx", LambdaLine{Time: when, Text: id[:35] + "g\tx"}},
		{"JSON", `{"a":1}`, LambdaLine{Text: `{"a":1}`}},
		{"nothing", " \n", LambdaLine{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ParseLambda([]byte(tt.line))
			if tt.want.Type != "" && tt.want.Text == "" {
				tt.want.Text = got.Text // what follows the type, whole
				if want := strings.TrimSpace(strings.TrimPrefix(tt.line, tt.want.Type)); got.Text != want {
					t.Errorf("text of %q = %q, want %q", tt.line, got.Text, want)
				}
			}
			if diff := cmp.Diff(tt.want, got, cmp.Comparer(sameValue)); diff != "" {
				t.Errorf("ParseLambda(%q), -want +got:\n%s", tt.line, diff)
			}
		})
	}
}

func TestLambdaFields(t *testing.T) {
	for _, tt := range []struct {
		name string
		line string
		want map[string]string
	}{
		{"a JSON event has no fields of lines", `{"level":"INFO","requestId":"` + id + `"}`, map[string]string{"level": "INFO", "requestId": id}},
		{"a JSON event before text", `{"a":1} {"a":2,"b":3}`, map[string]string{"a": "1"}},
		{"braces that are no JSON before JSON", `{x} {y:1} {"a":{}} {"b":1}`, map[string]string{}},
		{"an object cut off, with a whole one inside", `log {"a":[{"b":1},{"b":2`, map[string]string{"b": "1"}},
		{"JSON in a string of a broken object", `{"a{"b":1}`, map[string]string{"b": "1"}},
		{"an array is no fragment, its object is", `[{"a":1}]`, map[string]string{"a": "1"}},
		{"the start of the runtime has no type", "INIT_START Runtime Version: nodejs:18.v5", map[string]string{}},
		{"the report of a failed start has no measures", "INIT_REPORT Init Duration: 10008.18 ms", map[string]string{}},
		{"request id and JSON", when + "\t" + id + "\tINFO\t{\"@t\":\"x\",\"level\":\"i\"}", map[string]string{"@requestId": id, "@@t": "x", "level": "i"}},
		{"JSON that is not strictly so", "x {\"a\":1,\"b\":\"\x01\"}", map[string]string{}},
		{"a traceback", "[ERROR]\t" + when + "\t" + id + "\tKeyError: 'x'\nTraceback (most recent call last):\n  File", map[string]string{"@requestId": id}},
		{"a crash", "RequestId: " + id + " Process exited before completing request", map[string]string{"@requestId": id}},
	} {
		t.Run(tt.name, func(t *testing.T) { checkFields(t, Lambda, Options{}, tt.line, tt.want) })
	}
}

// TestLevelOfLambdaLines checks the field level: that of the line's JSON, else the column's.
func TestLevelOfLambdaLines(t *testing.T) {
	for _, tt := range []struct {
		line string
		want column.Value
	}{
		{when + "\t" + id + "\tWARN\tx", column.StringValue("WARN")},
		{"[INFO]\t" + when + "\t" + id + "\tx", column.StringValue("INFO")},
		{"[INFO]\t" + when + "\t" + id + "\tx {\"ms\":1}", column.StringValue("INFO")},
		{"[INFO]\t" + when + "\t" + id + "\tx {\"level\":\"debug\"}", column.StringValue("debug")},
		{"[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File", column.StringValue("ERROR")},
		{"END RequestId: " + id, column.Value{}},
		{`{"level":"info"}`, column.StringValue("info")},
		{`{"level":null}`, column.Value{}},
		{`{"a":1}`, column.Value{}},
	} {
		got := extract(Lambda, Options{}, tt.line, Field{Name: "@type"}, Field{Name: "level"}, Field{Name: "@level"})
		if !sameValue(got[1], tt.want) || !got[2].IsNull() {
			t.Errorf("level and @level of %q = %s, %s, want %s and none", tt.line, show(got[1]), show(got[2]), show(tt.want))
		}
	}
}

// Looking for the first object in hostile text takes time in proportion to its length.
func TestFragmentsOfHostileText(t *testing.T) {
	for name, text := range map[string]string{
		"opening braces":          strings.Repeat("{", 1<<20),
		"objects that do not end": strings.Repeat(`{"a":`, 1<<18),
		"strings that do not end": strings.Repeat(`{"`, 1<<19),
	} {
		if got := fragment([]byte(text)); got != nil {
			t.Errorf("fragment of %s = %.40s, want nothing", name, got)
		}
	}
	const found = `{"a":1}`
	if got := fragment([]byte(strings.Repeat("{ {x ", 1000) + found)); string(got) != found {
		t.Errorf("fragment behind a thousand braces = %s, want %s", got, found)
	}
}

func FuzzLambda(f *testing.F) {
	f.Add([]byte("REPORT RequestId: " + id + "\tDuration: 55.17 ms\tBilled Duration: 100 ms \tMemory Size: 512 MB\t"))
	f.Add([]byte("[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File\nE: {\"a\":1}"))
	f.Add([]byte(when + "\t" + id + "\tERROR\tInvoke Error \t{\"errorType\":\"E\",\"errorMessage\":\"m\"}"))
	f.Add([]byte(when + " " + id + " Task timed out after 3.00 seconds"))
	fields := []Field{{Name: "@type"}, {Name: "@requestId"}, {Name: "a"}, {Name: "all", All: true}}
	f.Fuzz(func(t *testing.T, line []byte) {
		l := ParseLambda(line)
		for _, s := range []string{l.Type, l.RequestID, l.Time, l.Level, l.Version, l.TraceID} {
			if !strings.Contains(string(line), s) {
				t.Errorf("ParseLambda(%q): %q is not in the line", line, s)
			}
		}
		listed := each(Lambda, Options{}, string(line))
		for i, v := range values(New(Lambda, fields, Options{Strict: true}), fields, line)[:3] {
			if text, ok := listed[fields[i].Name]; ok == v.IsNull() || text != v.Text() {
				t.Errorf("%s of %q = %s, listed %q, %v", fields[i].Name, line, show(v), text, ok)
			}
		}
	})
}
