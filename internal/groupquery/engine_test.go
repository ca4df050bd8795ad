package groupquery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/remote"
)

// A service answers each operation with a text, and notes which were asked for.
type service struct {
	answers map[string]string
	each    func(operation string)

	mu    sync.Mutex
	asked []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, _ := io.ReadAll(r.Body) // what is missing shows in asked
	s.mu.Lock()
	s.asked = append(s.asked, operation+" "+string(body))
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if strings.Contains(s.answers[operation], "__type") {
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = io.WriteString(w, s.answers[operation])
	if s.each != nil {
		s.each(operation)
	}
}

func engine(t *testing.T, s *service) *Engine {
	t.Helper()
	t.Setenv("AWS_PROFILE", "")
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := remote.Open(t.Context(), remote.Options{EndpointURL: server.URL}, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	return &Engine{Client: c, Places: []remote.Place{{Group: "g"}}, Now: func() time.Time { return time.UnixMilli(5000) }, Note: func(string) {}}
}

// When its context ends a query is stopped, and what it had found is its answer.
func TestAnswerStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &service{answers: map[string]string{
		"StartQuery": `{"queryId":"1"}`, "StopQuery": `{"success":true}`,
		"GetQueryResults": `{"status":"Running","results":[[{"field":"n","value":"7"}]],"statistics":{"recordsMatched":1,"recordsScanned":2,"bytesScanned":3}}`,
	}}
	s.each = func(operation string) {
		if operation == "GetQueryResults" {
			cancel()
		}
	}
	r, err := engine(t, s).Answer(ctx, "fields n")
	if !errors.Is(err, context.Canceled) || r == nil || r.Rows.Len != 1 || r.Rows.Columns[0].Value(0).Int() != 7 || r.Stats.RecordsScanned != 2 {
		t.Errorf("Answer = %+v, %v, want the row so far", r, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := strings.Join(s.asked, "\n"); !strings.Contains(got, `StopQuery {"queryId":"1"}`) {
		t.Errorf("the service was asked\n%s\nwant the query to be stopped", got)
	}
}

func TestAnswerFails(t *testing.T) {
	const malformed = `{"__type":"MalformedQueryException","message":"no such thing","queryCompileError":{"location":{"startCharOffset":7,"endCharOffset":10},"message":"no"}}`
	tests := []struct {
		name, query, start, results, want string
		rows                              int
	}{
		{"a mistake that we know too", "stats cont(*)", malformed, "", "1:7: unknown function", -1},
		{"one that only the service knows", "fields n", malformed, "", "1:8: MalformedQueryException", -1},
		{"a query that failed", "fields n", `{"queryId":"1"}`, `{"status":"Failed","results":[[{"field":"n","value":"7"}]]}`, "status Failed", 1},
		{"events that could not be read", "fields n", `{"queryId":"1"}`, `{"status":"Complete","results":[],"statistics":{"estimatedRecordsSkipped":1}}`, ErrPartial.Error(), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := engine(t, &service{answers: map[string]string{"StartQuery": test.start, "GetQueryResults": test.results}})
			r, err := e.Answer(t.Context(), test.query)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Answer(%q) fails with %v, want %q", test.query, err, test.want)
			}
			if mistakes := (syntax.Errors)(nil); test.rows < 0 && !errors.As(err, &mistakes) {
				t.Errorf("Answer(%q) fails with %T, want one with a place", test.query, err)
			}
			if rows := -1; r != nil {
				rows = r.Rows.Len
				if rows != test.rows {
					t.Errorf("Answer(%q) gives %d rows, want %d", test.query, rows, test.rows)
				}
			}
		})
	}
}

func TestManyGroups(t *testing.T) {
	places := make([]remote.Place, remote.QueryGroups+1)
	tests := []struct {
		name  string
		globs []string
		want  string // of the query; "" if it is refused
	}{
		{"prefixes", []string{"/aws/*", "/labels/*"}, `SOURCE logGroups(namePrefix: ["/aws/", "/labels/"]) | fields n`},
		{"other globs", []string{"/aws/*/pay"}, ""},
		{"too short for SOURCE", []string{"*"}, ""},
		{"too many prefixes", []string{"/aaa*", "/bbb*", "/ccc*", "/ddd*", "/eee*", "/fff*"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := engine(t, &service{})
			err := e.Over(places, test.globs)
			if test.want == "" {
				if err == nil {
					t.Errorf("Over(%q) = nil, want an error", test.globs)
				}
				return
			}
			if q, failed := e.question("fields n"); err != nil || failed != nil || q.Text != test.want || q.Groups != nil {
				t.Errorf("question = %+v, %v, %v, want %q", q, err, failed, test.want)
			}
		})
	}
}

// A query about a time before its groups is refused in words that say since when they have events, without a place in the query.
func TestAnswerTooEarly(t *testing.T) {
	const refused = `{"__type":"MalformedQueryException","message":"Query's end date and time is either before the log groups creation time or exceeds the log groups log retention settings ([0,7])",
		"queryCompileError":{"location":{"startCharOffset":0,"endCharOffset":7},"message":"no"}}`
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	made := func(group string, ago, kept time.Duration) remote.Place {
		return remote.Place{Group: group, Created: now.Add(-ago).UnixMilli(), Retention: kept}
	}
	tests := []struct {
		name, query string
		places      []remote.Place
		want        string
	}{
		{
			"a group that is young", "fields n", []remote.Place{made("/labels/web", day, 0)},
			"the time asked about ends at 2026-01-02T00:00:00Z, but log group /labels/web was made at 2026-11-20T12:00:00Z: let --until be later, or leave it out",
		},
		{
			"one that keeps little", "fields n", []remote.Place{made("/labels/web", 900*day, 7*day)},
			"the time asked about ends at 2026-01-02T00:00:00Z, but log group /labels/web keeps events for 7 days, now those since 2026-11-14T12:00:00Z: let --until be later, or leave it out",
		},
		{
			"the oldest of several", "fields n", []remote.Place{made("a", 20*day, 3*day), made("b", 9*day, 30*day), made("c", day, 0)},
			"the time asked about ends at 2026-01-02T00:00:00Z, but of 3 groups the one with the oldest events, b, was made at 2026-11-12T12:00:00Z: let --until be later, or leave it out",
		},
		{
			"groups that the query names", `SOURCE "a" | fields n`, nil,
			"the time asked about ends at 2026-01-02T00:00:00Z, before the log groups were made, or before what they keep: ask about a later one",
		},
		{
			"a query with a mistake of its own", "stats cont(*)", []remote.Place{made("a", day, 0)},
			"the time asked about ends at 2026-01-02T00:00:00Z, but log group a was made at 2026-11-20T12:00:00Z: let --until be later, or leave it out",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := engine(t, &service{answers: map[string]string{"StartQuery": refused}})
			e.Places, e.Now, e.To = test.places, func() time.Time { return now }, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC).UnixMilli()
			_, err := e.Answer(t.Context(), test.query)
			if early := (*EarlyError)(nil); !errors.As(err, &early) || err.Error() != test.want {
				t.Errorf("Answer(%q) fails with %T\n%v, want\n%s", test.query, err, err, test.want)
			}
			if mistakes := (syntax.Errors)(nil); errors.As(err, &mistakes) {
				t.Errorf("Answer(%q) fails with a place in the query: %v", test.query, mistakes)
			}
		})
	}
}

