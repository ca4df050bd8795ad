package queries

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/caller"
)

// of returns a query of an account.
func of(account string) *query { return &query{caller: caller.Caller{Account: account}} }

func TestTurnsInTheLine(t *testing.T) {
	for _, tt := range []struct {
		name   string
		places int
		waits  string // accounts, a letter each
		want   string // who runs until nobody may; "." where all that ran have ended
	}{
		{"one account, one place", 1, "aaa", "a.a.a."},
		{"one account leaves a place free", 4, "aaaaa", "aaa.aa."},
		{"accounts take turns", 4, "aaaaabbc", "abca.baaa."},
		{"who comes late need not wait for all before", 2, "aaaab", "ab.aa.a."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLine(100, tt.places)
			for _, a := range strings.Split(tt.waits, "") {
				l.join(of(a))
			}
			var got strings.Builder
			for l.mu.length > 0 {
				var running []*query
				for len(running) < tt.places {
					q := l.take()
					if q == nil {
						break
					}
					got.WriteString(q.caller.Account)
					running = append(running, q)
				}
				got.WriteByte('.')
				for _, q := range running {
					l.done(q)
				}
			}
			if got.String() != tt.want {
				t.Errorf("%s with %d places run as %s, want %s", tt.waits, tt.places, &got, tt.want)
			}
			if n := len(l.mu.running) + len(l.mu.waiting) + len(l.mu.accounts); n != 0 {
				t.Errorf("the empty line remembers %d things", n)
			}
		})
	}
}

func TestLineIsFull(t *testing.T) {
	l := newLine(2, 1)
	for i, want := range []bool{true, true, false} {
		if got := l.join(of(fmt.Sprint(i))); got != want {
			t.Errorf("join of query %d of 2 = %t, want %t", i+1, got, want)
		}
	}
	l.take()
	if !l.join(of("3")) {
		t.Error("join after one began to run = false, want true")
	}
}

func TestWhoLeavesTheLineMakesRoom(t *testing.T) {
	l := newLine(4, 1)
	a, b, c := of("1"), of("1"), of("2")
	for _, q := range []*query{a, b, c} {
		l.join(q)
	}
	l.leave(a)
	l.leave(a) // again
	l.leave(c)
	first, second, third := l.join(of("3")), l.join(of("3")), l.join(of("3"))
	if !first || !second || third {
		t.Error("after two of three have left, two of an account may join a line of four, and no third")
	}
	var got []string
	for q := l.take(); q != nil; q = l.take() {
		got = append(got, q.caller.Account)
	}
	if text := strings.Join(got, ""); text != "133" {
		t.Errorf("those that stayed run as %s, want 133", text)
	}
}

// TestStoppedQueriesLeaveTheLine starts and stops more queries than may wait.
func TestStoppedQueriesLeaveTheLine(t *testing.T) {
	l := newStill(t, Limits{Waiting: 5, Account: 2})
	l.put(l.group("g"), "s", numbered(1)...)
	for range 20 {
		id := l.start(input("limit 1", "g"))
		if _, err := l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: &id}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLineServesAll lets many workers take the queries of many accounts.
func TestLineServesAll(t *testing.T) {
	l := newLine(1000, 4)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	served := 0
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for q := l.next(ctx); q != nil; q = l.next(ctx) {
				mu.Lock()
				if served++; served == 1000 {
					cancel()
				}
				mu.Unlock()
				l.done(q)
			}
		})
	}
	for i := range 1000 {
		if !l.join(of(fmt.Sprint(i % 7))) {
			t.Error("join = false, want true")
		}
	}
	all.Wait()
	if served != 1000 {
		t.Errorf("%d queries served, want 1000", served)
	}
}
