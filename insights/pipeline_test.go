package insights_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// stages are one of each command, and more where it has several ways.
var stages = []string{
	"fields svc, ms", "fields toupper(svc) as svc", "display ms, svc", "filter ms > 5", "filter nosuch = 1", "filter user.id in (SOURCE g2 | fields uid)",
	"stats count(*) as n, sum(ms) by svc, bin(1m)", "stats count(*)", "stats sum(n) by svc", "stats latest(ms), values(svc)",
	"sort svc desc", "sort n", "limit 2", "limit any 2", "tail 2", "dedup svc",
	`parse @message '"svc":"*"' as s`, "parse @message /(?<c>[a-z])/ multi", `json field=user "id" as uid`, "unmask", "unnest user.roles into r", "expand user.roles",
	"pattern @message", "pattern svc", "diff", "diff previousMonth", "logcompare timeshift 1d", "anomaly",
	"join left=l right=r where l.level = r.lv (SOURCE x)", "lookup users id as user.id OUTPUT name", "fields r.note, l.svc",
	"addtotals", "addtotals col=true ms", "accum ms", "autoregress ms p=1-2", "filldown", "filldown svc", "fillmissing with 0 for n",
	"appendcols (SOURCE x | stats count(*) as m)", "appendcols override=true (SOURCE x | fields lv, note as svc)",
	"countFrequent svc", "outlier mark=true ms", "outlier action=remove ms", "relevantfields where ms > 50", "sessionize svc", "estimate",
}

// TestAnyTwoCommands runs every pair of commands: each gives an answer that does not depend on batches, with
// no name twice, or is refused with a place.
func TestAnyTwoCommands(t *testing.T) {
	f := loadCases(t)
	for _, first := range stages {
		for _, second := range stages {
			query := first + " | " + second
			whole, single := pipelineAnswer(t, f, query, 1000), pipelineAnswer(t, f, query, 1)
			if whole != single {
				t.Errorf("Run(%q) in one batch = %s\nrow by row %s", query, whole, single)
			}
		}
	}
}

func pipelineAnswer(t *testing.T, f *caseFile, query string, batch int) string {
	t.Helper()
	opts := f.options("A", batch)
	opts.Workers = 1 // with more, limit any gives other rows each time
	r, err := insights.Run(context.Background(), query, insights.Options{Exec: opts})
	if err != nil {
		var mistakes syntax.Errors
		if !errors.As(err, &mistakes) || mistakes[0].Span.Start.Line == 0 {
			t.Errorf("Run(%q): %v, want mistakes with a place", query, err)
		}
		return err.Error()
	}
	seen := map[string]bool{}
	for i, name := range r.Columns {
		if seen[name] || r.Rows.Columns[i].Len != r.Rows.Len {
			t.Errorf("Run(%q): column %q twice, or of %d rows, want %d", query, name, r.Rows.Columns[i].Len, r.Rows.Len)
		}
		seen[name] = true
	}
	return fmt.Sprint(r.Columns, cells(r), r.Limited)
}
