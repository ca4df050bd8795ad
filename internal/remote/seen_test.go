package remote

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// fetched returns an event; id "" is one of a live tail.
func fetched(id, message string, at, ingested int64) *Fetched {
	return &Fetched{"g", types.FilteredLogEvent{
		EventId: aws.String(id), LogStreamName: aws.String("s"), Message: aws.String(message), Timestamp: aws.Int64(at), IngestionTime: aws.Int64(ingested),
	}}
}

func TestSeenGivesEventsOnce(t *testing.T) {
	const begun = 100_000
	type step struct {
		how  string // "history", "asked" or "came"
		ev   *Fetched
		want bool
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"asked for twice", []step{{"asked", fetched("1", "a", 100_100, 100_100), true}, {"asked", fetched("1", "a", 100_100, 100_100), false}}},
		{"in the history and asked for", []step{{"history", fetched("1", "a", 99_000, 99_999), false}, {"asked", fetched("1", "a", 99_000, 99_999), false}}},
		{"in the history and of a live tail", []step{{"history", fetched("1", "a", 99_000, 99_999), false}, {"came", fetched("", "a", 99_000, 99_999), false}}},
		{"of a live tail, then asked for", []step{{"came", fetched("", "a", 100_100, 100_100), true}, {"asked", fetched("1", "a", 100_100, 100_100), false}}},
		{"asked for, then of a live tail", []step{{"asked", fetched("1", "a", 100_100, 100_100), true}, {"came", fetched("", "a", 100_100, 100_100), false}}},
		{"two that are alike, each in both ways", []step{
			{"came", fetched("", "a", 100_100, 100_100), true}, {"came", fetched("", "a", 100_100, 100_100), true},
			{"asked", fetched("1", "a", 100_100, 100_100), false}, {"asked", fetched("2", "a", 100_100, 100_100), false},
			{"asked", fetched("3", "a", 100_100, 100_100), true}, {"came", fetched("", "a", 100_100, 100_100), false},
		}},
		{"stored before, and older than what was shown", []step{{"history", fetched("2", "b", 99_500, 99_999), false}, {"asked", fetched("1", "a", 99_000, 99_998), false}}},
		{"stored before, seen only later", []step{{"history", fetched("2", "b", 99_000, 99_999), false}, {"asked", fetched("1", "a", 99_500, 99_998), true}}},
		{"stored after, however old", []step{{"history", fetched("2", "b", 99_500, 99_999), false}, {"asked", fetched("1", "a", 1, 100_001), true}}},
		{"stored long before", []step{{"history", fetched("2", "b", 1, 99_999), false}, {"asked", fetched("1", "a", 2, 90_000), false}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSeen()
			begins := true
			for i, step := range test.steps {
				got := false
				if begins && step.how != "history" {
					s.begin(begun)
					begins = false
				}
				switch step.how {
				case "history":
					s.history(step.ev)
				case "asked":
					got = s.asked(step.ev)
				case "came":
					got = s.came(step.ev)
				}
				if got != step.want {
					t.Errorf("step %d: %s(%s) = %t, want %t", i, step.how, aws.ToString(step.ev.Message), got, step.want)
				}
			}
		})
	}
}

// A long history is not kept: of it only what may come again.
func TestSeenForgets(t *testing.T) {
	s := newSeen()
	for i := range int64(200_000) {
		s.history(fetched(fmt.Sprint(i), "a", i, i))
	}
	s.begin(200_000)
	if n := len(s.ids); n > 40_000 {
		t.Errorf("%d ids are kept, want some %d", n, visibleWithin)
	}
	if s.asked(fetched("199999", "a", 199_999, 199_999)) {
		t.Error("the newest event of the history is given again")
	}
	s.prune(0, 300_000)
	if n := len(s.ids); n != 0 {
		t.Errorf("%d ids are kept of events that are not asked for any more", n)
	}
}
