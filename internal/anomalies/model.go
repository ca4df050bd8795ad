package anomalies

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/groundwatch/groundwatch/insights/pattern"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// A model is what a detector takes for usual: patterns, and how often each occurs in a stretch of time.
type model struct {
	Span   int64       `json:"span"`          // ms of events that were learnt from
	Events int64       `json:"events"`        // how many there were
	Forms  []modelForm `json:"forms"`         // the most frequent first
	Cut    bool        `json:"cut,omitempty"` // there are more patterns than are kept
}

type modelForm struct {
	Shape string `json:"s"`
	N     int64  `json:"n"`
}

const (
	// modelBytes is how large a model may be as JSON: the catalog takes 1 MiB.
	modelBytes = 768 << 10
	// memory is how far back events count [R]: AWS trains on two weeks. What is older counts half.
	memory = 14 * 24 * time.Hour
	// minTrained is how many events a detector must have learnt from before it calls others unusual [R].
	minTrained = 100
)

// trained tells whether m knows enough to compare with.
func (m *model) trained() bool { return m.Events >= minTrained && m.Span > 0 }

// set returns a Set that has m's patterns in its window 0.
func (m *model) set() *pattern.Set {
	s := pattern.NewSet()
	for _, f := range m.Forms {
		s.AddForm(pattern.Form{Shape: f.Shape, N: pattern.Counts{f.N, 0}})
	}
	return s
}

// learnt returns the model that has forms, with the counts n of them, from a stretch longer than m's by more.
func (m *model) learnt(forms []pattern.Form, n func(i int) int64, more time.Duration) (*model, error) {
	next := &model{Span: m.Span + more.Milliseconds()}
	halve := next.Span > memory.Milliseconds()
	if halve {
		next.Span /= 2
	}
	size := 0
	for i, f := range forms {
		count := n(i)
		if halve {
			count /= 2
		}
		if count == 0 {
			continue
		}
		next.Events += count
		form := modelForm{f.Shape, count}
		text, err := json.Marshal(form)
		if err != nil {
			return nil, fault.Internal(fmt.Errorf("write pattern: %w", err))
		}
		if size += len(text) + 1; size > modelBytes {
			next.Cut = true
			continue
		}
		next.Forms = append(next.Forms, form)
	}
	return next, nil
}
