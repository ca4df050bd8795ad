package ingest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// TestRefuse has requests refused that the handlers never see.
func TestRefuse(t *testing.T) {
	const collector, otlp = "/services/collector/event", "/v1/logs"
	const inJSON = `{"__type":"Code","message":"no"}`
	for _, tt := range []struct {
		name, path, mediaType string
		status                int
		answerType, want      string
	}{
		{"objects", "/ingest/json", typeJSON, 401, typeJSON, inJSON},
		{"lines", "/ingest/bulk", typeNDJSON, 429, typeJSON, inJSON},
		{"the collector's", collector, "text/plain", 413, typeJSON, inJSON},
		{"OTLP", otlp, typeProtobuf, 401, typeProtobuf, "\x08\x10\x12\x08Code: no"},
		{"too much of it", otlp, typeProtobuf, 429, typeProtobuf, "\x08\x08\x12\x08Code: no"},
		{"of a status that has no code", otlp, typeProtobuf, 418, typeProtobuf, "\x08\x02\x12\x08Code: no"},
		{"OTLP in JSON", otlp, typeJSON + "; charset=utf-8", 415, typeJSON, `{"code":3,"message":"Code: no"}`},
		{"OTLP of no type", otlp, "", 403, typeJSON, `{"code":7,"message":"Code: no"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, tt.path, nil)
			r.Header.Set("Content-Type", tt.mediaType)
			w := httptest.NewRecorder()
			for _, e := range Endpoints(Options{}) {
				if e.Path == tt.path {
					e.Refuse(w, r, tt.status, "Code", "no")
				}
			}
			if got := w.Body.String(); w.Code != tt.status || got != tt.want || w.Header().Get("Content-Type") != tt.answerType || w.Header().Get("X-Amzn-Errortype") != "Code" {
				t.Errorf("Refuse = %d %v %q, want %d %s %q", w.Code, w.Header(), got, tt.status, tt.answerType, tt.want)
			}
		})
	}
}

// TestNoEventsForNoStream sends requests of which nothing is left to a stream that there is not.
func TestNoEventsForNoStream(t *testing.T) {
	missing := &types.ResourceNotFoundException{Message: aws.String("The specified log group does not exist.")}
	for _, tt := range []struct{ name, path, body string }{
		{"lines that are all skipped", "/ingest/bulk", "{\nplain text\n"},
		{"no lines", "/ingest/bulk", ""},
		{"an empty array", "/ingest/json", "[]"},
		{"objects without an event", "/services/collector/event", "{}"},
		{"no records", "/v1/logs", "{}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &store{t: t, missing: missing}
			place := []string{"Content-Type", typeJSON, "x-aws-log-group", "g", "x-aws-log-stream", "s"}
			r := s.send(tt.path, tt.body, place...)
			if got := bodyText(t, r); r.StatusCode != 400 || !strings.Contains(got, "ResourceNotFoundException") || !strings.Contains(got, *missing.Message) {
				t.Errorf("POST %s %q to no stream = %s %s, want 400", tt.path, tt.body, r.Status, got)
			}
			s.missing = nil
			if r := s.send(tt.path, tt.body, place...); r.StatusCode != 200 {
				t.Errorf("POST %s %q = %s, want 200", tt.path, tt.body, r.Status)
			}
		})
	}
}
