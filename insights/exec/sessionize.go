package exec

import (
	"strconv"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// sessionizeStep numbers sessions: events of one identity that follow each other by no more than the
// gap. The ids are running numbers as text, in the order of the sessions' first events ([R] §6: AWS does not
// document them). Rows keep their order. Without a time, or with a null in the identity, there is no session.
type sessionizeStep struct{ *plan.Sessionize }

func (s sessionizeStep) table(run *run, r *rows) (*rows, error) {
	ids := make([]column.Value, r.n)
	type session struct {
		id   column.Value
		last int64
	}
	open := map[uint32]*session{}
	identity, err := s.identities(run, r)
	if err != nil {
		return nil, err
	}
	started := 0
	for _, row := range s.inTime(run.main, r) {
		if !run.main.step(1) {
			break
		}
		t := rowTime(r, s.Time, int(row))
		if t == minTime || identity[row] == noIdentity {
			continue
		}
		o := open[identity[row]]
		if o == nil || s.apart(o.last, t) {
			started++
			o = &session{id: column.StringValue(strconv.Itoa(started))}
			open[identity[row]] = o
		}
		o.last = t
		ids[row] = o.id
	}
	out := r.clone()
	out.set(s.Out, run.main.column(r.n, func(i int) column.Value { return ids[i] }))
	return out, nil
}

// noIdentity is the identity of a row with a null in it.
const noIdentity = 1<<32 - 1

// identities numbers the combinations of identity values.
func (s sessionizeStep) identities(run *run, r *rows) ([]uint32, error) {
	index := run.index("sessionize", r, s.Ids)
	defer index.free()
	numbers := make([]uint32, r.n)
	for i := range numbers {
		if !run.main.step(1) {
			break
		}
		if index.null(i) {
			numbers[i] = noIdentity
			continue
		}
		var err error
		if numbers[i], err = index.number(i); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

// inTime lists the rows oldest first; of equal times the one ingested first.
func (s sessionizeStep) inTime(b *breath, r *rows) []int32 {
	at := make([]moment, r.n)
	for i := range at {
		at[i].time = rowTime(r, s.Time, i)
		if r.seq != nil {
			at[i].seq = r.seq[i]
		}
	}
	return b.order(r.n, func(i, j int32) int {
		switch {
		case at[i].before(at[j]):
			return -1
		case at[j].before(at[i]):
			return 1
		}
		return 0
	})
}

// apart reports whether two times are more than the gap from each other. A gap of calendar months ends on the same
// day of the month.
func (s sessionizeStep) apart(first, second int64) bool {
	if s.Gap.Months > 0 {
		return second > monthsBefore(first, -s.Gap.Months)
	}
	return second-first > s.Gap.Millis
}
