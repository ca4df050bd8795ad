package plan

import (
	"strings"

	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// parse compiles the parse command: which texts to take out of what, and into which columns.
func (c *compiler) parse(cmd *syntax.Parse) {
	step := &Parse{Mode: cmd.Mode, Multi: cmd.Multi}
	if cmd.From != nil {
		step.From = c.expr(cmd.From)
	} else if _, ok := c.scope.byName["@message"]; ok || c.scope.raw != nil {
		step.From = Slot(c.scope.column("@message").Slot)
	} else {
		c.fail(cmd.Span, "name the field to parse", "parse needs @message, which is gone after stats")
		return
	}
	names := make([]string, len(cmd.Names))
	for i, n := range cmd.Names {
		names[i] = n.Name()
	}
	switch cmd.Mode {
	case syntax.ParseGlob:
		c.parseGlob(cmd, step)
	case syntax.ParseRegex:
		names = c.parseRegex(cmd, step, names)
	}
	for _, n := range names {
		slot := c.scope.slot()
		step.Out = append(step.Out, slot)
		isMap := cmd.Mode == syntax.ParseLogfmt
		c.scope.add(n, slot, slotInfo{tree: isMap, whole: isMap})
	}
	c.steps = append(c.steps, step)
}

func (c *compiler) parseGlob(cmd *syntax.Parse, step *Parse) {
	step.Glob = strings.Split(cmd.Glob.Value, "*")
	if stars := len(step.Glob) - 1; stars != len(cmd.Names) {
		c.fail(cmd.Glob.Span, "give each * one name after as", "parse: the pattern has %d *, the names are %d", stars, len(cmd.Names))
	}
}

// parseRegex pairs capture groups with names: named groups with their own, and names after as by
// position, which rename named groups too ([R] §6.2).
func (c *compiler) parseRegex(cmd *syntax.Parse, step *Parse, names []string) []string {
	step.Regex = c.regex(cmd.Regex)
	if step.Regex == nil {
		return names
	}
	groups := step.Regex.Regexp().SubexpNames()[1:]
	if len(names) == 0 {
		for i, g := range groups {
			if g != "" {
				names = append(names, g)
				step.Groups = append(step.Groups, i+1)
			}
		}
		if len(names) == 0 {
			c.fail(cmd.Regex.Span, "name a group (?<name>...) or add as name", "parse: the regular expression captures nothing by name")
		}
		return names
	}
	if len(groups) != len(names) {
		c.fail(cmd.Regex.Span, "", "parse: the regular expression has %d capture groups, the names are %d", len(groups), len(names))
		return names
	}
	for i := range names {
		step.Groups = append(step.Groups, i+1)
	}
	return names
}

// jsonPath reads the path of the json command, such as a.b or items[0].id.
func jsonPath(text string) []function.Step {
	var path []function.Step
	for _, part := range strings.Split(text, ".") {
		name, index, more := strings.Cut(part, "[")
		if name != "" {
			path = append(path, step(name))
		}
		for more {
			var n string
			n, index, _ = strings.Cut(index, "]")
			path = append(path, step(n))
			_, index, more = strings.Cut(index, "[")
		}
	}
	return path
}

// step makes one step of a path; digits are a list position or a key of that name.
func step(name string) function.Step {
	n, digits := 0, name != ""
	for _, r := range name {
		digits = digits && r >= '0' && r <= '9' && n < 1<<30
		n = n*10 + int(r-'0')
	}
	return function.Step{Name: name, Index: n, IsIndex: digits}
}
