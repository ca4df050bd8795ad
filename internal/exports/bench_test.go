package exports

import (
	"context"
	"fmt"
	"testing"
)

// discard keeps nothing.
type discard struct{}

func (discard) Put(context.Context, string, string, []byte) error { return nil }

func (discard) Tidy(context.Context, string, string) error { return nil }

// BenchmarkWrite writes a stream of 20,000 events of JSON.
func BenchmarkWrite(b *testing.B) {
	events := &fakeEvents{streams: map[string][]Event{}}
	bytes := 0
	for i := range 20_000 {
		m := fmt.Sprintf(`{"time":"2026-01-05T10:00:%02d.%03dZ","level":"info","tag":"request_done","requestId":"%08x-0000-4000-8000-%012x","route":"/labels/%d","ms":%d}`, i%60, i%1000, i*7919, i*104729, i%50, i%300)
		events.streams["web-1"] = append(events.streams["web-1"], Event{labStart + int64(i), m})
		bytes += len(m)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		w := &writing{task: &task{Group: "/web", To: labStart + 3_600_000, Prefix: "p", ID: "id", Bucket: labBucket}, events: events, buckets: discard{}}
		if err := w.run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
