package prompt

import (
	"context"
	"slices"
	"strings"
	"time"
)

// A groupNames offers the names of log groups for SOURCE. It keeps them for groupsAge.
type groupNames struct {
	ask func(ctx context.Context, prefix string) (names []string, whole bool, err error)
	now func() time.Time

	names []string
	of    string // what all of names begin with
	whole bool   // there are no others that begin so
	at    time.Time
}

// How long names of groups are offered without asking again: people who make one want to see it soon. And how long they wait for an answer.
const (
	groupsAge    = 30 * time.Second
	groupsWithin = 500 * time.Millisecond
)

// offer returns the names that begin with typed, those that are known if nobody answers in time.
func (g *groupNames) offer(ctx context.Context, typed string) []string {
	known := g.whole && strings.HasPrefix(typed, g.of) || g.of == typed
	if g.at.IsZero() || !known || g.now().Sub(g.at) >= groupsAge {
		ctx, cancel := context.WithTimeout(ctx, groupsWithin)
		defer cancel()
		if names, whole, err := g.ask(ctx, typed); err == nil {
			g.names, g.whole, g.of, g.at = names, whole, typed, g.now()
		}
	}
	return slices.DeleteFunc(slices.Clone(g.names), func(name string) bool { return !strings.HasPrefix(name, typed) })
}

// openGroup finds the name of a log group that is begun at the end of text, behind SOURCE: where it begins, and the quote before it, ""
// for none.
func openGroup(text string) (at int, quote string, ok bool) {
	at = strings.LastIndexAny(text, "|\n \t[,(\"'`") + 1
	before := strings.TrimRight(text[:at], " \t\n")
	if lastCommand(before) != "source" {
		return 0, "", false
	}
	if at > 0 && strings.ContainsRune("\"'`", rune(text[at-1])) {
		quote = text[at-1 : at]
		open := strings.Count(text[strings.LastIndexByte(text, '|')+1:], quote)%2 == 1
		return at, quote, open
	}
	begun := strings.HasPrefix(text[at:], "/") || text[at:] == "" && at > 0 && (len(before) < at || text[at-1] == '|')
	return at, "", begun && !strings.Contains(text[strings.LastIndexByte(text, '|')+1:], "(")
}

// groupWords returns names of groups as they stand behind a quote, with what has to follow.
func groupWords(names []string, quote string) []string {
	var words []string
	for _, name := range names {
		switch {
		case quote != "":
			words = append(words, name+quote+" ")
		case strings.Contains(name, "#"): // begins a comment where it is in no quotes
			words = append(words, `"`+name+`" `)
		default:
			words = append(words, name+" ")
		}
	}
	return words
}
