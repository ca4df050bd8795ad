package anomalies

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/insights/pattern"
)

// A finding is a pattern that is unusual in a stretch of time.
type finding struct {
	form        int // its index
	pattern     pattern.Pattern
	kind        kind
	count       int64
	expected    float64 // what would have been usual
	priority    priority
	description string
	place       string    // in the pattern, if it is about the values there; or the level that it stands for
	proof       *evidence // of values; form is -1 then
}

// A kind says what is unusual.
type kind string

// The kinds. AWS documents them for the anomaly command, and not how it finds them [R].
const (
	newPattern     kind = "new pattern"
	tokenVariation kind = "token variation"
	httpError      kind = "HTTP error code"
	numerical      kind = "numerical token"
	spike          kind = "frequency"
)

// A priority is AWS's word for how much an anomaly matters, by level and by how far it is from what is usual (Anomaly in the API reference).
type priority int

const (
	low priority = iota
	medium
	high
)

func (p priority) String() string { return [...]string{"LOW", "MEDIUM", "HIGH"}[p] }

// Rules of what is unusual [R].
const (
	spikeFactor  = 5   // so many times as often as usual: AWS calls 500 percent of what is expected an anomaly of high priority
	spikeEvents  = 20  // and at least so often
	spikeSigmas  = 6   // and by so many times the square root of what is usual
	siblingShare = 100 // a form is usual if the model has so many of it
	maxFindings  = 50  // of one run; those that matter most stay
	cutEvents    = 10  // so often must a new pattern occur if the model could not keep all that it met
	newEvents    = 3   // and so often if more new ones than newAWeek are to be expected anyway
	newAWeek     = 1
	minRare      = 3 // by at least so many that the model has met once
)

// judge returns what is unusual in forms, whose counts are those of the model and those of a window that begins at from. Patterns with habits
// are compared with what is usual at that hour of the day, and with their peak.
func judge(m *model, h *habits, forms []pattern.Form, from int64, window time.Duration) []finding {
	if !m.trained() {
		return nil
	}
	byShape := map[string]*habit{}
	for _, b := range h.Forms {
		byShape[b.Shape] = b
	}
	var found []finding
	levels, newFrom := map[string]*levelSum{}, m.newFrom()
	for i, f := range forms {
		b := byShape[f.Shape]
		if f.N[1] == 0 && b == nil {
			continue
		}
		p := f.Pattern()
		x := finding{form: i, pattern: p, count: f.N[1], expected: float64(f.N[0]) * float64(window.Milliseconds()) / float64(m.Span)}
		if b != nil {
			if usual, ok := h.expected(b, from, window); ok {
				x.expected = usual
				addTo(levels, p.Severity, x)
			}
		}
		switch {
		case f.N[1] == 0:
			continue
		case f.N[0] == 0 && f.N[1] >= newFrom:
			x.kind = newPattern
		case f.N[0] > 0 && isSpike(float64(x.count), x.expected) && (b == nil || h.isPeak(b.Peak, float64(x.count), window)):
			x.kind = spike
		default:
			continue
		}
		x.priority = priorityOf(p.Severity, x)
		found = append(found, x)
	}
	found = append(found, loudLevels(h, levels, found, window)...)
	found = slices.DeleteFunc(found, looksKnown(found, forms))
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(b.count, a.count))
	})
	if len(found) == 0 {
		return nil
	}
	found = found[:min(len(found), maxFindings)]
	usual := usualOnes(forms)
	for i := range found {
		found[i].explain(usual)
	}
	return found
}

// newFrom returns how often a pattern that m does not have must occur to be unusual. Where much is rare, new patterns come all the time: in as
// long as m has learnt from, about as many as it has met once (Good and Turing's estimate).
func (m *model) newFrom() int64 {
	if m.Cut {
		return cutEvents
	}
	const week = 7 * 24 * 60 * 60 * 1000
	once := int64(0)
	for _, f := range m.Forms {
		if f.N == 1 {
			once++
		}
	}
	if once >= minRare && once*week > newAWeek*m.Span {
		return newEvents
	}
	return 1
}

// A levelSum is what all patterns of a level that have habits add up to.
type levelSum struct {
	count, expected float64
	most            finding // the pattern that has grown most
}

func addTo(levels map[string]*levelSum, severity string, x finding) {
	l := levels[severity]
	if l == nil {
		l = &levelSum{most: x}
		levels[severity] = l
	}
	l.count, l.expected = l.count+float64(x.count), l.expected+x.expected
	if float64(x.count)-x.expected > float64(l.most.count)-l.most.expected {
		l.most = x
	}
}

