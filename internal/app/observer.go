package app

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/groundwatch/groundwatch/internal/gateway"
	"github.com/groundwatch/groundwatch/internal/ingest"
	"github.com/groundwatch/groundwatch/internal/livetail"
	"github.com/groundwatch/groundwatch/internal/logs"
	"github.com/groundwatch/groundwatch/internal/queries"
	"github.com/groundwatch/groundwatch/internal/table/embedded"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// An observer turns what packages tell their owner into metrics and events of the server. Labels never hold what a caller
// chose: no name of a group, account or key.
type observer struct {
	events   *slog.Logger
	registry *prometheus.Registry

	calls       *prometheus.CounterVec   // by service, operation and code
	callSeconds *prometheus.HistogramVec // by service and operation
	received    prometheus.Counter
	sent        prometheus.Counter
	ignored     *prometheus.CounterVec // events by door and reason

	syncs       *prometheus.HistogramVec // by log
	appended    *prometheus.CounterVec   // bytes by log
	sealed      *prometheus.CounterVec
	damaged     *prometheus.CounterVec
	quarantined *prometheus.CounterVec
	flushed     prometheus.Counter
	flushedText prometheus.Counter
	written     prometheus.Counter
	merged      prometheus.Counter
	failed      *prometheus.CounterVec
	dropped     prometheus.Counter
	queries     *prometheus.HistogramVec // by status
	scanned     prometheus.Counter
	partial     prometheus.Counter
	room        roomMetrics
	lacking     lackingSet
	tails       prometheus.Gauge
	tailed      *prometheus.CounterVec // events by what became of them
	sensitive   prometheus.Counter
	transformed *prometheus.CounterVec // events by what became of them
}

// seconds are the buckets of times: a sync takes 0.2 ms, a page some, a large filter seconds.
var seconds = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func newObserver(events *slog.Logger) *observer {
	o := &observer{events: events, registry: prometheus.NewRegistry()}
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: "groundwatch_" + name, Help: help})
		o.registry.MustRegister(c)
		return c
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "groundwatch_" + name, Help: help}, labels)
		o.registry.MustRegister(c)
		return c
	}
	histograms := func(name, help string, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "groundwatch_" + name, Help: help, Buckets: seconds}, labels)
		o.registry.MustRegister(h)
		return h
	}
	o.calls = counters("calls_total", "Finished API calls.", "service", "operation", "code")
	o.callSeconds = histograms("call_seconds", "Time of API calls.", "service", "operation")
	o.received = counter("received_bytes_total", "Bytes of requests' bodies, as received.")
	o.sent = counter("sent_bytes_total", "Bytes of answers' bodies.")
	o.ignored = counters("skipped_events_total", "Events sent over plain HTTP that were not stored.", "door", "reason")
	o.syncs = histograms("wal_sync_seconds", "Time to write and sync a batch of a log.", "log")
	o.appended = counters("wal_written_bytes_total", "Bytes written to a log.", "log")
	o.sealed = counters("wal_sealed_total", "Log files that an error of the disk ended.", "log")
	o.damaged = counters("damaged_total", "Stretches of files that could not be read.", "file")
	o.quarantined = counters("quarantined_total", "Files set aside because they cannot be read.", "file")
	o.flushed = counter("flushed_rows_total", "Rows that went from memory to parts.")
	o.flushedText = counter("flushed_text_bytes_total", "Bytes of their texts.")
	o.written = counter("part_written_bytes_total", "Bytes of parts written, by flushes and merges.")
	o.merged = counter("merged_parts_total", "Parts that merges replaced.")
	o.failed = counters("background_failures_total", "Work in the background that did not succeed and is tried again.", "work")
	o.dropped = counter("filter_sink_failures_total", "Results of metric and subscription filters that nobody took.")
	o.queries = histograms("query_seconds", "Time that ended queries ran.", "status")
	o.scanned = counter("query_scanned_bytes_total", "Bytes of events that queries read.")
	o.partial = counter("query_partial_total", "Queries that could not read all events.")
	o.tails = prometheus.NewGauge(prometheus.GaugeOpts{Name: "groundwatch_live_tail_sessions", Help: "Live tails that are open."})
	o.registry.MustRegister(o.tails)
	o.tailed = counters("live_tail_events_total", "Events that ended live tails wanted: sent, sampled (left out, too many in a second), dropped (the client was slow).", "outcome")
	o.sensitive = counter("events_with_findings_total", "Stored events in which a data protection policy found something, once for each policy.")
	o.transformed = counters("transformed_events_total", "Stored events that a transformer saw.", "outcome")
	o.room = newRoomMetrics(o.registry)
	o.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return o
}

// slowSync is from when a sync is worth an event: a healthy disk takes some milliseconds.
const slowSync = time.Second

