package analyzers

import (
	"go/constant"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

var tagCase = check{
	name: "tagcase",
	doc: `tags are short and written in one style

One style means that a tag can be guessed: order_paid, never OrderPaid, order-paid or "order paid". At
most six words and 48 bytes fit into a table and into a person's head (tags.style, tags.maxWords and
tags.maxBytes change that). slog's messages are judged only when they look like a tag, or when
tags.required says that they have to be one.

Instead of

	eventlog.Info(ctx, "OrderPaid")

write

	eventlog.Info(ctx, "order_paid")

eventlint --fix rewrites a literal in another style.`,
	run: checkTagCase,
}

func checkTagCase(p *pass) {
	for _, s := range p.sites {
		for _, t := range s.Tags {
			if t.Const && t.Expr != nil {
				p.checkTagForm(s, t)
			}
		}
		if p.cfg.Tags.Required && s.Message != nil && len(s.Tags) == 0 {
			p.checkMessage(s)
		}
	}
}

func (p *pass) checkTagForm(s site.Site, t site.Tag) {
	rule := p.cfg.Tags
	words := len(dictionary.Words(t.Name))
	switch {
	case t.Name == "":
		p.report(s, t.Expr, nil, "the tag is empty, so the event says nothing: write what happened, such as %q", rule.Style.Write("order_paid"))
	case !rule.Style.Fits(t.Name):
		better := rule.Style.Better(t.Name)
		var fix []analysis.SuggestedFix
		if p.constant(t.Expr) == t.Name && !p.hasTag(better, t) { // else a wrapper adds a part, or two events get one tag
			fix = rename(t.Expr, better)
		}
		p.report(s, t.Expr, fix, "the tag %q is not written like the others, so it is missed by who searches: write %q", t.Name, orExample(better, rule.Style))
	case words > rule.MaxWords:
		p.report(s, t.Expr, nil, "the tag %q has %d words, more than %d: write what happened, and the circumstances as fields", t.Name, words, rule.MaxWords)
	case len(t.Name) > rule.MaxBytes:
		p.report(s, t.Expr, nil, "the tag %q has %d bytes, more than %d: write what happened, and the circumstances as fields", t.Name, len(t.Name), rule.MaxBytes)
	}
}

// hasTag tells whether an event of the package other than t's is called name, or would be if it were mended.
func (p *pass) hasTag(name string, t site.Tag) bool {
	for _, s := range p.sites {
		for _, x := range s.Tags {
			if x.Expr != t.Expr && (x.Name == name || p.cfg.Tags.Style.Better(x.Name) == name) {
				return true
			}
		}
	}
	return false
}

// orExample returns name, or what a name looks like in style.
func orExample(name string, style dictionary.Style) string {
	if name == "" {
		return style.Write("order_paid")
	}
	return name
}

func (p *pass) checkMessage(s site.Site) {
	v := p.TypesInfo.Types[s.Message].Value
	if v == nil {
		return // tagconst's
	}
	name := constant.StringVal(v)
	if !p.cfg.Tags.Style.Fits(name) {
		p.report(s, s.Message, nil, "the message %q is a sentence, and sentences get reworded: write a tag, such as %q", name, p.cfg.Tags.Style.Write(name))
	}
}
