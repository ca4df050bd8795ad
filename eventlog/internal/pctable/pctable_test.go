package pctable

import (
	"sync"
	"testing"
)

func TestPlacesAreFoundOutOnce(t *testing.T) {
	for _, tt := range []struct {
		name  string
		n     int
		place func(i int) uintptr
	}{
		{"one", 1, func(int) uintptr { return 0x4a1000 }},
		{"functions of one size", 2000, func(i int) uintptr { return 0x4a1000 + uintptr(i)*192 }},
		{"functions of a page each", 2000, func(i int) uintptr { return 0x4a1000 + uintptr(i)*4096 }},
		{"calls one behind the other", 4000, func(i int) uintptr { return 0x4a1000 + uintptr(i)*37 }},
		{"more than there are slots", 10000, func(i int) uintptr { return 0x4a1000 + uintptr(i)*61 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var table Table[uintptr]
			asked := 0
			find := func(pc uintptr) uintptr { asked++; return pc + 1 }
			all := func() {
				for i := range tt.n {
					if got, want := *table.Get(tt.place(i), find), tt.place(i)+1; got != want {
						t.Fatalf("get(%x) = %x, want %x", tt.place(i), got, want)
					}
				}
			}
			all()
			if n := testing.AllocsPerRun(2, all); n != 0 || asked != tt.n {
				t.Errorf("%d places: %v allocations the second time, found out %d times, want 0 and once each", tt.n, n, asked)
			}
		})
	}
}

func TestEndlessPlacesAreNotKept(t *testing.T) {
	var table Table[uintptr]
	for i := range uintptr(pcSlots + pcRest + 1000) {
		if got := *table.Get(i, func(pc uintptr) uintptr { return pc }); got != i {
			t.Fatalf("get(%d) = %d", i, got)
		}
	}
	if n := len(table.rest); n > pcRest {
		t.Errorf("%d places in the rest, want at most %d", n, pcRest)
	}
}

func TestPlacesOfManyGoroutines(t *testing.T) {
	var table Table[uintptr]
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range uintptr(6000) {
				if got := *table.Get(i*16, func(pc uintptr) uintptr { return pc + 1 }); got != i*16+1 {
					t.Errorf("get(%d) = %d, want %d", i*16, got, i*16+1)
				}
			}
		})
	}
	wg.Wait()
}
