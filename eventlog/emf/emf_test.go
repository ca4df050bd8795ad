package emf_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
	"github.com/groundwatch/groundwatch/eventlog/eventtest"
)

func noEnv(string) string { return "" }

func at(ms int64) func() time.Time { return func() time.Time { return time.UnixMilli(ms) } }

func meter(t *testing.T, o emf.Options) *emf.Meter {
	t.Helper()
	if o.Getenv == nil {
		o.Getenv = noEnv
	}
	if o.Now == nil {
		o.Now = at(1_795_000_000_000)
	}
	m, err := emf.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMistakesInDefinitions(t *testing.T) {
	long := strings.Repeat("é", 256)
	many := make([]emf.Dimension, 31)
	for i := range many {
		many[i] = emf.Dimension{Name: "d" + strings.Repeat("x", i), Value: "v"}
	}
	for _, tt := range []struct {
		name string
		o    emf.Options
		want string
	}{
		{"no namespace", emf.Options{}, "POWERTOOLS_METRICS_NAMESPACE"},
		{"a long namespace", emf.Options{Namespace: long}, "256 characters, at most 255"},
		{"a namespace of 255 characters", emf.Options{Namespace: long[:510]}, ""},
		{"a colon first", emf.Options{Namespace: ":a"}, "begins with a colon"},
		{"an empty dimension value", emf.Options{Namespace: "a", Dimensions: []emf.Dimension{{"stage", ""}}}, `dimension "stage": value of 0`},
		{"a dimension value of 1,024", emf.Options{Namespace: "a", Dimensions: []emf.Dimension{{"stage", strings.Repeat("v", 1024)}}}, ""},
		{"a dimension value of 1,025", emf.Options{Namespace: "a", Dimensions: []emf.Dimension{{"stage", strings.Repeat("v", 1025)}}}, "1025 characters"},
		{"30 dimensions", emf.Options{Namespace: "a", Dimensions: many[:30]}, ""},
		{"31 dimensions", emf.Options{Namespace: "a", Dimensions: many}, "31 dimensions, at most 30"},
		{"two dimensions of one name", emf.Options{Namespace: "a", Dimensions: []emf.Dimension{{"stage", "x"}, {"b", "y"}, {"stage", "z"}}}, `dimension "stage" is there twice`},
		{"the function as dimension", emf.Options{Namespace: "a", Dimensions: []emf.Dimension{{"fn", "x"}}}, "belongs to every event"},
		{"a dimension that is no UTF-8", emf.Options{Namespace: "a", Dimensions: []emf.Dimension{{"a\xff", "x"}}}, "is not UTF-8"},
		{"a head field as dimension", emf.Options{Namespace: "a", Dimensions: []emf.Dimension{{"level", "x"}}}, "belongs to every event"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Getenv = noEnv
			_, err := emf.New(tt.o)
			checkError(t, "New", err, tt.want)
		})
	}
	m := meter(t, emf.Options{Namespace: "Labels", Dimensions: many[:29]})
	for _, tt := range []struct {
		name       string
		metric     string
		unit       emf.Unit
		dimensions []string
		want       string
	}{
		{"all well", "created", emf.Count, []string{"carrier"}, ""},
		{"no name", "", emf.Count, nil, "name of 0 characters"},
		{"a name of 256", long, emf.Count, nil, "name of 256 characters"},
		{"an unknown unit", "created", "count", nil, `unit "count" is none of CloudWatch's`},
		{"a dimension named as the metric", "created", emf.Count, []string{"created"}, "name is taken"},
		{"a dimension of the meter", "created", emf.Count, []string{"dx"}, "name is taken"},
		{"31 dimensions in all", "created", emf.Count, []string{"a", "b"}, "31 dimensions"},
		{"a metric named as a dimension of the meter", "dx", emf.Count, nil, "name is taken"},
		{"two dimensions of one name", "created", emf.Count, []string{"a", "a"}, "name is taken"},
		{"the package as metric", "pkg", emf.Count, nil, "belongs to every event"},
		{"the function as dimension", "created", emf.Count, []string{"fn"}, "belongs to every event"},
		{"the mark of a cut event", "truncated", emf.Count, nil, "belongs to every event"},
		{"a name that is no UTF-8", "a\xff", emf.Count, nil, "is not UTF-8"},
		{"a head field as metric", "time", emf.Count, nil, "belongs to every event"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := m.Metric(tt.metric, tt.unit, tt.dimensions...)
			checkError(t, "Metric", err, tt.want)
		})
	}
}

func checkError(t *testing.T, call string, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%s: %v, want %q", call, err, want)
	}
}

