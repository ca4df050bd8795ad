package rpccbor

import (
	"encoding/hex"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

const facts = `{"service":"test","shapes":{"All":{"t":"structure","m":{
	"s":{"s":"smithy.api#String"},"b":{"s":"smithy.api#Blob"},"t":{"s":"smithy.api#Boolean"},"i":{"s":"smithy.api#Integer"},
	"l":{"s":"smithy.api#Long"},"f":{"s":"smithy.api#Float"},"d":{"s":"smithy.api#Double"},"e":{"s":"smithy.api#Timestamp"},
	"a":{"s":"List"},"m":{"s":"Map"},"n":{"s":"All"}}},
"List":{"t":"list","of":"smithy.api#String"},"Map":{"t":"map","sparse":true,"k":"smithy.api#String","v":"smithy.api#Long"}}}`

type all struct {
	S *string
	B []byte
	T *bool
	I *int32
	L *int64
	F *float32
	D *float64
	E *time.Time
	A []string
	M map[string]*int64
	N *all
}

func field(t testing.TB) *wire.Field {
	t.Helper()
	s, err := model.Parse([]byte(facts))
	if err != nil {
		t.Fatal(err)
	}
	p, err := new(wire.Compiler).Plan(s.Shapes["All"], reflect.TypeFor[all]())
	if err != nil {
		t.Fatal(err)
	}
	return wire.Root(p)
}

func ptr[T any](v T) *T { return &v }

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	f := field(t)
	for _, tt := range []struct {
		name, item string
		want       all
	}{
		{"nothing", "", all{}},
		{"an empty map", "a0", all{}},
		{"an empty map without a length", "bf ff", all{}},
		{"null and undefined are absent", "a2 6173 f6 6169 f7", all{}},
		{"a text", "a1 6173 6161", all{S: ptr("a")}},
		{"a text in chunks", "a1 6173 7f 6161 60 6162 ff", all{S: ptr("ab")}},
		{"a key in chunks", "a1 7f 6173 ff 6161", all{S: ptr("a")}},
		{"a text with a length of eight bytes", "a1 6173 7b0000000000000001 61", all{S: ptr("a")}},
		{"a blob", "a1 6162 42 00ff", all{B: []byte{0, 255}}},
		{"a blob in chunks", "a1 6162 5f 4100 41ff ff", all{B: []byte{0, 255}}},
		{"truth values", "a2 6174 f5 616e a1 6174 f4", all{T: ptr(true), N: &all{T: ptr(false)}}},
		{"whole numbers", "a2 6169 3863 616c 1b7fffffffffffffff", all{I: ptr(int32(-100)), L: ptr(int64(math.MaxInt64))}},
		{"the smallest whole number", "a1 616c 3b7fffffffffffffff", all{L: ptr(int64(math.MinInt64))}},
		{"floats", "a2 6166 fa3fc00000 6164 fb3ff8000000000000", all{F: ptr(float32(1.5)), D: ptr(1.5)}},
		{"half floats", "a2 6166 f93e00 6164 f9fc00", all{F: ptr(float32(1.5)), D: ptr(math.Inf(-1))}},
		{"the smallest half float", "a1 6164 f90001", all{D: ptr(math.Ldexp(1, -24))}},
		{"no number", "a2 6166 f97e00 6164 fb7ff8000000000000", all{F: ptr(float32(math.NaN())), D: ptr(math.NaN())}},
		{"a whole number as a float", "a2 6166 05 6164 24", all{F: ptr(float32(5)), D: ptr(-5.0)}},
		{"times", "a2 6165 c1 1a386d4380 616e a1 6165 c1 fb 3ff8000000000000",
			all{E: ptr(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), N: &all{E: ptr(time.UnixMilli(1500).UTC())}}},
		{"a list", "a1 6161 82 6161 6162", all{A: []string{"a", "b"}}},
		{"a list without a length", "a1 6161 9f 6161 f6 ff", all{A: []string{"a"}}},
		{"a map", "a1 616d bf 6161 01 6162 f6 ff", all{M: map[string]*int64{"a": ptr(int64(1)), "b": nil}}},
		{"unknown members of every type", "ab 6178 01 6178 20 6178 4100 6178 6161 6178 8101 6178 9f7f6161ffff 6178 a16161bfff 6178 c101 6178 f4 6178 fb0000000000000000 6173 6161",
			all{S: ptr("a")}},
		{"a tag that nobody needs", "a1 6173 d9d9f7 6161", all{S: ptr("a")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got all
			if err := decode(unhex(t, tt.item), f, reflect.ValueOf(&got).Elem()); err != nil {
				t.Fatalf("decode(%s) = %v", tt.item, err)
			}
			if d := cmp.Diff(tt.want, got, cmpopts.EquateNaNs()); d != "" {
				t.Errorf("decode(%s) (-want +got):\n%s", tt.item, d)
			}
		})
	}
}

