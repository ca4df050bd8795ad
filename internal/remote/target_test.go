package remote

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	tests := []struct {
		text string
		want Target
		ok   bool
	}{
		{"/labels/web", Target{"/labels/web", ""}, true},
		{"/aws/lambda/*:2026/*[$LATEST]*", Target{"/aws/lambda/*", "2026/*[$LATEST]*"}, true},
		{"/labels/web:a:b", Target{"/labels/web", "a:b"}, true},
		{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web", Target{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web", ""}, true},
		{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web:*", Target{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web", ""}, true},
		{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web:log-stream:h1", Target{"arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web", "h1"}, true},
		{"arn:aws:s3:::bucket", Target{}, false},
		{"/labels/web:", Target{}, false},
		{":h1", Target{}, false},
		{"/labels/[", Target{}, false},
	}
	for _, test := range tests {
		got, err := ParseTarget(test.text)
		if test.ok != (err == nil) || test.ok && got != test.want {
			t.Errorf("ParseTarget(%q) = %+v, %v, want %+v, %t", test.text, got, err, test.want, test.ok)
		}
	}
}

func TestPlaceWants(t *testing.T) {
	tests := []struct {
		name  string
		globs []string
		want  bool
	}{
		{"all streams", nil, true},
		{"that stream", []string{"host-1"}, true},
		{"a glob that fits", []string{"x", "host-*"}, true},
		{"none", []string{"host", "host-2"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := Place{Streams: test.globs}
			if got := p.wants("host-1"); got != test.want {
				t.Errorf("wants(%q) of %q = %t, want %t", "host-1", test.globs, got, test.want)
			}
		})
	}
}

// An ARN names the region and the account too: a group of that name elsewhere is another one.
func TestFindTakesARNsAtTheirWord(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = w.Write([]byte(`{"logGroups":[{"logGroupName":"/labels/web","arn":"arn:aws:logs:us-east-1:111122223333:log-group:/labels/web:*"}]}`))
	}))
	defer server.Close()
	tests := []struct{ name, target, want string }{
		{"a name", "/labels/web", ""},
		{"its ARN", "arn:aws:logs:us-east-1:111122223333:log-group:/labels/web", ""},
		{"one that leaves the account open", "arn:aws:logs:us-east-1::log-group:/labels/web", ""},
		{"globs", "arn:aws:logs:us-*:*:log-group:/labels/*", ""},
		{"a glob that another region fits", "arn:aws:logs:eu-*:*:log-group:/labels/*", "is of eu-*, and us-east-1 is asked"},
		{"one of another region", "arn:aws:logs:eu-west-1:111122223333:log-group:/labels/web", "is of eu-west-1, and us-east-1 is asked: give --region eu-west-1"},
		{"one of another account", "arn:aws:logs:us-east-1:444455556666:log-group:/labels/web", "no log group arn:aws:logs:us-east-1:444455556666:log-group:/labels/web"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, err := ParseTarget(test.target)
			if err != nil {
				t.Fatal(err)
			}
			places, err := open(t, server.URL).Find(t.Context(), []Target{target})
			if test.want == "" && (err != nil || len(places) != 1) || test.want != "" && !strings.Contains(fmt.Sprint(err), test.want) {
				t.Errorf("Find(%s) = %v, %v, want %q", test.target, places, err, test.want)
			}
		})
	}
}
