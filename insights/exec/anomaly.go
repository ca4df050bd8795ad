package exec

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/pattern"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/quantile"
)

// anomalyStep marks unusual patterns among those that pattern or diff found. AWS documents five kinds of
// anomaly and not how it finds them ([R] §6); each kind is a function here with its rule. The first
// that holds, in the order of kinds, is the one reported.
type anomalyStep struct{ *plan.Anomaly }

// A suspect is a pattern being judged, among all others.
type suspect struct {
	pattern string
	count   float64
	words   []string // see patternWords
}

// A lineup is all patterns of a result.
type lineup struct {
	all     []suspect
	byCount []*suspect // most frequent first
	total   float64
	spike   float64 // a count above it is out of the ordinary
}

// kinds are the anomalies that can be seen in patterns and counts. reason returns "" if there is none.
var kinds = []struct {
	name   string
	reason func(l *lineup, s *suspect) string
}{
	{"HTTP error code", httpError},
	{"numeric token", numericToken},
	{"token variation", tokenVariation},
	{"new pattern", newPatternSeen},
	{"frequency", frequency},
}

func (s anomalyStep) table(run *run, r *rows) (*rows, error) {
	l := newLineup(r.col(s.Pattern), r.col(s.Count))
	types, reasons := make([]column.Value, r.n), make([]column.Value, r.n)
	for i := range l.all {
		if !run.main.draw() {
			break
		}
		for _, k := range kinds {
			if reason := k.reason(l, &l.all[i]); reason != "" {
				types[i], reasons[i] = column.StringValue(k.name), column.StringValue(reason)
				break
			}
		}
	}
	out := r.clone()
	out.set(s.Out[0], run.main.column(r.n, func(i int) column.Value { return column.BoolValue(!types[i].IsNull()) }))
	out.set(s.Out[1], run.main.column(r.n, func(i int) column.Value { return types[i] }))
	out.set(s.Out[2], run.main.column(r.n, func(i int) column.Value { return reasons[i] }))
	return out, nil
}

func newLineup(patterns, counts *column.Column) *lineup {
	l := &lineup{all: make([]suspect, patterns.Len)}
	logs := make([]float64, 0, patterns.Len)
	for i := range l.all {
		text, _ := function.TextOf(patterns.Value(i))
		n, _ := numberAt(counts, i)
		l.all[i] = suspect{text, n, patternWords(text)}
		l.byCount = append(l.byCount, &l.all[i])
		l.total += n
		logs = append(logs, math.Log1p(n))
	}
	slices.SortStableFunc(l.byCount, func(a, b *suspect) int { return cmp.Compare(b.count, a.count) })
	l.spike = math.Inf(1)
	if len(logs) >= minLineup {
		slices.Sort(logs)
		q1, q3 := quantile.Of(logs, 0.25), quantile.Of(logs, 0.75)
		l.spike = math.Expm1(q3 + 1.5*(q3-q1))
	}
	return l
}

const (
	minLineup = 8   // patterns that are needed to tell what counts are ordinary
	minEvents = 100 // events that are needed to call one of them rare
	rareShare = 100 // a variant is rare if the ordinary form occurs this many times as often
)

// patternWords cuts a pattern at blanks and takes the numbers off its placeholders, so that <Number-2>
// of one pattern equals <Number-3> of another.
func patternWords(text string) []string {
	words := strings.Fields(text)
	for i, w := range words {
		if strings.Contains(w, "<") {
			words[i] = unnumbered(w)
		}
	}
	return words
}

func unnumbered(w string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(w, "<")
		placeholder, after, closed := strings.Cut(rest, ">")
		if !open || !closed {
			return b.String() + w
		}
		name, _, _ := strings.Cut(placeholder, "-")
		b.WriteString(before + "<" + name + ">")
		w = after
	}
}

// frequency: of eight patterns or more, the count is beyond the upper quartile of the logarithms of all
// counts by more than 1.5 times their interquartile range.
func frequency(l *lineup, s *suspect) string {
	if s.count <= l.spike {
		return ""
	}
	return fmt.Sprintf("%.0f of %.0f events, where up to %.0f are usual for one pattern", s.count, l.total, math.Floor(l.spike))
}

// newPatternSeen: the pattern occurs once in a hundred events or more.
func newPatternSeen(l *lineup, s *suspect) string {
	if s.count != 1 || l.total < minEvents {
		return ""
	}
	return fmt.Sprintf("seen once in %.0f events", l.total)
}

// tokenVariation: another pattern that differs in one word only occurs a hundred times as often.
func tokenVariation(l *lineup, s *suspect) string {
	usual, at := l.sibling(s)
	if usual == nil {
		return ""
	}
	return fmt.Sprintf("%q stands where %q is usual", s.words[at], usual.words[at])
}

// numericToken: as tokenVariation, where the usual form has a number and this one has none, or the
// reverse.
func numericToken(l *lineup, s *suspect) string {
	usual, at := l.sibling(s)
	if usual == nil || strings.Contains(usual.words[at], "<Number>") == strings.Contains(s.words[at], "<Number>") {
		return ""
	}
	return fmt.Sprintf("%q stands where %q is usual", s.words[at], usual.words[at])
}

// sibling returns the most frequent pattern that differs from s in one word and occurs rareShare times
// as often, and the place of the word; nil if there is none.
func (l *lineup) sibling(s *suspect) (usual *suspect, at int) {
	for _, o := range l.byCount {
		if s.count == 0 || o.count < rareShare*s.count {
			break
		}
		if at, ok := pattern.OneWordApart(s.words, o.words); ok {
			return o, at
		}
	}
	return nil, 0
}

// httpError: the status of an HTTP answer in the pattern is 400 or above.
func httpError(_ *lineup, s *suspect) string {
	if status := pattern.HTTPStatus(s.pattern); status >= 400 {
		return "HTTP status " + strconv.Itoa(status)
	}
	return ""
}
