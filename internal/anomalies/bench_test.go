package anomalies

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights/pattern"
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
	r := &run{service: s, d: detector{Group: "/web", Frequency: types.EvaluationFrequencyOneHour}}
	o, err := r.train(context.Background(), time.Hour.Milliseconds())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.evaluate(context.Background(), o.model, o.habits, nil, time.Hour.Milliseconds()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWatch looks at the values of an hour of 20,000 events.
func BenchmarkWatch(b *testing.B) {
	var messages []string
	bytes := 0
	set := pattern.NewSet()
	for i := range 20_000 {
		m := fmt.Sprintf(`{"level":"info","tag":"request_done","requestId":"%08x-0000-4000-8000-%012x","route":"/labels/%d","ms":%d}`, i*7919, i*104729, i%50, i%300)
		messages = append(messages, m)
		set.Add(m, 1, 0)
		bytes += len(m)
	}
	m, err := new(model).learnt(set.Forms(), func(int) int64 { return 1 }, time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	h := new(habits)
	h.adopt(m.Forms, 0)
	w := newWatcher(h, time.Minute)
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		w.begin(0, time.Hour.Milliseconds())
		for i, m := range messages {
			w.see(w.matcher.Match(m), int64(i), m)
		}
		w.end(func(finding) bool { return true }, nil)
	}
}
