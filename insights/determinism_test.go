package insights_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/function"
)

// determined are queries whose answers depend on orders, ties, sums of floats or columns of mixed kinds.
var determined = []string{
	"fields a, b",
	"fields a, b | limit 7",
	"fields a, b, f | sort a",
	"fields a, b | sort a desc, b asc | limit 50",
	"fields m | sort m desc | limit 20",
	"fields m | sort m | limit 1100",
	"sort nosuch | limit 3",
	"fields a | sort b | sort a | limit 9",
	"fields a | tail 5",
	"fields a, b | dedup a",
	"fields a, m | sort m | dedup a, b | limit 4",
	"stats count(*) by a",
	"stats count(*), sum(f), avg(f), stddev(f), variance(f) by b",
	"stats count(*), sum(m), min(m), max(m), count_distinct(m) by a, b",
	"stats pct(f, 95), median(f), sortsFirst(m), sortsLast(m) by a",
	"stats earliest(m), latest(m), earliest(b), latest(b) by a",
	"stats values(m), values(a) by b",
	"stats topk(3, m)",
	"stats histogram(f, 4)",
	"stats count(*) by bin(1s), a",
	"stats count(*) by m",
	"stats count(*) by m, f",
	"stats sum(f) by a | stats sum(`sum(f)`), count(*)",
	"stats rate(f, 1s), sumOverTime(f), countOverTime(m) by bin(10s)",
	"stats sum(f) as s by a, b | sort s desc | limit 5",
	"stats count(*) as n by a | fields n * 2 as n2",
	"unnest l into x | stats count(*), latest(x), earliest(x) by x",
	"unnest l into x | fields x, a | limit 30",
	"unnest l into x | fields x | sort x desc | limit 30",
	"expand l | fields l, b | sort b | limit 25",
	"filter f > 0.5 or m = 3 | fields f, m, f * 2 as g | sort g desc",
	"filter a in [1, \"x1\"] | stats count(*) as n by a, bin(5s) | fillmissing with 0 for n",
	"parse @message /(?<w>[a-z])\\d/ multi | stats count(*) by w",
	"countFrequent a, b",
	"fields f | accum f as total | limit 12",
	"fields a, f | autoregress f p=1-2 | filldown | limit 40",
	"fields a | sessionize a maxspan 2s | stats count(*) by session_id",
	"fields f | outlier param=0.1 f | stats sum(f)",
	"pattern @message",
	"fields a, b | addtotals a, b | sort Total desc | limit 11",
	"relevantfields a, b, m where f > 0.7",
}

// TestAnswersAreDetermined runs queries over random events in batches of several sizes and with several
// workers: the answers must be equal to the last bit.
func TestAnswersAreDetermined(t *testing.T) {
	const seed = 7
	for _, n := range []int{0, 1, 90, 4000} {
		rows := randomEvents(rand.New(rand.NewPCG(seed, uint64(n))), n)
		for _, query := range determined {
			t.Run(fmt.Sprintf("%d events: %s", n, query), func(t *testing.T) {
				runs := [][2]int{{1000, 1}, {1, 1}, {1, 2}, {1, 5}, {3, 1}, {3, 2}, {3, 5}}
				if n > 1000 { // enough for the rows to be pruned on the way
					runs = [][2]int{{1000, 1}, {1000, 2}, {37, 5}}
				}
				want := ""
				for i, run := range runs {
					got := determinedAnswer(t, rows, query, run[0], run[1])
					if i == 0 {
						want = got
					}
					if got != want {
						t.Fatalf("Run(%q) in batches of %d with %d workers =\n%s\nin batches of 1000 with 1 worker\n%s", query, run[0], run[1], got, want)
					}
				}
			})
		}
	}
}

func determinedAnswer(t *testing.T, rows []event, query string, batch, workers int) string {
	t.Helper()
	const t0 = 1767225600000
	r, err := insights.Run(context.Background(), query, insights.Options{Exec: exec.Options{
		Source:  &events{t0, rows, batch},
		Env:     function.Env{Now: t0, Start: t0, End: t0 + 1<<40},
		Workers: workers,
	}})
	if err != nil {
		t.Fatalf("Run(%q): %v", query, err)
	}
	return fmt.Sprintf("%s limited %v matched %d\n%s", strings.Join(r.Columns, ","), r.Limited, r.Stats.RecordsMatched, strings.Join(cells(r), "\n"))
}

// randomEvents returns events with many ties in time and values, numbers of all kinds and missing fields.
func randomEvents(rnd *rand.Rand, n int) []event {
	pick := func(values ...any) any { return values[rnd.IntN(len(values))] }
	rows := make([]event, n)
	for i := range rows {
		fields := map[string]any{"i": i}
		for name, v := range map[string]any{
			"a": pick(1, "1", 1.0, "x1", "x10", true, nil),
			"b": rnd.IntN(40),
			"f": rnd.Float64() * pick(1.0, 1e-9, 1e9).(float64),
			"m": pick(rnd.IntN(5), fmt.Sprint(rnd.IntN(5)), rnd.Float64(), 1<<60+rnd.IntN(3), "z"),
			"l": pick([]any{1, 2}, []any{"x", "y", 1}, []any{}, "no list"),
		} {
			if rnd.IntN(5) > 0 {
				fields[name] = v
			}
		}
		text, err := json.Marshal(fields)
		if err != nil {
			panic(err)
		}
		rows[i] = event{Offset: int64(rnd.IntN(n/4+1)) * 100, Message: string(text), Stream: "s", Log: "1:g"}
	}
	return rows
}
