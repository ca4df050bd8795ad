package anomalies

import (
	"slices"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/insights/pattern"
)

// Habits are what is usual within the frequent patterns of a detector: at which hours of the day they come, how many at most, and what
// stands in the places that vary. Times are ms.
type habits struct {
	Hours [24]int64 `json:"hours"`  // time that was looked at, by hour of the day, UTC
	Span  int64     `json:"span"`   // of all that was looked at
	Peaks int64     `json:"window"` // length of the windows that peaks are of
	Forms []*habit  `json:"forms"`

	Levels map[string]peak `json:"levels,omitempty"` // of all patterns of a level
}

// A habit is that of one pattern.
type habit struct {
	Shape  string    `json:"s"`
	Since  int64     `json:"since"` // from when on it is known
	Hours  [24]int64 `json:"hours"` // events, by hour of the day
	Peak   peak      `json:"peak"`  // of events in a window
	Values []*values `json:"values"`

	// Of this stretch:
	text     string
	parts    []part
	severity string
	count    int64
	windows  []int64
	samples  []sample
}

// Bounds of habits [R].
const (
	maxHabits   = 400       // patterns: the most frequent
	maxPlaces   = 24        // of a pattern
	habitBytes  = 768 << 10 // as JSON: the catalog takes 1 MiB
	maxWatched  = 20_000    // events of a pattern whose values are looked at, in a stretch
	rhythmAfter = 3 * 24 * time.Hour
	peakFactor  = 1.5 // so many times its peak must a pattern's frequency be to be unusual
)

// stretch is how much of time is looked at together, at most: hours of the day tell rhythms.
const stretch = time.Hour

// adopt lets h have habits of the most frequent of forms, known ones as they are, new ones from a time on.
func (h *habits) adopt(forms []modelForm, at int64) {
	known := map[string]*habit{}
	for _, b := range h.Forms {
		known[b.Shape] = b
	}
	h.Forms = h.Forms[:0:0]
	for _, f := range forms[:min(len(forms), maxHabits)] {
		b := known[f.Shape]
		if b == nil {
			b = &habit{Shape: f.Shape, Since: at}
		}
		h.Forms = append(h.Forms, b)
	}
}

// expected returns how many events of b are usual in a window that begins at a time, going by the hours of the day around it; false if too little
// is known.
func (h *habits) expected(b *habit, from int64, window time.Duration) (float64, bool) {
	if h.Span < rhythmAfter.Milliseconds() {
		return 0, false
	}
	hour := time.UnixMilli(from).UTC().Hour()
	most := 0.0
	for _, near := range []int{hour + 23, hour, hour + 1} {
		if seen := h.Hours[near%24]; seen > 0 {
			most = max(most, float64(b.Hours[near%24])/float64(seen))
		}
	}
	return most * float64(window.Milliseconds()), true
}

// isPeak tells whether count events in a window are more than there were on two days.
func (h *habits) isPeak(p peak, count float64, window time.Duration) bool {
	longer := max(1, float64(window.Milliseconds())/float64(max(1, h.Peaks)))
	return count > peakFactor*float64(p.usual())*longer
}

// halve lets what was learnt count half, as the model does.
func (h *habits) halve() {
	h.Span /= 2
	for i := range h.Hours {
		h.Hours[i] /= 2
	}
	for level, p := range h.Levels {
		p.fade()
		h.Levels[level] = p
	}
	for _, b := range h.Forms {
		b.Peak.fade()
		for i := range b.Hours {
			b.Hours[i] /= 2
		}
		for _, v := range b.Values {
			v.halve()
		}
	}
}

// kept returns what of h goes into the catalog: as many patterns as there is room for.
func (h *habits) kept() habits {
	k := *h
	size := 0
	for i, b := range h.Forms {
		if size += b.bytes(); size > habitBytes {
			k.Forms = h.Forms[:i]
			break
		}
	}
	return k
}

// bytes returns about how large b is as JSON, rather more than less.
func (b *habit) bytes() int {
	size := 300 + 6*len(b.Hours) + len(b.Shape) + 5*strings.Count(b.Shape, "\x00")
	for _, v := range b.Values {
		size += 200 + 14*(len(v.All.Sizes)+len(v.Now.Sizes))
		for text := range v.Each {
			size += 16 + len(text)
		}
	}
	return size
}

// A watcher looks at events for what becomes a habit, and what is none.
type watcher struct {
	habits  *habits
	matcher *pattern.Matcher
	window  int64 // ms: of peaks
	from    int64 // of this stretch
	to      int64
	levels  map[string][]int64 // of this stretch: events of each level by window
	texts   []string           // of the event of the moment
}

