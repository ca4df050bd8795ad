package exec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/relevance"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// maxSample is how many rows relevantfields looks at on each side of its condition. Which rows those are
// depends on their order of ingestion only, so that every run of a query looks at the same.
const maxSample = 5000

// relevantSink replaces rows by fields, ranked by how well their values tell the rows for which a
// condition is true from the rest: @fieldName, @relevanceScore, @topRelevanceContributors,
// @conditionalMedian and @baselineMedian. The baseline is the rest. The best field comes first, of equal ones in
// the order of their names.
type relevantSink struct {
	*plan.Relevant
	run     *run
	samples []*sample // by worker
}

// A sample is some rows from each side of the condition: 0 the rest, 1 those for which it is true.
type sample struct {
	rows [2][]sampled
	n    [2]int64 // how many there are in all
	full [2]bool
	next [2]uint64 // once full, the lot from which on rows are not drawn
}

// A sampled is one row of a sample.
type sampled struct {
	lot    uint64
	values []column.Value // of the fields that the command names
	all    string         // or all fields, as a flat JSON object
}

func newRelevant(run *run, s *plan.Relevant) sink {
	out := &relevantSink{Relevant: s, run: run, samples: make([]*sample, max(1, run.opts.Workers))}
	for i := range out.samples {
		out.samples[i] = &sample{}
	}
	return out
}

func (s *relevantSink) add(w *worker, r *rows) error {
	side := make([]int, r.n)
	for _, i := range w.truth(s.Cond, r) {
		side[i] = 1
	}
	into := s.samples[w.id]
	size := int64(0)
	for i, k := range side {
		into.n[k]++
		l := lot(int64(i))
		if r.seq != nil {
			l = lot(r.seq[i])
		}
		if into.full[k] && l >= into.next[k] {
			continue
		}
		row, n := s.row(r, i)
		row.lot = l
		into.rows[k] = append(into.rows[k], row)
		size += n
		if len(into.rows[k]) == 2*maxSample {
			into.draw(k)
		}
	}
	return s.run.memory.add(size, "relevantfields")
}

// lot is the number that row n draws; the smallest ones are taken. It is the last step of SplitMix64,
// which gives each n another number.
func lot(n int64) uint64 {
	z := uint64(n) + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// row copies what the command needs of row i, and tells its size in bytes.
func (s *relevantSink) row(r *rows, i int) (sampled, int64) {
	if s.All >= 0 {
		text := strings.Clone(r.col(s.All).Value(i).Str())
		return sampled{all: text}, int64(len(text)) + 48
	}
	row := sampled{values: make([]column.Value, len(s.Fields))}
	size := int64(48)
	for f := range s.Fields {
		v := ownValue(r.col(s.Fields[f].Slot).Value(i))
		row.values[f] = v
		size += int64(len(v.Str())) + 32
	}
	return row, size
}

// draw keeps the rows of a side with the smallest lots.
func (p *sample) draw(k int) {
	slices.SortFunc(p.rows[k], func(a, b sampled) int { return cmp.Compare(a.lot, b.lot) })
	if len(p.rows[k]) < maxSample {
		return
	}
	clear(p.rows[k][maxSample:])
	p.rows[k] = p.rows[k][:maxSample]
	p.full[k], p.next[k] = true, p.rows[k][maxSample-1].lot
}

func (s *relevantSink) finish() (*rows, error) {
	all := &sample{}
	for _, p := range s.samples {
		for k := range p.rows {
			all.rows[k] = append(all.rows[k], p.rows[k]...)
			all.n[k] += p.n[k]
		}
	}
	all.draw(0)
	all.draw(1)
	sides := relevance.Rows{Sampled: [2]int{len(all.rows[0]), len(all.rows[1])}, All: all.n}
	var found []relevance.Relevance
	for _, f := range s.fields(all) {
		if !s.run.main.draw() {
			break
		}
		found = append(found, f.Relevance(sides))
	}
	slices.SortFunc(found, func(a, b relevance.Relevance) int {
		if c := cmp.Compare(b.Score, a.Score); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	values := func(value func(f relevance.Relevance) column.Value) *column.Column {
		return makeColumn(len(found), func(i int) column.Value { return value(found[i]) })
	}
	return &rows{n: len(found), cols: []*column.Column{
		values(func(f relevance.Relevance) column.Value { return column.StringValue(f.Name) }),
		values(func(f relevance.Relevance) column.Value { return column.FloatValue(f.Score) }),
		values(func(f relevance.Relevance) column.Value { return column.JSONValue(f.Contributors) }),
		values(func(f relevance.Relevance) column.Value { return f.Median[1] }),
		values(func(f relevance.Relevance) column.Value { return f.Median[0] }),
	}}, nil
}

// fields collects the values of each field. Fields without a value anywhere are left out unless the
// command names them.
func (s *relevantSink) fields(p *sample) []*relevance.Field {
	if s.All >= 0 {
		return discoveredFields(s.run.main, p)
	}
	fields := make([]*relevance.Field, len(s.Fields))
	for f := range fields {
		fields[f] = &relevance.Field{Name: s.Fields[f].Name}
		for k, rows := range p.rows {
			for _, row := range rows {
				fields[f].Put(k, row.values[f])
			}
		}
	}
	return fields
}

// objectSteps is how many steps it counts to take an object apart: tens of microseconds.
const objectSteps = 128

// discoveredFields takes the sampled rows' flat objects apart.
func discoveredFields(b *breath, p *sample) []*relevance.Field {
	byName := map[string]*relevance.Field{}
	var fields []*relevance.Field
	for k, rows := range p.rows {
		for _, row := range rows {
			if !b.step(objectSteps) {
				break
			}
			for it := jsonscan.Members([]byte(row.all), 0); it.Next(); {
				name := it.Key
				if it.KeyEscaped {
					name, _ = jsonscan.Unquote(nil, name)
				}
				f := byName[string(name)]
				if f == nil {
					f = &relevance.Field{Name: string(name)}
					byName[f.Name] = f
					fields = append(fields, f)
				}
				f.Put(k, elementValue(it.Value))
			}
		}
	}
	return fields
}
