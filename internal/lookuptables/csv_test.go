package lookuptables

import (
	"runtime"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights/lookup"
)

// TestTinyRowsTakeLittleMemory makes a table of half a million rows of one letter. They are read one by one when it is made, and into memory
// made once when it is used.
func TestTinyRowsTakeLittleMemory(t *testing.T) {
	s := newService(Limits{})
	const rows = 1 << 19
	body := "k\n" + strings.Repeat("a\n", rows)
	allocated := func(f func()) int64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	var sh shape
	var err error
	if n := allocated(func() { sh, err = s.measure(body) }); err != nil || sh.rows != rows || n > 16*rows {
		t.Errorf("measure() = %d rows, %v, with %d bytes allocated; want %d with at most 16 each", sh.rows, err, n, rows)
	}
	var got *lookup.Table
	if n := allocated(func() { got, err = parsed(body, sh) }); err != nil || got.Len() != rows || n > 16*rows || got.Size() > 6*rows {
		t.Errorf("parsed() = %v, %v, with %d bytes allocated; want %d rows, with at most 16 each and 6 in the end", got, err, n, rows)
	}
}
