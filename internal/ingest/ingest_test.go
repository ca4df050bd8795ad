package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// now is the time in all tests: 2025-03-13T21:06:40Z.
var now = time.UnixMilli(1741900000000)

// A store takes batches as strictly as AWS does.
type store struct {
	t       testing.TB
	batches [][]string // "group/stream time message" of each event
	err     error      // of the batch that comes next
	noToken error
	missing error // what there is instead of the stream
}

func (s *store) CheckBearer(context.Context, string) error { return s.noToken }

func (s *store) CheckStream(_ context.Context, group, stream string) error {
	if s.missing != nil && group+"/"+stream != "g/s" {
		s.t.Errorf("CheckStream(%s, %s), want g, s", group, stream)
	}
	return s.missing
}

func (s *store) PutLogEvents(_ context.Context, in *cloudwatchlogs.PutLogEventsInput) (*cloudwatchlogs.PutLogEventsOutput, error) {
	if s.err != nil {
		return nil, s.err
	}
	var batch []string
	var info types.RejectedLogEventsInfo
	bytes, first, last := 0, *in.LogEvents[0].Timestamp, int64(0)
	for i, e := range in.LogEvents {
		if *e.Message == "" || *e.Timestamp < last || *e.Timestamp-first > (24*time.Hour).Milliseconds() {
			s.t.Errorf("event %d of %d of a batch: time %d after %d, first %d, message %q", i, len(in.LogEvents), *e.Timestamp, last, first, *e.Message)
		}
		last = *e.Timestamp
		bytes += len(*e.Message) + 26
		switch {
		case last < now.Add(-14*24*time.Hour).UnixMilli():
			info.TooOldLogEventEndIndex = aws.Int32(int32(i + 1))
		case last > now.Add(2*time.Hour).UnixMilli():
			if info.TooNewLogEventStartIndex == nil {
				info.TooNewLogEventStartIndex = aws.Int32(int32(i))
			}
		default:
			batch = append(batch, fmt.Sprintf("%s/%s %d %s", *in.LogGroupName, *in.LogStreamName, last, *e.Message))
		}
	}
	if len(in.LogEvents) > 10_000 || bytes > 1<<20 {
		s.t.Errorf("a batch of %d events and %d bytes", len(in.LogEvents), bytes)
	}
	s.batches = append(s.batches, batch)
	return &cloudwatchlogs.PutLogEventsOutput{RejectedLogEventsInfo: &info}, nil
}

// stored returns all events, a line each.
func (s *store) stored() string {
	var b strings.Builder
	for _, batch := range s.batches {
		for _, e := range batch {
			b.WriteString(e + "\n")
		}
	}
	return b.String()
}

// send sends body to path, with headers in pairs, and returns the answer.
func (s *store) send(path, body string, headers ...string) *http.Response {
	s.t.Helper()
	return s.request(http.MethodPost, path, body, headers...)
}

func (s *store) request(method, path, body string, headers ...string) *http.Response {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	for _, e := range Endpoints(Options{Logs: s, Now: func() time.Time { return now }}) {
		if e.Path == r.URL.Path {
			e.Handler.ServeHTTP(w, r)
			return w.Result()
		}
	}
	s.t.Fatalf("there is no %s", path)
	return nil
}

