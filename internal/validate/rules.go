package validate

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// The constraints of a value, in the order in which AWS tells of them [R: recorded is that the pattern comes before the
// greatest length; the others follow what services list for a list's elements].
const (
	rulePattern = iota
	ruleMax
	ruleMin
	ruleEnum
	ruleUnique
	ruleCount
)

// rules are the constraints of a value itself.
type rules struct {
	texts    [ruleCount]string // AWS's words; "" if there is no such constraint
	pattern  *regexp.Regexp
	min, max float64
	enum     map[string]struct{}
	intEnum  []int64
	all      string // all texts together, as AWS lists them of a list's elements
	own      string // what the service says of a value above max, if not the framework's text
}

// newRules returns the constraints of values at m, whose own ones go before its shape's.
func newRules(m *model.Member, kind wire.Kind) (rules, error) {
	s := m.Shape
	r := rules{min: math.Inf(-1), max: math.Inf(1)}
	what := "length"
	if kind == wire.Int || kind == wire.Float {
		what = "value"
	}
	if low := firstOf(m.Min, s.Min); low != nil {
		r.min = *low
		r.texts[ruleMin] = fmt.Sprintf("Member must have %s greater than or equal to %s", what, number(*low, kind))
	}
	if high := firstOf(m.Max, s.Max); high != nil {
		r.max = *high
		r.texts[ruleMax] = fmt.Sprintf("Member must have %s less than or equal to %s", what, number(*high, kind))
	}
	if kind == wire.String && s.Enum != nil {
		r.enum = make(map[string]struct{}, len(s.Enum))
		for _, v := range s.Enum {
			r.enum[v] = struct{}{}
		}
		r.texts[ruleEnum] = "Member must satisfy enum value set: [" + strings.Join(asRecorded(s.Enum), ", ") + "]"
	}
	if kind == wire.Int && s.IntEnum != nil {
		r.intEnum = s.IntEnum
		r.texts[ruleEnum] = "Member must satisfy enum value set: " + strings.ReplaceAll(fmt.Sprint(s.IntEnum), " ", ", ")
	}
	if kind == wire.List && s.Unique {
		r.texts[ruleUnique] = "Member must have unique values" // Smithy's words; AWS's are not recorded [R]
	}
	if err := r.addPattern(m, kind); err != nil {
		return r, err
	}
	r.all = r.list()
	if what == "length" && r.min <= 0 {
		r.texts[ruleMin] = "" // is listed, but cannot be broken
	}
	return r, nil
}

// accepted returns the pattern that texts of a shape have to match: the model's, with one exception. A log group's identifier may
// end in ":*", as the ARNs do that DescribeLogGroups gives: those who pass them on mean the group. By its model AWS refuses them [R].
func accepted(shape, pattern string) string {
	if shape == "LogGroupIdentifier" {
		return pattern + `(:\*)?`
	}
	return pattern
}

func (r *rules) addPattern(m *model.Member, kind wire.Kind) error {
	pattern := m.Pattern
	if pattern == "" {
		pattern = m.Shape.Pattern
	}
	if pattern == "" || kind != wire.String || matchesAll(pattern) {
		return nil
	}
	re, err := compilePattern(accepted(m.Shape.Name, pattern))
	if err != nil {
		return err
	}
	r.pattern, r.texts[rulePattern] = re, "Member must satisfy regular expression pattern: "+pattern
	return nil
}

func firstOf(a, b *float64) *float64 {
	if a != nil {
		return a
	}
	return b
}

// number writes a bound as Java does.
func number(f float64, kind wire.Kind) string {
	if kind == wire.Float {
		return javaDouble(f)
	}
	return strconv.FormatInt(int64(f), 10)
}

// idle tells whether there is no constraint.
func (r *rules) idle() bool { return r.texts == [ruleCount]string{} }

// list returns the texts of all constraints, in the order in which AWS lists those of a list's elements.
func (r *rules) list() string {
	var list []string
	for _, i := range []int{ruleMax, ruleMin, rulePattern, ruleEnum, ruleUnique} {
		if r.texts[i] != "" {
			list = append(list, r.texts[i])
		}
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// broken returns the set of constraints that v breaks, bit 1<<rulePattern and so on.
func (r *rules) broken(v reflect.Value, kind wire.Kind) (set uint) {
	var size float64
	switch kind {
	case wire.String:
		s := v.String()
		if r.enum != nil {
			if _, ok := r.enum[s]; !ok {
				set |= 1 << ruleEnum
			}
		}
		if r.pattern != nil && !r.pattern.MatchString(s) {
			set |= 1 << rulePattern
		}
		if size = float64(len(s)); size <= r.max && (r.min <= 1 || size >= 4*r.min) && size >= r.min {
			return set
		}
		size = float64(textLength(s))
	case wire.Int:
		if r.intEnum != nil && !slices.Contains(r.intEnum, v.Int()) {
			set |= 1 << ruleEnum
		}
		size = float64(v.Int())
	case wire.Float:
		size = v.Float()
	case wire.Blob, wire.Map:
		size = float64(v.Len())
	case wire.List:
		size = float64(v.Len())
		if r.texts[ruleUnique] != "" && size <= r.max && hasRepeated(v) { // all pairs of what is too much are never compared
			set |= 1 << ruleUnique
		}
	default:
		return set
	}
	if size > r.max {
		set |= 1 << ruleMax
	}
	if size < r.min {
		set |= 1 << ruleMin
	}
	return set
}

// textLength returns how long AWS takes a text to be: Smithy counts Unicode's scalar values, not bytes.
func textLength(s string) int { return utf8.RuneCountInString(s) }

// hasRepeated tells whether two elements of a list are equal. It compares all pairs only where elements have parts.
func hasRepeated(list reflect.Value) bool {
	seen := make(map[any]struct{}, list.Len())
	for i := range list.Len() {
		e, ok := element(list.Index(i))
		if !ok {
			continue
		}
		if !e.Comparable() || e.Kind() == reflect.Struct || e.Kind() == reflect.Interface {
			for j := range i {
				if reflect.DeepEqual(list.Index(i).Interface(), list.Index(j).Interface()) {
					return true
				}
			}
			continue
		}
		if _, ok := seen[e.Interface()]; ok {
			return true
		}
		seen[e.Interface()] = struct{}{}
	}
	return false
}
