// Package validate checks a decoded input against the constraints of AWS's service models and tells what is wrong in
// AWS's words. What a model does not state (that a name is taken, that two members exclude each other) is for the
// services.
package validate

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// Checks are what the inputs of one operation have to keep. They are immutable.
type Checks struct {
	root *node
	code string
}

// New compiles the checks of o's input. It is an error if the model has a pattern that cannot be translated.
func New(o *wire.Operation) (*Checks, error) {
	c := compiler{nodes: map[nodeKey]*node{}, service: o.Service.ID}
	root, err := c.node(o.Input)
	if err != nil {
		return nil, fmt.Errorf("checks of %s.%s: %w", o.Service.ID, o.Name, err)
	}
	return &Checks{root: root, code: codeOf(o)}, nil
}

// Check returns nil if in, a pointer to the operation's input, keeps all constraints, else a *fault.Error with the code
// that the service uses and AWS's text, which names every violation. It does not change in.
func (c *Checks) Check(in any) error {
	k := checking{}
	k.parts(c.root, reflect.ValueOf(in).Elem())
	if k.count > 0 {
		return fault.New(fault.Invalid, c.code, "%s", k.text())
	}
	if k.own != "" {
		return fault.New(fault.Invalid, c.code, "%s", k.own)
	}
	return nil
}

// codeOf returns the code of the error that o's service answers with when an input breaks the model [R: recorded for
// logs, events, kms, sns, sts and cloudwatch; X-Ray from its documented errors].
func codeOf(o *wire.Operation) string {
	models := func(name string) bool {
		return slices.ContainsFunc(o.Facts.Errors, func(e *model.Shape) bool { return e.Name == name })
	}
	switch o.Service.ID {
	case "cloudwatch-logs": // operations since 2023 model ValidationException, the others what they always had
		if !models("InvalidParameterException") && models("ValidationException") {
			return "ValidationException"
		}
		return "InvalidParameterException"
	case "xray":
		return "InvalidRequestException"
	}
	if slices.Equal(o.Service.Protocols, []string{"query"}) {
		return "ValidationError"
	}
	return "ValidationException"
}

// Limits of a text that tells what is wrong. AWS quotes a text of 1,025 characters and a list of eleven events whole, and
// no recording is cut [R]; these bound what a hostile request costs.
const (
	maxQuoted   = 16 << 10  // bytes of one value
	maxReported = 256 << 10 // bytes of all violations; those beyond are counted, but not told
)

// A checking is one run over one input.
type checking struct {
	path  []string // of the place being checked
	count int
	b     []byte // the violations' texts
	own   string // a text that is not the framework's, told if nothing else is wrong
}

// text returns what is wrong.
func (k *checking) text() string {
	noun := "errors"
	if k.count == 1 {
		noun = "error"
	}
	return fmt.Sprintf("%d validation %s detected: %s", k.count, noun, k.b)
}

// violate notes that v, the place at the current path, breaks a constraint.
func (k *checking) violate(n *node, v reflect.Value, constraint string) {
	k.count++
	if len(k.b) > maxReported {
		return
	}
	if k.count > 1 {
		k.b = append(k.b, "; "...)
	}
	k.b = append(k.b, "Value "...)
	switch {
	case !v.IsValid():
		k.b = append(k.b, "null "...)
	case !n.plan.Shape.Sensitive:
		k.b = append(appendValue(append(k.b, '\''), n.plan, v, maxQuoted), "' "...)
	}
	k.b = append(k.b, "at '"...)
	k.b = append(k.b, strings.Join(k.path, ".")...)
	k.b = append(k.b, "' failed to satisfy constraint: "...)
	k.b = append(k.b, constraint...)
}

// notNull is the constraint of a required member.
const notNull = "Member must not be null"

// parts checks what is in v, which is of n's plan.
func (k *checking) parts(n *node, v reflect.Value) {
	switch n.plan.Kind {
	case wire.Struct:
		for i := range n.members {
			m := &n.members[i]
			if m.node.idle && !m.required {
				continue
			}
			k.path = append(k.path, m.name)
			k.member(m, m.field.Get(v))
			k.path = k.path[:len(k.path)-1]
		}
	case wire.Union:
		k.union(n, v)
	case wire.List:
		k.list(n, v)
	case wire.Map:
		k.dict(n, v)
	}
}

// member checks a place that may be empty.
func (k *checking) member(m *member, v reflect.Value) {
	value, ok := present(m.field, v)
	if ok {
		k.value(m.node, value)
	} else if m.required {
		k.violate(m.node, reflect.Value{}, notNull)
	}
}

