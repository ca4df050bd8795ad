package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestSessionize(t *testing.T) {
	const minute = 60_000
	for _, tt := range []struct {
		name string
		gap  plan.Shift
		in   *rows // time, identity
		want []string
	}{
		{"a gap ends a session", plan.Shift{Millis: minute}, events(col(ms(0), ms(minute), ms(2*minute), ms(3*minute)), col("u1", "u2", "u1", "u3")),
			[]string{"u1 | 1", "u2 | 2", "u1 | 3", "u3 | 4"}},
		{"a longer one does not", plan.Shift{Millis: 5 * minute}, events(col(ms(0), ms(minute), ms(2*minute)), col("u1", "u2", "u1")),
			[]string{"u1 | 1", "u2 | 2", "u1 | 1"}},
		{"exactly the gap is one session", plan.Shift{Millis: minute}, events(col(ms(0), ms(minute)), col("u", "u")), []string{"u | 1", "u | 1"}},
		{"a millisecond more is two", plan.Shift{Millis: minute}, events(col(ms(0), ms(minute+1)), col("u", "u")), []string{"u | 1", "u | 2"}},
		{"rows may stand newest first; numbers follow time", plan.Shift{Millis: minute}, events(col(ms(9*minute), ms(minute), ms(0)), col("a", "b", "a")),
			[]string{"a | 3", "b | 2", "a | 1"}},
		{"a chain of gaps is one session", plan.Shift{Millis: minute}, events(col(ms(0), ms(minute), ms(2*minute)), col("u", "u", "u")),
			[]string{"u | 1", "u | 1", "u | 1"}},
		{"null belongs to no session", plan.Shift{Millis: minute}, events(col(ms(0), ms(1), nil), col("u", nil, "u")), []string{"u | 1", "- | -", "u | -"}},
		{"number and text of one value are one identity", plan.Shift{Millis: minute}, events(col(ms(0), ms(1)), col(7, "7")), []string{"7 | 1", "7 | 1"}},
		{"calendar months", plan.Shift{Months: 1}, events(col(ms(0), ms(31*24*60*minute), ms(63*24*60*minute)), col("u", "u", "u")),
			[]string{"u | 1", "u | 1", "u | 2"}},
		{"no rows", plan.Shift{Millis: minute}, events(col(), col()), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step := sessionizeStep{&plan.Sessionize{Ids: []int{1}, Time: 0, Gap: tt.gap, Out: 2}}
			got, err := step.table(testRun(), tt.in)
			check(t, "sessionize", got, err, tt.want, 1, 2)
		})
	}
}
