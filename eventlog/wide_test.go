package eventlog_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A wideModel is what a unit's fields are, in the simplest way.
type wideModel struct {
	keys    []string
	values  map[string]any // text is json.RawMessage; sums are int64, time.Duration and float64
	dropped int
}

func (m *wideModel) put(key string, v any) {
	if _, ok := m.values[key]; !ok {
		if len(m.keys) == 160 {
			m.dropped++
			return
		}
		m.keys = append(m.keys, key)
	}
	m.values[key] = v
}

// number is what a field that is text counts as when something is added to it.
func number(v any) any {
	raw, ok := v.(json.RawMessage)
	if !ok {
		return v
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n
	}
	if x, err := strconv.ParseFloat(string(raw), 64); err == nil {
		return x
	}
	return nil
}

func (m *wideModel) add(key string, n int64) {
	switch v := number(m.values[key]).(type) {
	case int64:
		m.put(key, saturated(v, n))
	case time.Duration:
		m.put(key, float64(v)/1e6+float64(n))
	case float64:
		m.put(key, v+float64(n))
	default:
		m.put(key, n)
	}
}

func (m *wideModel) addMs(key string, d time.Duration) {
	switch v := number(m.values[key]).(type) {
	case int64:
		m.put(key, float64(v)+float64(d)/1e6)
	case time.Duration:
		m.put(key, time.Duration(saturated(int64(v), int64(d))))
	case float64:
		m.put(key, v+float64(d)/1e6)
	default:
		m.put(key, d)
	}
}

func saturated(a, b int64) int64 {
	if b > 0 && a > math.MaxInt64-b {
		return math.MaxInt64
	}
	if b < 0 && a < math.MinInt64-b {
		return math.MinInt64
	}
	return a + b
}

