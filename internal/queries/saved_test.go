package queries

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

func TestCallsOfSavedQueries(t *testing.T) {
	l := newLab(t, Limits{})
	g := l.group("g")
	l.put(g, "s", `{"n":1,"level":"info"}`, `{"n":2,"level":"warn"}`, `{"n":3,"level":"warn"}`)
	save := func(name, text string, language types.QueryLanguage, parameters ...types.QueryParameter) {
		l.saved = append(l.saved, types.QueryDefinition{Name: &name, QueryString: &text, QueryLanguage: language, Parameters: parameters})
	}
	level := types.QueryParameter{Name: aws.String("level"), DefaultValue: aws.String(`"warn"`)}
	save("Level", `filter level = {{level}}`, types.QueryLanguageCwli, level)
	save("Count", "stats count(*) as n # of all", types.QueryLanguageCwli)
	save("Twice", "fields n", types.QueryLanguageCwli)
	save("Twice", "fields n", types.QueryLanguageCwli)
	save("Sql", "SELECT 1", types.QueryLanguageSql)
	save("Long", "fields n # "+strings.Repeat("x", 9990), types.QueryLanguageCwli)

	for _, tt := range []struct{ name, query, want string }{
		{"a default", "$Level() | fields n | sort n asc", "n=2\nn=3"},
		{"a value", `$Level(level = "info") | fields n`, "n=1"},
		{"two calls", `$Level() | $Count()`, "n=2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.answer(input(tt.query, "g")); got != tt.want {
				t.Errorf("query(%s) = %s, want %s", tt.query, got, tt.want)
			}
		})
	}
	for _, tt := range []struct {
		name, query string
		start, end  int32
		want        string
	}{
		{"no such query", "fields n | $None()", 11, 18, `there is no saved query "None"`},
		{"two of that name", "$Twice()", 0, 8, `there are 2 saved queries "Twice"`},
		{"another language", "$Sql()", 0, 6, `saved query "Sql" is in SQL, which cannot be called`},
		{"too long", "$Long()", 0, 7, "with its saved queries the query has 10002 characters, at most 10000 are allowed"},
		{"a mistake behind a call", "$Level() | filter nosuch(n)", 18, 27, `unknown function "nosuch"`},
		{"a mistake between a call and one of syntax", "$Level() | filter", 17, 17, "unexpected symbol found <EOF> at line 1 and position 17"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.StartQuery(l.ctx, input(tt.query, "g"))
			m, ok := errors.AsType[*types.MalformedQueryException](err)
			if !ok {
				t.Fatalf("StartQuery(%s) = %v, want MalformedQueryException", tt.query, err)
			}
			at := m.QueryCompileError.Location
			if *at.StartCharOffset != tt.start || *at.EndCharOffset != tt.end || !strings.HasPrefix(*m.Message, tt.want) {
				t.Errorf("StartQuery(%s) = %d-%d %s, want %d-%d %s", tt.query, *at.StartCharOffset, *at.EndCharOffset, *m.Message, tt.start, tt.end, tt.want)
			}
		})
	}
	if _, err := l.StartQuery(l.ctx, input("$broken()", "g")); err == nil || err.Error() != "no disk" {
		t.Errorf("StartQuery when saved queries cannot be read = %v, want why", err)
	}
	id := l.start(input("$Level()", "g"))
	l.wait(id)
	out, err := l.DescribeQueries(l.ctx, &cloudwatchlogs.DescribeQueriesInput{})
	if err != nil || !strings.HasSuffix(*out.Queries[0].QueryString, "| $Level()") {
		t.Errorf("DescribeQueries = %v, %v, want the query as it was written", out, err)
	}
}
