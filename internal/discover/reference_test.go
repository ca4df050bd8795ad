package discover

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// This file finds the fields of JSON events slowly and plainly, by the rules as they are written, on
// top of encoding/json. Tests compare the package to it.

// A refNode is a JSON value with all members of objects, repeated ones too, in the order of the text.
type refNode struct {
	keys     []string
	children []*refNode
	object   bool
	array    bool
	leaf     column.Value // of a scalar; null for null
	raw      string       // of an object or array
	reached  bool         // not behind the 200th leaf
}

func refParse(event []byte) *refNode {
	event = bytes.Trim(event, " \t\r\n")
	if !json.Valid(event) || event[0] != '{' {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(event))
	dec.UseNumber()
	return refValue(dec, event)
}

func refValue(dec *json.Decoder, event []byte) *refNode {
	tok, err := dec.Token()
	if err != nil {
		panic(err)
	}
	n := &refNode{}
	switch tok := tok.(type) {
	case json.Delim:
		start := dec.InputOffset() - 1
		n.object, n.array = tok == '{', tok == '['
		for dec.More() {
			if n.object {
				key, err := dec.Token()
				if err != nil {
					panic(err)
				}
				n.keys = append(n.keys, key.(string))
			} else {
				n.keys = append(n.keys, fmt.Sprint(len(n.keys)))
			}
			n.children = append(n.children, refValue(dec, event))
		}
		dec.Token()
		var raw bytes.Buffer
		json.Compact(&raw, event[start:dec.InputOffset()])
		n.raw = raw.String()
	case bool:
		n.leaf = column.IntValue(0)
		if tok {
			n.leaf = column.IntValue(1)
		}
	case json.Number:
		n.leaf = refNumber(string(tok))
	case string:
		n.leaf = column.StringValue(tok)
	}
	return n
}

// refNumber takes the text of jsonscan, which has its own tests, and finds the narrowest kind.
func refNumber(raw string) column.Value {
	text := string(jsonscan.AppendNumber(nil, []byte(raw)))
	var n int64
	if fmt.Sscan(text, &n); fmt.Sprint(n) == text {
		return column.IntValue(n)
	}
	var f float64
	if _, err := fmt.Sscan(text, &f); err == nil && column.FloatValue(f).Text() == text {
		return column.FloatValue(f)
	}
	return column.StringValue(text)
}

// reach marks what is not behind the 200th leaf.
func (n *refNode) reach(depth int, left *int) {
	if *left == 0 {
		return
	}
	n.reached = true
	switch {
	case (n.object || n.array) && depth < maxDepth:
		for _, c := range n.children {
			c.reach(depth+1, left)
		}
	case !n.object && !n.array && !n.leaf.IsNull():
		*left--
	}
}

// flatten lists the leaves by path, and the objects and arrays too.
func (n *refNode) flatten(path string, depth int, f func(path string, n *refNode)) {
	if depth > 0 {
		f(path, n)
		path += "."
	}
	if depth == maxDepth {
		return
	}
	last := map[string]int{}
	for i, c := range n.children {
		if c.reached {
			last[n.keys[i]] = i
		}
	}
	for i, c := range n.children {
		if c.reached && last[n.keys[i]] == i && (c.object || c.array || !c.leaf.IsNull()) {
			c.flatten(path+n.keys[i], depth+1, f)
		}
	}
}

// A refField is a leaf of an event or, if inner, an object or array.
type refField struct {
	name  string
	value column.Value
	inner bool
}

// refFields lists all leaves, objects and arrays of a JSON event, in order.
func refFields(event []byte) []refField {
	root := refParse(event)
	if root == nil {
		return nil
	}
	left := maxFields
	root.reach(0, &left)
	var fields []refField
	root.flatten("", 0, func(path string, n *refNode) {
		f := refField{refName(path), n.leaf, n.object || n.array}
		if f.inner {
			f.value = column.JSONValue(n.raw)
		}
		fields = append(fields, f)
	})
	return fields
}

// refLeaves returns the fields of an event by name.
func refLeaves(fields []refField) []refField {
	var leaves []refField
	seen := map[string]bool{}
	for _, f := range fields {
		if !f.inner && !seen[f.name] {
			seen[f.name] = true
			leaves = append(leaves, f)
		}
	}
	return leaves
}

// refExtract returns the value of one field.
func refExtract(fields []refField, want Field) column.Value {
	for _, f := range fields {
		if f.name == want.Name && (want.Tree || !f.inner) {
			return f.value
		}
	}
	return column.Value{}
}

func refName(path string) string {
	if strings.HasPrefix(path, "@") {
		return "@" + path
	}
	return path
}
