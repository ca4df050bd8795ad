package gateway

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// TestTooManyFailures sends wrong signatures and tokens until they are refused unseen, then right ones.
func TestTooManyFailures(t *testing.T) {
	for _, tt := range []struct {
		name      string
		make      func(s *server, right bool) *http.Request
		status    int // of a wrong one
		throttled int
		right     int // while wrong ones are refused unseen
	}{
		{"signatures", func(s *server, right bool) *http.Request {
			r := groupsRequest(t, s, "{}")
			sign(t, s, r, sha(map[bool]string{true: "{}", false: "other"}[right]))
			return r
		}, 400, 400, 400},
		{"tokens", func(s *server, right bool) *http.Request {
			return newRequest(t, s, "POST", "/v1/logs", "body", "Authorization", map[bool]string{true: "Bearer right", false: "Bearer wrong"}[right])
		}, 401, 429, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, true, doors)
			tried := 0
			for tried < 2*failuresAtOnce && s.gateway.failures.refuse(suspectOf(tt.name), s.clock.now()) == nil {
				answers(t, s, tt.make(s, false), tt.status, "Exception")
				tried++
			}
			if tried < failuresAtOnce || tried == 2*failuresAtOnce {
				t.Fatalf("%d wrong ones were looked at, want %d and a few", tried, failuresAtOnce)
			}
			answers(t, s, tt.make(s, false), tt.throttled, "ThrottlingException")
			answers(t, s, tt.make(s, true), tt.right, "")
			s.clock.move(time.Minute)
			answers(t, s, tt.make(s, true), 200, "")
			answers(t, s, tt.make(s, false), tt.status, "")
		})
	}
}

func suspectOf(kind string) suspect {
	if kind == "tokens" {
		return suspect{ip: "127.0.0.1"}
	}
	return suspect{ip: "127.0.0.1", key: testKey}
}

// TestFailuresRunOut checks when one more try is let through.
func TestFailuresRunOut(t *testing.T) {
	var f failures
	now, one, other := time.Now(), suspect{ip: "1", key: "a"}, suspect{ip: "1", key: "b"}
	for range failuresAtOnce {
		if err := f.refuse(one, now); err != nil {
			t.Fatalf("refuse = %v, want nil", err)
		}
		f.note(one, now)
	}
	for _, tt := range []struct {
		name    string
		who     suspect
		after   time.Duration
		refused bool
	}{
		{"at once", one, 0, true},
		{"another key", other, 0, false},
		{"just before the next", one, failureEvery - 1, true},
		{"the next", one, failureEvery, false},
		{"a clock set back", one, -time.Hour, true},
	} {
		if err := f.refuse(tt.who, now.Add(tt.after)); (err != nil) != tt.refused {
			t.Errorf("%s: refuse = %v, want refused %t", tt.name, err, tt.refused)
		}
	}
}

// TestFailuresAreBounded has more senders fail than are remembered.
func TestFailuresAreBounded(t *testing.T) {
	var f failures
	now := time.Now()
	for i := range maxFailing + 10 {
		f.note(suspect{ip: fmt.Sprint(i)}, now)
	}
	if n := len(f.mu.of); n != maxFailing {
		t.Errorf("%d senders are remembered, want %d", n, maxFailing)
	}
	f.note(suspect{ip: "late"}, now.Add(forgetFailing))
	if n := len(f.mu.of); n != 1 {
		t.Errorf("%d senders are remembered after %v, want 1", n, forgetFailing)
	}
}
