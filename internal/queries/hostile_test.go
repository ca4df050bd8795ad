package queries

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

// padded returns a query of n characters, most of which are a comment.
func padded(n int) string {
	const query = "stats count(*) as n # "
	return query + strings.Repeat("ü", n-len(query))
}

func TestLengthOfAQuery(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("g"), "s", numbered(3)...)
	for _, n := range []int{9_999, 10_000} {
		if got := l.answer(input(padded(n), "g")); got != "n=3" {
			t.Errorf("query of %d characters = %s, want n=3", n, got)
		}
	}
	if _, err := l.StartQuery(l.ctx, input(padded(10_001), "g")); !strings.Contains(servicetest.ErrorText(err), "less than or equal to 10000") {
		t.Errorf("StartQuery of 10,001 characters = %.300s, want that it is too long", servicetest.ErrorText(err))
	}
	// Terms of 10,000 characters: as deep and as long as a query can be.
	for _, query := range []string{
		"filter " + strings.Repeat("(", 4990) + "n=1" + strings.Repeat(")", 4990),
		"filter n = 1" + strings.Repeat(" or n = 1", 1100),
		"fields " + strings.Repeat("n,", 4990) + "n",
		"filter n in [" + strings.Repeat("1,", 4980) + "2] | stats count(*)",
	} {
		id, err := l.StartQuery(l.ctx, input(query, "g"))
		if err == nil {
			l.wait(*id.QueryId)
			continue
		}
		if _, ok := errors.AsType[*types.MalformedQueryException](err); !ok {
			t.Errorf("StartQuery(%.40s...) = %.200s, want an answer or MalformedQueryException", query, servicetest.ErrorText(err))
		}
	}
}

func TestTenThousandGroups(t *testing.T) {
	l := newLab(t, Limits{})
	for i := range 10_000 {
		g := l.group(fmt.Sprintf("g%05d", i))
		if i%1000 == 0 {
			l.put(g, "s", `{"n":1}`)
		}
	}
	query := `SOURCE logGroups(namePrefix: ["g"]) | stats count(*) as n`
	id := l.start(input(query))
	out := l.wait(id)
	if got := rowTexts(out); got != "n=10" || out.Statistics.LogGroupsScanned != 10_000 {
		t.Errorf("query over 10,000 groups = %s of %v groups, want n=10", got, out.Statistics.LogGroupsScanned)
	}
	l.group("g-one more")
	want := "MalformedQueryException: SOURCE chooses more than 10000 log groups"
	if _, err := l.StartQuery(l.ctx, input(query)); servicetest.ErrorText(err) != want {
		t.Errorf("StartQuery over 10,001 groups = %s, want %s", servicetest.ErrorText(err), want)
	}
}

// TestRegexesThatWouldHang matches expressions that take other engines for ever.
func TestRegexesThatWouldHang(t *testing.T) {
	l := newLab(t, Limits{})
	long := strings.Repeat("a", 50_000)
	l.put(l.group("g"), "s", long+"!", long)
	for _, tt := range []struct{ query, want string }{
		{`filter @message like /^(a+)+$/ | stats count(*) as n`, "n=1"},
		{`filter @message like /^(a|aa)+$/ | stats count(*) as n`, "n=1"},
		{`filter @message like /(.*a){20}!/ | stats count(*) as n`, "n=1"},
		{`parse @message /(?<x>(a*)*b)/ | filter ispresent(x) | stats count(*) as n`, ""},
	} {
		if got := l.answer(input(tt.query, "g")); got != tt.want {
			t.Errorf("query(%s) = %s, want %s", tt.query, got, tt.want)
		}
	}
	for _, query := range []string{`filter @message like /(a{1000}){1000}/`, `filter @message like /(?=a)b/`, `filter @message like /(a)\1/`} {
		if _, err := l.StartQuery(l.ctx, input(query, "g")); !strings.HasPrefix(servicetest.ErrorText(err), "MalformedQueryException: ") {
			t.Errorf("StartQuery(%s) = %s, want MalformedQueryException", query, servicetest.ErrorText(err))
		}
	}
}