// newWatcher returns a watcher of the patterns that h has. Peaks are of windows as long as a detector's.
func newWatcher(h *habits, window time.Duration) *watcher {
	h.Peaks = max(h.Peaks, window.Milliseconds(), time.Minute.Milliseconds())
	forms := make([]pattern.Form, len(h.Forms))
	for i, b := range h.Forms {
		forms[i] = pattern.Form{Shape: b.Shape}
		p := forms[i].Pattern()
		b.text, b.severity, b.parts = p.Text, p.Severity, parts(p.Text)
		var names []string
		for _, p := range b.parts {
			if p.name != "" && len(names) < maxPlaces {
				names = append(names, p.name)
			}
		}
		if !slices.EqualFunc(b.Values, names, func(v *values, name string) bool { return v.Name == name }) {
			b.Values = nil
			for _, name := range names {
				b.Values = append(b.Values, &values{Name: name})
			}
		}
	}
	return &watcher{habits: h, matcher: pattern.NewMatcher(forms), window: h.Peaks}
}

// begin starts a stretch, an hour at most.
func (w *watcher) begin(from, to int64) {
	w.from, w.to, w.levels = from, to, map[string][]int64{}
	windows := (to - from + w.window - 1) / w.window
	for _, b := range w.habits.Forms {
		b.count, b.samples = 0, nil
		b.windows = make([]int64, windows)
		if w.levels[b.severity] == nil {
			w.levels[b.severity] = make([]int64, windows)
		}
	}
}

// see looks at an event of the stretch that is of the habit i; there may be none of -1.
func (w *watcher) see(i int, at int64, message string) {
	if i < 0 {
		return
	}
	b := w.habits.Forms[i]
	b.count++
	b.windows[(at-w.from)/w.window]++
	w.levels[b.severity][(at-w.from)/w.window]++
	if b.count > maxWatched || len(b.Values) == 0 {
		return
	}
	texts := valuesIn(w.texts[:0], b.parts, message)
	if texts == nil { // blanks may differ from the pattern's
		texts = valuesIn(w.texts[:0], b.parts, blanksAsInPatterns(message))
	}
	w.texts = texts
	for i, v := range b.Values[:min(len(b.Values), len(texts))] {
		v.see(texts[i], at, b.Since, message)
	}
	if len(b.samples) < maxSamples {
		b.samples = append(b.samples, sample{at, strings.Clone(message)})
	}
}

// end ends a stretch: what is usual is learnt. It returns what is not, unless isUsual knows better; of patterns whose frequency is unusual
// nothing is learnt.
func (w *watcher) end(isUsual func(finding) bool, unusual map[string]bool) []finding {
	var found []finding
	hour, length := time.UnixMilli(w.from).UTC().Hour(), w.to-w.from
	w.habits.Hours[hour] += length
	w.habits.Span += length
	for _, b := range w.habits.Forms {
		for _, v := range b.Values {
			if x, odd := w.judge(b, v); odd && !isUsual(x) {
				found = append(found, x)
				v.drop()
				continue
			}
			v.learn(w.to)
		}
		if unusual[b.Shape] {
			delete(w.levels, b.severity)
			continue
		}
		b.Hours[hour] += b.count
		b.Peak.add(w.from, slices.Max(b.windows))
	}
	if w.habits.Levels == nil {
		w.habits.Levels = map[string]peak{}
	}
	for level, windows := range w.levels {
		p := w.habits.Levels[level]
		p.add(w.from, slices.Max(windows))
		w.habits.Levels[level] = p
	}
	return found
}

// judge returns what is unusual of a place; false if nothing is.
func (w *watcher) judge(b *habit, v *values) (finding, bool) {
	kind, p, text, odd := v.judge(w.to, b.Since)
	if !odd {
		return finding{}, false
	}
	x := finding{
		form: -1, pattern: pattern.Pattern{Text: b.text, Severity: b.severity}, kind: kind, place: v.Name, count: v.odd.n,
		priority: max(p, priorityOf(b.severity, finding{kind: kind})), description: text, proof: &v.odd.evidence,
	}
	if v.odd.n == 0 { // all of them are unusual together
		x.count, x.proof = v.Now.N, &evidence{first: w.from, last: w.to - 1}
		for _, s := range b.samples {
			x.proof.samples, x.proof.messages = append(x.proof.samples, s), append(x.proof.messages, s.Message)
		}
	}
	proof := *x.proof // what v has goes
	x.proof = &proof
	return x, true
}

// stretches calls f for the parts of a time, each within an hour of the day.
func stretches(from, to int64, f func(from, to int64) error) error {
	for begin := from; begin < to; {
		end := min(to, begin-begin%stretch.Milliseconds()+stretch.Milliseconds())
		if err := f(begin, end); err != nil {
			return err
		}
		begin = end
	}
	return nil
}