func bodyText(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const toPlace = "?logGroup=g&logStream=s"

// TestForms has the examples of AWS's documents among its cases.
func TestForms(t *testing.T) {
	const collector, lines, objects = "/services/collector/event", "/ingest/bulk", "/ingest/json"
	const at = "1741900000000" // now
	for _, tt := range []struct {
		name, path, body string
		want             []string // time and message
	}{
		{"one object", collector, `{"event":"Hello world!","time":1741899990.0}`, []string{`1741899990000 {"event":"Hello world!","time":1741899990.0}`}},
		{"an array", collector, ` [ {"event":"a","time":1741899990} ,{"event":"b","time":1741899991}]`, []string{`1741899990000 {"event":"a","time":1741899990}`, `1741899991000 {"event":"b","time":1741899991}`}},
		{"one after the other", collector, `{"event":"a"}{"event":"b"}` + "\n\t" + `{"event":"c"}`, []string{at + ` {"event":"a"}`, at + ` {"event":"b"}`, at + ` {"event":"c"}`}},
		{"arrays and objects, and a list of lists", collector, `[{"event":1}]{"event":2}[[{"event":3}]]`, []string{at + ` {"event":1}`, at + ` {"event":2}`}},
		{"all kinds of events", collector, `{"event":{"a":[1]}}{"event":42}{"event":true}{"event":null}`, []string{at + ` {"event":{"a":[1]}}`, at + ` {"event":42}`, at + ` {"event":true}`, at + ` {"event":null}`}},
		{"no event", collector, `{"message":"x"}{"event":1}{}`, []string{at + ` {"event":1}`}},
		{"what is no object", collector, `"a" 1 null [true,"x",{"event":1}]`, []string{at + ` {"event":1}`}},
		{"an escaped name", collector, `{"\u0065vent":1}`, []string{at + ` {"\u0065vent":1}`}},
		{"a time with a fraction", collector, `{"event":1,"time":1741899990.501}`, []string{`1741899990501 {"event":1,"time":1741899990.501}`}},
		{"a time in quotes", collector, `{"event":1,"time":"1741899990.5"}`, []string{`1741899990500 {"event":1,"time":"1741899990.5"}`}},
		{"a whole time in quotes", collector, `{"event":1,"time":"1741899990"}`, []string{`1741899990000 {"event":1,"time":"1741899990"}`}},
		{"times that are none", collector, `{"event":1,"time":"invalid"}{"event":2,"time":{}}{"event":3,"time":-1}{"event":4,"time":1e300}{"event":5,"time":"NaN"}{"event":6,"time":""}`, []string{
			at + ` {"event":1,"time":"invalid"}`, at + ` {"event":2,"time":{}}`, at + ` {"event":3,"time":-1}`, at + ` {"event":4,"time":1e300}`, at + ` {"event":5,"time":"NaN"}`, at + ` {"event":6,"time":""}`,
		}},
		{"times that are not in order", collector, `{"event":"b","time":1741899991}{"event":"a","time":1741899990}`, []string{`1741899990000 {"event":"a","time":1741899990}`, `1741899991000 {"event":"b","time":1741899991}`}},

		{"lines", lines, `{"timestamp":1741899990000,"message":"a"}` + "\r\n\n" + `{"timestamp":1741899990001.9}` + "\n  \t\n" + `{"m":1}`, []string{`1741899990000 {"timestamp":1741899990000,"message":"a"}`, `1741899990001 {"timestamp":1741899990001.9}`, at + ` {"m":1}`}},
		{"lines of all kinds", lines, "\"a \\\"plain\\\" häß 🎉\"\n42\ntrue\nnull\n1.50e3", []string{at + ` a "plain" häß 🎉`, at + ` 42`, at + ` true`, at + ` null`, at + ` 1.50e3`}},
		{"an array in a line", lines, `[{"timestamp":1741899990000},"x",[1]]` + "\n[]", []string{`1741899990000 {"timestamp":1741899990000}`, at + ` x`, at + ` [1]`}},
		{"bad lines", lines, "{\n{\"a\":1}\nplain text\n{\"a\":2}{\"a\":3}\n\"\xff\"\n{\"a\":4}", []string{at + ` {"a":1}`, at + ` {"a":4}`}},
		{"lines that say nothing", lines, "\"\"\n", nil},
		{"no lines", lines, "", nil},
		{"a time in quotes is none in lines", lines, `{"timestamp":"1741899990000"}`, []string{at + ` {"timestamp":"1741899990000"}`}},

		{"an object as it was written", objects, " {\"timestamp\" : 1741899990000,\n\t\"message\":\"\\u00e4\"}\n", []string{"1741899990000 {\"timestamp\" : 1741899990000,\n\t\"message\":\"\\u00e4\"}"}},
		{"an array of all kinds", objects, `[{"timestamp":1741899990000},"x",42,[{}],{"timestamp":"no"}]`, []string{`1741899990000 {"timestamp":1741899990000}`, at + ` {"timestamp":"no"}`}},
		{"an empty array", objects, `[]`, nil},
		{"a value that is no object", objects, `"hello"`, nil},
		{"objects one after the other", objects, `{"a":1}{"a":2}`, []string{at + ` {"a":1}`}},
		{"of a name twice the last", objects, `{"timestamp":1,"timestamp":1741899990000}`, []string{`1741899990000 {"timestamp":1,"timestamp":1741899990000}`}},

		{"too old and too new", objects, `[{"timestamp":1},{"timestamp":1741899990000},{"timestamp":1841899990000}]`, []string{`1741899990000 {"timestamp":1741899990000}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &store{t: t}
			r := s.send(tt.path+toPlace, tt.body, "Content-Type", "application/json; charset=utf-8")
			if got := bodyText(t, r); r.StatusCode != 200 || got != "{}" || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("POST %s %s = %s %s, want 200 {}", tt.path, tt.body, r.Status, got)
			}
			var want strings.Builder
			for _, w := range tt.want {
				want.WriteString("g/s " + w + "\n")
			}
			if got := s.stored(); got != want.String() {
				t.Errorf("POST %s %s stored\n%swant\n%s", tt.path, tt.body, got, &want)
			}
		})
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name, path, body, mediaType string
		headers                     []string
		status                      int
		want                        string
	}{
		{"no group", "/ingest/json?logStream=s", "{}", typeJSON, nil, 400, "logGroup is required"},
		{"no stream", "/ingest/json?logGroup=g", "{}", typeJSON, nil, 400, "logStream is required"},
		{"the group twice", "/ingest/json" + toPlace, "{}", typeJSON, []string{"x-aws-log-group", "g"}, 400, "by both the header x-aws-log-group and the query"},
		{"the stream twice", "/ingest/json" + toPlace, "{}", typeJSON, []string{"x-aws-log-stream", "s"}, 400, "by both the header x-aws-log-stream and the query"},
		{"a query for OTLP", "/v1/logs" + toPlace, "{}", typeJSON, nil, 400, `{"code":3,"message":"InvalidParameterException: logGroup is required`},
		{"lines as objects", "/ingest/json" + toPlace, "{}", typeNDJSON, nil, 400, "Content-Type"},
		{"a form", "/services/collector/event" + toPlace, "{}", "application/x-www-form-urlencoded", nil, 400, "Content-Type"},
		{"no type", "/ingest/bulk" + toPlace, "{}", "", nil, 400, "Content-Type"},
		{"no JSON", "/ingest/json" + toPlace, "hello", typeJSON, nil, 400, "not JSON"},
		{"nothing", "/ingest/json" + toPlace, " \n", typeJSON, nil, 400, "empty"},
		{"nothing for the collector", "/services/collector/event" + toPlace, "", typeJSON, nil, 400, "empty"},
		{"an object that is cut short", "/services/collector/event" + toPlace, `{"event":1}{"event":`, typeJSON, nil, 400, "byte 20"},
		{"deep brackets", "/ingest/json" + toPlace, strings.Repeat("[", 1_000_000), typeJSON, nil, 400, "not JSON"},
		{"OTLP that is none", "/v1/logs", "[]", typeJSON, []string{"x-aws-log-group", "g", "x-aws-log-stream", "s"}, 400, "not OTLP"},
		{"OTLP in protobuf that is none", "/v1/logs", "[]", typeProtobuf, []string{"x-aws-log-group", "g", "x-aws-log-stream", "s"}, 400, "not OTLP"},
		{"too large", "/ingest/bulk" + toPlace, strings.Repeat("\n", MaxBody+1), typeJSON, nil, 413, "larger than 16777216"},
		{"too many", "/ingest/bulk" + toPlace, strings.Repeat("1\n", maxEvents+1), typeJSON, nil, 413, "more than 100000 events"},
		{"too many records", "/v1/logs", `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}` + strings.Repeat(",{}", maxEvents) + `]}]}]}`, typeJSON, []string{"x-aws-log-group", "g", "x-aws-log-stream", "s"}, 413, "more than 100000 log records"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &store{t: t}
			r := s.send(tt.path, tt.body, append(tt.headers, "Content-Type", tt.mediaType)...)
			if got := bodyText(t, r); r.StatusCode != tt.status || !strings.Contains(got, tt.want) {
				t.Errorf("POST %s %.50q = %s %s, want %d %s", tt.path, tt.body, r.Status, got, tt.status, tt.want)
			}
			if got := s.stored(); got != "" {
				t.Errorf("POST %s stored %s", tt.path, got)
			}
		})
	}
	s := &store{t: t}
	if r := s.request(http.MethodGet, "/ingest/json", ""); r.StatusCode != 405 || r.Header.Get("Allow") != "POST" {
		t.Errorf("GET = %s, want 405", r.Status)
	}
}

func TestBodiesAtTheirLimit(t *testing.T) {
	for _, n := range []int{MaxBody - 1, MaxBody} {
		s := &store{t: t}
		if r := s.send("/ingest/bulk"+toPlace, "1"+strings.Repeat("\n", n-1), "Content-Type", typeNDJSON); r.StatusCode != 200 || s.stored() != "g/s 1741900000000 1\n" {
			t.Errorf("a body of %d bytes: %s, stored %q", n, r.Status, s.stored())
		}
	}
}

func TestFailuresOfTheStore(t *testing.T) {
	for _, tt := range []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"no group", &types.ResourceNotFoundException{Message: aws.String("no")}, 400, "ResourceNotFoundException"},
		{"no batch", &types.InvalidParameterException{Message: aws.String("no")}, 400, "InvalidParameterException"},
		{"no space", fmt.Errorf("store: %w", &types.ServiceUnavailableException{Message: aws.String("no")}), 503, "ServiceUnavailableException"},
		{"no room", fault.New(fault.Unavailable, "ServiceUnavailable", "no"), 503, "ServiceUnavailable"},
		{"a bug", errors.New("secret"), 500, "InternalFailure"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &store{t: t, err: tt.err}
			r := s.send("/ingest/json"+toPlace, "{}", "Content-Type", typeJSON)
			got := bodyText(t, r)
			if r.StatusCode != tt.status || !strings.Contains(got, `"__type":"`+tt.code+`"`) || strings.Contains(got, "secret") || r.Header.Get("X-Amzn-Errortype") != tt.code {
				t.Errorf("POST = %s %s, want %d %s", r.Status, got, tt.status, tt.code)
			}
			if again := r.Header.Get("Retry-After"); (again != "") != (tt.status == 503) {
				t.Errorf("Retry-After is %q", again)
			}
		})
	}
	s := &store{t: t, noToken: &types.AccessDeniedException{Message: aws.String("no token")}}
	if r := s.send("/ingest/json"+toPlace, "{}", "Content-Type", typeJSON); r.StatusCode != 401 || s.stored() != "" {
		t.Errorf("POST with a token where none is good = %s, want 401", r.Status)
	}
}