func (o *observer) walHooks(log string) wal.Hooks {
	return wal.Hooks{
		Synced: func(b wal.Batch) {
			o.syncs.WithLabelValues(log).Observe(b.Took.Seconds())
			o.appended.WithLabelValues(log).Add(float64(b.Bytes))
			if b.Took >= slowSync {
				o.events.Warn("sync_was_slow", "log", log, "took", b.Took)
			}
		},
		Slow: func(file string) { o.events.Warn("sync_stalled", "log", log, "file", file) },
		Sealed: func(file string, err error) {
			o.sealed.WithLabelValues(log).Inc()
			o.events.Error("log_file_sealed", "log", log, "file", file, "error", err.Error())
		},
		Damaged: func(d wal.Damage) {
			o.damaged.WithLabelValues(log).Inc()
			o.events.Error("log_damaged", "log", log, "file", d.File, "offset", d.Offset, "from", uint64(d.From), "to", uint64(d.To), "error", d.Err.Error())
		},
		Quarantined: func(file string) {
			o.quarantined.WithLabelValues(log).Inc()
			o.events.Error("file_quarantined", "log", log, "file", file)
		},
	}
}

func (o *observer) engineHooks() embedded.Hooks {
	return embedded.Hooks{
		Log:      o.walHooks("rows"),
		Manifest: o.walHooks("manifest"),
		Flushed: func(w embedded.Written) {
			o.flushed.Add(float64(w.Rows))
			o.flushedText.Add(float64(w.Text))
			o.written.Add(float64(w.Bytes))
		},
		Merged: func(w embedded.Written) {
			o.merged.Add(float64(w.From))
			o.written.Add(float64(w.Bytes))
		},
		Damaged: func(file string, err error) {
			o.damaged.WithLabelValues("part").Inc()
			o.events.Error("part_damaged", "file", file, "error", err.Error())
		},
		Failed: func(doing string, err error) {
			o.failed.WithLabelValues(doing).Inc()
			o.events.Error("background_work_failed", "work", doing, "error", err.Error())
		},
	}
}

func (o *observer) logsHooks() logs.Hooks {
	return logs.Hooks{
		SinkFailed: func(group, filter string, err error) {
			o.dropped.Inc()
			o.events.Error("filter_result_dropped", "logGroupName", group, "filterName", filter, "error", err.Error())
		},
		SweepFailed: func(err error) {
			o.failed.WithLabelValues("sweep").Inc()
			o.events.Error("sweep_failed", "error", err.Error())
		},
	}
}

func (o *observer) queriesHooks() queries.Hooks {
	return queries.Hooks{
		Ended: func(e queries.Ended) {
			o.queries.WithLabelValues(e.Status).Observe(e.Took.Seconds())
			o.scanned.Add(float64(e.Bytes))
			if e.Err != nil && e.Status == string(types.QueryStatusFailed) {
				o.events.Warn("query_failed", "queryId", e.ID, "took", e.Took, "bytes", e.Bytes, "error", e.Err.Error())
			}
		},
		Partial: func(id string, problems []string) {
			o.partial.Inc()
			o.events.Error("query_was_partial", "queryId", id, "problems", problems)
		},
	}
}

func (o *observer) tailHooks() livetail.Hooks {
	return livetail.Hooks{
		Started: o.tails.Inc,
		Ended: func(e livetail.Ended) {
			o.tails.Dec()
			o.tailed.WithLabelValues("sent").Add(float64(e.Sent))
			o.tailed.WithLabelValues("sampled").Add(float64(e.Sampled))
			o.tailed.WithLabelValues("dropped").Add(float64(e.Dropped))
		},
	}
}

// skipped counts what came through a door and was not stored: its sender may not be told.
func (o *observer) skipped(door string, reason ingest.Reason, n int) {
	o.ignored.WithLabelValues(door, string(reason)).Add(float64(n))
}

// called counts a finished call, and tells of those that went wrong because of us.
func (o *observer) called(c gateway.Call) {
	if c.Lacking.Operation != "" && o.lacking.first(c.Lacking) {
		o.events.Info("operation_was_missing", "service", c.Lacking.Service, "operation", c.Lacking.Operation)
	}
	service, operation := c.Service, c.Operation
	if c.Door != "" {
		service, operation = "door", c.Door
	}
	o.calls.WithLabelValues(service, operation, c.Code).Inc()
	o.callSeconds.WithLabelValues(service, operation).Observe(c.Duration.Seconds())
	o.received.Add(float64(c.In))
	o.sent.Add(float64(c.Out))
	if c.Status < http.StatusInternalServerError {
		return
	}
	attrs := []any{"service", service, "operation", operation, "httpStatus", c.Status, "code", c.Code, "requestId", c.Caller.RequestID, "took", c.Duration}
	if c.Err != nil {
		attrs = append(attrs, "error", c.Err.Error())
	}
	if c.Stack != nil {
		attrs = append(attrs, "stack", string(c.Stack))
	}
	o.events.Error("call_failed", attrs...)
}
