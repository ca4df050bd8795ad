package filterpattern

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// This file is JSON matching once more, written for being obviously right: the event becomes a
// tree, selectors become lists of values, numbers become rationals. The fuzz test compares.

// tooLong is how long the exponent of a number may be for a rational to stay small.
var tooLong = regexp.MustCompile(`[eE][+-]?0*[0-9]{4}`)

// referenceMatch says whether a JSON pattern matches an event that encoding/json accepts.
func referenceMatch(p *Pattern, event []byte) bool {
	dec := json.NewDecoder(strings.NewReader(string(event)))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		panic("the event of a reference match is not JSON: " + err.Error())
	}
	switch tree.(type) {
	case map[string]any, []any:
		f := p.form.(*jsonForm)
		return referenceExpression(f, f.expr, tree)
	}
	return false
}

func referenceExpression(f *jsonForm, e *expression, tree any) bool {
	part := func(e *expression) bool { return referenceExpression(f, e, tree) }
	switch e.kind {
	case all:
		return !slices.ContainsFunc(e.parts, func(e *expression) bool { return !part(e) })
	case some:
		return slices.ContainsFunc(e.parts, part)
	}
	c := f.conds[e.cond]
	values := referenceSelect(c.selector, tree)
	if c.test == notExists {
		return len(values) == 0
	}
	return slices.ContainsFunc(values, func(v any) bool { return referenceCondition(c, v) })
}

// referenceSelect returns the values a selector leads to.
func referenceSelect(sel selector, v any) []any {
	if len(sel) == 0 {
		return []any{v}
	}
	var found []any
	object, _ := v.(map[string]any)
	array, _ := v.([]any)
	switch st := sel[0]; st.kind {
	case keyStep:
		if member, ok := object[st.key]; ok {
			found = referenceSelect(sel[1:], member)
		}
	case indexStep:
		if st.index < len(array) {
			found = referenceSelect(sel[1:], array[st.index])
		}
	case anyKey:
		for _, member := range object {
			found = append(found, referenceSelect(sel[1:], member)...)
		}
	case anyIndex:
		for _, elem := range array {
			found = append(found, referenceSelect(sel[1:], elem)...)
		}
	}
	return found
}

func referenceCondition(c *condition, v any) bool {
	switch c.test {
	case isNull:
		return v == nil
	case isTrue:
		return v == true
	case isFalse:
		return v == false
	}
	text, isBool := "", false
	switch v := v.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case bool:
		text, isBool = map[bool]string{true: "true", false: "false"}[v], true
	default:
		return false
	}
	if c.comparison.number == nil {
		return referenceText(c.comparison, text) == (c.comparison.op == equal)
	}
	if isBool || !isNumber.MatchString(text) {
		return c.comparison.op == notEqual
	}
	a, _ := new(big.Rat).SetString(text)
	b, _ := new(big.Rat).SetString(c.comparison.source)
	cmp := a.Cmp(b)
	return map[operator]bool{equal: cmp == 0, notEqual: cmp != 0, less: cmp < 0, lessEqual: cmp <= 0,
		greater: cmp > 0, greaterEqual: cmp >= 0}[c.comparison.op]
}

var isNumber = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// referenceText reports whether text has the form of a comparison's regex or wildcard.
func referenceText(c *comparison, text string) bool {
	if c.regex != nil {
		return regexp.MustCompile(strings.ReplaceAll(c.regex.source, "{,", "{0,")).MatchString(text)
	}
	middle, before := strings.CutPrefix(c.source, "*")
	middle, after := strings.CutSuffix(middle, "*")
	re := regexp.QuoteMeta(middle)
	if before {
		re = `(?s:.*)` + re
	}
	if after {
		re += `(?s:.*)`
	}
	return regexp.MustCompile("^(?:" + re + ")$").MatchString(text)
}
