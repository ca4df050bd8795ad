package wire

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/model"
)

// scalarField returns a field of a shape of Smithy's prelude, in the Go type of zero.
func scalarField(t *testing.T, shape string, zero any) *Field {
	t.Helper()
	s, err := model.Parse([]byte(`{"service":"test","shapes":{"All":{"t":"structure","m":{"a":{"s":"smithy.api#` + shape + `"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	in := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeOf(zero)}})
	p, err := new(Compiler).Plan(s.Shapes["All"], in)
	if err != nil {
		t.Fatal(err)
	}
	return &p.Fields[0]
}

func TestText(t *testing.T) {
	fields := map[string]*Field{}
	for shape, zero := range map[string]any{
		"String": "", "Blob": []byte{}, "Boolean": false, "Byte": int8(0), "Integer": int32(0), "Long": int64(0),
		"Float": float32(0), "Double": float64(0), "Timestamp": time.Time{}, "Document": JSON{},
	} {
		fields[shape] = scalarField(t, shape, zero)
	}
	for _, tt := range []struct {
		shape, text string
		want        Scalar
		back        string // what AppendText makes of it, "" if the same
	}{
		{"String", " é\x00", Scalar{Text: " é\x00"}, ""},
		{"Blob", "AP8=", Scalar{Bytes: []byte{0, 255}}, ""},
		{"Boolean", "true", Scalar{Bool: true}, ""},
		{"Boolean", "false", Scalar{}, ""},
		{"Byte", "-128", Scalar{Int: -128}, ""},
		{"Long", "9223372036854775807", Scalar{Int: math.MaxInt64}, ""},
		{"Integer", "007", Scalar{Int: 7}, "7"},
		{"Double", "NaN", Scalar{Float: math.NaN()}, ""},
		{"Double", "Infinity", Scalar{Float: math.Inf(1)}, ""},
		{"Float", "-Infinity", Scalar{Float: math.Inf(-1)}, ""},
		{"Double", "1.7976931348623157e+308", Scalar{Float: math.MaxFloat64}, ""},
		{"Double", "1e-7", Scalar{Float: 1e-7}, "1e-07"},
		{"Double", "-0", Scalar{Float: math.Copysign(0, -1)}, ""},
		{"Double", "100000000000000000000", Scalar{Float: 1e20}, ""},
		{"Float", "0.1", Scalar{Float: .1}, ""},
		{"Timestamp", "2020-02-29T23:59:59.5Z", Scalar{Time: time.Date(2020, 2, 29, 23, 59, 59, 5e8, time.UTC)}, ""},
	} {
		f := fields[tt.shape]
		var got Scalar
		ok := ParseText(f, DateTime, tt.text, &got)
		if d := cmp.Diff(tt.want, got, cmpopts.EquateNaNs()); !ok || d != "" {
			t.Errorf("ParseText(%s, %q) = %t (-want +got):\n%s", tt.shape, tt.text, ok, d)
		}
		if tt.back == "" {
			tt.back = tt.text
		}
		if b := AppendText(nil, f, DateTime, &tt.want); string(b) != tt.back {
			t.Errorf("AppendText(%s, %+v) = %s, want %s", tt.shape, tt.want, b, tt.back)
		}
	}
	for _, tt := range []struct{ shape, text string }{
		{"String", "\xff"}, {"String", strings.Repeat("a", MaxText+1)}, {"Blob", "AP8"}, {"Blob", "AP9="}, {"Blob", "*"},
		{"Boolean", ""}, {"Boolean", "TRUE"}, {"Boolean", "1"},
		{"Integer", ""}, {"Integer", "+1"}, {"Integer", " 1"}, {"Integer", "1.0"}, {"Integer", "0x1"}, {"Long", "9223372036854775808"},
		{"Double", ""}, {"Double", "+1"}, {"Double", "."}, {"Double", "1e"}, {"Double", "nan"}, {"Double", "inf"}, {"Double", "0x1p1"},
		{"Double", "1_0"}, {"Double", "1e309"}, {"Double", strings.Repeat("0", maxDigits+1)},
		{"Timestamp", "1"}, {"Timestamp", ""}, {"Document", "{}"},
	} {
		var got Scalar
		if ParseText(fields[tt.shape], DateTime, tt.text, &got) {
			t.Errorf("ParseText(%s, %.40q) = %+v, want none", tt.shape, tt.text, got)
		}
	}
	if b := AppendText(nil, fields["Document"], "", &Scalar{Bytes: []byte("{}")}); string(b) != "{}" {
		t.Errorf("AppendText(Document) = %s, want {}", b)
	}
	if s := (Scalar{}); !ParseText(fields["String"], "", strings.Repeat("a", MaxText), &s) {
		t.Errorf("ParseText of %d bytes fails", MaxText)
	}
}
