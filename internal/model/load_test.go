package model

import (
	"slices"
	"testing"
)

func TestEveryServiceLoads(t *testing.T) {
	for _, id := range IDs() {
		s, err := Load(id)
		if err != nil {
			t.Errorf("Load(%q) = %v", id, err)
			continue
		}
		if s.ID != id || len(s.Operations) == 0 || s.SigningName == "" {
			t.Errorf("Load(%q) = ID %q, %d operations, signing name %q", id, s.ID, len(s.Operations), s.SigningName)
		}
		again, err := Load(s.GoPackage())
		if err != nil || again != s {
			t.Errorf("Load(%q) = %p, %v, want the one that Load(%q) returned", s.GoPackage(), again, err, id)
		}
	}
	if _, err := Load("s3"); err == nil {
		t.Error(`Load("s3") succeeds, want an error`)
	}
}

func TestFactsOfPutLogEvents(t *testing.T) {
	s, err := Load("cloudwatchlogs")
	if err != nil {
		t.Fatal(err)
	}
	if s.TargetPrefix != "Logs_20140328" || s.JSONVersion != "1.1" || !slices.Equal(s.Protocols, []string{"json"}) {
		t.Errorf("logs: target %q, JSON %q, protocols %q", s.TargetPrefix, s.JSONVersion, s.Protocols)
	}
	o := s.Operations["PutLogEvents"]
	if o == nil || o.Method != "POST" || o.URI != "/" {
		t.Fatalf("PutLogEvents = %+v", o)
	}
	events := o.Input.Member("logEvents")
	if events == nil || !events.Required || events.Shape.Type != List || *events.Shape.Max != 10000 {
		t.Fatalf("logEvents = %+v", events)
	}
	event := events.Shape.Elem.Shape
	if event.Type != Structure || event.Member("timestamp").Shape.Type != Long {
		t.Errorf("an event = %+v", event)
	}
	if e := s.Error("InvalidSequenceTokenException"); e == nil || e.Error.Status != 400 || !e.Error.Sender {
		t.Errorf("InvalidSequenceTokenException = %+v", e)
	}
	if o := s.Operations["StartLiveTail"]; !o.Streaming || o.HostPrefix != "streaming-" && o.HostPrefix != "stream-" {
		t.Errorf("StartLiveTail = %+v, want a stream behind a host prefix", o)
	}
}

func TestErrorsByTheirQueryCode(t *testing.T) {
	s, err := Load("cloudwatch")
	if err != nil {
		t.Fatal(err)
	}
	byName, byCode := s.Error("LimitExceededFault"), s.Error("LimitExceeded")
	if byName == nil || byName != byCode {
		t.Errorf("Error by name = %v, by code = %v, want the same", byName, byCode)
	}
	if e := s.Error("MetricDatum"); e != nil {
		t.Errorf("Error(%q) = %v, want nil: it is no error", "MetricDatum", e)
	}
}