// A service that does not answer when a query is to be stopped keeps nobody: what it had said before is the answer.
func TestAnswerStopsWithoutTheService(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	hang := make(chan struct{})
	defer close(hang)
	s := &service{answers: map[string]string{
		"StartQuery": `{"queryId":"1"}`, "GetQueryResults": `{"status":"Running","results":[[{"field":"n","value":"7"}]]}`,
	}}
	looks := 0
	s.each = func(operation string) {
		switch operation {
		case "GetQueryResults":
			if looks++; looks == 2 { // the first one's answer has come
				cancel()
			}
		case "StopQuery":
			<-hang
		}
	}
	e := engine(t, s)
	r, err := e.Answer(ctx, "fields n")
	if !errors.Is(err, context.Canceled) || r == nil || r.Rows.Len != 1 {
		t.Errorf("Answer = %+v, %v, want the row so far", r, err)
	}
}

// While a query runs few rows are fetched; of one that has ended all are, page by page.
func TestAnswerFetchesFewRowsOfAQueryThatRuns(t *testing.T) {
	s := &service{answers: map[string]string{
		"StartQuery": `{"queryId":"1"}`, "GetQueryResults": `{"status":"Running","results":[[{"field":"n","value":"1"}]],"nextToken":"more"}`,
	}}
	looks := 0
	s.each = func(operation string) {
		if operation != "GetQueryResults" {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		switch looks++; looks {
		case 2:
			s.answers[operation] = `{"status":"Complete","results":[[{"field":"n","value":"1"}]],"nextToken":"more"}`
		case 3:
			s.answers[operation] = `{"status":"Complete","results":[[{"field":"n","value":"2"}]]}`
		}
	}
	r, err := engine(t, s).Answer(t.Context(), "fields n")
	if err != nil || r.Rows.Len != 2 {
		t.Fatalf("Answer = %+v, %v, want 2 rows", r, err)
	}
	want := `{"maxItems":100,"queryId":"1"} {"maxItems":100,"queryId":"1"} {"maxItems":100,"queryId":"1"} {"nextToken":"more","queryId":"1"}`
	var got []string
	for _, asked := range s.asked {
		if body, ok := strings.CutPrefix(asked, "GetQueryResults "); ok {
			got = append(got, body)
		}
	}
	if strings.Join(got, " ") != want {
		t.Errorf("GetQueryResults is asked\n%s, want\n%s", strings.Join(got, " "), want)
	}
}

// Each query tells its own progress: whether it waits for others, and what it has read.
func TestProgressIsOfTheQueryThatRuns(t *testing.T) {
	s := &service{answers: map[string]string{
		"StartQuery": `{"queryId":"1"}`, "GetQueryResults": `{"status":"Scheduled","results":[]}`,
	}}
	e := engine(t, s)
	answers := []string{
		`{"status":"Running","results":[],"statistics":{"recordsScanned":2,"bytesScanned":3}}`, `{"status":"Complete","results":[]}`,
		`{"status":"Complete","results":[]}`, `{"status":"Complete","results":[]}`,
	}
	var seen []string
	s.each = func(operation string) {
		if operation == "StopQuery" || len(answers) == 0 {
			return
		}
		bytes, events := e.Progress()
		seen = append(seen, fmt.Sprint(operation, " ", e.Waits(), bytes, events))
		if operation == "GetQueryResults" {
			s.answers[operation], answers = answers[0], answers[1:]
		}
	}
	for range 2 {
		if _, err := e.Answer(t.Context(), "fields n"); err != nil {
			t.Fatal(err)
		}
	}
	want := "StartQuery false 0 0; GetQueryResults false 0 0; GetQueryResults true 0 0; GetQueryResults false 3 2; StartQuery false 0 0; GetQueryResults false 0 0"
	if got := strings.Join(seen, "; "); got != want {
		t.Errorf("progress is\n%s, want\n%s", got, want)
	}
}
