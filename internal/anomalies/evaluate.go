package anomalies

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/filterpattern"
	"github.com/groundwatch/groundwatch/insights/pattern"
	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

const (
	// lag is how long events may take to come: a run looks at what is older [R].
	lag = time.Minute
	// trainingSlice is how much of the past is read at a time, from the newest on, until there are trainingEvents or memory ends. The
	// number keeps a run to some seconds.
	trainingSlice  = 24 * time.Hour
	trainingEvents = 2_000_000
	// maxWindow is how much a run looks at: after a long stop it begins anew [R].
	maxWindow = 24 * time.Hour
)

// horizon returns up to where a run at a time looks, in ms.
func horizon(now time.Time) int64 { return now.Add(-lag).UnixMilli() }

// due tells whether d has to run now.
func (d *detector) due(now time.Time) bool {
	if d.Paused || d.Gone {
		return false
	}
	if d.Failed && now.UnixMilli()-d.Tried < frequencies[d.Frequency].Milliseconds() {
		return false
	}
	return d.Through == 0 || horizon(now)-d.Through >= frequencies[d.Frequency].Milliseconds()
}

// A run is one run of a detector.
type run struct {
	service *Service
	d       detector
	version catalog.Version
	filter  *filterpattern.Pattern // nil: all events
	events  int64
}

// newRun returns a run of a detector. Its pattern was checked when it came.
func (s *Service) newRun(d detector, version catalog.Version) (*run, error) {
	r := &run{service: s, d: d, version: version}
	var err error
	if d.Pattern != "" {
		r.filter, err = filterpattern.Parse(d.Pattern)
	}
	return r, err
}

// each calls f with the events of a stretch that count for the detector. Of a long one only the beginning is looked at, as AWS does.
func (r *run) each(ctx context.Context, from, to int64, f func(at int64, message string)) error {
	return r.service.opts.Events.Each(ctx, r.d.Group, from, to, func(at int64, message string) error {
		if r.filter != nil && !r.filter.MatchString(message) {
			return nil
		}
		f(at, cut(message))
		return nil
	})
}

// cut returns the first maxSampleText characters of a text.
func cut(text string) string {
	if len(text) <= maxSampleText {
		return text
	}
	n := 0
	for i := range text {
		if n == maxSampleText {
			return text[:i]
		}
		n++
	}
	return text
}

// An outcome is what a run has found and learnt.
type outcome struct {
	found  []finding
	proofs []evidence // of each
	model  *model
	habits *habits
}

// train learns from the past up to a time. The model is of nothing if there is none.
func (r *run) train(ctx context.Context, to int64) (*outcome, error) {
	set, begin := pattern.NewSet(), int64(math.MaxInt64)
	for end := to; end > to-memory.Milliseconds() && r.events < trainingEvents; end -= trainingSlice.Milliseconds() {
		err := r.each(ctx, end-trainingSlice.Milliseconds(), end, func(at int64, message string) {
			set.Add(message, 1, 0)
			begin = min(begin, at)
			r.events++
		})
		if err != nil {
			return nil, err
		}
	}
	if r.events == 0 {
		begin = to
	}
	forms := set.Forms()
	m, err := new(model).learnt(forms, func(i int) int64 { return forms[i].N[0] }, time.Duration(to-begin)*time.Millisecond)
	if err != nil {
		return nil, err
	}
	h := new(habits)
	h.adopt(m.Forms, begin)
	w := newWatcher(h, frequencies[r.d.Frequency])
	err = stretches(begin, to, func(from, to int64) error {
		w.begin(from, to)
		err := r.each(ctx, from, to, func(at int64, message string) { w.see(w.matcher.Match(message), at, message) })
		w.end(func(finding) bool { return true }, nil)
		return err
	})
	return &outcome{model: m, habits: h}, err
}

