package validate

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

var counted = regexp.MustCompile(`^(\d+) validation errors? detected: Value `)

// TestEveryOperation checks inputs of every operation that were recorded of, empty and with all members, whose values keep
// no rule on purpose: each violation must be told, and the count be right.
func TestEveryOperation(t *testing.T) {
	operations := 0
	for service, table := range tables(t) {
		for _, s := range table.Services() {
			for name := range s.Operations {
				o, err := table.Find(s, name)
				if err != nil {
					continue
				}
				operations++
				c := checks(t, o)
				full := reflect.New(o.In)
				wiretest.Populate(o.Input, full.Elem())
				for _, in := range []any{o.New(), full.Interface()} {
					wellTold(t, service+"."+name, c.Check(in))
				}
			}
		}
	}
	if operations < 300 {
		t.Errorf("%d operations, want 300 or more", operations)
	}
}

// wellTold checks an error's form.
func wellTold(t *testing.T, operation string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	f := fault.Of(err)
	m := counted.FindStringSubmatch(f.Message)
	if m == nil || f.Code == "" || f.Kind != fault.Invalid || !utf8.ValidString(f.Message) {
		t.Errorf("%s: Check = %+v, want a count and a value", operation, f)
		return
	}
	if got := strings.Count(f.Message, "failed to satisfy constraint: "); m[1] != strconv.Itoa(got) && len(f.Message) < maxReported {
		t.Errorf("%s: Check tells of %d violations, and counts %s: %s", operation, got, m[1], f.Message)
	}
}
