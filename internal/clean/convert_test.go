package clean

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

const (
	uuid  = "3f1a2b4c-0000-1111-2222-abcdefabcdef"
	stamp = "2025-03-01T10:00:00.000Z"
)

// march is 2025-03-01T10:00:00.500Z.
const march = 1740823200500

func eventOf(message string) *files.Event {
	return &files.Event{Message: []byte(message), Time: march, HasTime: true, Log: "g", Stream: "s"}
}

func TestConvert(t *testing.T) {
	for _, tt := range []struct {
		name    string
		opts    Options
		message string
		want    string // "" when dropped
		outcome outcome
	}{
		{"JSON stays byte for byte", Options{}, `{ "b":1.50, "a" : "\u00e9\/" }`, `{ "b":1.50, "a" : "\u00e9\/" }`, keptJSON},
		{"blanks around JSON go", Options{}, "  {\"a\":1}\n", `{"a":1}`, keptJSON},
		{"JSON on several lines becomes one", Options{}, "{\n  \"a\": [1,\r\n 2],\n  \"b\": \"x  y\"\n}", `{"a":[1,2],"b":"x  y"}`, keptJSON},
		{"a byte that is no UTF-8 is replaced", Options{}, "{\"a\":\"x\xffy\"}", "{\"a\":\"x\uFFFDy\"}", keptJSON},
		{"a control character in a string is escaped", Options{}, "{\"a\":\"x\ty\x01\\\"z\"}", `{"a":"x\ty\u0001\"z"}`, keptJSON},
		{"an empty object", Options{}, `{}`, `{}`, keptJSON},
		{"an array is text", Options{}, `[{"a":1}]`, `{"time":"2025-03-01T10:00:00.500Z","message":"[{\"a\":1}]"}`, keptText},
		{"broken JSON is text", Options{}, `{"a":NaN}`, `{"time":"2025-03-01T10:00:00.500Z","message":"{\"a\":NaN}"}`, keptText},
		{"JSON 10,001 deep is text", Options{}, `{"a":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}",
			`{"time":"2025-03-01T10:00:00.500Z","message":"{\"a\":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}"}`, keptText},
		{"NUL bytes in text are escaped", Options{}, "a\x00b", `{"time":"2025-03-01T10:00:00.500Z","message":"a\u0000b"}`, keptText},
		{"blanks are dropped", Options{}, " \t\r\n", "", droppedBlank},
		{"nothing is dropped", Options{}, "", "", droppedBlank},
		{"text is dropped if wanted", Options{Text: "drop"}, "hello", "", droppedText},
		{"a runtime's line is text too", Options{Text: "drop"}, stamp + "\t" + uuid + "\tINFO\thello", "", droppedText},
		{"JSON is not text", Options{Text: "drop"}, `{"a":1}`, `{"a":1}`, keptJSON},
		{"the source is added at the end", Options{AddSource: true}, `{"a":1}`,
			`{"a":1,"time":"2025-03-01T10:00:00.500Z","logGroup":"g","logStream":"s"}`, keptJSON},
		{"the source is added to an empty object", Options{AddSource: true}, `{}`,
			`{"time":"2025-03-01T10:00:00.500Z","logGroup":"g","logStream":"s"}`, keptJSON},
		{"what the event has is not added", Options{AddSource: true}, `{"logGroup":0,"time":null }`, `{"logGroup":0,"time":null ,"logStream":"s"}`, keptJSON},
		{"the source is added to text", Options{AddSource: true}, "hello",
			`{"time":"2025-03-01T10:00:00.500Z","message":"hello","logGroup":"g","logStream":"s"}`, keptText},
		{"the platform's JSON is dropped", Options{}, `{"time":"` + stamp + `","type":"platform.report","record":{}}`, "", droppedPlatform},
		{"the platform's JSON is kept", Options{Platform: "keep"}, `{"time":"` + stamp + `","type":"platform.report","record":{}}`,
			`{"time":"` + stamp + `","type":"platform.report","record":{}}`, keptPlatform},
		{"platform elsewhere is an event", Options{}, `{"type":"platform.report","time":"` + stamp + `"}`, `{"type":"platform.report","time":"` + stamp + `"}`, keptJSON},
	} {
		t.Run(tt.name, func(t *testing.T) {
			checkConvert(t, tt.opts, tt.message, tt.want, tt.outcome)
		})
	}
}

// checkConvert converts a message twice, because the second time its layout is known.
func checkConvert(t *testing.T, o Options, message, want string, outcome outcome) {
	t.Helper()
	o.Inputs, o.Dir = []string{"-"}, "out"
	o, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	c := newConverter(&o)
	for range 2 {
		got, became := c.convert(eventOf(message))
		if string(got.text) != want || became != outcome {
			t.Errorf("convert(%.200q)\n got %s, %d\nwant %s, %d", message, got.text, became, want, outcome)
		}
	}
}

func TestConvertWithoutTime(t *testing.T) {
	c := &converter{platform: "events", addSource: true}
	e := &files.Event{Message: []byte("hello")}
	got, _ := c.convert(e)
	if want := `{"message":"hello"}`; string(got.text) != want {
		t.Errorf("convert of text without time: got %s, want %s", got.text, want)
	}
	e.Message = []byte("END RequestId: " + uuid)
	got, _ = c.convert(e)
	if want := `{"type":"platform.end","requestId":"` + uuid + `"}`; string(got.text) != want {
		t.Errorf("convert of END without time: got %s, want %s", got.text, want)
	}
}

func TestPlatformEvents(t *testing.T) {
	const time = `"time":"2025-03-01T10:00:00.500Z",`
	for _, tt := range []struct {
		name, line, want string
	}{
		{"START", "START RequestId: " + uuid + " Version: $LATEST", `{"type":"platform.start",` + time + `"requestId":"` + uuid + `","version":"$LATEST"}`},
		{"END", "END RequestId: " + uuid, `{"type":"platform.end",` + time + `"requestId":"` + uuid + `"}`},
		{"REPORT with tabs", "REPORT RequestId: " + uuid + "\tDuration: 55.17 ms\tBilled Duration: 100 ms \tMemory Size: 512 MB\tMax Memory Used: 36 MB\t",
			`{"type":"platform.report",` + time + `"requestId":"` + uuid + `","durationMs":55.17,"billedDurationMs":100,"memorySizeMB":512,"maxMemoryUsedMB":36}`},
		{"REPORT with blanks", "REPORT RequestId: " + uuid + "  Duration: 55.17 ms  Billed Duration: 100 ms Memory Size: 512 MB",
			`{"type":"platform.report",` + time + `"requestId":"` + uuid + `","durationMs":55.17,"billedDurationMs":100,"memorySizeMB":512}`},
		{"REPORT of a cold, traced, failed start", "REPORT RequestId: " + uuid + "\tDuration: 3000.00 ms\tInit Duration: 428.60 ms\tStatus: timeout\tError Type: Runtime.ExitError\t\nXRAY TraceId: 1-5e1b-5ac6\tSegmentId: 6226467e3f845502\tSampled: true\t",
			`{"type":"platform.report",` + time + `"requestId":"` + uuid + `","durationMs":3000.00,"initDurationMs":428.60,"status":"timeout","errorType":"Runtime.ExitError","xrayTraceId":"1-5e1b-5ac6","xraySegmentId":"6226467e3f845502","xraySampled":true}`},
		{"INIT_START", "INIT_START Runtime Version: python:3.13.v41\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:7f",
			`{"type":"platform.initStart",` + time + `"runtimeVersion":"python:3.13.v41","runtimeVersionArn":"arn:aws:lambda:eu-central-1::runtime:7f"}`},
		{"INIT_REPORT", "INIT_REPORT Init Duration: 9999.81 ms\tPhase: init\tStatus: timeout",
			`{"type":"platform.initReport",` + time + `"initDurationMs":9999.81,"phase":"init","status":"timeout"}`},
		{"EXTENSION", "EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE, SHUTDOWN]",
			`{"type":"platform.extension",` + time + `"name":"agent","state":"Ready","events":"[INVOKE, SHUTDOWN]"}`},
		{"XRAY alone", "XRAY TraceId: 1-5e1b\tSegmentId: 62\tSampled: false", `{"type":"platform.xray",` + time + `"xrayTraceId":"1-5e1b","xraySegmentId":"62","xraySampled":false}`},
		{"a figure that is none", "REPORT RequestId: " + uuid + "\tDuration: 0x1p ms\tDuration: 1 ms\tX", `{"type":"platform.report",` + time + `"requestId":"` + uuid + `","durationMs":"0x1p ms"}`},
		{"quotes in a value", "EXTENSION\tName: a\"b\\c", `{"type":"platform.extension",` + time + `"name":"a\"b\\c"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			checkConvert(t, Options{Platform: "events"}, tt.line, tt.want, keptPlatform)
			checkConvert(t, Options{}, tt.line, "", droppedPlatform)
		})
	}
}

