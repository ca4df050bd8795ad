package wiretest

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// Populate sets v, of f.Plan.Type, to a value that has all members, no two of them alike. Texts are hard to carry; those
// of headers only as hard as headers allow.
func Populate(f *wire.Field, v reflect.Value) {
	p := &populator{open: map[*wire.Plan]int{}}
	p.value(f, v)
}

type populator struct {
	n    int                // values so far
	open map[*wire.Plan]int // how often a plan is inside itself
}

// place populates a place that may be a pointer. It leaves a structure empty that would be inside itself.
func (p *populator) place(f *wire.Field, v reflect.Value) {
	if p.open[f.Plan] > 1 {
		return
	}
	if f.Pointer {
		v.Set(reflect.New(f.Plan.Type))
		v = v.Elem()
	}
	p.value(f, v)
}

func (p *populator) value(f *wire.Field, v reflect.Value) {
	p.n++
	p.open[f.Plan]++
	defer func() { p.open[f.Plan]-- }()
	switch plan := f.Plan; plan.Kind {
	case wire.Struct:
		for i := range plan.Fields {
			p.place(&plan.Fields[i], plan.Fields[i].Get(v))
		}
	case wire.Union:
		m := &plan.Fields[p.n%len(plan.Fields)]
		u := reflect.New(m.Variant())
		p.place(m, u.Elem().Field(0))
		v.Set(u)
	case wire.List:
		v.Set(reflect.MakeSlice(plan.Type, 2, 2))
		for i := range 2 {
			p.place(plan.Elem, v.Index(i))
		}
	case wire.Map:
		v.Set(reflect.MakeMap(plan.Type))
		for range 2 {
			p.n++
			value := reflect.New(plan.Type.Elem()).Elem()
			p.place(plan.Elem, value)
			v.SetMapIndex(reflect.ValueOf(p.text(f)).Convert(plan.Type.Key()), value)
		}
	default:
		p.scalar(f, v)
	}
}

func (p *populator) scalar(f *wire.Field, v reflect.Value) {
	switch f.Plan.Kind {
	case wire.String:
		v.SetString(p.text(f))
	case wire.Blob:
		v.SetBytes([]byte{0, 255, byte(p.n), '<'})
	case wire.Bool:
		v.SetBool(true)
	case wire.Int:
		v.SetInt(int64(p.n))
	case wire.Float:
		v.SetFloat(float64(p.n) + 1.0/3)
		if v.Type().Bits() == 32 {
			v.SetFloat(float64(float32(math.Pi)))
		}
	case wire.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(1_790_000_000_000 + 1001*int64(p.n)).UTC()))
	case wire.Document:
		v.SetBytes(fmt.Appendf(nil, `{"n":%d}`, p.n))
	}
}

func (p *populator) text(f *wire.Field) string {
	if f.Member.Location == model.Header || f.Member.Location == model.PrefixHeaders {
		return fmt.Sprintf("%s-%d, \"quoted\" é", f.Member.Name, p.n)
	}
	return fmt.Sprintf("%s %d <&>\"'\\ %%2F+/.. \t\r\n é\u2028\U0001F63A ]]>", f.Member.Name, p.n)
}
