package eventlog

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
)

// sampling is whether a unit of work is written at level debug.
type sampling uint8

const (
	undecided sampling = iota
	notSampled
	sampled
)

// Sampled reports whether ctx's unit of work was chosen to be written at level debug: see [Options.DebugSampleRate].
// A service that calls another passes it on, and the other one takes it over with [WithSampling], so that one request
// is written in full everywhere or nowhere.
func Sampled(ctx context.Context) bool {
	s := scopeOf(ctx)
	return s != nil && s.sampling == sampled
}

// WithSampling returns a context whose events, and whose units of work, are sampled or not, whatever the rate here.
func WithSampling(ctx context.Context, yes bool) context.Context {
	return withScope(ctx, func(s *scope) {
		s.sampling, s.level = notSampled, nil
		if yes {
			s.sampling, s.level = sampled, slog.LevelDebug
		}
	})
}

// sample decides whether s's unit is sampled, unless that is decided. The rate is a field of a unit that was chosen
// here: how many units each of its events stands for is one by it. A decision that was taken over carries none.
func (s *scope) sample(l *Logger) {
	rate := l.sink.sampleRate
	if s.sampling != undecided || rate == 0 {
		return
	}
	s.sampling = notSampled
	if l.sink.random() < rate {
		s.sampling, s.level = sampled, slog.LevelDebug
		s.fields = s.fields.with(l, []slog.Attr{slog.Float64("sampling_rate", rate)})
	}
}

// sampleRate returns the share of units that are sampled. What is no number from 0 to 1 counts as 0.
func sampleRate(o Options) float64 {
	rate := o.DebugSampleRate
	if rate == 0 {
		rate, _ = strconv.ParseFloat(o.Getenv("POWERTOOLS_LOGGER_SAMPLE_RATE"), 64)
	}
	if rate > 0 && rate <= 1 {
		return rate
	}
	return 0
}

// randomOf returns the source of the decisions.
func randomOf(o Options) func() float64 {
	if o.Random != nil {
		return o.Random
	}
	return rand.Float64
}
