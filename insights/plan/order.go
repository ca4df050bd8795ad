package plan

import (
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// checkOrder refuses commands in an order that the language does not allow (§9 of the facts):
// sort and limit only after the last stats, only limit after dedup, pattern not after sort, estimate
// last, one join.
func (c *compiler) checkOrder(cmds []syntax.Command) {
	lastStats := -1
	for i, cmd := range cmds {
		if _, ok := cmd.(*syntax.Stats); ok {
			lastStats = i
		}
	}
	var sorted, deduped, joined bool
	for i, cmd := range cmds {
		word := commandWord(cmd)
		if _, ok := cmd.(*syntax.Limit); deduped && !ok {
			c.fail(cmd.Where(), "move "+word+" before dedup", "only limit may follow dedup, found %s", word)
		}
		switch cmd.(type) {
		case *syntax.Sort, *syntax.Limit:
			if i < lastStats {
				c.fail(cmd.Where(), "move it to the end", "%s must come after the last stats", word)
			}
			_, isSort := cmd.(*syntax.Sort)
			sorted = sorted || isSort
		case *syntax.Pattern:
			if sorted {
				c.fail(cmd.Where(), "sort after pattern", "pattern cannot follow sort")
			}
		case *syntax.Dedup:
			deduped = true
		case *syntax.Estimate:
			if i != len(cmds)-1 {
				c.fail(cmd.Where(), "", "estimate must be the last command")
			}
		case *syntax.Join:
			if joined {
				c.fail(cmd.Where(), "", "a query has at most one join")
			}
			joined = true
		case *syntax.Source:
			if i > 0 && !isSource(cmds[i-1]) {
				c.fail(cmd.Where(), "put SOURCE at the start", "SOURCE must come first")
			}
		}
	}
}

func isSource(cmd syntax.Command) bool { _, ok := cmd.(*syntax.Source); return ok }

// commandWord returns the word a command begins with.
func commandWord(cmd syntax.Command) string {
	text := cmd.String()
	for i := range len(text) {
		if text[i] == ' ' || text[i] == '(' {
			return text[:i]
		}
	}
	return text
}
