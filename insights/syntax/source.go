package syntax

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseSource reads SOURCE item ... [START=time] [END=time].
func (p *parser) parseSource() Command {
	c := &Source{}
	for p.sourceItem(c) {
		p.accept(",")
	}
	if len(c.Items) == 0 || p.prev.is(",") {
		p.want("a log group's name")
		p.unexpected()
	}
	for !p.bad {
		switch p.option("START", "END") {
		case "START":
			p.sourceTime("START", &c.Start)
			continue
		case "END":
			p.sourceTime("END", &c.End)
			continue
		}
		break
	}
	return c
}

// sourceItem reads one choice of log groups into c, if one is next.
func (p *parser) sourceItem(c *Source) bool {
	start := p.tok.start.Pos
	var item SourceItem
	switch {
	case p.tok.kind == kindString, p.tok.kind == kindQuoted:
		p.next()
		item.Name = p.prev.value
		if item.Name == "" {
			p.note(p.prev.span(), "the name of the log group is empty", "")
		}
	case p.tok.kind == kindName && p.assigned():
		return false
	default:
		p.rescan(func(s *scanner) token { return s.scanBare(isGroupName) })
		if p.tok.kind != kindBare {
			return false
		}
		if next := p.peek(); next.is("(") {
			p.sourceCall(&item)
		} else {
			p.next()
			item.Name = p.prev.value
			if strings.HasPrefix(p.text[p.prev.end.byte:], "#") {
				p.note(p.prev.span(), "found # directly behind the name of a log group", "put the name in quotes, or a blank before a comment")
			}
		}
	}
	item.set(start, p.prev.end.Pos)
	c.Items = append(c.Items, item)
	return true
}

// isGroupName reports whether r can be part of a log group's name or ARN that is not in quotes. A
// name with # needs them, since # begins a comment.
func isGroupName(r rune) bool { return isNamePart(r) || strings.ContainsRune("/-.:*", r) }

// What a SOURCE may list at most (the user guide on SOURCE).
const (
	maxSourcePrefixes  = 5
	maxSourceAccounts  = 20
	maxSourceData      = 10
	maxSourceTags      = 5
	maxSourceTagValues = 5 // of one tag
)

// atMost notes that there are more than limit of what a SOURCE lists between start and the last token.
func (p *parser) atMost(start Pos, what string, n, limit int) {
	if n > limit {
		p.note(Span{start, p.prev.end.Pos}, fmt.Sprintf("SOURCE takes at most %d %s, found %d", limit, what, n), "")
	}
}

// sourceCall reads logGroups(...), dataSource(...) or logGroupTags(...).
func (p *parser) sourceCall(item *SourceItem) {
	p.tok.kind = kindName
	call := p.choice("logGroups", "dataSource", "logGroupTags")
	p.expect("(")
	switch call {
	case "logGroups":
		item.IsGroups = true
		if p.wantWord(")"); !p.tok.is(")") {
			item.LogGroups = []SourceOption{p.sourceOption()}
			for p.accept(",") {
				item.LogGroups = append(item.LogGroups, p.sourceOption())
			}
		}
	case "dataSource":
		item.DataSource = p.sourceList(p.dataSource, "data sources", maxSourceData)
	case "logGroupTags":
		start := p.tok.start.Pos
		p.expect("[")
		item.Tags = []SourceTagFilter{p.tagFilter()}
		for p.accept(",") {
			item.Tags = append(item.Tags, p.tagFilter())
		}
		p.expect("]")
		p.atMost(start, "tags", len(item.Tags), maxSourceTags)
	}
	p.expect(")")
}

func (p *parser) sourceOption() SourceOption {
	name := p.choice("namePrefix", "accountIdentifiers", "accountIdentifier", "logGroupClass", "class")
	p.expect(":")
	switch name {
	case "namePrefix":
		return SourceOption{name, p.sourceList(p.strValue, "prefixes", maxSourcePrefixes)}
	case "accountIdentifier", "accountIdentifiers":
		return SourceOption{name, p.sourceList(p.strValue, "accounts", maxSourceAccounts)}
	}
	return SourceOption{name, p.sourceList(p.strValue, "classes", math.MaxInt)}
}

// sourceList reads items in brackets, at least one, at most limit. what they are goes into the error.
func (p *parser) sourceList(item func() string, what string, limit int) []string {
	start := p.tok.start.Pos
	p.expect("[")
	list := []string{item()}
	for p.accept(",") {
		list = append(list, item())
	}
	p.expect("]")
	p.atMost(start, what, len(list), limit)
	return list
}

// strValue reads a string.
func (p *parser) strValue() string {
	if s := p.str(); s != nil {
		return s.Value
	}
	return ""
}

// dataSource reads "name", or "name" = "type", which it joins with = again.
func (p *parser) dataSource() string {
	s := p.strValue()
	if p.accept("=") {
		s += "=" + p.strValue()
	}
	return s
}

// tagFilter reads {"key": "k", "values": ["v", ...]}.
func (p *parser) tagFilter() SourceTagFilter {
	var tag SourceTagFilter
	p.expect("{")
	for {
		if p.tok.kind == kindString { // the words of JSON are quoted
			p.tok.kind, p.tok.raw = kindName, p.tok.value
		}
		word := p.choice("key", "values")
		p.expect(":")
		if word == "key" {
			tag.Key = p.strValue()
		} else {
			tag.Values = p.sourceList(p.strValue, "values of a tag", maxSourceTagValues)
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect("}")
	return tag
}

// sourceTime reads epoch milliseconds, now, or an age.
func (p *parser) sourceTime(option string, to **SourceTime) {
	start := p.tok.start.Pos
	t := &SourceTime{}
	switch {
	case p.acceptWord("now"):
		t.Now = true
	case p.accept("-"):
		t.Ago = p.period()
	default:
		t.Millis = p.integer("epoch milliseconds", math.MaxInt64)
	}
	t.set(start, p.prev.end.Pos)
	if *to != nil {
		p.note(t.Span, option+" is given twice", "")
	}
	*to = t
}

// String returns the command in canonical form.
func (c *Source) String() string {
	s := "SOURCE"
	for _, item := range c.Items {
		s += " " + item.String()
	}
	if c.Start != nil {
		s += " START=" + c.Start.String()
	}
	if c.End != nil {
		s += " END=" + c.End.String()
	}
	return s
}

// String returns the item in canonical form.
func (i SourceItem) String() string {
	switch {
	case i.IsGroups:
		options := make([]string, len(i.LogGroups))
		for k, o := range i.LogGroups {
			options[k] = o.Name + ": " + quoteList(o.Values)
		}
		return "logGroups(" + strings.Join(options, ", ") + ")"
	case i.DataSource != nil:
		return "dataSource(" + quoteList(i.DataSource) + ")"
	case i.Tags != nil:
		tags := make([]string, len(i.Tags))
		for k, t := range i.Tags {
			tags[k] = t.String()
		}
		return "logGroupTags([" + strings.Join(tags, ", ") + "])"
	}
	return quote(i.Name)
}

// String returns the filter in canonical form.
func (t SourceTagFilter) String() string {
	if t.Values == nil {
		return `{"key": ` + quote(t.Key) + "}"
	}
	return `{"key": ` + quote(t.Key) + `, "values": ` + quoteList(t.Values) + "}"
}

// quoteList returns strings in brackets.
func quoteList(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// String returns the time as it is typed.
func (t *SourceTime) String() string {
	switch {
	case t.Now:
		return "now"
	case t.Ago != nil:
		return "-" + t.Ago.String()
	}
	return strconv.FormatInt(t.Millis, 10)
}
