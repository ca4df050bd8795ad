package analyzers

import "golang.org/x/tools/go/analysis"

var ignoreReason = check{
	name: "ignorereason",
	doc: `a finding is ignored for a reason

"//eventlint:ignore reason" on a line, or alone on the line above, silences the findings there;
"//eventlint:ignore tagpast: reason" silences one check. Without a reason the comment silences nothing, as
nobody could tell later whether it still holds.

Instead of

	//eventlint:ignore

write

	//eventlint:ignore tagpast: the partner's dashboards know this name`,
	run: checkIgnoreReason,
}

func checkIgnoreReason(p *pass) {
	for _, i := range p.result.Ignores {
		switch {
		case i.Reason == "":
			p.Report(analysis.Diagnostic{
				Pos: i.Pos, Category: p.Analyzer.Name,
				Message: "a finding is ignored without a reason, so nobody can tell whether that is still right: write //eventlint:ignore and why",
			})
		case i.Check != "" && Rank(i.Check) == len(gravity):
			p.Reportf(i.Pos, "%q is no check of eventlint, so the comment silences nothing: write //eventlint:ignore and why, or the name of a check before the colon", i.Check)
		}
	}
}