func TestLambdaLines(t *testing.T) {
	const head = `{"time":"` + stamp + `",`
	for _, tt := range []struct {
		name, line, want string
	}{
		{"Node", stamp + "\t" + uuid + "\tINFO\thello\tworld", head + `"level":"INFO","requestId":"` + uuid + `","message":"hello\tworld"}`},
		{"Node before the first request", stamp + "\tundefined\tINFO\thello", head + `"level":"INFO","message":"hello"}`},
		{"Node without levels", stamp + "\t" + uuid + "\thello", head + `"requestId":"` + uuid + `","message":"hello"}`},
		{"Node, an event in JSON", stamp + "\t" + uuid + "\tINFO\t{ \"a\": 1,\n\"level\":\"x\"}", head + `"requestId":"` + uuid + `","a":1,"level":"x"}`},
		{"Node, text and JSON", stamp + "\t" + uuid + "\tINFO\tmade {\"w\":1,\"message\":2} ok", head + `"level":"INFO","requestId":"` + uuid + `","message":"made {\"w\":1,\"message\":2} ok","w":1}`},
		{"Node, an uncaught error", stamp + "\t" + uuid + "\tERROR\tInvoke Error \t{\"errorType\":\"Error\",\"stack\":[\"a\",\"b\"]}",
			head + `"level":"ERROR","requestId":"` + uuid + `","message":"Invoke Error \t{\"errorType\":\"Error\",\"stack\":[\"a\",\"b\"]}","errorType":"Error","stack":["a","b"]}`},
		{"Python", "[WARNING]\t" + stamp + "\t" + uuid + "\thello", head + `"level":"WARNING","requestId":"` + uuid + `","message":"hello"}`},
		{"Python at start", "[INFO]\t" + stamp + "\t\thello", head + `"level":"INFO","message":"hello"}`},
		{"Python, an uncaught exception", "[ERROR] KeyError: 'amount'\nTraceback (most recent call last):\n\u00a0\u00a0File \"app.py\", line 4, in h\n\u00a0\u00a0\u00a0\u00a0x",
			`{"time":"2025-03-01T10:00:00.500Z","level":"ERROR","message":"KeyError: 'amount'","stack":"Traceback (most recent call last):\n` + "\u00a0\u00a0" + `File \"app.py\", line 4, in h\n` + "\u00a0\u00a0\u00a0\u00a0" + `x","errorType":"KeyError","errorMessage":"'amount'"}`},
		{"a time-out", stamp + " " + uuid + " Task timed out after 3.00 seconds", head + `"requestId":"` + uuid + `","message":"Task timed out after 3.00 seconds","errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 3.00 seconds"}`},
		{"a crash", "RequestId: " + uuid + " Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
			`{"time":"2025-03-01T10:00:00.500Z","requestId":"` + uuid + `","message":"Error: Runtime exited with error: signal: killed\nRuntime.ExitError","errorType":"Runtime.ExitError","errorMessage":"Runtime exited with error: signal: killed"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			checkConvert(t, Options{}, tt.line, tt.want, keptLambda)
		})
	}
}

func TestTextThatIsNoLambdaLine(t *testing.T) {
	for _, line := range []string{
		"START of something", "END", "REPORT RequestId:" + uuid, "EXTENSION x", "XRAY", "start RequestId: " + uuid,
		"[note] hello", "[INFO]hello", "[INFO]", "[", "RequestId: x y", "a\tb\tc",
	} {
		checkConvert(t, Options{}, line, `{"time":"2025-03-01T10:00:00.500Z","message":`+quoteJSON(line)+"}", keptText)
	}
}

func TestLinesOfAnInvocationHaveItsID(t *testing.T) {
	c := &converter{platform: "drop"}
	var got []string
	for _, e := range []struct{ stream, message string }{
		{"s", "before"},
		{"s", "START RequestId: " + uuid + " Version: 7"},
		{"s", "inside"},
		{"other", "elsewhere"},
		{"s", "[ERROR] KeyError: 'x'"},
		{"s", "END RequestId: " + uuid},
		{"s", "after"},
	} {
		obj, _ := c.convert(&files.Event{Message: []byte(e.message), Stream: e.stream})
		got = append(got, string(obj.text))
	}
	want := []string{
		`{"message":"before"}`, "", `{"requestId":"` + uuid + `","message":"inside"}`, `{"message":"elsewhere"}`,
		`{"level":"ERROR","requestId":"` + uuid + `","message":"KeyError: 'x'","errorType":"KeyError","errorMessage":"'x'"}`, "", `{"message":"after"}`,
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d: got %s, want %s", i, got[i], want[i])
		}
	}
}

func FuzzConvert(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x"],"b":{}}`))
	f.Add([]byte("REPORT RequestId: x\tDuration: 1 ms\tA B: c"))
	f.Add([]byte(stamp + "\t" + uuid + "\tINFO\tx {\"time\":1}"))
	f.Add([]byte("[ERROR] x\r  at y\xff"))
	f.Fuzz(func(t *testing.T, m []byte) {
		for _, platform := range PlatformModes() {
			c := &converter{platform: platform, addSource: len(m)%2 == 0}
			for range 2 {
				e := eventOf("")
				e.Message = m
				obj, o := c.convert(e)
				if o.dropped() {
					continue
				}
				text := obj.text
				if !jsonscan.Valid(text) || text[0] != '{' || strings.ContainsAny(string(text), "\n\r") || !utf8.Valid(text) {
					t.Fatalf("convert(%q) with platform %s: %q is no object on one line", m, platform, text)
				}
			}
		}
	})
}
