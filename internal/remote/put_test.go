package remote

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// A service is a stand-in for CloudWatch Logs that takes every PutLogEvents.
type service struct{ messages []string }

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		LogEvents []struct {
			Message   string `json:"message"`
			Timestamp int64  `json:"timestamp"`
		} `json:"logEvents"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, e := range in.LogEvents {
		if e.Timestamp < 0 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.messages = append(s.messages, e.Message)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = w.Write([]byte("{}"))
}

// open returns a client of endpoint that knows nothing of this machine's environment.
func open(t *testing.T, endpoint string) *Client {
	t.Helper()
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CA_BUNDLE"} {
		t.Setenv(name, "")
	}
	c, err := Open(t.Context(), Options{EndpointURL: endpoint, Region: "us-east-1"}, func(string) string { return "" })
	if err != nil {
		t.Fatalf("Open(%s) = %v", endpoint, err)
	}
	return c
}

func TestTimesBefore1970AreTooOld(t *testing.T) {
	var got service
	server := httptest.NewServer(&got)
	defer server.Close()
	s := Sender{Client: open(t, server.URL), Group: "g", Stream: "s"}
	for _, e := range []Event{{0, "first"}, {-1, "before"}, {-1 << 62, "long before"}, {1, "second"}} {
		if err := s.Add(t.Context(), e); err != nil {
			t.Fatalf("Add(%v) = %v", e, err)
		}
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatalf("Flush() = %v", err)
	}
	if want := []string{"first", "second"}; !slices.Equal(got.messages, want) || s.Report.TooOld != 2 || s.Report.Sent != 2 {
		t.Errorf("sent %q, report %+v, want %q, 2 too old", got.messages, s.Report, want)
	}
}