// evaluate looks at what came since the last run, and returns what is unusual, with what proves it, and the model and habits that know the rest.
func (r *run) evaluate(ctx context.Context, m *model, h *habits, known []anomaly, to int64) (*outcome, error) {
	from := max(r.d.Through, to-maxWindow.Milliseconds())
	window := time.Duration(to-from) * time.Millisecond
	usual := func(x finding) bool { return isUsual(x, known, &r.d, r.service.opts.Now()) }
	set, w := m.set(), newWatcher(h, frequencies[r.d.Frequency])
	var odd []finding
	err := stretches(from, to, func(begin, end int64) error {
		if begin > from {
			odd = append(odd, w.end(usual, nil)...)
		}
		w.begin(begin, end)
		return r.each(ctx, begin, end, func(at int64, message string) {
			w.see(set.AddMatched(w.matcher, message, 1, 1), at, message)
			r.events++
		})
	})
	if err != nil {
		return nil, err
	}
	forms := set.Forms()
	o := &outcome{habits: h, found: slices.DeleteFunc(judge(m, h, forms, from, window), usual)}
	unusual, shapes := map[int]finding{}, map[string]bool{}
	for _, x := range o.found {
		unusual[x.form], shapes[forms[x.form].Shape] = x, true
	}
	o.model, err = m.learnt(forms, func(i int) int64 {
		if x, ok := unusual[i]; ok {
			return forms[i].N[0] + int64(math.Round(min(x.expected, float64(x.count))))
		}
		return forms[i].N[0] + forms[i].N[1]
	}, window)
	if err != nil {
		return nil, err
	}
	if o.proofs, err = r.gather(ctx, forms, o.found, from, to); err != nil {
		return nil, err
	}
	if from < to {
		odd = append(odd, w.end(usual, shapes)...)
	}
	o.addOdd(odd, m.trained())
	if o.model.Span < m.Span {
		h.halve()
	}
	h.adopt(o.model.Forms, to)
	return o, err
}

// addOdd adds findings about values, one of each place, unless the model does not know enough yet.
func (o *outcome) addOdd(odd []finding, trained bool) {
	places := map[[2]string]bool{}
	for _, x := range odd {
		place := [2]string{x.pattern.Text, x.place}
		if trained && !places[place] && len(places) < maxFindings {
			places[place] = true
			o.found, o.proofs = append(o.found, x), append(o.proofs, *x.proof)
		}
	}
}

// isUsual tells whether a finding is an anomaly that became usual.
func isUsual(x finding, known []anomaly, d *detector, now time.Time) bool {
	return slices.ContainsFunc(known, func(a anomaly) bool {
		return sameAnomaly(a, x) && a.state(d, now) == "Baseline"
	})
}

// sameAnomaly tells whether x is an occurrence of a: of the same pattern and place in it, and both or none of them for its frequency; or of the
// same level, whatever pattern stands for it.
func sameAnomaly(a anomaly, x finding) bool {
	if x.place != "" && x.kind == spike {
		return a.Place == x.place
	}
	return a.Pattern == x.pattern.Text && a.Place == x.place && (a.Kind == spike) == (x.kind == spike)
}

// evidence are the events of a finding.
type evidence struct {
	first, last int64
	samples     []sample
	messages    []string // some, to see what varies
}

const maxMessages = 1000 // of a finding

// add takes an event in, and keeps its message if there are fewer than messages.
func (e *evidence) add(at int64, message string, messages int) {
	if e.first == 0 || at < e.first {
		e.first = at
	}
	e.last = max(e.last, at)
	if len(e.messages) < messages {
		e.messages = append(e.messages, strings.Clone(message))
	}
	if len(e.samples) < maxSamples {
		e.samples = append(e.samples, sample{at, strings.Clone(message)})
	}
}

// gather reads the events of findings.
func (r *run) gather(ctx context.Context, forms []pattern.Form, found []finding, from, to int64) ([]evidence, error) {
	all := make([]evidence, len(found))
	if len(found) == 0 {
		return all, nil
	}
	place := map[int]int{}
	for i, x := range found {
		place[x.form] = i
	}
	matcher := pattern.NewMatcher(forms)
	err := r.each(ctx, from, to, func(at int64, message string) {
		i, ok := place[matcher.Match(message)]
		if !ok {
			return
		}
		all[i].add(at, message, maxMessages)
	})
	for i := range all {
		slices.SortFunc(all[i].samples, func(a, b sample) int { return cmp.Compare(a.Time, b.Time) })
		if all[i].first == 0 { // its group was rewritten meanwhile
			all[i].first, all[i].last = from, from
		}
	}
	return all, err
}