func TestMalformed(t *testing.T) {
	f := field(t)
	for _, item := range []string{
		"80", "01", "ff", "f6", "a1", "bf", "bf 6173", "a1 6173", "a0 00", "a1 01 01", // no map, not all of it, or more
		"bb ffffffffffffffff", "a1 6161 9b ffffffffffffffff", "a1 6173 7b 7fffffffffffffff", "a1 6178 9b 00000000ffffffff", // lengths
		"a1 6173 01", "a1 6173 4161", "a1 6162 6161", "a1 6174 01", "a1 6174 f6f6", "a1 6169 6131", "a1 6169 fb3ff0000000000000",
		"a1 6164 6131", "a1 6164 f4", "a1 6165 01", "a1 6165 c2 01", "a1 6165 c1 6131", "a1 6165 c1 fb7ff8000000000000", // kinds
		"a1 6165 df", "a1 6169 1f", "a1 6169 3f", "a1 6161 a0", "a1 616e 80", "a1 616d 80",
		"a1 6169 1a80000000", "a1 616c 1b8000000000000000", "a1 6166 fb7e37e43c8800759c", // beyond the type
		"a1 6173 61ff", "a1 6173 7f 4161 ff", "a1 6173 7f 7f6161ff ff", "a1 6173 7f 6161", // texts
		"a1 6178 1c", "a1 6178 fc", "a1 6178 ff", "a1 6178 df", "a1 6178 c1", // heads
		"a1 6178 " + strings.Repeat("81", 200) + "00", strings.Repeat("a1616e", 128) + "a0", // depth
	} {
		var got all
		err := decode(unhex(t, item), f, reflect.ValueOf(&got).Elem())
		if err == nil {
			t.Errorf("decode(%.60s) = %+v, want an error", item, got)
			continue
		}
		if e := fault.Of(err); e.Code != "SerializationException" {
			t.Errorf("decode(%.60s) = %v, want a SerializationException", item, err)
		}
	}
	var got all
	if err := decode(unhex(t, strings.Repeat("a1616e", 127)+"a0"), f, reflect.ValueOf(&got).Elem()); err != nil {
		t.Errorf("decode 128 structures deep = %v, want no error", err)
	}
}

// FuzzDecode checks that what decodes encodes, and that the item then decodes to the same and encodes the same.
func FuzzDecode(f *testing.F) {
	root := field(f)
	for _, s := range []string{
		"a2 6165 c1 1a386d4380 616e a1 6165 c1 fb 3ff8000000000000", "a1 616d bf 6161 01 6162 f6 ff", "a1 6178 9f7f6161ffff",
		"a3 6166 f93e00 6164 f9fc00 616c 1b7fffffffffffffff", "a1 6161 9f 6161 f6 ff", "a1 6173 7f 6161 60 6162 ff",
	} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, item []byte) {
		var first, second all
		if decode(item, root, reflect.ValueOf(&first).Elem()) != nil {
			return
		}
		once, err := appendValue(nil, root, reflect.ValueOf(first))
		if err != nil {
			t.Fatalf("appendValue(%+v) = %v", first, err)
		}
		if err := decode(once, root, reflect.ValueOf(&second).Elem()); err != nil {
			t.Fatalf("decode(%x), which was encoded from %x, = %v", once, item, err)
		}
		if d := cmp.Diff(first, second, cmpopts.EquateNaNs()); d != "" {
			t.Fatalf("%x encodes as %x, which decodes to another value:\n%s", item, once, d)
		}
		again, err := appendValue(nil, root, reflect.ValueOf(second))
		if err != nil || string(again) != string(once) {
			t.Fatalf("appendValue = %x, %v, at first %x", again, err, once)
		}
	})
}
