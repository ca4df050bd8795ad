package remote

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
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

// What cannot be a region is refused before anybody is asked, and what says it is named.
func TestOpenRefusesRegions(t *testing.T) {
	long := strings.Repeat("a", 63)
	tests := []struct {
		name, flag, variable, want string
	}{
		{"a region", "eu-central-1", "", ""},
		{"a region of others", "local", "", ""},
		{"as long as a part of a host's name", long, "", ""},
		{"longer", long + "a", "", `--region: found "` + long + `a", want a region such as us-east-1`},
		{"a blank", "us east", "", `--region: found "us east", want a region such as us-east-1`},
		{"a mark", "us_east_1", "", `--region: found "us_east_1", want a region such as us-east-1`},
		{"a hyphen at its end", "us-", "", `--region: found "us-", want a region such as us-east-1`},
		{"letters of others", "ü", "", `--region: found "ü", want a region such as us-east-1`},
		{"in the environment", "", "eu/central", `AWS_REGION: found "eu/central", want a region such as us-east-1`},
		{"in the environment, but not asked for", "eu-central-1", "eu/central", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("AWS_REGION", test.variable)
			_, err := Open(t.Context(), Options{EndpointURL: "http://127.0.0.1:1", Region: test.flag}, os.Getenv)
			if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && got != test.want {
				t.Errorf("Open(%q) = %v, want %q", test.flag, err, test.want)
			}
		})
	}
}

// Who is refused is told as whom they asked.
func TestExplainSaysWhoIsRefused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."}`))
	}))
	defer server.Close()
	for key, want := range map[string]string{
		"":            "The security token included in the request is invalid (no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --profile)",
		"AKIAEXAMPLE": "The security token included in the request is invalid (with the access key AKIAEXAMPLE)",
	} {
		for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": key, "AWS_PROFILE": ""} {
			t.Setenv(name, value)
		}
		c, err := Open(t.Context(), Options{EndpointURL: server.URL, Region: "us-east-1"}, os.Getenv)
		if err != nil {
			t.Fatalf("Open(%s) = %v", server.URL, err)
		}
		_, err = c.Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
		if got := fmt.Sprint(c.Explain(err)); got != "UnrecognizedClientException: "+want || !Denied(err) {
			t.Errorf("with the key %q it says %q, want %q", key, got, want)
		}
	}
}