// TestGroupsBeyondMemory groups by a field whose values all differ.
func TestGroupsBeyondMemory(t *testing.T) {
	l := newLab(t, Limits{Memory: 1 << 20})
	l.put(l.group("g"), "s", numbered(40_000)...)
	all := func(query string) *cloudwatchlogs.StartQueryInput {
		in := input(query, "g")
		in.EndTime = aws.Int64(1 << 41) // ms
		return in
	}
	id := l.start(all("stats count(*) as c by n"))
	out := l.wait(id)
	if out.Status != types.QueryStatusFailed || len(out.Results) == 0 {
		t.Errorf("query = %s with %d rows, want Failed, with what it had found", out.Status, len(out.Results))
	}
	a, err := l.Answer(l.ctx, id)
	if want := "needs more than the 1 MiB that a query may hold"; err != nil || !strings.Contains(a.Failure, want) {
		t.Errorf("Answer = %q, %v, want %s", a.Failure, err, want)
	}
	if got := l.answer(all("stats count(*) as c")); got != "c=40000" {
		t.Errorf("the next query = %s, want c=40000", got)
	}
}

func TestRowsBeyondTheLimit(t *testing.T) {
	l := newLab(t, Limits{Rows: 300, PageRows: 100})
	l.put(l.group("g"), "s", numbered(500)...)
	in := input("fields n | sort n asc", "g")
	in.Limit = aws.Int32(300)
	id := l.start(in)
	l.wait(id)
	rows := 0
	for page := (&cloudwatchlogs.GetQueryResultsInput{QueryId: &id}); ; {
		out := l.results(page)
		rows += len(out.Results)
		if out.Statistics.ResultCount != 300 || out.Statistics.RecordsMatched != 500 {
			t.Errorf("statistics %+v, want 300 rows of 500", out.Statistics)
		}
		if page.NextToken = out.NextToken; page.NextToken == nil {
			break
		}
	}
	if rows != 300 {
		t.Errorf("%d rows on all pages, want 300", rows)
	}
}

// TestGroupsMeetInQueries lets one query read groups that the request and SOURCE name.
func TestGroupsMeetInQueries(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("orders"), "s", `{"id":"o1","user":"u1"}`, `{"id":"o2","user":"u2"}`, `{"id":"o3","user":"u1"}`)
	l.put(l.group("users"), "s", `{"uid":"u1","name":"Ann","state":"bad"}`, `{"uid":"u2","name":"Bob","state":"good"}`)
	for _, tt := range []struct{ name, query, want string }{
		{"join", `join left=o right=u where o.user = u.uid (SOURCE 'users' | fields uid, name) | fields o.id, u.name | sort o.id asc`,
			"o.id=o1 u.name=Ann\no.id=o2 u.name=Bob\no.id=o3 u.name=Ann"},
		{"subquery", `filter user in (SOURCE 'users' | filter state = "bad" | fields uid) | fields id | sort id asc`, "id=o1\nid=o3"},
		{"not in a subquery", `filter user not in (SOURCE 'users' | filter state = "bad" | fields uid) | fields id`, "id=o2"},
		{"a subquery that finds nothing", `filter user in (SOURCE 'users' | filter state = "none" | fields uid) | fields id`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.answer(input(tt.query, "orders")); got != tt.want {
				t.Errorf("query(%s) = %s, want %s", tt.query, got, tt.want)
			}
		})
	}
	diff := l.wait(l.start(input("diff previousDay", "orders", "users")))
	if diff.Status != types.QueryStatusComplete || len(diff.Results) == 0 {
		t.Errorf("diff over two groups = %s with %d rows, want patterns", diff.Status, len(diff.Results))
	}
}

// TestAccountsDoNotStarve fills the line with one account's queries: another's gets the next place but one.
func TestAccountsDoNotStarve(t *testing.T) {
	l := newLab(t, Limits{Running: 1})
	l.put(l.group("g"), "s", numbered(10)...)
	open := l.table.shut(0)
	var mine []string
	for range 20 {
		mine = append(mine, l.start(input("stats count(*) as n", "g")))
	}
	own := l.ctx
	l.ctx = caller.With(own, caller.Caller{Account: "444455556666", Region: "eu-central-1"})
	theirs := l.start(input("stats count(*) as n", "g"))
	open()
	l.wait(theirs)
	l.ctx = own
	for _, id := range mine {
		l.wait(id)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, e := range l.ended {
		if e.ID == theirs && i > 2 {
			t.Errorf("another account's query ended as number %d of %d, want among the first three", i+1, len(l.ended))
		}
	}
}