func TestEventsAtTheirLimit(t *testing.T) {
	const largest = 1<<20 - 26
	for _, n := range []int{largest - 1, largest, largest + 1} {
		s := &store{t: t}
		r := s.send("/ingest/bulk"+toPlace, `"`+strings.Repeat("x", n)+"\"\n7", "Content-Type", typeJSON)
		if got, want := strings.Count(s.stored(), "\n"), 2; n > largest && got != 1 || n <= largest && got != want || r.StatusCode != 200 {
			t.Errorf("an event of %d bytes, and another one: %s, stored %d", n, r.Status, got)
		}
	}
}

func TestRequestsOfManyBatches(t *testing.T) {
	var b strings.Builder
	for i := range 25_001 { // of three days, backwards
		fmt.Fprintf(&b, "{\"timestamp\":%d}\n", now.UnixMilli()-int64(i)*10_000)
	}
	for range 3 {
		fmt.Fprintf(&b, "%q\n", strings.Repeat("x", 600_000))
	}
	s := &store{t: t}
	if r := s.send("/ingest/bulk"+toPlace, b.String(), "Content-Type", typeJSON); r.StatusCode != 200 {
		t.Errorf("POST = %s", r.Status)
	}
	if got := strings.Count(s.stored(), "\n"); got != 25_004 || len(s.batches) != 5 {
		t.Errorf("stored %d events in %d batches, want 25,004 in 5: three of a day, of which the last takes one large event, and two", got, len(s.batches))
	}
}

