package exec

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestFloorIsClearedOfWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f floor
		ctx := t.Context()
		enter := func() chan error {
			done := make(chan error, 1)
			go func() { done <- f.enter(ctx) }()
			synctest.Wait()
			return done
		}
		if err := f.enter(ctx); err != nil {
			t.Fatal(err)
		}
		cleared := make(chan error, 1)
		go func() { cleared <- f.clear(ctx) }()
		synctest.Wait()
		late := enter()
		if len(cleared) != 0 || len(late) != 0 {
			t.Errorf("with a worker on it the floor is cleared: %d, and another one comes in: %d, want neither", len(cleared), len(late))
		}
		f.leave()
		if err := <-cleared; err != nil || len(late) != 0 {
			t.Errorf("clear = %v when the worker has left, another one has come in: %d", err, len(late))
		}
		soon, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if err := f.clear(soon); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("clear of a floor that somebody has cleared = %v, want that its time is over", err)
		}
		f.open()
		if err := <-late; err != nil {
			t.Errorf("enter = %v when the floor is open", err)
		}
		if err := f.clear(soon); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("clear with a worker that stays = %v, want that its time is over", err)
		}
		if err := <-enter(); err != nil {
			t.Errorf("enter = %v behind a clear that was given up", err)
		}
	})
}
