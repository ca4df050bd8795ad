package gateway

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"testing"
)

// TestHosts checks which names are ours while we listen on this machine alone.
func TestHosts(t *testing.T) {
	local := serve(t, false, func(o *Options) { o.Loopback, o.Hosts = true, []string{"logs.internal", "10.0.0.1"} })
	open := serve(t, false, nil)
	for _, tt := range []struct {
		host string
		ours bool
	}{
		{"localhost", true}, {"localhost:4586", true}, {"LOCALHOST:4586", true}, {"localhost.", true}, {"127.0.0.1:4586", true}, {"127.1.2.3", true},
		{"[::1]:4586", true}, {"[::1]", true}, {"[::ffff:127.0.0.1]:1", true}, {"logs.localhost:4586", true},
		{"stream-localhost:4586", true}, {"streaming-127.0.0.1:4586", true}, {"streaming-logs.internal", true},
		{"logs.internal", true}, {"logs.internal:80", true}, {"10.0.0.1", true},
		{"evil.example", false}, {"evil.example:4586", false}, {"localhost.evil.example", false}, {"127.0.0.1.evil.example", false}, {"10.0.0.2", false},
		{"0.0.0.0", false}, {"[::]", false}, {"x.logs.internal", false}, {"notlocalhost", false}, {"streaming-evil.example", false}, {"stream-", false},
	} {
		t.Run(tt.host, func(t *testing.T) {
			r := groupsRequest(t, local, "{}")
			r.Host = tt.host
			if tt.ours {
				answers(t, local, r, 200, "{")
			} else {
				answers(t, local, r, 421, "is not one of ours")
			}
			r = groupsRequest(t, open, "{}")
			r.Host = tt.host
			answers(t, open, r, 200, "{")
		})
	}
}

// TestSites checks that a page of another site cannot call us.
func TestSites(t *testing.T) {
	s := serve(t, false, nil)
	host := s.Listener.Addr().String()
	for _, tt := range []struct {
		name    string
		headers []string
		good    bool
	}{
		{"a tool", nil, true},
		{"our console", []string{"Origin", "http://" + host, "Sec-Fetch-Site", "same-origin"}, true},
		{"an address that somebody typed", []string{"Sec-Fetch-Site", "none"}, true},
		{"a page of ours, by an old browser", []string{"Referer", "http://" + host + "/console/"}, true},
		{"another site", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, false},
		{"another site, by an old browser", []string{"Origin", "https://evil.example"}, false},
		{"another site, by a very old browser", []string{"Referer", "https://evil.example/x"}, false},
		{"another port of this machine", []string{"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site"}, false},
		{"a link, which has no origin", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"a sandboxed page", []string{"Origin", "null"}, false},
		{"an origin that is none", []string{"Origin", "://"}, false},
		{"our name with more behind it", []string{"Origin", "http://" + host + ".evil.example"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := groupsRequest(t, s, "{}", tt.headers...)
			if tt.good {
				answers(t, s, r, 200, "{")
				return
			}
			answers(t, s, r, 403, "AccessDeniedException")
			if c := s.last(t); c.Err == nil || c.Caller.Account != "" {
				t.Errorf("Finished was told %+v", c)
			}
		})
	}
}

// TestProbesWithoutHost checks that a load balancer that names no host may ask whether we live, and nothing else.
func TestProbesWithoutHost(t *testing.T) {
	s := serve(t, false, func(o *Options) {
		o.Loopback = true
		doors(o)
	})
	for _, tt := range []struct {
		request string
		status  int
	}{
		{"GET /livez", 200}, {"HEAD /livez", 200}, {"POST /livez", 421}, {"GET /strict", 421}, {"POST /", 421},
	} {
		t.Run(tt.request, func(t *testing.T) {
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := fmt.Fprintf(conn, "%s HTTP/1.0\r\n\r\n", tt.request); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != tt.status {
				t.Errorf("%s without a host = %d, want %d", tt.request, resp.StatusCode, tt.status)
			}
		})
	}
}