func TestOTLPTellsWhatItRefused(t *testing.T) {
	at := func(ms int64) string { return fmt.Sprintf(`{"timeUnixNano":"%d000000"}`, ms) }
	large := `{"body":{"stringValue":"` + strings.Repeat("x", 1<<20) + `"}}`
	records := []string{at(1), at(now.UnixMilli()), at(2), at(now.Add(3 * time.Hour).UnixMilli()), large, `{}`}
	s := &store{t: t}
	body := `{"resourceLogs":[{"scopeLogs":[{"logRecords":[` + strings.Join(records, ",") + `]}]}]}`
	r := s.send("/v1/logs", body, "Content-Type", typeJSON, "x-aws-log-group", "g", "x-aws-log-stream", "s")
	want := `{"partialSuccess":{"rejectedLogRecords":4,"errorMessage":"{\"tooOldLogEventCount\": 2, \"tooNewLogEventCount\": 1, \"tooLargeLogEventCount\": 1}"}}`
	if got := bodyText(t, r); r.StatusCode != 200 || got != want {
		t.Errorf("POST = %s %s, want %s", r.Status, got, want)
	}
	const message = `{"resource":{"attributes":{}},"scope":{"attributes":{}}`
	if got, want := s.stored(), "g/s 1741900000000 "+message+",\"timeUnixNano\":1741900000000000000}\ng/s 1741900000000 "+message+"}\n"; got != want {
		t.Errorf("stored %s, want %s", got, want)
	}
}

