package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

func TestLate(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"a text that is only shown", "fields @timestamp, @message | sort @timestamp desc | limit 20", "@message"},
		{"fields that are only shown", "fields a, b | filter c = 1", "a b"},
		{"a text and a field", "fields @message, level | filter level = 'error'", "@message"},
		{"a text that is filtered by", "fields @message | filter @message like /x/", ""},
		{"a text that is computed with", "fields @message, strlen(@message) as n", ""},
		{"a field that is sorted by", "fields a, b | sort a", "b"},
		{"a text that is parsed", "fields @message, x | parse @message '* *' as y, z", "x"},
		{"system fields are cheap", "fields @timestamp, @log, @logStream, @ingestionTime", ""},
		{"groups", "stats count(*) by a", ""},
		{"a field that stats are made of", "stats count(*) by a | sort a", ""},
		{"rows of which it is not known which they are", "fields a | addtotals col=true", ""},
		{"a join", "join left=l right=r where l.a=r.b (SOURCE x) | fields l.c", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := syntax.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			p, err := plan.Compile(q, plan.Options{Events: true})
			if err != nil {
				t.Fatal(err)
			}
			early, late := plan.Late(p)
			var names []string
			for _, l := range late {
				names = append(names, l.Field.Name)
				for _, at := range l.Columns {
					if p.Output[at].Name != l.Field.Name {
						t.Errorf("Late(%q): column %s shows %s", tt.query, p.Output[at].Name, l.Field.Name)
					}
				}
			}
			if got := strings.Join(names, " "); got != tt.want {
				t.Errorf("Late(%q) = %q, want %q", tt.query, got, tt.want)
			}
			if early != nil && len(early.Scan.Fields)+len(late) != len(p.Scan.Fields) {
				t.Errorf("Late(%q): early fields %v, want all of %v but %v", tt.query, fmt.Sprint(early.Scan.Fields), p.Scan.Fields, names)
			}
		})
	}
}
