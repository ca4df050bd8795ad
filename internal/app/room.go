package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/groundwatch/groundwatch/internal/headroom"
)

// roomMetrics say how much room the disk has.
type roomMetrics struct {
	free     prometheus.Gauge
	low      prometheus.Gauge
	released prometheus.Counter
}

func newRoomMetrics(registry *prometheus.Registry) roomMetrics {
	m := roomMetrics{
		free:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "groundwatch_disk_free_bytes", Help: "Room on the disk of the data, without the ballast."}),
		low:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "groundwatch_disk_low", Help: "1 while the disk is nearly full and what adds is refused."}),
		released: prometheus.NewCounter(prometheus.CounterOpts{Name: "groundwatch_ballast_released_total", Help: "Files of the ballast given back so that deletions find room."}),
	}
	registry.MustRegister(m.free, m.low, m.released)
	return m
}

func (o *observer) roomHooks() headroom.Hooks {
	return headroom.Hooks{
		Looked: func(free int64) { o.room.free.Set(float64(free)) },
		Changed: func(low bool) {
			if low {
				o.room.low.Set(1)
				o.events.Error("disk_nearly_full")
				return
			}
			o.room.low.Set(0)
			o.events.Info("disk_has_room")
		},
		Released: func(files int) {
			o.room.released.Add(float64(files))
			o.events.Warn("ballast_released", "files", files)
		},
		Failed: func(err error) {
			o.failed.WithLabelValues("ballast").Inc()
			o.events.Error("background_work_failed", "work", "ballast", "error", err.Error())
		},
	}
}
