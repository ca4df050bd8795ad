package anomalies

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A town is a log group with a day's rhythm: much by day, nearly nothing by night, a backup at two, a deployment at some time of each day,
// and now and then an error. Its events are made when they are read, the same ones each time.
type town struct {
	*lab
	rate  float64                                                        // events a minute at noon
	twist func(at time.Time, r *rand.Rand, message string) (string, int) // may change a message, and how often it comes; nil: nothing
}

func (w *town) Each(_ context.Context, _ string, from, to int64, f func(at int64, message string) error) error {
	const minute = int64(60_000)
	for m := from / minute; m <= to/minute; m++ {
		r := rand.New(rand.NewPCG(uint64(m), 1))
		for _, message := range w.minute(time.UnixMilli(m*minute).UTC(), r) {
			at, times := m*minute+r.Int64N(minute), 1
			if w.twist != nil {
				message, times = w.twist(time.UnixMilli(m*minute).UTC(), r, message)
			}
			for range times {
				if from <= at && at < to {
					if err := f(at, message); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// minute returns the messages of a minute.
func (w *town) minute(at time.Time, r *rand.Rand) []string {
	var all []string
	hour := float64(at.Hour()) + float64(at.Minute())/60
	day := math.Pow(max(0, math.Sin((hour-6)/24*2*math.Pi)), 0.5) // of 6 to 18 o'clock
	busy := w.rate * (0.01 + day)
	for range int(busy) + r.IntN(2) {
		ms := 40 * (1 + day) * math.Exp(0.7*r.NormFloat64())
		all = append(all, fmt.Sprintf(`{"level":"info","msg":"request done","route":"/labels/%d","ms":%.1f,"bytes":%d,"host":"i-0a%dc","requestId":"%016x","up":%d}`,
			r.IntN(1000), ms, 200+r.IntN(9000), 1+r.IntN(6), r.Uint64(), at.Unix()-1_760_000_000))
		switch x := r.IntN(100); {
		case x < 20:
			all = append(all, fmt.Sprintf("cache miss of key %d after %dms from 10.0.0.%d", r.IntN(100_000), 1+r.IntN(20), r.IntN(8)))
		case x == 98:
			all = append(all, fmt.Sprintf("ERROR cannot %s %s", []string{"read", "write", "find", "see"}[r.IntN(4)], []string{"it", "them", "us", "you"}[r.IntN(4)]))
		case x == 99 && r.IntN(10) == 0:
			all = append(all, fmt.Sprintf("ERROR upstream gave up after %dms, attempt %d", 30_000+r.IntN(100), 1+r.IntN(3)))
		}
	}
	if at.Hour() == 2 && at.Minute() < 5 {
		for i := range 60 {
			all = append(all, fmt.Sprintf("backup of volume vol-%04d done, %d GB", i, 1+r.IntN(500)))
		}
	}
	if when := rand.New(rand.NewPCG(uint64(at.YearDay()), 2)).IntN(24 * 60); at.Hour()*60+at.Minute() == when {
		for i := range 40 {
			all = append(all, fmt.Sprintf("deployment step %d of 40 done", i))
		}
	}
	return all
}

func newTown(t *testing.T, rate float64) *town {
	w := &town{lab: newLab(t), rate: rate}
	w.opts.Events = w
	w.create(func(in *cloudwatchlogs.CreateLogAnomalyDetectorInput) {
		in.EvaluationFrequency = types.EvaluationFrequencyFifteenMin
	})
	w.run()
	return w
}

// kinds returns the kinds of all anomalies and what they say.
func (w *town) kinds() string {
	var all []string
	for a, err := range w.anomalies.All(w.ctx, "") {
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %s %s: %s", a.Kind, a.Priority, patternString(a.Pattern), a.Description))
	}
	return strings.Join(all, "\n")
}

// TestAWeekOfDaysAndNights trains a detector on two weeks, lets it watch a third one in which nothing happens, and then a few hours in which
// something does.
func TestAWeekOfDaysAndNights(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and minutes under the race detector")
	}
	for _, rate := range []float64{3, 12} {
		w := newTown(t, rate)
		for range 7 * 24 * 4 {
			w.after(15 * time.Minute)
		}
		if got := w.kinds(); got != "" || len(w.failed) > 0 {
			t.Errorf("%v events a minute: anomalies of an ordinary week:\n%s\nfailed: %v\nwant none", rate, got, w.failed)
		}
	}
}

func TestSomethingHappens(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and minutes under the race detector")
	}
	within := func(f func(at time.Time, message string) (string, int)) func(time.Time, *rand.Rand, string) (string, int) {
		begin := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) // the lab's clock
		return func(at time.Time, _ *rand.Rand, message string) (string, int) {
			if at.Before(begin) {
				return message, 1
			}
			return f(at, message)
		}
	}
	n := 0
	for _, tt := range []struct {
		name  string
		twist func(at time.Time, message string) (string, int)
		want  []string
	}{
		{"nothing", func(_ time.Time, m string) (string, int) { return m, 1 }, nil},
		{"requests are slow", func(_ time.Time, m string) (string, int) {
			return strings.Replace(m, `"ms":`, `"ms":13`, 1), 1
		}, []string{`numerical token HIGH {"level":"info"`, "are around"}},
		{"a few requests hang", func(_ time.Time, m string) (string, int) {
			if n++; n%50 == 0 {
				m = strings.Replace(m, `"ms":`, `"ms":98765`, 1)
			}
			return m, 1
		}, []string{"numerical token MEDIUM", "none was above"}},
		{"a host that nobody knows", func(_ time.Time, m string) (string, int) {
			if n++; n%50 == 0 {
				m = strings.Replace(m, `"host":"i-0a1c"`, `"host":"i-0evil1"`, 1)
			}
			return m, 1
		}, []string{"new pattern LOW", `"host":"i-<*>"`}},
		{"an address that nobody knows", func(_ time.Time, m string) (string, int) {
			return strings.Replace(m, "10.0.0.3", "192.168.7.7", 1), 1
		}, []string{"token variation LOW", `"192.168.7.7" stands`, "8 values"}},
		{"many times as many", func(_ time.Time, m string) (string, int) { return m, 12 }, []string{"frequency MEDIUM", "request done"}},
		{"the night is as loud as the day", func(at time.Time, m string) (string, int) {
			if at.Hour() >= 20 {
				return m, 40
			}
			return m, 1
		}, []string{"frequency", "request done"}},
		{"all fails now and then", func(at time.Time, m string) (string, int) {
			if strings.HasPrefix(m, "cache miss") {
				n++
				return fmt.Sprintf("ERROR cannot %s %s", []string{"read", "write", "find", "see"}[n%4], []string{"it", "them", "us", "you"}[n/4%4]), 1
			}
			return m, 1
		}, []string{"frequency HIGH ERROR cannot", "events of level ERROR"}},
		{"a new error", func(at time.Time, m string) (string, int) {
			if at.Minute() == 7 {
				return "FATAL disk of db-1 is on fire", 1
			}
			return m, 1
		}, []string{"new pattern HIGH FATAL disk"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newTown(t, 8)
			w.twist = within(tt.twist)
			for range 40 {
				w.after(15 * time.Minute)
			}
			got := w.kinds()
			if n := strings.Count(got, "events of level"); n > 1 {
				t.Errorf("%d anomalies of one level, want one:\n%s", n, got)
			}
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("anomalies:\n%s\nwant one with %q", got, want)
				}
			}
			if tt.want == nil && got != "" {
				t.Errorf("anomalies:\n%s\nwant none", got)
			}
		})
	}
}
