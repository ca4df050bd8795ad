package validate

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// A node is the checks of the values at one place.
type node struct {
	plan    *wire.Plan
	rules   rules
	members []member // of a Struct or Union
	elem    *node    // of a List or Map
	key     *node    // of a Map
	idle    bool     // there is nothing to check, here and below
}

// A member is a place in a structure or union.
type member struct {
	node     *node
	field    *wire.Field
	name     string // as AWS writes it in paths
	required bool
}

type nodeKey struct {
	plan   *wire.Plan
	member *model.Member
}

// A compiler makes the nodes of one input. Shapes may contain themselves, so each is made once.
type compiler struct {
	service string
	nodes   map[nodeKey]*node
}

func (c *compiler) node(f *wire.Field) (*node, error) {
	key := nodeKey{f.Plan, f.Member}
	if n := c.nodes[key]; n != nil {
		return n, nil
	}
	n := &node{plan: f.Plan}
	c.nodes[key] = n
	var err error
	if n.rules, err = newRules(f.Member, f.Plan.Kind); err != nil {
		return nil, fmt.Errorf("shape %s: %w", f.Plan.Shape.Name, err)
	}
	n.rules.own = ownText(c.service, f.Member)
	if err := c.parts(n); err != nil {
		return nil, err
	}
	n.idle = n.rules.idle() && (n.elem == nil || n.elem.idle) && (n.key == nil || n.key.idle)
	for i := range n.members {
		n.idle = n.idle && n.members[i].node.idle && !n.members[i].required
	}
	return n, nil
}

// parts compiles what n's values consist of.
func (c *compiler) parts(n *node) (err error) {
	switch n.plan.Kind {
	case wire.Struct, wire.Union:
		n.members = make([]member, len(n.plan.Fields))
		for i := range n.plan.Fields {
			f := &n.plan.Fields[i]
			m := member{field: f, name: pathName(f.Member.Name), required: f.Member.Required && n.plan.Kind == wire.Struct}
			if m.node, err = c.node(f); err != nil {
				return err
			}
			n.members[i] = m
		}
	case wire.Map:
		if n.key, err = c.node(n.plan.Key); err != nil {
			return err
		}
		n.elem, err = c.node(n.plan.Elem)
	case wire.List:
		n.elem, err = c.node(n.plan.Elem)
	}
	return err
}

// pathName returns a member's name as AWS writes it in paths: with a small first letter, whatever the protocol.
func pathName(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[n:]
}

// ownText returns what a service says itself of a text that is too long, "" if it leaves that to the framework. CloudWatch
// Logs was recorded with a group's name; that it is the same for every operation and for streams follows from the text [R].
func ownText(service string, m *model.Member) string {
	if service == "cloudwatch-logs" && (m.Shape.Name == "LogGroupName" || m.Shape.Name == "LogStreamName") {
		return "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
	}
	return ""
}