func TestValueOutsideOfUnitsGoesOutAtOnce(t *testing.T) {
	rec := eventtest.New(t)
	rec.Logger().SetLevel(slog.LevelError) // metrics do not mind
	m := meter(t, emf.Options{Namespace: "Labels", Dimensions: []emf.Dimension{{"service", "api"}}, HighResolution: true})
	created := emf.Must(m.Metric("labels_created", emf.Count, "carrier"))
	created.Put(rec.Context(), 2, "dhl")
	rec.One("metrics_recorded").Has("service", "api").Has("carrier", "dhl").Has("labels_created", 2).
		Has("_aws", json.RawMessage(`{"Timestamp":1795000000000,"CloudWatchMetrics":[{"Namespace":"Labels",
			"Dimensions":[["service","carrier"]],"Metrics":[{"Name":"labels_created","Unit":"Count","StorageResolution":1}]}]}`))
}

func TestUnitGathersAndWritesOnce(t *testing.T) {
	rec := eventtest.New(t)
	m := meter(t, emf.Options{Namespace: "Labels"})
	created := emf.Must(m.Metric("labels_created", emf.Count, "carrier"))
	took := emf.Must(m.Metric("took_ms", emf.Milliseconds, "carrier"))
	ctx := eventlog.With(rec.Context(), eventlog.RequestID("r-1"))
	ctx, unit := eventlog.Begin(ctx, "batch_processed", "batch_failed")
	for i := range 3 {
		created.Put(ctx, 1, "dhl")
		took.PutMs(ctx, time.Duration(i)*1500*time.Microsecond, "dhl")
	}
	created.Put(ctx, 1, "ups")
	rec.None("metrics_recorded")
	unit.End(nil)
	all := rec.All("metrics_recorded")
	if len(all) != 2 {
		t.Fatalf("%d documents, want 2: one for each carrier", len(all))
	}
	all[0].Has("carrier", "dhl").Has("request_id", "r-1").Has("labels_created", []int{1, 1, 1}).Has("took_ms", []float64{0, 1.5, 3})
	all[1].Has("carrier", "ups").Has("labels_created", 1).Lacks("took_ms")
	created.Put(ctx, 1, "dhl") // after the end: alone
	if n := len(rec.All("metrics_recorded")); n != 3 {
		t.Errorf("%d documents after a late value, want 3", n)
	}
}

func TestDocumentsStayWithinLimits(t *testing.T) {
	for _, tt := range []struct {
		name            string
		values, metrics int
		want            int
	}{
		{"100 values", 100, 1, 1},
		{"101 values", 101, 1, 2},
		{"100 metrics", 1, 100, 1},
		{"101 metrics", 1, 101, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := eventtest.New(t)
			m := meter(t, emf.Options{Namespace: "Labels"})
			ctx, unit := eventlog.Begin(rec.Context(), "batch_processed", "batch_failed")
			for i := range tt.metrics {
				metric := emf.Must(m.Metric("m"+strings.Repeat("x", i), emf.None))
				for range tt.values {
					metric.Put(ctx, 1)
				}
			}
			unit.End(nil)
			if n := len(rec.All("metrics_recorded")); n != tt.want {
				t.Errorf("%d documents, want %d", n, tt.want)
			}
		})
	}
}

func TestOneNameWithTwoUnitsMakesTwoDocuments(t *testing.T) {
	rec := eventtest.New(t)
	m := meter(t, emf.Options{Namespace: "Labels"})
	a, b := emf.Must(m.Metric("size", emf.Bytes)), emf.Must(m.Metric("size", emf.Kilobytes))
	ctx, unit := eventlog.Begin(rec.Context(), "batch_processed", "batch_failed")
	a.Put(ctx, 1)
	b.Put(ctx, 2)
	unit.End(nil)
	if n := len(rec.All("metrics_recorded")); n != 2 {
		t.Errorf("%d documents, want 2", n)
	}
}

func TestWhatIsNoMetricIsWrittenAndReported(t *testing.T) {
	var told error
	m := meter(t, emf.Options{Namespace: "Labels", OnProblem: func(err error) { told = err }})
	created := emf.Must(m.Metric("labels_created", emf.Count, "carrier"))
	for _, tt := range []struct {
		name       string
		value      float64
		dimensions []string
		want       string
	}{
		{"NaN", math.NaN(), []string{"dhl"}, "value NaN is not finite"},
		{"an infinity", math.Inf(-1), []string{"dhl"}, "value -Inf is not finite"},
		{"no dimension", 1, nil, "0 dimension values, want 1"},
		{"a dimension too many", 1, []string{"dhl", "de"}, "2 dimension values, want 1"},
		{"an empty dimension", 1, []string{""}, `dimension "carrier": value of 0 characters`},
		{"a long dimension", 1, []string{strings.Repeat("x", 1025)}, "value of 1025 characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := eventtest.New(t)
			told = nil
			created.Put(rec.Context(), tt.value, tt.dimensions...)
			rec.One("metrics_recorded").Lacks("_aws").Has("level", "warn").Has("metrics_error", told.Error())
			checkError(t, "Put", told, tt.want)
		})
	}
}

