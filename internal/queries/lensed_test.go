package queries

import (
	"fmt"
	"strings"
	"testing"
)

// upperLens hides secret, and transforms texts that begin with T to JSON with the stream.
type upperLens struct{}

func (upperLens) See(stream, message string, _ int64, unmask bool) Seen {
	if !unmask {
		message = strings.ReplaceAll(message, "secret", "******")
	}
	switch {
	case strings.HasPrefix(message, "T "):
		return Seen{Text: message, Fields: fmt.Sprintf(`{"n":%q,"from":%q}`, message[2:], stream), Transformed: true}
	case strings.HasPrefix(message, "P "):
		return Seen{Text: message, Fields: message, Problem: "no"}
	}
	return Seen{Text: message, Fields: message}
}

func (upperLens) Transforms() bool { return true }

func TestLens(t *testing.T) {
	l := newLab(t, Limits{})
	g := l.group("app")
	g.facts.Lens = upperLens{}
	l.put(g, "one", `{"n":"secret","m":1}`, `T secret`, `P secret`)
	l.put(g, "gone", `{"n":"gone"}`)
	l.put(l.group("plain"), "one", `{"n":"secret","m":2}`)
	for _, tt := range []struct {
		text   string
		groups []string
		want   string
	}{
		{"fields @message | sort @message asc", nil, "@message=P ******\n@message=T ******\n@message={\"n\":\"******\",\"m\":1}\n@message={\"n\":\"gone\"}"},
		{"filter ispresent(n) | stats count(*) as c by n | sort n asc", nil, "n=****** c=2\nn=gone c=1"},
		{`filter n = "secret" | stats count(*)`, nil, ""},
		{`filter unmask(n) = "secret" | stats count(*) as c`, nil, "c=2"},
		{`filter m = 1 | fields n, unmask(n) as u, unmask(@message) as t`, nil, `n=****** u=secret t={"n":"secret","m":1}`},
		{`filter m = 1 | fields n, @message | unmask`, nil, `n=secret @message={"n":"secret","m":1}`},
		{`filter ispresent(from) | fields n, from, @logStream`, nil, "n=****** from=one @logStream=one"},
		{`filter ispresent(@transformationError) | fields @message, @transformationError`, nil, "@message=P ****** @transformationError=no"},
		{`fields @transformationError, @message | sort @timestamp desc | limit 1`, nil, "@transformationError=no @message=P ******"},
		{`filter ispresent(m) | fields @log, n, m | sort m asc`, []string{"app", "plain"}, "@log=111122223333:app n=****** m=1\n@log=111122223333:plain n=secret m=2"},
		{`filter n in (SOURCE "app" | filter m = 1 | fields n) | stats count(*) as c`, nil, "c=2"},
		{`fields @message like /secret/ as hidden | stats sum(hidden) as c`, nil, "c=0"},
	} {
		groups := tt.groups
		if groups == nil {
			groups = []string{"app"}
		}
		if got := l.answer(input(tt.text, groups...)); got != tt.want {
			t.Errorf("query(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	g.mu.Lock()
	g.streams[1] = ""
	g.mu.Unlock()
	if got, want := l.answer(input("stats count(*) as c by n | sort n asc", "app")), "c=1\nn=****** c=2"; got != want {
		t.Errorf("after a stream was deleted: %q, want %q", got, want)
	}
}
