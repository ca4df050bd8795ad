package analyzers

import "github.com/groundwatch/groundwatch/analyzers/site"

var tagPast = check{
	name: "tagpast",
	doc: `a tag says what happened, in the past tense

An event is written after the fact, and its tag names the fact: email_sent. "sending_email" does not say
whether it went, "send_email" sounds like an order, "email" says nothing. A word that ends in -ed or is a
known past form has to be among the tag's words; tags.past adds words.

Instead of

	eventlog.Info(ctx, "sending_email")
	eventlog.Error(ctx, "payment_error")

write

	eventlog.Info(ctx, "email_sent")
	eventlog.Error(ctx, "payment_failed")

Names that a dashboard knows must change there too, so this is never fixed by the tool.`,
	run: checkTagPast,
}

func checkTagPast(p *pass) {
	for _, s := range p.sites {
		for _, t := range s.Tags {
			if t.Name == "" || t.Expr == nil || t.Role == site.Assertion {
				continue
			}
			switch tense := p.cfg.Tags.Tense(t.Name); {
			case tense.Past:
			case tense.Better != "":
				p.report(s, t.Expr, nil, "the tag %q does not say what happened, as %s: write it after the fact, perhaps %q",
					t.Name, tense.Why, p.cfg.Tags.Style.Write(tense.Better))
			default:
				p.report(s, t.Expr, nil, "the tag %q does not say what happened, as %s: write a thing and what became of it, such as %q",
					t.Name, tense.Why, p.cfg.Tags.Style.Write("order_paid"))
			}
		}
	}
}
