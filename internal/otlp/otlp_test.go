package otlp

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func text(s string) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
}

func pair(key string, v *commonpb.AnyValue) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: v}
}

// everything is a request that has all that a record can have. LogsData has the fields of ExportLogsServiceRequest, whose package
// wants gRPC.
func everything() *logspb.LogsData {
	list := &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: []*commonpb.AnyValue{
		text("a"), {Value: &commonpb.AnyValue_IntValue{IntValue: math.MinInt64}}, {},
		{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: 1e-9}}, {Value: &commonpb.AnyValue_DoubleValue{DoubleValue: math.Inf(-1)}},
		{Value: &commonpb.AnyValue_BytesValue{BytesValue: []byte{0, 255, 62}}},
	}}}}
	tree := &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: []*commonpb.KeyValue{
		pair("häß 🎉 \"\n\x00", list), pair("", nil), pair("on", &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: true}}),
	}}}}
	return &logspb.LogsData{ResourceLogs: []*logspb.ResourceLogs{{
		Resource:  &resourcepb.Resource{Attributes: []*commonpb.KeyValue{pair("service.name", text("my-service"))}, DroppedAttributesCount: 1},
		SchemaUrl: "https://example.com/1",
		ScopeLogs: []*logspb.ScopeLogs{{
			Scope:     &commonpb.InstrumentationScope{Name: "my-library", Version: "1.0.0", Attributes: []*commonpb.KeyValue{pair("x", tree)}, DroppedAttributesCount: 2},
			SchemaUrl: "https://example.com/2",
			LogRecords: []*logspb.LogRecord{{
				TimeUnixNano: 1741900000123999999, ObservedTimeUnixNano: math.MaxUint64, SeverityNumber: 9, SeverityText: "INFO",
				Body: tree, Attributes: []*commonpb.KeyValue{pair("user.id", text("12345"))}, DroppedAttributesCount: 3, Flags: 257,
				TraceId: []byte("0123456789abcdef"), SpanId: []byte("01234567"), EventName: "login",
			}, {ObservedTimeUnixNano: 1741900000456000000, Body: text("plain")}, {}},
		}, {LogRecords: []*logspb.LogRecord{{Body: text("no scope")}}}},
	}, {}, {ScopeLogs: []*logspb.ScopeLogs{{LogRecords: []*logspb.LogRecord{{Body: &commonpb.AnyValue{}}}}}}}}
}

// messages returns what records are, a line each.
func messages(records []Record) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "%d %s\n", r.Time, r.AppendMessage(nil))
	}
	return b.String()
}

// expected returns what the records of a request should be.
func expected(t testing.TB, request *logspb.LogsData) string {
	t.Helper()
	var b strings.Builder
	for _, r := range request.GetResourceLogs() {
		for _, s := range r.GetScopeLogs() {
			for _, l := range s.GetLogRecords() {
				time := l.GetTimeUnixNano()
				if time == 0 {
					time = l.GetObservedTimeUnixNano()
				}
				message, err := plain(reference(r, s, l))
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "%d %s\n", time/1e6, message)
			}
		}
	}
	return b.String()
}

