package remote

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

func TestClientsSayThatTheyAreOurs(t *testing.T) {
	agent := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent <- r.UserAgent()
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = w.Write([]byte(`{"logGroups":[]}`))
	}))
	defer server.Close()
	c, err := Open(t.Context(), Options{EndpointURL: server.URL}, func(string) string { return "" })
	if err != nil {
		t.Fatalf("Open(%q) = %v", server.URL, err)
	}
	if _, err := c.Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{}); err != nil {
		t.Fatalf("DescribeLogGroups = %v", err)
	}
	if got := <-agent; !strings.Contains(" "+got+" ", " app/groundwatch ") {
		t.Errorf("User-Agent = %q, want app/groundwatch in it", got)
	}
}
