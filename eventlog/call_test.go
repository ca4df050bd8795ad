package eventlog_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

func TestCallIsOneEventAfterIt(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"that was sent", nil,
			`"level":"info","tag":"order_sent","version":"v1","request_id":"r1","duration_ms":250,"outcome":"ok",` +
				`"host":"orders","attempts":2`},
		{"that failed", io.ErrUnexpectedEOF,
			`"level":"error","tag":"order_failed","version":"v1","request_id":"r1","duration_ms":250,"outcome":"failed",` +
				`"error":"unexpected EOF","error_type":"io.ErrUnexpectedEOF","host":"orders","attempts":2`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clock := newClock()
			ctx, r := record(eventlog.Options{NoCaller: true, Now: clock.Now})
			ctx = eventlog.With(ctx, eventlog.RequestID("r1"))
			c := eventlog.Try(ctx, "order_sent", "order_failed", slog.String("host", "orders"), slog.Int("attempts", 1))
			clock.pass(250 * time.Millisecond)
			c.Set(slog.Int("attempts", 2))
			c.End(tt.err)
			if got := r.behind(t, `10:00:00.250000Z",`); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCallEndsOnce(t *testing.T) {
	var p problems
	l, r := recordingLogger(eventlog.Options{OnProblem: p.add})
	c := eventlog.Try(l.Into(context.Background()), "order_sent", "order_failed")
	c.End(nil)
	c.End(io.EOF)
	c.Set(slog.Int("n", 1))
	r.only(t).wantField(t, "outcome", "ok")
	if got, want := p.text(), "ended_twice:order_sent field_late:n"; got != want {
		t.Errorf("problems = %s, want %s", got, want)
	}
}

func TestFieldsOfACallAreNotTheUnits(t *testing.T) {
	ctx, r := record(eventlog.Options{})
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
	c := eventlog.Try(ctx, "b_sent", "b_failed")
	eventlog.Set(ctx, slog.Int("unit", 1))
	c.Set(slog.Int("call", 1))
	c.End(nil)
	u.End(nil)
	all := r.events(t)
	if len(all) != 2 {
		t.Fatalf("got %v, want 2 events", all)
	}
	all[0].wantField(t, "call", 1)
	all[0].wantField(t, "unit", nil)
	all[1].wantField(t, "call", nil)
	all[1].wantField(t, "unit", 1)
}
