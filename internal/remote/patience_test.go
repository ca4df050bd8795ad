package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

func TestPatience(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	tests := []struct {
		name            string
		local, answered bool
		quick           bool
	}{
		{"nobody ever answered on this machine", true, false, true},
		{"somebody answered here before", true, true, false},
		{"nobody ever answered elsewhere", false, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &patience{local: test.local}
			p.answered.Store(test.answered)
			r := p.retryer()
			quick := true
			for i := 1; i < attempts; i++ {
				delay, err := r.RetryDelay(i, refused)
				if err != nil {
					t.Fatalf("RetryDelay(%d, %v) = %v", i, refused, err)
				}
				quick = quick && delay == startDelay
			}
			if !r.IsErrorRetryable(refused) || quick != test.quick {
				t.Errorf("quick attempts: %v, want %v; again: %v, want true", quick, test.quick, r.IsErrorRetryable(refused))
			}
		})
	}
}

func TestCertificatesAreTriedOnce(t *testing.T) {
	tries := 0
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			tries++
		}
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	c := open(t, server.URL)
	_, err := c.Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	server.Close()
	if err = c.Explain(err); err == nil || !strings.Contains(err.Error(), "AWS_CA_BUNDLE") || tries != 1 {
		t.Errorf("DescribeLogGroups() = %v after %d tries, want one of the certificate after 1", err, tries)
	}
}

func TestWrongServersAreTriedOnce(t *testing.T) {
	tests := []struct {
		name, from, to string // schemes of the server's URL and of the client's
		want           string
		tries          int32 // at most
	}{
		{"https to a server without TLS", "http://", "https://", "speaks http, not https", 1},
		{"http to a server with TLS", "https://", "http://", "speaks https, not http", 3}, // it may break the connection before its answer is read
		{"another kind of server", "http://", "http://", "is no log service", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var tries atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusNotImplemented)
				_, _ = w.Write([]byte("<html>"))
			}))
			server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
				if s == http.StateNew {
					tries.Add(1)
				}
			}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			start := server.Start
			if test.from == "https://" {
				start = server.StartTLS
			}
			start()
			c := open(t, strings.Replace(server.URL, test.from, test.to, 1))
			_, err := c.Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
			server.Close()
			if err = c.Explain(err); err == nil || !strings.Contains(err.Error(), test.want) || tries.Load() > test.tries {
				t.Errorf("DescribeLogGroups() = %v after %d tries, want %q after %d", err, tries.Load(), test.want, test.tries)
			}
		})
	}
}

func TestAnAnswerThatIsCutOffSaysNothingOfTheServer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte(`{"logGroups":[`))
	}))
	defer server.Close()
	c := open(t, server.URL)
	if _, err := c.Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{}, func(o *cloudwatchlogs.Options) {
		o.RetryMaxAttempts = 1
	}); err == nil || strings.Contains(c.Explain(err).Error(), "no log service") {
		t.Errorf("DescribeLogGroups() = %v, want an error that does not doubt the server", c.Explain(err))
	}
}

func TestNobodyAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c := open(t, "http://"+l.Addr().String())
	_, err = c.Logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	if !Unreachable(err) || !strings.Contains(c.Explain(err).Error(), "is groundwatch serve running?") {
		t.Errorf("DescribeLogGroups() = %v, want nobody to answer", c.Explain(err))
	}
}

// A countedCalls counts the requests that are tried.
type countedCalls struct {
	aws.HTTPClient
	calls int
}

func (c *countedCalls) Do(r *http.Request) (*http.Response, error) {
	c.calls++
	return c.HTTPClient.Do(r)
}

func TestFollowTellsAtOnceThatNobodyAnswers(t *testing.T) {
	for _, polling := range []bool{true, false} {
		t.Run(fmt.Sprintf("polling %v", polling), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(`{"logGroups":[{"logGroupName":"/labels/web","logGroupArn":"arn:aws:logs:us-east-1:1:log-group:/labels/web"}]}`))
			}))
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			c := open(t, server.URL)
			counted := &countedCalls{HTTPClient: c.Logs.Options().HTTPClient}
			c.Logs = cloudwatchlogs.New(c.Logs.Options(), func(o *cloudwatchlogs.Options) { o.HTTPClient = counted })
			var notes []string
			f := &Follower{Client: c, Targets: []Target{{Group: "/labels/*"}}, Polling: polling, Now: time.Now, Note: func(s string) {
				notes = append(notes, s)
				stop()
			}}
			if _, err := f.Find(ctx); err != nil {
				t.Fatalf("Find() = %v", err)
			}
			server.Close()
			counted.calls = 0
			err := f.Follow(ctx, func([]Fetched) error { return nil })
			if !errors.Is(err, context.Canceled) || !slices.Equal(notes, []string{textNobody}) || counted.calls > 2 { // the second where a kept connection breaks first
				t.Errorf("Follow() = %v, notes %q after %d calls, want %q after 2", err, notes, counted.calls, textNobody)
			}
		})
	}
}
