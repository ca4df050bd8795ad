package anomalies

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkEvaluate compares an hour of 20,000 events with a model.
func BenchmarkEvaluate(b *testing.B) {
	l := &lab{clock: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), events: map[int64][]string{}}
	bytes := 0
	for i := range 20_000 {
		m := fmt.Sprintf(`{"level":"info","tag":"request_done","requestId":"%08x-0000-4000-8000-%012x","route":"/labels/%d","ms":%d}`, i*7919, i*104729, i%50, i%300)
		l.events[int64(i)] = append(l.events[int64(i)], m)
		bytes += len(m)
	}
	s := New(Options{Events: l, Now: func() time.Time { return l.clock }})
	r := &run{service: s, d: detector{Group: "/web"}}
	m := &model{Span: time.Hour.Milliseconds(), Events: minTrained}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := r.evaluate(context.Background(), m, nil, time.Hour.Milliseconds()); err != nil {
			b.Fatal(err)
		}
	}
}
