package queries

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// TestCommandsThatAClassLacks asks groups of the class INFREQUENT_ACCESS for what it has, and for what it lacks.
func TestCommandsThatAClassLacks(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("app"), "s", `{"a":1}`)
	rare := l.group("rare")
	rare.facts.Class = types.LogGroupClassInfrequentAccess
	l.put(rare, "s", `{"a":1}`)
	for _, tt := range []struct {
		name, query string
		groups      []string
		lacks       string // the command; "" if the query runs
		from, to    int    // its place
	}{
		{"pattern", "fields @message | pattern @message", []string{"rare"}, "pattern", 18, 34},
		{"diff", "pattern @message | diff", []string{"rare"}, "pattern", 0, 16},
		{"filterIndex", "filterIndex a = 1 | fields @message", []string{"rare"}, "filterIndex", 0, 17},
		{"unmask", "fields @message | unmask", []string{"rare"}, "unmask", 18, 24},
		{"the function unmask", "fields unmask(@message) as m", []string{"rare"}, "unmask", 7, 23},
		{"one group of several", "pattern @message", []string{"app", "rare"}, "pattern", 0, 16},
		{"SOURCE", `SOURCE "rare" | pattern @message`, nil, "pattern", 16, 32},
		{"several SOURCE", `SOURCE "app" | SOURCE "rare" | pattern @message`, nil, "pattern", 31, 47},
		{"a subquery", `filter @message in (SOURCE "rare" | unmask | fields @message)`, []string{"app"}, "unmask", 36, 42},
		{"a subquery over others", `filter @message in (SOURCE "app" | unmask | fields @message) | fields @message`, []string{"rare"}, "", 0, 0},
		{"the class Standard", "pattern @message", []string{"app"}, "", 0, 0},
		{"other commands", "filter @message like 'a' | parse @message '\"a\":*}' as a | stats count(*) as c by a | sort c desc", []string{"rare"}, "", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.StartQuery(l.ctx, input(tt.query, tt.groups...))
			if tt.lacks == "" {
				if err != nil {
					t.Errorf("StartQuery(%s) = %v, want that it runs", tt.query, err)
				}
				return
			}
			malformed, ok := errors.AsType[*types.MalformedQueryException](err)
			want := fmt.Sprintf("The log group rare is of log-group-class INFREQUENT_ACCESS. %s is not supported for this log class.", tt.lacks)
			if !ok || !strings.HasPrefix(*malformed.Message, want) {
				t.Fatalf("StartQuery(%s) = %v, want MalformedQueryException: %s", tt.query, err, want)
			}
			if at := malformed.QueryCompileError.Location; int(*at.StartCharOffset) != tt.from || int(*at.EndCharOffset) != tt.to {
				t.Errorf("StartQuery(%s) is refused for %d to %d, want %d to %d", tt.query, *at.StartCharOffset, *at.EndCharOffset, tt.from, tt.to)
			}
		})
	}
}