func TestOTLPInProtobuf(t *testing.T) {
	s := &store{t: t}
	record := "\x2a\x07\x0a\x05hello" // a body
	r := s.send("/v1/logs", "\x0a\x0d\x12\x0b\x12\x09"+record, "Content-Type", typeProtobuf, "x-aws-log-group", "g", "x-aws-log-stream", "s")
	if got := bodyText(t, r); r.StatusCode != 200 || got != "" || r.Header.Get("Content-Type") != typeProtobuf {
		t.Errorf("POST = %s %q, want 200 and an empty message", r.Status, got)
	}
	if got, want := s.stored(), `"body":"hello"}`+"\n"; !strings.HasSuffix(got, want) {
		t.Errorf("stored %s, want %s", got, want)
	}
	r = s.send("/v1/logs", "x", "Content-Type", typeProtobuf, "x-aws-log-group", "g", "x-aws-log-stream", "s")
	if got := bodyText(t, r); r.StatusCode != 400 || !strings.HasPrefix(got, "\x08\x03\x12") {
		t.Errorf("POST of x = %s %q, want 400 and a Status", r.Status, got)
	}
}

func TestSkippedEventsAreCounted(t *testing.T) {
	long := func(n int) string { return `"` + strings.Repeat("x", n) + `"` }
	const longest = batchBytes - eventOverhead
	tests := []struct{ name, path, body, want string }{
		{"no JSON, no text, too old", "/ingest/bulk", "{\n\n\"\"\n{\"timestamp\":1}\n1", "[no event 2 time 1]"},
		{"the longest event", "/ingest/bulk", long(longest), "[]"},
		{"an event too long", "/ingest/bulk", long(longest+1) + "\n1", "[size 1]"},
		{"an object too long", "/ingest/json", `{"a":` + long(longest) + `}`, "[size 1]"},
		{"an object of the collector too long", "/services/collector/event", `{"event":` + long(longest) + `}{"event":1}`, "[size 1]"},
		{"one object", "/ingest/json", " {} \n", "[]"},
		{"objects behind the first", "/ingest/json", `{"a":1} {"a":2}` + "\n3", "[behind 2]"},
		{"malformed text behind the first", "/ingest/json", `{"a":1}{"a":2}{"a":3} garbage [1,2,3]`, "[behind 3]"},
		{"what is no object, and more", "/ingest/json", `[1,{"a":1}]]`, "[no event 1 behind 1]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			told, s := []string{}, &store{t: t}
			o := Options{Logs: s, Now: func() time.Time { return now }, Skipped: func(path string, reason Reason, n int) {
				told = append(told, fmt.Sprint(reason, " ", n))
				if path != test.path {
					t.Errorf("Skipped was told of %s, want %s", path, test.path)
				}
			}}
			for _, e := range Endpoints(o) {
				if e.Path != test.path {
					continue
				}
				w := httptest.NewRecorder()
				r := httptest.NewRequest(http.MethodPost, e.Path+toPlace, strings.NewReader(test.body))
				r.Header.Set("Content-Type", typeJSON)
				if e.Handler.ServeHTTP(w, r); w.Code != http.StatusOK || w.Body.String() != "{}" {
					t.Errorf("POST = %d %s, want 200 {}", w.Code, w.Body)
				}
			}
			if got := fmt.Sprint(told); got != test.want {
				t.Errorf("Skipped was told %s, want %s", got, test.want)
			}
		})
	}
}

func FuzzBodies(f *testing.F) {
	for i := range forms {
		f.Add(i, []byte(`{"event":"a","time":"1741899990.5","timestamp":1741899990000}[1,"x",{"event":{}}]`))
		f.Add(i, []byte("{\"timestamp\":1e12}\n[{},[]]\n\"\\u0000\\ud800\""))
	}
	f.Fuzz(func(t *testing.T, i int, body []byte) {
		form := forms[uint(i)%uint(len(forms))]
		for _, media := range form.types {
			s, b := &store{t: t}, &batch{now: now.UnixMilli()}
			kept := bytes.Clone(body)
			if err := form.read(b, media, body); err != nil {
				continue
			}
			if _, err := b.put(t.Context(), s, place{"g", "s"}); err != nil {
				t.Errorf("put = %v", err)
			}
			if !bytes.Equal(body, kept) {
				t.Errorf("the body %q was changed to %q", kept, body)
			}
		}
	})
}
