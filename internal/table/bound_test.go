package table_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/internal/table"
)

func TestBound(t *testing.T) {
	at := func(writer, row int64) table.Sequence { return table.Sequence(writer<<40 | row) }
	several := table.Bound{at(5, 100), at(7, 3), at(9, 50)}
	for _, tt := range []struct {
		name  string
		bound table.Bound
		row   table.Sequence
		want  bool
	}{
		{"no bound", nil, at(1<<20, 7), true},
		{"below", table.UpTo(at(5, 100)), at(5, 99), true},
		{"at it", table.UpTo(at(5, 100)), at(5, 100), true},
		{"above", table.UpTo(at(5, 100)), at(5, 101), false},
		{"of a writer before", table.UpTo(at(5, 100)), at(4, 1<<39), true},
		{"of a writer after", table.UpTo(at(5, 100)), at(6, 1), false},
		{"the first of several", several, at(5, 100), true},
		{"the first of several, later", several, at(5, 101), false},
		{"another, that has written less", several, at(7, 3), true},
		{"that one, later", several, at(7, 4), false},
		{"the last", several, at(9, 1), true},
		{"the last, later", several, at(9, 51), false},
		{"of a writer before all", several, at(4, 1<<39), true},
		{"of one between that is not named", several, at(8, 1), false},
		{"of one behind all", several, at(10, 1), false},
	} {
		if got := tt.bound.Has(tt.row); got != tt.want {
			t.Errorf("%s: %v.Has(%d) = %t, want %t", tt.name, tt.bound, tt.row, got, tt.want)
		}
	}
	text, err := json.Marshal(several)
	var back table.Bound
	if err == nil {
		err = json.Unmarshal(text, &back)
	}
	if err != nil || !slices.Equal(back, several) {
		t.Errorf("through JSON: %v, %v, want %v", back, err, several)
	}
	if table.Bound(nil).Last() != 0 || several.Last() != at(9, 50) || table.UpTo(0) != nil {
		t.Error("Last() is not the greatest, or UpTo(0) not the zero bound")
	}
}
