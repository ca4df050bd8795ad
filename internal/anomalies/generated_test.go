package anomalies

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/generate"
)

// Generated are events of package generate, in order.
type generated struct {
	*lab
	events []generatedEvent
}

type generatedEvent struct {
	Timestamp int64
	Message   string
}

func (g *generated) Each(_ context.Context, _ string, from, to int64, f func(at int64, message string) error) error {
	i := sort.Search(len(g.events), func(i int) bool { return g.events[i].Timestamp >= from })
	for ; i < len(g.events) && g.events[i].Timestamp < to; i++ {
		if err := f(g.events[i].Timestamp, g.events[i].Message); err != nil {
			return err
		}
	}
	return nil
}

// TestGeneratedWeeks lets a detector learn twelve days of generated events, and watch nine. One hour of these has an incident: seven times as
// many errors, of many patterns. It must be found, and nothing else. GROUNDWATCH_LONG takes all shapes, more events and shorter runs,
// GROUNDWATCH_SEED other events: of some seeds there are false alarms (bench/README.md).
func TestGeneratedWeeks(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and minutes under the race detector")
	}
	shapes, count, every := []string{"lambda"}, 120_000, types.EvaluationFrequencyOneHour
	if os.Getenv("GROUNDWATCH_LONG") != "" {
		shapes, count, every = []string{"web", "worker", "lambda"}, 500_000, types.EvaluationFrequencyFifteenMin
	}
	seed := uint64(9)
	if text := os.Getenv("GROUNDWATCH_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	const day = 24 * time.Hour
	start := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	incident := start.Add(12*day + 14*time.Hour) // the hour that is six tenths into 21 days
	for _, shape := range shapes {
		t.Run(shape, func(t *testing.T) {
			var text bytes.Buffer
			o := generate.Options{Shape: shape, Format: "filter-log-events", Count: count, Start: start, Span: 21 * day, Seed: seed}
			if err := generate.Write(t.Context(), &text, o); err != nil {
				t.Fatal(err)
			}
			g := &generated{lab: newLab(t)}
			for pages := json.NewDecoder(bufio.NewReader(&text)); pages.More(); {
				var page struct{ Events []generatedEvent }
				if err := pages.Decode(&page); err != nil {
					t.Fatal(err)
				}
				g.events = append(g.events, page.Events...)
			}
			slices.SortStableFunc(g.events, func(a, b generatedEvent) int { return int(a.Timestamp - b.Timestamp) })
			g.opts.Events, g.clock = g, start.Add(12*day)
			g.create(func(in *cloudwatchlogs.CreateLogAnomalyDetectorInput) { in.EvaluationFrequency = every })
			for g.run(); g.clock.Before(start.Add(21 * day)); {
				g.after(frequencies[every])
			}
			found := 0
			for a := range g.anomalies.All(g.ctx, "") {
				at := time.UnixMilli(a.First).UTC()
				t.Logf("%s %s %s %s %.120s", at.Format(time.DateTime), a.Kind, a.Priority, a.Description, patternString(a.Pattern))
				if found++; at.Before(incident) || !at.Before(incident.Add(time.Hour)) || !strings.Contains(a.Description, "are usual") {
					t.Errorf("an anomaly of %s %s, want those of the incident of %s alone", a.Kind, at, incident)
				}
			}
			if found == 0 || len(g.failed) > 0 {
				t.Errorf("%d anomalies, %v failed, want those of the incident", found, g.failed)
			}
		})
	}
}