// keep writes what a run found, its model and how far it looked, at once. A fault.Conflict says that the detector was changed meanwhile.
func (r *run) keep(ctx context.Context, o *outcome, known []anomaly, to int64) error {
	s := r.service
	now := s.opts.Now()
	var changes []catalog.Change
	for i, x := range o.found {
		a, ok := occurrence(x, known, now)
		if !ok {
			continue
		}
		if a.ID == "" {
			id, err := newID(s.opts.Random)
			if err != nil {
				return err
			}
			a.ID, a.Detector, a.Place, a.GroupARN = id, r.d.ID, x.place, r.d.GroupARN
		}
		a.Pattern = x.pattern.Text
		a.seen(x, o.proofs[i], to)
		known = append(slices.DeleteFunc(known, func(k anomaly) bool { return k.ID == a.ID }), a)
		put, err := s.anomalies.Change(ctx, a.place(), a, catalog.Any)
		if err != nil {
			return err
		}
		changes = append(changes, put)
	}
	for _, a := range surplus(known, to) {
		changes = append(changes, catalog.Delete(s.anomalies.Scope(ctx).Key(a.place()), catalog.Any))
	}
	put, err := s.models.Change(ctx, r.d.ID, *o.model, catalog.Any)
	if err != nil {
		return err
	}
	putHabits, err := s.habits.Change(ctx, r.d.ID, o.habits.kept(), catalog.Any)
	if err != nil {
		return err
	}
	r.d.Through, r.d.Trained, r.d.Failed = to, o.model.trained(), false
	return s.detectors.Put(ctx, r.d.ID, r.d, r.version, append(changes, put, putHabits)...)
}

// occurrence returns the anomaly that x is another occurrence of, or a new one; false if nobody wants to see it.
func occurrence(x finding, known []anomaly, now time.Time) (anomaly, bool) {
	var a anomaly
	for _, k := range known {
		if k.suppressed(now) && (sameAnomaly(k, x) || k.Suppressed.Pattern && k.Pattern == x.pattern.Text) {
			return a, false
		}
		if sameAnomaly(k, x) {
			a = k
		}
	}
	return a, true
}

// surplus returns the anomalies that are too many, those that were not seen for longest. Those of the run up to a time stay.
func surplus(known []anomaly, run int64) []anomaly {
	if len(known) <= maxAnomalies {
		return nil
	}
	old := slices.DeleteFunc(slices.Clone(known), func(a anomaly) bool { return a.Run == run })
	slices.SortFunc(old, func(a, b anomaly) int { return cmp.Compare(a.Last, b.Last) })
	return old[:min(len(old), len(known)-maxAnomalies)]
}

func sortByPlace(all []anomaly) {
	slices.SortFunc(all, func(a, b anomaly) int { return cmp.Compare(a.place(), b.place()) })
}

// all returns the anomalies of a detector.
func (s *Service) all(ctx context.Context, detector string) ([]anomaly, error) {
	var known []anomaly
	for a, err := range s.anomalies.All(ctx, detector+"/") {
		if err != nil {
			return nil, err
		}
		known = append(known, a)
	}
	return known, nil
}

// modelOf returns the model and the habits of a detector; empty ones if it has none.
func (s *Service) modelOf(ctx context.Context, detector string) (*model, *habits, error) {
	m, _, err := s.models.Get(ctx, detector)
	if fault.Is(err, fault.NotFound) {
		return new(model), new(habits), nil
	}
	if err != nil {
		return nil, nil, err
	}
	h, _, err := s.habits.Get(ctx, detector)
	if fault.Is(err, fault.NotFound) { // of an earlier version
		err = nil
	}
	return &m, &h, err
}