func marshal(t testing.TB, request proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestARecordAsText(t *testing.T) {
	records, err := Protobuf(marshal(t, everything()), 100)
	if err != nil || len(records) != 5 {
		t.Fatalf("Protobuf = %d records, %v, want 5", len(records), err)
	}
	want := `{"resource":{"attributes":{"service.name":"my-service"},"droppedAttributesCount":1,"schemaUrl":"https://example.com/1"},` +
		`"scope":{"attributes":{}},"body":"no scope"}`
	if got := string(records[3].AppendMessage(nil)); got != want {
		t.Errorf("message of a record without a scope:\n got %s\nwant %s", got, want)
	}
	if got := records[0].Len(); got != len(records[0].AppendMessage(nil)) {
		t.Errorf("Len() = %d, want %d", got, len(records[0].AppendMessage(nil)))
	}
	for i, want := range []int64{1741900000123, 1741900000456, 0, 0, 0} {
		if records[i].Time != want {
			t.Errorf("time of record %d = %d, want %d", i, records[i].Time, want)
		}
	}
}

func TestBothEncodingsSayTheSame(t *testing.T) {
	request := everything()
	want := expected(t, request)
	records, err := Protobuf(marshal(t, request), 100)
	if got := messages(records); err != nil || got != want {
		t.Errorf("Protobuf: %v\n got %s\nwant %s", err, got, want)
	}
	// Protobuf's own JSON has ids in base64 and severities by name; OTLP's has hexadecimal and numbers.
	for _, numbers := range []bool{false, true} {
		b, err := protojson.MarshalOptions{UseEnumNumbers: numbers}.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		records, err := FromJSON(b, 100)
		if got := messages(records); err != nil || got != want {
			t.Errorf("FromJSON of %s: %v\n got %s\nwant %s", b, err, got, want)
		}
	}
}

// record wraps the members of a record as a request in JSON.
func record(members string) string {
	return `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{` + members + `}]}]}]}`
}

func TestJSONForms(t *testing.T) {
	const empty = `{"resource":{"attributes":{}},"scope":{"attributes":{}}`
	for _, tt := range []struct{ name, members, want string }{
		{"ids in hexadecimal of both cases", `"traceId":"5B8EFFF798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"`, `,"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}`},
		{"ids in base64", `"traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"7uGbfsPBsXQ="`, `,"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}`},
		{"ids that are empty", `"traceId":"","spanId":""`, `}`},
		{"a time as a number", `"timeUnixNano":1741900000000000001`, `,"timeUnixNano":1741900000000000001}`},
		{"a time with an exponent", `"timeUnixNano":"1.7419e18"`, `,"timeUnixNano":1741900000000000000}`},
		{"the largest time", `"timeUnixNano":"18446744073709551615"`, `,"timeUnixNano":18446744073709551615}`},
		{"nulls", `"timeUnixNano":null,"body":null,"attributes":null,"traceId":null,"severityNumber":null,"severityText":null`, `}`},
		{"an empty list of attributes", `"attributes":[ ]`, `}`},
		{"a name that is not known", `"time_unix_nano":5,"new":[{}]`, `}`},
		{"an escaped name", `"bod\u0079":{"stringValue":"x"}`, `,"body":"x"}`},
		{"a name twice", `"severityText":"a","severityText":"b"`, `,"severityText":"b"}`},
		{"a severity by name", `"severityNumber":"SEVERITY_NUMBER_FATAL4"`, `,"severityNumber":24}`},
		{"no severity by name", `"severityNumber":"SEVERITY_NUMBER_UNSPECIFIED"`, `}`},
		{"an int as a number", `"body":{"intValue":-12}`, `,"body":-12}`},
		{"a double that is whole", `"body":{"doubleValue":100000}`, `,"body":100000}`},
		{"a double in quotes", `"body":{"doubleValue":"1.5"}`, `,"body":1.5}`},
		{"no number", `"body":{"doubleValue":"NaN"}`, `,"body":"NaN"}`},
		{"a value that is none", `"body":{}`, `,"body":null}`},
		{"an empty object", `"body":{"kvlistValue":{}}`, `,"body":{}}`},
		{"half a pair", `"body":{"stringValue":"\ud83d\ude00\ud800"}`, ",\"body\":\"\U0001F600�\"}"},
		{"bytes without padding", `"body":{"bytesValue":"_-8"}`, `,"body":"/+8="}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			records, err := FromJSON([]byte(" "+record(tt.members)+"\n"), 1)
			if err != nil || len(records) != 1 {
				t.Fatalf("FromJSON(%s) = %d records, %v", tt.members, len(records), err)
			}
			if got := string(records[0].AppendMessage(nil)); got != empty+tt.want {
				t.Errorf("FromJSON(%s):\n got %s\nwant %s", tt.members, got, empty+tt.want)
			}
		})
	}
}

func TestJSONThatIsNone(t *testing.T) {
	for _, tt := range []struct{ name, request, want string }{
		{"nothing", "", "not JSON"},
		{"no JSON", "{", "not JSON"},
		{"two texts", "{}{}", "not JSON"},
		{"a list", "[]", `found "[]", want an object`},
		{"a list of numbers", `{"resourceLogs":[1]}`, `found "1", want an object`},
		{"no list", `{"resourceLogs":{}}`, `found "{}", want an array`},
		{"a time before 1970", record(`"timeUnixNano":-1`), "timeUnixNano"},
		{"a time that is too large", record(`"timeUnixNano":"18446744073709551616"`), "timeUnixNano"},
		{"a time that is a word", record(`"timeUnixNano":"now"`), "timeUnixNano"},
		{"an empty time", record(`"timeUnixNano":""`), "timeUnixNano"},
		{"flags of 33 bits", record(`"flags":4294967296`), "flags"},
		{"a severity that is none", record(`"severityNumber":"SEVERITY_NUMBER_BAD"`), "severity"},
		{"a severity of 33 bits", record(`"severityNumber":4294967296`), "severity"},
		{"an id that is short", record(`"traceId":"5b8e"`), "want 32 hexadecimal digits"},
		{"an id that is no text", record(`"spanId":7`), "want a string"},
		{"a text that is a number", record(`"severityText":7`), "want a string"},
		{"a body without a kind", record(`"body":"x"`), "want an object"},
		{"a bool that is a text", record(`"body":{"boolValue":"true"}`), "boolValue"},
		{"an int of 65 bits", record(`"body":{"intValue":"9223372036854775808"}`), "intValue"},
		{"a double beyond all", record(`"body":{"doubleValue":1e999}`), "doubleValue"},
		{"bytes that are none", record(`"body":{"bytesValue":"*"}`), "base64"},
		{"values that stand deep", record(`"body":` + strings.Repeat(`{"arrayValue":{"values":[`, maxDepth+1) + strings.Repeat(`]}}`, maxDepth+1)), errDeep.Error()},
		{"brackets that stand deep", strings.Repeat("[", 1_000_000), "not JSON"},
		{"a resource that is large", `{"resourceLogs":[{"resource":{"attributes":[{"key":"` + strings.Repeat("k", maxSource) + `"}]}}]}`, errSource.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			records, err := FromJSON([]byte(tt.request), 10)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("FromJSON(%.100s) = %s, %v, want %s", tt.request, messages(records), err, tt.want)
			}
		})
	}
}

func TestDepthAtItsLimit(t *testing.T) {
	deep := text("x")
	for range maxDepth {
		deep = &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: []*commonpb.AnyValue{deep}}}}
	}
	request := func(v *commonpb.AnyValue) *logspb.LogsData {
		return &logspb.LogsData{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{{LogRecords: []*logspb.LogRecord{{Body: v}}}}}}}
	}
	for _, tt := range []struct {
		name string
		v    *commonpb.AnyValue
		want error
	}{
		{"at the limit", deep, nil},
		{"beyond it", &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: []*commonpb.KeyValue{pair("k", deep)}}}}, errDeep},
	} {
		b := marshal(t, request(tt.v))
		if _, err := Protobuf(b, 1); !errors.Is(err, tt.want) {
			t.Errorf("%s: Protobuf = %v, want %v", tt.name, err, tt.want)
		}
		j, err := protojson.Marshal(request(tt.v))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := FromJSON(j, 1); !errors.Is(err, tt.want) {
			t.Errorf("%s: FromJSON = %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestNumberOfRecordsAtItsLimit(t *testing.T) {
	for _, n := range []int{0, 9, 10, 11} {
		var want error
		if n > 10 {
			want = ErrMany
		}
		request := &logspb.LogsData{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{{}}}}}
		for range n {
			s := request.ResourceLogs[0].ScopeLogs[0]
			s.LogRecords = append(s.LogRecords, &logspb.LogRecord{})
		}
		if records, err := Protobuf(marshal(t, request), 10); !errors.Is(err, want) || err == nil && len(records) != n {
			t.Errorf("Protobuf of %d records = %d, %v, want %v", n, len(records), err, want)
		}
		j, err := protojson.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		if records, err := FromJSON(j, 10); !errors.Is(err, want) || err == nil && len(records) != n {
			t.Errorf("FromJSON of %d records = %d, %v, want %v", n, len(records), err, want)
		}
	}
}

func TestProtobufThatIsNone(t *testing.T) {
	whole := marshal(t, everything())
	for _, tt := range []struct {
		name    string
		request []byte
	}{
		{"cut short", whole[:len(whole)-1]},
		{"a length beyond the end", []byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f}},
		{"a group that ends", []byte{0x0c}},
		{"a group without an end", []byte{0x0b}},
		{"JSON", []byte(`{"resourceLogs":[]}`)},
		{"field 0", []byte{0x02, 0}},
	} {
		if records, err := Protobuf(tt.request, 10); err == nil {
			t.Errorf("%s: Protobuf = %s, want an error", tt.name, messages(records))
		}
	}
}

func TestBadTextsAreMended(t *testing.T) {
	request := &logspb.LogsData{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{{LogRecords: []*logspb.LogRecord{{SeverityText: "abcde"}}}}}}}
	b := []byte(strings.Replace(string(marshal(t, request)), "abcde", "a\xffb\xc3c", 1))
	records, err := Protobuf(b, 1)
	if want := `"severityText":"a�b�c"}`; err != nil || !strings.HasSuffix(messages(records), want+"\n") {
		t.Errorf("Protobuf = %s, %v, want %s", messages(records), err, want)
	}
}

func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		refused int64
		why     string
		json    string
		binary  string
	}{
		{0, "", `{}`, ""},
		{5, `{"tooOldLogEventCount": 5}`, `{"partialSuccess":{"rejectedLogRecords":5,"errorMessage":"{\"tooOldLogEventCount\": 5}"}}`, "\x0a\x1e\x08\x05\x12\x1a{\"tooOldLogEventCount\": 5}"},
	} {
		if got := string(JSON.Answer(tt.refused, tt.why)); got != tt.json {
			t.Errorf("JSON.Answer(%d, %q) = %s, want %s", tt.refused, tt.why, got, tt.json)
		}
		if got := string(Binary.Answer(tt.refused, tt.why)); got != tt.binary {
			t.Errorf("Binary.Answer(%d, %q) = %q, want %q", tt.refused, tt.why, got, tt.binary)
		}
	}
	if got, want := string(JSON.Failure(3, `a "b"`)), `{"code":3,"message":"a \"b\""}`; got != want {
		t.Errorf("JSON.Failure = %s, want %s", got, want)
	}
	if got, want := string(Binary.Failure(3, "no")), "\x08\x03\x12\x02no"; got != want {
		t.Errorf("Binary.Failure = %q, want %q", got, want)
	}
}

// FuzzProtobuf compares with what protobuf's own decoder finds.
func FuzzProtobuf(f *testing.F) {
	f.Add(marshal(f, everything()))
	f.Add([]byte("\x0a\x02\x12\x00"))
	f.Add([]byte("\x0a\x09\x12\x07\x12\x05\x62\x030\b0")) // a control character
	f.Fuzz(func(t *testing.T, b []byte) {
		records, err := Protobuf(b, 1000)
		for _, r := range records {
			if m := r.AppendMessage(nil); !json.Valid(m) {
				t.Errorf("Protobuf(%x) has the message %s", b, m)
			}
		}
		var request logspb.LogsData
		if proto.Unmarshal(b, &request) != nil {
			return
		}
		if err != nil && !errors.Is(err, errDeep) && !errors.Is(err, ErrMany) && !errors.Is(err, errSource) {
			t.Fatalf("Protobuf(%x) = %v, protobuf takes it", b, err)
		}
		// What stands twice is merged there, so compare what it writes itself.
		own := marshal(t, &request)
		if records, err = Protobuf(own, 1000); err == nil && messages(records) != expected(t, &request) {
			t.Errorf("Protobuf(%x):\n got %s\nwant %s", own, messages(records), expected(t, &request))
		}
	})
}

// FuzzJSON compares with what protobuf's own decoder of JSON finds, which is stricter.
func FuzzJSON(f *testing.F) {
	b, err := protojson.Marshal(everything())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(record(`"timeUnixNano":"1741900000000000000","severityNumber":9,"body":{"doubleValue":1.5e3}`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		records, err := FromJSON(b, 1000)
		for _, r := range records {
			if m := r.AppendMessage(nil); !json.Valid(m) {
				t.Errorf("FromJSON(%q) has the message %s", b, m)
			}
		}
		var request logspb.LogsData
		if err != nil || protojson.Unmarshal(b, &request) != nil {
			return
		}
		if got, want := messages(records), expected(t, &request); got != want {
			t.Errorf("FromJSON(%q):\n got %s\nwant %s", b, got, want)
		}
	})
}

// benchmarkRead reads a thousand records of some hundred bytes.
func benchmarkRead(b *testing.B, write func(proto.Message) ([]byte, error), read func([]byte, int) ([]Record, error)) {
	r := &logspb.LogRecord{
		TimeUnixNano: 1741900000123999999, ObservedTimeUnixNano: 1741900000123999999, SeverityNumber: 9, SeverityText: "INFO", Body: text("GET /labels/1234 took 12 ms"),
		Attributes: []*commonpb.KeyValue{pair("user.id", text("12345")), pair("http.request.method", text("GET"))},
		TraceId:    []byte("0123456789abcdef"), SpanId: []byte("01234567"),
	}
	s := &logspb.ScopeLogs{Scope: &commonpb.InstrumentationScope{Name: "my-library"}}
	for range 1000 {
		s.LogRecords = append(s.LogRecords, r)
	}
	request, err := write(&logspb.LogsData{ResourceLogs: []*logspb.ResourceLogs{{ScopeLogs: []*logspb.ScopeLogs{s}}}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(request)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(request, 1000); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProtobuf(b *testing.B) { benchmarkRead(b, proto.Marshal, Protobuf) }

func BenchmarkFromJSON(b *testing.B) { benchmarkRead(b, protojson.Marshal, FromJSON) }
