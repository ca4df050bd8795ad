package app

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/gateway"
)

func TestMissingOperationsAreToldOnce(t *testing.T) {
	var out bytes.Buffer
	o := newObserver(newEvents(&out))
	for _, l := range []gateway.Lacking{{Service: "monitoring", Operation: "X.ListMetrics"}, {}, {Service: "s3", Operation: "GET"}, {Service: "monitoring", Operation: "X.ListMetrics"}} {
		o.called(gateway.Call{Lacking: l, Status: 400, Duration: time.Millisecond})
	}
	const one, two = `"tag":"operation_was_missing","service":"monitoring","operation":"X.ListMetrics"`, `"tag":"operation_was_missing","service":"s3","operation":"GET"`
	if got := out.String(); strings.Count(got, one) != 1 || strings.Count(got, two) != 1 || strings.Count(got, "\n") != 2 {
		t.Errorf("the events are %s, want one with %s and one with %s", got, one, two)
	}
}

func TestMissingOperationsAreBounded(t *testing.T) {
	var s lackingSet
	n := 0
	for i := range maxLacking + 5 {
		if s.first(gateway.Lacking{Operation: strings.Repeat("x", i+1)}) {
			n++
		}
	}
	if n != maxLacking {
		t.Errorf("%d names were told, want %d", n, maxLacking)
	}
}
