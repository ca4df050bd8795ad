package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/number"
)

type (
	panickyValuer   struct{}
	endlessValuer   struct{}
	nilValuer       struct{ text string }
	panickyStringer struct{ bad any }
	failingJSON     struct{}
	panickyJSON     struct{}
	invalidJSON     struct{}
	stringer        int
	panickyError    struct{}
	nilError        struct{ text string }
	order           struct {
		ID    int           `json:"id"`
		Price float64       `json:"price"`
		Wait  time.Duration `json:"wait"`
	}
	node struct{ Next *node }
)

func (panickyValuer) LogValue() slog.Value       { panic("no value today") }
func (v endlessValuer) LogValue() slog.Value     { return slog.AnyValue(v) }
func (v *nilValuer) LogValue() slog.Value        { return slog.StringValue(v.text) }
func (v panickyStringer) String() string         { panic(v.bad) }
func (failingJSON) MarshalJSON() ([]byte, error) { return nil, errors.New("no JSON today") }
func (panickyJSON) MarshalJSON() ([]byte, error) { panic("no JSON ever") }
func (invalidJSON) MarshalJSON() ([]byte, error) { return []byte(`{"a":`), nil }
func (s stringer) String() string                { return fmt.Sprintf("no. %d", int(s)) }
func (panickyError) Error() string               { panic("no text") }
func (e *nilError) Error() string                { return e.text }

