package eventhttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
)

// times finds what differs from run to run.
var times = regexp.MustCompile(`"(time|duration_ms|ttfb_ms|host)":("[^"]*"|[0-9.e+-]+)`)

// stable writes events without what differs from run to run.
type stable struct{ io.Writer }

func (s stable) Write(p []byte) (int, error) {
	_, err := s.Writer.Write(times.ReplaceAll(p, []byte(`"$1":"…"`)))
	return len(p), err
}

func exampleLogger() *eventlog.Logger {
	return eventlog.New(eventlog.Options{Writer: stable{os.Stdout}, Service: "labels", NoCaller: true, Version: "1.2", Getenv: func(string) string { return "" }})
}

// One event for each request, with what the handler found out.
func ExampleMiddleware() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /labels/{id}", func(w http.ResponseWriter, r *http.Request) {
		eventlog.Set(r.Context(), slog.String("label_id", r.PathValue("id")))
		io.WriteString(w, "label")
	})
	h := eventhttp.Middleware(mux, eventhttp.Options{Logger: exampleLogger()})

	r := httptest.NewRequest("GET", "/labels/7", nil)
	r.Header.Set("X-Request-Id", "r-1")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output:
	// {"time":"…","level":"info","tag":"request_served","service":"labels","version":"1.2","request_id":"r-1","correlation_id":"r-1","duration_ms":"…","outcome":"ok","label_id":"7","method":"GET","route":"/labels/{id}","status":200,"bytes_in":0,"bytes_out":5,"ttfb_ms":"…","client_ip":"192.0.2.1"}
}

// The handler says why a request went wrong; the status says that it did.
func ExampleSetError() {
	h := eventhttp.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		eventhttp.SetError(r.Context(), errors.New("printer has no ink"))
		http.Error(w, "try again later", http.StatusServiceUnavailable)
	}), eventhttp.Options{Logger: exampleLogger()})

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-Id", "r-1")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output:
	// {"time":"…","level":"error","tag":"request_failed","service":"labels","version":"1.2","request_id":"r-1","correlation_id":"r-1","duration_ms":"…","outcome":"failed","error":"printer has no ink","error_type":"*errors.errorString","method":"GET","status":503,"bytes_in":0,"bytes_out":16,"ttfb_ms":"…","client_ip":"192.0.2.1"}
}

// One event for each call of another service, with the ids of the request it is made for.
func ExampleTransport() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ordered") }))
	defer s.Close()
	client := &http.Client{Transport: eventhttp.Transport(nil, eventhttp.TransportOptions{Sent: "label_order_sent", Failed: "label_order_failed"})}

	ctx := exampleLogger().Into(context.Background())
	req, err := http.NewRequestWithContext(ctx, "POST", s.URL+"/orders?token=secret", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	resp, err := client.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	// Output:
	// {"time":"…","level":"info","tag":"label_order_sent","service":"labels","version":"1.2","duration_ms":"…","outcome":"ok","method":"POST","host":"…","status":200,"ttfb_ms":"…","conn_reused":false,"bytes_in":7}
}
