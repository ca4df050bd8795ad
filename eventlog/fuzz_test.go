package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

// members returns the members of a JSON object, and fails if one is there twice.
func members(t *testing.T, line []byte) map[string]any {
	t.Helper()
	if n := bytes.Count(line, []byte("\n")); n != 1 || line[len(line)-1] != '\n' {
		t.Fatalf("%d line ends in %q, want one at the end", n, line)
	}
	d := json.NewDecoder(bytes.NewReader(line))
	if _, err := d.Token(); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	m := map[string]any{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if _, ok := m[key.(string)]; ok {
			t.Fatalf("key %q twice in %q", key, line)
		}
		m[key.(string)] = v
	}
	if _, err := d.Token(); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	return m
}

// readBack is a text as it comes back from JSON.
func readBack(s string) string {
	b, _ := json.Marshal(s)
	_ = json.Unmarshal(b, &s)
	return s
}

func FuzzString(f *testing.F) {
	for _, s := range []string{"", "a", "\x00", `"\`, "\u2028", "é😀", "\xff\xc0\xaf", "\xed\xa0\x80", "01234567\"", "012345678\\", strings.Repeat("x", 100) + "\n"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		var b bytes.Buffer
		l := testLogger(&b)
		l.Info(context.Background(), value, slog.String(key, value), slog.String(key, "again"), slog.Group("g", slog.String(key, value)))
		m := members(t, b.Bytes())
		if value != "" && m["tag"] != readBack(value) {
			t.Errorf("tag %q, want %q", m["tag"], readBack(value))
		}
		want := readBack(key)
		if l.sink.isReserved(jsontext.AppendInner(nil, key)) && key != "msg" {
			want = reservedPrefix + want
		}
		if m[want] != readBack(value) {
			t.Errorf("%q = %q, want %q in %s", want, m[want], readBack(value), b.String())
		}
		if got := m["g."+readBack(key)]; got != readBack(value) && readBack(key) != "g."+readBack(key) {
			t.Errorf("%q = %q, want %q in %s", "g."+key, got, readBack(value), b.String())
		}
	})
}

// A tree makes attributes from a fuzzer's bytes, and says what is to be read from them.
type tree struct {
	data []byte
	want map[string]any
}

func (r *tree) byte() byte {
	if len(r.data) == 0 {
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *tree) text() string {
	n := min(int(r.byte()%24), len(r.data))
	s := string(r.data[:n])
	r.data = r.data[n:]
	return s
}

func (r *tree) number() (n uint64) {
	for range 8 {
		n = n<<8 | uint64(r.byte())
	}
	return n
}

// attrs makes attributes; keys in groups get prefix.
func (r *tree) attrs(prefix string, depth int) []slog.Attr {
	var list []slog.Attr
	for range r.byte() % 12 {
		list = append(list, r.attr(prefix, depth))
	}
	return list
}

func (r *tree) attr(prefix string, depth int) slog.Attr {
	key := r.text()
	v, want := r.value()
	switch kind := r.byte() % 8; {
	case kind == 0 && depth < 4:
		inner := prefix
		if key != "" {
			inner += readBack(key) + "."
		}
		return slog.Attr{Key: key, Value: slog.GroupValue(r.attrs(inner, depth+1)...)}
	case kind == 1:
		v = valuer{v}
	}
	if k := prefix + readBack(key); k != "" || v != nil {
		r.expect(k, want)
	}
	return slog.Any(key, v)
}

type valuer struct{ v any }

func (v valuer) LogValue() slog.Value { return slog.AnyValue(v.v) }

// expect notes what is to be read. The first value of a key stays; the head's keys get a prefix.
func (r *tree) expect(key string, want any) {
	switch key {
	case "time", "level", "tag", "msg":
		key = reservedPrefix + key
	}
	if _, ok := r.want[key]; !ok {
		r.want[key] = want
	}
}

func (r *tree) value() (v, want any) {
	switch r.byte() % 9 {
	case 0:
		n := int64(r.number())
		return n, float64(n)
	case 1:
		n := r.number()
		return n, float64(n)
	case 2:
		f := math.Float64frombits(r.number())
		if math.IsNaN(f) {
			return f, "NaN"
		} else if math.IsInf(f, 0) {
			return f, fmt.Sprintf("%+v", f)
		}
		return f, f
	case 3:
		f := float64(int32(r.number())) / 1000
		return f, f
	case 4:
		return true, true
	case 5:
		d := time.Duration(r.number())
		return d, float64(d/1e6) + float64(d%1e6)/1e6
	case 6:
		s := r.text()
		return []string{s}, []any{readBack(s)}
	case 7:
		s := r.text()
		return map[string]any{"k": s}, map[string]any{"k": readBack(s)}
	}
	s := r.text()
	return s, readBack(s)
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte("\x05\x01a\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x05level\x08\x03abc\x03"))
	f.Add([]byte("\x0a\x03a.b\x04\x03\x01a\x04\x00\x02\x01b\x04\x03\x01b\x04\x02"))
	f.Add(bytes.Repeat([]byte("\x07\x02\xff\xfe\x06\x03\"\\\n\x00"), 20))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &tree{data: data, want: map[string]any{}}
		fixed, ctx, call := r.attrs("", 0), r.attrs("", 0), r.attrs("", 0)
		for _, a := range call {
			if a.Key == "msg" {
				t.Skip() // the head's
			}
		}
		var b, child bytes.Buffer
		l := testLogger(&b)
		l.Info(context.Background(), "x", append(append(append([]slog.Attr{}, fixed...), ctx...), call...)...)
		m := members(t, b.Bytes())
		for _, k := range []string{"time", "level", "tag"} {
			delete(m, k)
		}
		if !same(m, r.want) {
			t.Errorf("got  %s\nwant %v", b.String(), r.want)
		}
		// From a logger, a context and a call come the same keys, each once.
		cl := testLogger(&child).With(fixed...)
		cl.Info(With(context.Background(), ctx...), "x", call...)
		cl.Slog().WithGroup("g").LogAttrs(With(cl.Into(context.Background()), ctx...), slog.LevelInfo, "m", call...)
		native, slogs, _ := bytes.Cut(child.Bytes(), []byte("\n"))
		got := members(t, append(bytes.Clone(native), '\n'))
		for k := range r.want {
			if _, ok := got[k]; !ok {
				t.Errorf("no key %q in %s, but in %s", k, native, b.String())
			}
		}
		members(t, slogs)
	})
}

// same tells whether two events say the same; durations are read with the last bit's error.
func same(got, want map[string]any) bool {
	if len(got) != len(want) {
		return false
	}
	for k, w := range want {
		g, ok := got[k]
		if f, number := w.(float64); number && ok {
			h, ok := g.(float64)
			if !ok || math.Abs(f-h) > math.Abs(f)*1e-15 {
				return false
			}
		} else if !ok || !reflect.DeepEqual(g, w) {
			return false
		}
	}
	return true
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"password":{"a":[1,"}"]},"b":"\"password\":1"}`), 0)
	f.Add([]byte(`[{"x":1},{ "Password" : "a" }]`), 600)
	f.Add([]byte("\"\xc30\xc3\xc3\xc3\""), 0)
	f.Add([]byte("7E777"), 600)
	f.Fuzz(func(t *testing.T, raw []byte, pad int) {
		var b bytes.Buffer
		l := testLogger(&b, func(o *Options) { o.Redact, o.MaxBytes = []string{"password"}, 512 })
		l.Info(context.Background(), "x", slog.String("pad", strings.Repeat("x", min(max(pad, 0), 1000))), JSON("body", raw))
		m := members(t, b.Bytes())
		if strings.Contains(fmt.Sprint(m["body"]), "password:s3cret") || b.Len() > 512 {
			t.Errorf("got %d bytes: %s", b.Len(), b.String())
		}
		var want any
		if m["body"] == nil || json.Unmarshal(raw, &want) != nil || m["truncated"] != nil {
			return
		}
		if got := m["body"]; !reflect.DeepEqual(got, redactTree(want)) {
			t.Errorf("got  %v\nwant %v", got, redactTree(want))
		}
	})
}

// redactTree is the redaction of a decoded value, in the obvious way.
func redactTree(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, m := range v {
			if redaction.Of([]string{"password"}).Has(k) {
				v[k] = redaction.Mark
			} else {
				v[k] = redactTree(m)
			}
		}
	case []any:
		for i := range v {
			v[i] = redactTree(v[i])
		}
	}
	return v
}
