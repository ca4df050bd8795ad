package tail

import (
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/output"
)

// columnsAfter is after how many events people are told that none had a column they asked for: what ten events in a row lack is more
// likely misspelt than rare.
const columnsAfter = 10

// Columns tells, once, which columns that were asked for none of the events shown had. It is called when no more events come; before, it
// is told by itself after some events.
func (t *Tailer) Columns() {
	if t.told || t.opt.Note == nil || t.opt.Raw || t.shown == 0 {
		return
	}
	t.told = true
	missing, known := t.line.Missing()
	for _, name := range missing {
		hint := ""
		if near := syntax.Suggest(name, known); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		what := "no field " + output.Visible(name)
		if strings.ContainsAny(name, "*?[") {
			what = "no field that fits " + output.Visible(name)
		}
		of := fmt.Sprintf("the %d events so far have", t.shown)
		if t.shown == 1 {
			of = "the event has"
		}
		t.opt.Note(fmt.Sprintf("--columns: %s %s%s", of, what, hint))
	}
}
