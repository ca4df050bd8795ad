package emf_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
	"github.com/groundwatch/groundwatch/eventlog/eventtest"
)

// countValues returns how many values of metrics CloudWatch takes from an event. It fails at a dimension that is no
// text and a metric that is no number.
func countValues(t *testing.T, e eventtest.Event) (n int) {
	t.Helper()
	var meta struct {
		CloudWatchMetrics []struct {
			Dimensions [][]string
			Metrics    []struct{ Name string }
		}
	}
	text, err := json.Marshal(e.Fields["_aws"])
	if err != nil || json.Unmarshal(text, &meta) != nil || len(meta.CloudWatchMetrics) != 1 {
		t.Fatalf("_aws %s: %v, want one directive", text, err)
	}
	for _, name := range meta.CloudWatchMetrics[0].Dimensions[0] {
		if _, ok := e.Fields[name].(string); !ok {
			t.Errorf("dimension %.20q is %v, want a text", name, e.Fields[name])
		}
	}
	for _, m := range meta.CloudWatchMetrics[0].Metrics {
		switch v := e.Fields[m.Name].(type) {
		case json.Number:
			n++
		case []any:
			n += len(v)
		default:
			t.Errorf("metric %.20q is %v, want numbers", m.Name, v)
		}
	}
	return n
}

func TestLargeDocumentsAreParted(t *testing.T) {
	for _, tt := range []struct {
		name            string
		maxBytes        int
		metrics, values int
		nameLen         int
		context         string
		want            int // documents
	}{
		{"small enough", 0, 100, 100, 10, "", 1},
		{"long names", 0, 100, 100, 250, strings.Repeat("c", 100), 2},
		{"a large context gives way", 8192, 1, 100, 10, strings.Repeat("c", 20_000), 1},
		{"many metrics", 4096, 100, 1, 10, "", 2},
		{"many values of one metric", 1024, 1, 100, 10, "", 4},
		{"both", 1024, 5, 100, 10, strings.Repeat("c", 500), 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := eventtest.NewWith(t, eventlog.Options{MaxBytes: tt.maxBytes, Getenv: noEnv})
			m := meter(t, emf.Options{Namespace: "Labels", Dimensions: []emf.Dimension{{"stage", "<test>"}}})
			ctx := eventlog.With(rec.Context(), slog.String("context", tt.context))
			ctx, unit := eventlog.Begin(ctx, "batch_processed", "batch_failed")
			for i := range tt.metrics {
				metric := emf.Must(m.Metric(fmt.Sprintf("%-*d", tt.nameLen, i), emf.None, "carrier"))
				for v := range tt.values {
					metric.Put(ctx, -1.2345678901234567e-6*float64(v+1), "dhl")
				}
			}
			unit.End(nil)
			values, all := 0, rec.All("metrics_recorded")
			for _, e := range all {
				values += countValues(t, e)
				if len(e.Line)+1 > max(tt.maxBytes, 512) && tt.maxBytes > 0 {
					t.Errorf("document of %d bytes, want at most %d", len(e.Line)+1, tt.maxBytes)
				}
			}
			if len(all) != tt.want || values != tt.metrics*tt.values {
				t.Errorf("%d documents with %d values, want %d with %d", len(all), values, tt.want, tt.metrics*tt.values)
			}
		})
	}
}

// What no document can hold is told, by somebody who may use the meter himself.
func TestValueLargerThanAnEvent(t *testing.T) {
	var b bytes.Buffer
	log := eventlog.New(eventlog.Options{Writer: &b, MaxBytes: 512, Getenv: noEnv})
	var told []string
	var other *emf.Metric
	ctx, unit := eventlog.Begin(log.Into(t.Context()), "batch_processed", "batch_failed")
	m := meter(t, emf.Options{Namespace: "Labels", OnProblem: func(err error) {
		told = append(told, err.Error())
		other.Put(ctx, 1)
	}})
	other = emf.Must(m.Metric("other", emf.None))
	created := emf.Must(m.Metric("created", emf.Count, "carrier"))
	created.Put(ctx, 1, strings.Repeat("x", 100))
	created.Put(ctx, 1, strings.Repeat("x", 500))
	unit.End(nil)
	if len(told) != 1 || !strings.Contains(told[0], `metric "created": `) || !strings.Contains(told[0], "see eventlog's Options.MaxBytes") {
		t.Errorf("OnProblem was told %q, want one text about created", told)
	}
	for _, want := range []string{`"created":1}`, `"other":1}`, `"metrics_error":"metric \"created\": `} {
		if n := strings.Count(b.String(), want); n != 1 {
			t.Errorf("%q is there %d times, want once in\n%s", want, n, b.String())
		}
	}
}