// present returns what stands in v, a place for f; false if it is absent. A number or truth value without a pointer is
// always there, and an empty enum never: the SDK's types cannot tell.
func present(f *wire.Field, v reflect.Value) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v, false
		}
		return v.Elem(), true
	case reflect.Slice, reflect.Map, reflect.Interface:
		return v, !v.IsNil()
	case reflect.String:
		return v, v.Len() > 0 || f.Plan.Shape.Enum == nil
	}
	return v, true
}

// value checks v itself, then what is in it.
func (k *checking) value(n *node, v reflect.Value) {
	if n.idle {
		return
	}
	k.itself(n, v)
	k.parts(n, v)
}

// itself tells which constraints v itself breaks, in AWS's order.
func (k *checking) itself(n *node, v reflect.Value) {
	broken := n.rules.broken(v, n.plan.Kind)
	if broken == 0 {
		return
	}
	for i, text := range n.rules.texts {
		if broken&(1<<i) == 0 {
			continue
		}
		if i == ruleMax && n.rules.own != "" {
			k.own = n.rules.own
			continue
		}
		k.violate(n, v, text)
	}
}

func (k *checking) union(n *node, v reflect.Value) {
	f, value := n.plan.Member(v)
	if f == nil {
		return
	}
	for i := range n.members {
		if n.members[i].field == f {
			k.path = append(k.path, n.members[i].name)
			k.member(&n.members[i], value)
			k.path = k.path[:len(k.path)-1]
		}
	}
}

// list checks the elements. What they break themselves is told as one violation of the list; what is in them has paths of
// its own.
func (k *checking) list(n *node, v reflect.Value) {
	if n.elem.idle {
		return
	}
	if !n.elem.rules.idle() {
		for i := range v.Len() {
			if e, ok := element(v.Index(i)); ok && n.elem.rules.broken(e, n.elem.plan.Kind) != 0 {
				k.violate(n, v, "Member must satisfy constraint: "+n.elem.rules.all)
				break
			}
		}
	}
	if n.elem.plan.Kind >= wire.String {
		return
	}
	at := len(k.path)
	k.path = append(k.path, "", "member")
	for i := range v.Len() {
		if e, ok := element(v.Index(i)); ok && !n.elem.quick(e) {
			k.path[at] = strconv.Itoa(i + 1)
			k.parts(n.elem, e)
		}
	}
	k.path = k.path[:at]
}

// quick tells whether e keeps all constraints for certain, without a path: most of a long list does.
func (n *node) quick(e reflect.Value) bool {
	if n.plan.Kind != wire.Struct {
		return false
	}
	for i := range n.members {
		m := &n.members[i]
		if m.node.idle && !m.required {
			continue
		}
		v, ok := present(m.field, m.field.Get(e))
		if !ok && m.required {
			return false
		}
		if ok && (m.node.plan.Kind < wire.String && !m.node.idle || m.node.rules.broken(v, m.node.plan.Kind) != 0) {
			return false
		}
	}
	return true
}

// element returns what stands in v, an entry of a list or map; false if that is nothing.
func element(v reflect.Value) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.Pointer:
		return v.Elem(), !v.IsNil()
	case reflect.Interface:
		return v, !v.IsNil()
	}
	return v, true
}

// dict checks keys and values, as list does.
func (k *checking) dict(n *node, v reflect.Value) {
	if n.key.idle && n.elem.idle {
		return
	}
	badKey, badValue := false, false
	for it := v.MapRange(); it.Next(); {
		badKey = badKey || n.key.rules.broken(it.Key(), wire.String) != 0
		if e, ok := element(it.Value()); ok {
			badValue = badValue || n.elem.rules.broken(e, n.elem.plan.Kind) != 0
		}
	}
	if badKey {
		k.violate(n, v, "Map keys must satisfy constraint: "+n.key.rules.all)
	}
	if badValue {
		k.violate(n, v, "Map value must satisfy constraint: "+n.elem.rules.all)
	}
	if n.elem.plan.Kind >= wire.String || n.elem.idle {
		return
	}
	for _, key := range sortedKeys(v) {
		if e, ok := element(v.MapIndex(key)); ok {
			k.path = append(k.path, key.String(), "member")
			k.parts(n.elem, e)
			k.path = k.path[:len(k.path)-2]
		}
	}
}

// sortedKeys returns a map's keys in order.
func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}