func (m *wideModel) text(t *testing.T) string {
	var b strings.Builder
	for _, k := range m.keys {
		key, _ := json.Marshal(k)
		fmt.Fprintf(&b, ",%s:", key)
		switch v := m.values[k].(type) {
		case time.Duration:
			b.WriteString(durationText(v))
		case float64:
			if math.IsInf(v, 0) || math.IsNaN(v) {
				fmt.Fprintf(&b, `"%s"`, strconv.FormatFloat(v, 'g', -1, 64))
				continue
			}
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatalf("marshal %v: %v", v, err)
			}
			b.Write(text)
		case json.RawMessage:
			b.Write(v)
		default:
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}

// durationText is d in milliseconds, in full.
func durationText(d time.Duration) string {
	sign, n := "", uint64(d)
	if d < 0 {
		sign, n = "-", -n
	}
	text := fmt.Sprintf("%d.%06d", n/1e6, n%1e6)
	return sign + strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// step takes an operation from data and does it to unit and model. It returns the rest.
func (m *wideModel) step(u *eventlog.Unit, data []byte) []byte {
	op, k, n := data[0], data[1], int64(binary.LittleEndian.Uint64(data[2:10]))
	key := strconv.Itoa(int(k)) + []string{"", "_ms", `"q"`, "_a_key_of_many_bytes", "é"}[k%5]
	text := strconv.FormatInt(n, 10)
	switch op % 8 {
	case 0:
		u.Set(slog.Int64(key, n))
		m.put(key, json.RawMessage(text))
	case 1:
		u.Set(slog.String(key, text))
		m.put(key, json.RawMessage(`"`+text+`"`))
	case 2:
		u.Set(slog.Any(key, []int64{n}))
		m.put(key, json.RawMessage("["+text+"]"))
	case 3:
		u.Set(slog.Duration(key, time.Duration(n)))
		m.put(key, json.RawMessage(durationText(time.Duration(n))))
	case 4, 5:
		u.Add(key, n)
		m.add(key, n)
	case 6:
		u.AddMs(key, time.Duration(n))
		m.addMs(key, time.Duration(n))
	case 7:
		u.Set(slog.Uint64(key, uint64(n)))
		m.put(key, json.RawMessage(strconv.FormatUint(uint64(n), 10)))
	}
	return data[10:]
}

// FuzzFieldsOfAUnit does arbitrary operations to a unit and to a model of it.
func FuzzFieldsOfAUnit(f *testing.F) {
	var all []byte
	for i := range 400 {
		all = append(all, byte(i%8), byte(i*7))
		all = binary.LittleEndian.AppendUint64(all, uint64(i)*0x123456789)
	}
	f.Add(all)
	f.Add([]byte("\x00\x01\xff\xff\xff\xff\xff\xff\xff\x7f\x04\x01\x05\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\x03\x01\xff\xff\xff\xff\xff\xff\xff\x7f\x06\x01\x05\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, r := record(withoutCaller)
		_, u := eventlog.Begin(ctx, "a_done", "a_failed")
		m := wideModel{values: map[string]any{}}
		for len(data) >= 10 {
			data = m.step(u, data)
		}
		u.End(nil)
		got, dropped, _ := strings.Cut(r.behind(t, `"outcome":"ok"`), `,"dropped_fields":`)
		if want := m.text(t); got != want {
			t.Errorf("fields are %s\nwant       %s", got, want)
		}
		if want := m.dropped; want > 0 != (dropped != "") || want > 0 && !strings.HasPrefix(dropped, strconv.Itoa(want)+",") {
			t.Errorf("dropped_fields = %s, want %d", dropped, want)
		}
	})
}

func TestSums(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(u *eventlog.Unit)
		want string
	}{
		{"integers", func(u *eventlog.Unit) { u.Add("n", 2); u.Add("n", 3) }, `,"n":5`},
		{"below zero", func(u *eventlog.Unit) { u.Add("n", 2); u.Add("n", -3) }, `,"n":-1`},
		{"stay at the largest", func(u *eventlog.Unit) { u.Add("n", math.MaxInt64-1); u.Add("n", 2) }, `,"n":9223372036854775807`},
		{"reach the largest", func(u *eventlog.Unit) { u.Add("n", math.MaxInt64-1); u.Add("n", 1) }, `,"n":9223372036854775807`},
		{"stay at the smallest", func(u *eventlog.Unit) { u.Add("n", math.MinInt64); u.Add("n", -1) }, `,"n":-9223372036854775808`},
		{"milliseconds are exact", func(u *eventlog.Unit) {
			for range 3 {
				u.AddMs("t_ms", 100*time.Microsecond)
			}
		}, `,"t_ms":0.3`},
		{"onto a number that was set", func(u *eventlog.Unit) { u.Set(slog.Int("n", 40)); u.Add("n", 2) }, `,"n":42`},
		{"onto a decimal", func(u *eventlog.Unit) { u.Set(slog.Float64("n", 0.5)); u.Add("n", 2) }, `,"n":2.5`},
		{"onto milliseconds that were set", func(u *eventlog.Unit) {
			u.Set(eventlog.Ms("t_ms", 1500*time.Microsecond))
			u.AddMs("t_ms", time.Millisecond)
		}, `,"t_ms":2.5`},
		{"replace a text", func(u *eventlog.Unit) { u.Set(slog.String("n", "40")); u.Add("n", 2) }, `,"n":2`},
		{"are replaced by Set", func(u *eventlog.Unit) { u.Add("n", 2); u.Set(slog.String("n", "x")) }, `,"n":"x"`},
		{"begin anew after Set", func(u *eventlog.Unit) { u.Add("n", 2); u.Set(slog.Bool("n", true)); u.Add("n", 1) }, `,"n":1`},
		{"keep their place", func(u *eventlog.Unit) { u.Add("a", 1); u.Set(slog.Int("b", 2)); u.Add("a", 1) }, `,"a":2,"b":2`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(withoutCaller)
			_, u := eventlog.Begin(ctx, "a_done", "a_failed")
			tt.do(u)
			u.End(nil)
			if got := r.behind(t, `"outcome":"ok"`); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
