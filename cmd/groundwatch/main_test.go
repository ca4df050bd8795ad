package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestSignalsThatComeTogetherAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		deaf := false
		listenNoMore(ctx, func() { deaf = true })
		interrupt()
		time.Sleep(oneSignal - 1)
		synctest.Wait()
		if deaf {
			t.Errorf("%v after the first signal a second one ends the program, want it to count as the same", oneSignal-1)
		}
		time.Sleep(1 * time.Nanosecond)
		synctest.Wait()
		if !deaf {
			t.Errorf("%v after the first signal a second one has no effect, want it to end the program", oneSignal)
		}
	})
}