// loudLevels returns a finding for each level of failures that is unusually frequent though none of its patterns is: in what fails at many
// places, each of them fails rarely.
func loudLevels(h *habits, levels map[string]*levelSum, found []finding, window time.Duration) []finding {
	var loud []finding
	for _, severity := range []string{"FATAL", "ERROR", "WARN"} {
		l := levels[severity]
		if l == nil || !isSpike(l.count, l.expected) || !h.isPeak(h.Levels[severity], l.count, window) ||
			slices.ContainsFunc(found, func(x finding) bool { return x.kind == spike && x.pattern.Severity == severity }) {
			continue
		}
		x := l.most
		x.kind, x.place = spike, "level "+severity
		x.priority = priorityOf(severity, finding{kind: spike, count: int64(l.count), expected: l.expected})
		x.description = fmt.Sprintf("%.0f events of level %s, where about %.0f are usual: more of this pattern than of any other", l.count, severity, l.expected)
		loud = append(loud, x)
	}
	return loud
}

// An id may be read as a number today and as letters tomorrow, or as a number and a letter. looseID finds what varies with what an id's ends
// may have left beside it.
var looseID = regexp.MustCompile(`[0-9A-Fa-f]*<\*>[0-9A-Fa-f]*`)

func loose(text string) string { return looseID.ReplaceAllLiteralString(patternString(text), dynamic) }

// looksKnown returns whether a finding is of a pattern that is new, and not to whoever takes one id for another.
func looksKnown(found []finding, forms []pattern.Form) func(finding) bool {
	isNew := func(x finding) bool { return x.kind == newPattern && strings.Contains(x.pattern.Text, "<") }
	known := map[string]bool{}
	if slices.ContainsFunc(found, isNew) {
		for _, f := range forms {
			if f.N[0] > 0 {
				known[loose(f.Pattern().Text)] = true
			}
		}
	}
	return func(x finding) bool { return isNew(x) && known[loose(x.pattern.Text)] }
}

// isSpike tells whether count is far above what is expected.
func isSpike(count, expected float64) bool {
	return count >= spikeEvents && count >= spikeFactor*expected && count >= expected+spikeSigmas*math.Sqrt(expected)
}

// priorityOf weighs level and deviation: what is new and says of a failure is high, and so is ten times as much as usual of anything.
func priorityOf(severity string, x finding) priority {
	p := low
	switch severity {
	case "FATAL", "ERROR":
		p = high
	case "WARN":
		p = medium
	}
	if x.kind == spike {
		p = max(p, medium)
		if float64(x.count) >= 2*spikeFactor*x.expected {
			p = high
		}
	}
	if pattern.HTTPStatus(x.pattern.Text) >= 500 {
		p = high
	}
	return p
}

// explain finds out of what kind x is more exactly, and describes it.
func (x *finding) explain(usual [][]string) {
	if x.description != "" {
		return
	}
	if x.kind == spike {
		x.description = fmt.Sprintf("%d events have this pattern, where about %.0f are usual", x.count, x.expected)
		return
	}
	times := "once"
	if x.count > 1 {
		times = fmt.Sprintf("%d times", x.count)
	}
	if status := pattern.HTTPStatus(x.pattern.Text); status >= 400 {
		x.kind, x.description = httpError, fmt.Sprintf("HTTP status %d, not seen before with this pattern, occurred %s", status, times)
		return
	}
	words := wordsOf(x.pattern.Text)
	for _, u := range usual {
		if at, ok := pattern.OneWordApart(words, u); ok {
			x.kind, x.description = tokenVariation, fmt.Sprintf("%q stands %s where %q is usual", words[at], times, u[at])
			return
		}
	}
	x.description = fmt.Sprintf("a pattern that was not seen before occurred %s", times)
}

// usualOnes returns the words of the forms that the model has often.
func usualOnes(forms []pattern.Form) [][]string {
	var all [][]string
	for _, f := range forms {
		if f.N[0] >= siblingShare {
			all = append(all, wordsOf(f.Pattern().Text))
		}
	}
	return all
}

// wordsOf cuts a pattern at blanks, with the numbers of its placeholders taken off.
func wordsOf(text string) []string {
	var b strings.Builder
	for _, p := range parts(text) {
		if p.name != "" {
			b.WriteString(dynamic)
			continue
		}
		b.WriteString(p.text)
	}
	return strings.Fields(b.String())
}
