package emf_test

import (
	"errors"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
	"github.com/groundwatch/groundwatch/eventlog/eventtest"
)

func TestNamesThatTheLoggersHeadHas(t *testing.T) {
	for _, tt := range []struct {
		name       string
		dimensions []emf.Dimension
		metric     string
		dimension  string
		refused    bool
	}{
		{"the metric is named like the time", nil, "ts", "carrier", true},
		{"a dimension is named like the level", nil, "weight", "severity", true},
		{"a dimension of the meter is named like the message", []emf.Dimension{{"text", "x"}}, "weight", "carrier", true},
		{"no name is taken", []emf.Dimension{{"stage", "x"}}, "weight", "carrier", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := eventtest.NewWith(t, eventlog.Options{Keys: eventlog.Keys{Time: "ts", Level: "severity", Msg: "text"}, Getenv: noEnv})
			var told error
			m := meter(t, emf.Options{Namespace: "Labels", Dimensions: tt.dimensions, OnProblem: func(err error) { told = err }})
			metric := emf.Must(m.Metric(tt.metric, emf.None, tt.dimension))
			emf.Must(m.Metric("height", emf.None, tt.dimension)).Put(rec.Context(), 1, "a")
			ctx, unit := eventlog.Begin(rec.Context(), "label_created", "label_failed")
			metric.Put(ctx, 1, "a")
			metric.Put(ctx, 2, "a")
			fromUnit := m.FromUnit(ctx, metric)
			unit.End(errors.New("no label"))
			n := 0
			for _, e := range rec.All("metrics_recorded") {
				if _, ok := e.Fields["metrics_error"]; !ok {
					n += countValues(t, e)
				}
			}
			refused := tt.metric == "weight" && tt.refused // height has the same dimensions
			want := 3
			if refused {
				want = 0
			} else if tt.refused {
				want = 1
			}
			if n != want || (told != nil) != tt.refused || (fromUnit != nil) != tt.refused {
				t.Errorf("%d values of metrics, told %v, FromUnit says %v; want %d values, refused: %t", n, told, fromUnit, want, tt.refused)
			}
		})
	}
}

func TestRedactionLeavesMetadataAlone(t *testing.T) {
	rec := eventtest.NewWith(t, eventlog.Options{Redact: []string{"name", "unit", "carrier"}, Getenv: noEnv})
	m := meter(t, emf.Options{Namespace: "Labels"})
	created := emf.Must(m.Metric("labels_created", emf.Count, "carrier"))
	created.Put(rec.Context(), 1, "dhl")
	if n := countValues(t, rec.One("metrics_recorded").Has("carrier", "[redacted]")); n != 1 {
		t.Errorf("%d values of metrics, want 1", n)
	}
	served := emf.Must(m.Metric("duration_ms", emf.Milliseconds))
	ctx, unit := eventlog.Begin(rec.Context(), "request_served", "request_failed")
	if err := m.FromUnit(ctx, served); err != nil {
		t.Fatal(err)
	}
	unit.End(nil)
	if n := countValues(t, rec.One("request_served")); n != 1 {
		t.Errorf("%d values of metrics of a unit, want 1", n)
	}
}
