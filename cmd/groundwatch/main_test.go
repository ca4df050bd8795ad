package main

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestSignalsThatComeTogetherAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		var deaf atomic.Bool
		listenNoMore(ctx, func() { deaf.Store(true) })
		interrupt()
		time.Sleep(oneSignal - 1)
		synctest.Wait()
		if deaf.Load() {
			t.Errorf("%v after the first signal a second one ends the program, want it to count as the same", oneSignal-1)
		}
		time.Sleep(1 * time.Nanosecond)
		synctest.Wait()
		if !deaf.Load() {
			t.Errorf("%v after the first signal a second one has no effect, want it to end the program", oneSignal)
		}
	})
}