func TestNamesThatTheContextHas(t *testing.T) {
	rec := eventtest.New(t)
	m := meter(t, emf.Options{Namespace: "Labels", Dimensions: []emf.Dimension{{"service", "api"}}})
	ctx := eventlog.With(rec.Context(), slog.String("service", "api"), slog.String("carrier", "mine"), slog.String("weight", "heavy"))
	emf.Must(m.Metric("weight", emf.Kilobytes, "carrier")).Put(ctx, 3, "dhl")
	rec.One("metrics_recorded").Has("service", "api").Has("carrier", "dhl").Has("weight", 3)
}

func TestMetricsOfTheUnitsOwnEvent(t *testing.T) {
	rec := eventtest.New(t)
	m := meter(t, emf.Options{Namespace: "Labels", Dimensions: []emf.Dimension{{"stage", "test"}}})
	took := emf.Must(m.Metric("duration_ms", emf.Milliseconds, "route"))
	ctx, unit := eventlog.Begin(rec.Context(), "request_served", "request_failed", slog.String("route", "/v1/labels"))
	if err := m.FromUnit(ctx, took); err != nil {
		t.Fatal(err)
	}
	unit.End(errors.New("no label"))
	rec.One("request_failed").Has("stage", "test").Has("route", "/v1/labels").
		Has("_aws", json.RawMessage(`{"Timestamp":1795000000000,"CloudWatchMetrics":[{"Namespace":"Labels",
			"Dimensions":[["stage","route"]],"Metrics":[{"Name":"duration_ms","Unit":"Milliseconds"}]}]}`))
	if err := m.FromUnit(t.Context(), took); err == nil {
		t.Error("FromUnit without a unit: nil, want an error")
	}
	other := emf.Must(m.Metric("bytes", emf.Bytes))
	if err := m.FromUnit(ctx, took, other); err == nil {
		t.Error("FromUnit with different dimensions: nil, want an error")
	}
	if err := m.FromUnit(ctx); err == nil {
		t.Error("FromUnit of nothing: nil, want an error")
	}
}

func TestMetricsOfAUnitAtAnyLevel(t *testing.T) {
	for _, buffered := range []slog.Leveler{nil, slog.LevelInfo} {
		rec := eventtest.NewWith(t, eventlog.Options{Level: slog.LevelError, Buffer: eventlog.Buffer{Level: buffered}, Getenv: noEnv})
		m := meter(t, emf.Options{Namespace: "Labels"})
		took := emf.Must(m.Metric("duration_ms", emf.Milliseconds))
		ctx, outer := eventlog.Begin(rec.Context(), "batch_processed", "batch_failed")
		ctx, unit := eventlog.Begin(ctx, "request_served", "request_failed")
		if err := m.FromUnit(ctx, took); err != nil {
			t.Fatal(err)
		}
		unit.End(nil)
		outer.End(nil)
		if n := countValues(t, rec.One("request_served")); n != 1 {
			t.Errorf("%d values of metrics with buffer %v, want 1", n, buffered)
		}
		rec.None("batch_processed")
	}
}

func TestEnvironment(t *testing.T) {
	env := map[string]string{"POWERTOOLS_METRICS_NAMESPACE": "Labels", "POWERTOOLS_SERVICE_NAME": "api"}
	o := emf.Options{Getenv: func(k string) string { return env[k] }}
	rec := eventtest.New(t)
	emf.Must(meter(t, o).Metric("created", emf.Count)).Put(rec.Context(), 1)
	rec.One("metrics_recorded").Has("service", "api")
	rec.Reset()
	env["POWERTOOLS_METRICS_DISABLED"] = "true"
	emf.Must(meter(t, o).Metric("created", emf.Count)).Put(rec.Context(), 1)
	rec.None("metrics_recorded")
}

func TestManyGoroutinesGather(t *testing.T) {
	rec := eventtest.New(t)
	m := meter(t, emf.Options{Namespace: "Labels"})
	created := emf.Must(m.Metric("created", emf.Count))
	ctx, unit := eventlog.Begin(rec.Context(), "batch_processed", "batch_failed")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 125 {
				created.Put(ctx, 1)
			}
		})
	}
	wg.Wait()
	unit.End(nil)
	if n := len(rec.All("metrics_recorded")); n != 10 {
		t.Errorf("%d documents of 1,000 values, want 10", n)
	}
}