func TestValues(t *testing.T) {
	ring := &node{}
	ring.Next = ring
	cycle := map[string]any{}
	cycle["self"] = cycle
	address, _ := url.Parse("https://example.com/a?b=<c>")
	var nobody *order
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"text", "a", `"a"`},
		{"text with HTML's characters", "<&>", `"<&>"`},
		{"integer", 42, `42`},
		{"least integer", int64(math.MinInt64), `-9223372036854775808`},
		{"largest unsigned integer", uint64(math.MaxUint64), `18446744073709551615`},
		{"true", true, `true`},
		{"nil", nil, `null`},
		{"nil pointer", nobody, `null`},
		{"not a number", math.NaN(), `"NaN"`},
		{"infinity", math.Inf(1), `"+Inf"`},
		{"negative infinity", math.Inf(-1), `"-Inf"`},
		{"duration, in milliseconds", 1500 * time.Millisecond, `1500`},
		{"a nanosecond", time.Nanosecond, `0.000001`},
		{"least duration", time.Duration(math.MinInt64), `-9223372036854.775808`},
		{"time", someTime, `"2026-11-21T10:00:00.123456Z"`},
		{"time elsewhere", someTime.In(time.FixedZone("", 3600)), `"2026-11-21T10:00:00.123456Z"`},
		{"time zero", time.Time{}, `"0001-01-01T00:00:00.000000Z"`},
		{"first time of the year 0", time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), `"0000-01-01T00:00:00.000000Z"`},
		{"time before the year 0", time.Date(0, 1, 1, 0, 0, -1, 0, time.UTC), `"-0001-12-31T23:59:59.000000Z"`},
		{"last time of the year 9999", time.Date(10000, 1, 1, 0, 0, 0, -1, time.UTC), `"9999-12-31T23:59:59.999999Z"`},
		{"time after the year 9999", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), `"10000-01-01T00:00:00.000000Z"`},
		{"bytes, as text", []byte("a\x00\xff"), `"a\u0000` + "\uFFFD" + `"`},
		{"slice", []int{1, 2}, `[1,2]`},
		{"struct", order{7, 2.5, time.Second}, `{"id":7,"price":2.5,"wait":1000000000}`},
		{"pointer", &order{ID: 7}, `{"id":7,"price":0,"wait":0}`},
		{"map", map[string]any{"b": "<", "a": 1}, `{"a":1,"b":"<"}`},
		{"error", errors.New(`say "no"`), `"say \"no\""`},
		{"errors", []error{errors.New("a"), nil, errors.New("b")}, `["a",null,"b"]`},
		{"nil pointer that is an error", (*nilError)(nil), `null`},
		{"stringer", stringer(3), `"no. 3"`},
		{"URL", address, `"https://example.com/a?b=<c>"`},
		{"text marshaler", netip.MustParseAddr("10.0.0.1"), `"10.0.0.1"`},
		{"JSON", json.RawMessage("{\n \"a\": [1,\r\n2]}"), `{"a":[1,2]}`},
		{"JSON in one line", json.RawMessage(`{"a": 1}`), `{"a": 1}`},
		{"JSON of bad bytes", json.RawMessage("\"\xff\""), `"` + "\uFFFD" + `"`},
		{"no JSON", json.RawMessage(`{"a":`), `"{\"a\":"`},
		{"empty JSON", json.RawMessage{}, `null`},
		{"a number that is too large", json.RawMessage(`{"a":7E777}`), `"{\"a\":7E777}"`},
		{"a number of many digits", json.RawMessage("1" + strings.Repeat("0", 309)), `"1` + strings.Repeat("0", 309) + `"`},
		{"the largest number", json.RawMessage("-1.7976931348623157e+308"), "-1.7976931348623157e+308"},
		{"an exponent in a text", json.RawMessage(`["7E777",1e5]`), `["7E777",1e5]`},
		{"a number that encoding/json writes", []json.Number{"7E777"}, `"[7E777]"`},
		{"redacted", Redact("secret"), `"[redacted]"`},
		{"redacted inside", struct{ A Redacted }{Redact("secret")}, `{"A":"[redacted]"}`},
		{"redacted keys", map[Redacted]int{Redact("secret"): 1}, `{"[redacted]":1}`},
		{"redacted and empty", Redacted{}, `"[redacted]"`},
		{"kind", slog.KindInt64, `"Int64"`},

		{"channel", make(chan int), `"!ERROR json: unsupported type: chan int"`},
		{"function", func() {}, `"!ERROR json: unsupported type: func()"`},
		{"not a number inside", []float64{math.NaN()}, `"!ERROR json: unsupported value: NaN"`},
		{"cycle of pointers", ring, `"!ERROR json: unsupported value: encountered a cycle via *eventlog.node"`},
		{"cycle of maps", cycle, `"!ERROR json: unsupported value: encountered a cycle via map[string]interface {}"`},
		{"failing marshaler", failingJSON{}, `"!ERROR json: error calling MarshalJSON for type eventlog.failingJSON: no JSON today"`},
		{"invalid marshaler", invalidJSON{}, `"!ERROR json: error calling MarshalJSON for type eventlog.invalidJSON: unexpected end of JSON input"`},
		{"panicking marshaler", panickyJSON{}, `"!ERROR eventlog.panickyJSON.MarshalJSON panicked: no JSON ever"`},
		{"panicking marshaler inside", []any{panickyJSON{}}, `"!ERROR []interface {} panicked: no JSON ever"`},
		{"panicking stringer", panickyStringer{"no text today"}, `"!ERROR eventlog.panickyStringer.String panicked: no text today"`},
		{"stringer that panics with nil", panickyStringer{nil}, `"!ERROR eventlog.panickyStringer.String panicked: panic called with nil argument"`},
		{"panicking error", panickyError{}, `"!ERROR eventlog.panickyError.Error panicked: no text"`},
		{"panicking error among others", []error{panickyError{}}, `["!ERROR eventlog.panickyError.Error panicked: no text"]`},
		{"panicking LogValuer", panickyValuer{}, `"!ERROR eventlog.panickyValuer.LogValue panicked: no value today"`},
		{"nil LogValuer", (*nilValuer)(nil), `null`},
		{"LogValuer", &nilValuer{"a"}, `"a"`},
		{"LogValuer that gives itself", endlessValuer{}, `"!ERROR encountered a cycle via eventlog.endlessValuer"`},
		{"endless LogValuer", countingValuer(1), `"!ERROR nested deeper than 32 groups and LogValuers"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := writtenFor(t, slog.Any("k", tt.value)), `,"k":`+tt.want; got != want {
				t.Errorf("%T %v:\ngot  %s\nwant %s", tt.value, tt.value, got, want)
			}
		})
	}
}

// TestFloatsAreShortest compares with encoding/json, which finds the shortest text in a slower way.
func TestFloatsAreShortest(t *testing.T) {
	list := []float64{0, math.Copysign(0, -1), 1, -1, 12.345, 0.1, 0.3, 1e-6, 1e-7, 9.99e-7, 999999999.999999, 1e9, 1e15, 1e20, 1e21, 1.5e300,
		5e-324, math.MaxFloat64, 0.1 + 0.2, 1.0 / 3, 123456789.123456, 0.000001, 0.0000015, 999999999.9999999, float64(float32(0.1))}
	for i := range 2000 {
		f := float64(i*7919) / 1000
		list = append(list, f, -f, math.Nextafter(f, 1e9), math.Float64frombits(uint64(i)*0x9E3779B97F4A7C15))
	}
	for _, f := range list {
		want, err := json.Marshal(f)
		if err != nil {
			continue // NaN
		}
		if got := string(number.AppendFloat(nil, f)); got != string(want) {
			t.Errorf("number.AppendFloat(%b) = %s, want %s", f, got, want)
		}
	}
}

func TestIntegers(t *testing.T) {
	for _, v := range []int64{0, 1, 9, 10, 99, 100, 101, 999, 1000, 99999, 100000, 999999, 9999999, 10000000, 99999999, 100000000, 1234567890123456789, math.MaxInt64, math.MinInt64, -1, -10, -12345678} {
		for _, room := range []int{0, 64} {
			if got, want := string(number.AppendInt(make([]byte, 0, room), v)), fmt.Sprint(v); got != want {
				t.Errorf("number.AppendInt(%d) = %s with room for %d", v, got, room)
			}
		}
	}
}

func TestStrings(t *testing.T) {
	for n := range 40 {
		for _, special := range []string{"a", "\"", "\\", "\n", "\x00", "\x1f", "\x7f", "\x80", "é", "\xff", "\u2028", "😀", "\xed\xa0\x80"} {
			for at := range n + 1 {
				s := strings.Repeat("x", at) + special + strings.Repeat("y", n-at)
				for _, room := range []int{0, 200} {
					got := jsontext.AppendString(make([]byte, 0, room), s)
					var back string
					if err := json.Unmarshal(got, &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") && special != "\xed\xa0\x80" {
						t.Fatalf("jsontext.AppendString(%q) = %s, which is %q, %v", s, got, back, err)
					}
				}
			}
		}
	}
}

// TestLayoutsOfSlog checks that values and records are read where they lie, on the Go that runs this.
func TestLayoutsOfSlog(t *testing.T) {
	v := slog.StringValue("x")
	if rawOf(&v).typ != rawString && ptrBits == 64 {
		t.Error("a string's value lies elsewhere: the slow way is used")
	}
	if !rawRecord.ok {
		t.Error("a record's attributes lie elsewhere: the slow way is used")
	}
	r := slog.NewRecord(someTime, slog.LevelInfo, "m", 0)
	for i := range 9 {
		first, more := recordAttrs(&r)
		got := append(append([]slog.Attr{}, first...), more...)
		if want := copyAttrs(&r); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("attributes of a record: got %v, want %v", got, want)
		}
		r.AddAttrs(slog.Int(fmt.Sprint("k", i), i))
	}
}

const ptrBits = 32 << (^uintptr(0) >> 63)

// TestSlowWays has the same results where slog lies in memory in another way.
func TestSlowWays(t *testing.T) {
	str, kind, record := rawString, rawKind, rawRecord
	defer func() { rawString, rawKind, rawRecord = str, kind, record }()
	line := func() string {
		var b bytes.Buffer
		l := testLogger(&b)
		l.Info(context.Background(), "label_created", Msg("m"), slog.String("a", "1"), slog.Int("b", 2), slog.Any("c", nil), slog.Float64("d", 1.5))
		r := slog.NewRecord(someTime, slog.LevelInfo, "m", 0)
		r.Add("tag", "t", "a", "1", "b", 2, "c", nil, "d", 1.5, "e", true, "f", 7)
		_ = l.Handler().Handle(context.Background(), r)
		return b.String()
	}
	fast := line()
	rawString, rawKind = unsafe.Pointer(new(rawValue)), unsafe.Pointer(new(rawValue))
	rawRecord.ok = false
	if slow := line(); slow != fast {
		t.Errorf("slow ways:\ngot  %s\nwant %s", slow, fast)
	}
}
