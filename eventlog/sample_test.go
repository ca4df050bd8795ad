package eventlog_test

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// dice returns a source of these numbers, one after the other, and then 1.
func dice(numbers ...float64) func() float64 {
	return func() float64 {
		if len(numbers) == 0 {
			return 1
		}
		n := numbers[0]
		numbers = numbers[1:]
		return n
	}
}

func TestSamplingIsDecidedForEachUnit(t *testing.T) {
	ctx, r := record(eventlog.Options{NoCaller: true, DebugSampleRate: 0.25, Random: dice(0.5, 0.2, 0.25)})
	for range 3 {
		ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
		inner, v := eventlog.Begin(ctx, "b_done", "b_failed") // does not throw again
		eventlog.Debug(inner, "d", slog.Bool("sampled", eventlog.Sampled(inner)))
		v.End(nil)
		u.End(nil)
	}
	if got, want := r.tags(t), "b_done a_done d b_done a_done b_done a_done"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	for i, o := range r.events(t) {
		if chosen := i >= 2 && i <= 4; chosen {
			o.wantField(t, "sampling_rate", 0.25)
		} else {
			o.wantField(t, "sampling_rate", nil)
		}
	}
}

func TestSampleRates(t *testing.T) {
	for _, tt := range []struct {
		name   string
		rate   float64
		env    string
		random float64
		want   bool
	}{
		{"none", 0, "", 0, false},
		{"below the rate", 0.1, "", 0.099, true},
		{"at the rate", 0.1, "", 0.1, false},
		{"all", 1, "", 0.999, true},
		{"of the environment", 0, "0.5", 0.4, true},
		{"the option goes before the environment", 0.1, "0.9", 0.5, false},
		{"over 1 is none", 1.5, "", 0, false},
		{"below 0 is none", -1, "", 0, false},
		{"an environment that is no number is none", 0, "half", 0, false},
		{"an environment that is NaN is none", 0, "NaN", 0, false},
		{"an environment over 1 is none", 0, "50", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, _ := record(eventlog.Options{
				DebugSampleRate: tt.rate, Random: dice(tt.random),
				Getenv: func(key string) string {
					if key == "POWERTOOLS_LOGGER_SAMPLE_RATE" {
						return tt.env
					}
					return ""
				},
			})
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			defer u.End(nil)
			if got := eventlog.Sampled(ctx); got != tt.want {
				t.Errorf("Sampled = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestSamplingIsTakenOverFromTheCaller(t *testing.T) {
	for _, tt := range []struct {
		name   string
		caller bool
		rate   float64
		want   string
	}{
		{"who is sampled", true, 0, "d a_done"},
		{"who is not", false, 1, "a_done"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{DebugSampleRate: tt.rate, Buffer: eventlog.Buffer{Level: slog.LevelDebug}})
			if eventlog.Sampled(ctx) {
				t.Error("Sampled outside of units = true, want false")
			}
			ctx, u := eventlog.Begin(eventlog.WithSampling(ctx, tt.caller), "a_done", "a_failed")
			if got := eventlog.Sampled(ctx); got != tt.caller {
				t.Errorf("Sampled = %t, want %t", got, tt.caller)
			}
			eventlog.Debug(ctx, "d")
			u.End(nil)
			if got := r.tags(t); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			r.events(t)[0].wantField(t, "sampling_rate", nil)
		})
	}
}

func TestFailuresAreNeverSampledAway(t *testing.T) {
	ctx, r := record(eventlog.Options{DebugSampleRate: 0.5, Random: dice(0.9)})
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
	eventlog.Assert(ctx, false, "x_is_y")
	eventlog.Error(ctx, "e")
	u.End(io.EOF)
	if got, want := r.tags(t), "assertion_failed e a_failed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSamplingOfNoContext(t *testing.T) {
	if eventlog.Sampled(context.Background()) {
		t.Error("Sampled of a bare context = true, want false")
	}
	if !eventlog.Sampled(eventlog.WithSampling(context.Background(), true)) {
		t.Error("Sampled of WithSampling(true) = false, want true")
	}
}
