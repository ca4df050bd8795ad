package remote

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Pages are fetched while those before are looked at, but for who wants the first ones alone; all come, in order.
func TestEventsAreFetchedAhead(t *testing.T) {
	const last = 5
	asked := make(chan int, 2*last)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := 1
		body, _ := io.ReadAll(r.Body)
		if _, token, ok := strings.Cut(string(body), `"nextToken":"`); ok {
			_, _ = fmt.Sscanf(token, "%d", &page)
		}
		asked <- page
		next := fmt.Sprintf(`,"nextToken":"%d"`, page+1)
		if page == last {
			next = ""
		}
		_, _ = fmt.Fprintf(w, `{"events":[{"logStreamName":"h1","timestamp":%d,"message":"m"}]%s}`, page, next)
	}))
	defer server.Close()
	client, all := open(t, server.URL), Selection{Places: []Place{{Group: "/labels/web"}}}
	for range client.Events(t.Context(), all) {
		break
	}
	if n := len(asked); n != 1 {
		t.Errorf("for the first event %d pages are asked for, want 1", n)
	}
	<-asked
	given := int64(0)
	for e, err := range client.Events(t.Context(), all) {
		if given++; err != nil || aws.ToInt64(e.Timestamp) != given {
			t.Fatalf("event %d is %v, %v", given, aws.ToInt64(e.Timestamp), err)
		}
		for given == aheadAfter && <-asked <= aheadAfter { // would wait for ever for a page that is asked for when it is wanted
		}
	}
	if given != last {
		t.Errorf("Events gives %d events, want %d", given, last)
	}
}

// A page that is fetched ahead keeps nobody who has seen enough.
func TestEventsEndWhileAPageIsFetched(t *testing.T) {
	hang, pages := make(chan struct{}), 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if pages++; pages > aheadAfter {
			<-hang
		}
		_, _ = fmt.Fprint(w, `{"events":[{"logStreamName":"h1","timestamp":1,"message":"m"}],"nextToken":"more"}`)
	}))
	defer server.Close()
	defer close(hang)
	given := 0
	for _, err := range open(t, server.URL).Events(t.Context(), Selection{Places: []Place{{Group: "/labels/web"}}}) {
		if err != nil {
			t.Fatal(err)
		}
		if given++; given == aheadAfter {
			break
		}
	}
}
