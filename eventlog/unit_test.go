package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

func TestUnitIsOneEvent(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(*eventlog.Unit)
		want string
	}{
		{"no error is done", func(u *eventlog.Unit) { u.End(nil) },
			`"level":"info","tag":"label_created","version":"v1","duration_ms":1.5,"outcome":"ok","order_id":7`},
		{"an error is failed", func(u *eventlog.Unit) { u.End(io.ErrUnexpectedEOF) },
			`"level":"error","tag":"label_creation_failed","version":"v1","duration_ms":1.5,"outcome":"failed",` +
				`"error":"unexpected EOF","error_type":"io.ErrUnexpectedEOF","order_id":7`},
		{"Done of no error is done", func(u *eventlog.Unit) { u.Done(nil) },
			`"level":"info","tag":"label_created","version":"v1","duration_ms":1.5,"outcome":"ok","order_id":7`},
		{"Done of an error is failed", func(u *eventlog.Unit) { err := io.EOF; u.Done(&err) },
			`"level":"error","tag":"label_creation_failed","version":"v1","duration_ms":1.5,"outcome":"failed",` +
				`"error":"EOF","error_type":"io.EOF","order_id":7`},
		{"a client that went is failed and told by its type",
			func(u *eventlog.Unit) { u.End(fmt.Errorf("query: %w", context.Canceled)) },
			`"level":"error","tag":"label_creation_failed","version":"v1","duration_ms":1.5,"outcome":"failed",` +
				`"error":"query: context canceled","error_type":"context.Canceled",` +
				`"error_chain":"query (*fmt.wrapError) <- context canceled (context.Canceled)","order_id":7`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			ctx, r := record(eventlog.Options{NoCaller: true, Now: c.Now})
			_, u := eventlog.Begin(ctx, "label_created", "label_creation_failed", slog.Int("order_id", 7))
			c.pass(1500 * time.Microsecond)
			tt.end(u)
			if got := r.behind(t, `{"time":"2026-11-21T10:00:00.001500Z",`); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestUnitTakesItsDurationFromAMonotonicClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, r := record(eventlog.Options{Now: time.Now})
		_, u := eventlog.Begin(ctx, "a_done", "a_failed")
		time.Sleep(90 * time.Second)
		u.End(nil)
		r.only(t).wantField(t, "duration_ms", 90000)
	})
	t.Run("a clock that goes back gives 0", func(t *testing.T) {
		c := newClock()
		ctx, r := record(eventlog.Options{Now: c.Now})
		_, u := eventlog.Begin(ctx, "a_done", "a_failed")
		c.pass(-time.Hour)
		u.End(nil)
		r.only(t).wantField(t, "duration_ms", 0)
	})
}

func TestUnitHasThePlaceThatBeganIt(t *testing.T) {
	ctx, r := record(eventlog.Options{})
	_, u := eventlog.Begin(ctx, "a_done", "a_failed")
	func() { u.End(nil) }()
	eventlog.Try(ctx, "b_sent", "b_failed").End(nil)
	for _, o := range r.events(t) {
		o.wantField(t, "fn", "TestUnitHasThePlaceThatBeganIt")
		o.wantField(t, "pkg", "eventlog_test")
	}
}

// A chatty is a LogValuer and Marshaler that uses the unit it is set on.
type chatty struct{ ctx context.Context }

func (c chatty) LogValue() slog.Value {
	eventlog.Add(c.ctx, "asked", 1)
	return slog.GroupValue(slog.String("name", "c"), slog.Any("self", marshaler(c)))
}

type marshaler struct{ ctx context.Context }

func (m marshaler) MarshalJSON() ([]byte, error) {
	eventlog.Add(m.ctx, "marshaled", 1)
	return []byte(`{"x":[1,2]}`), nil
}

func TestFieldsOfAUnit(t *testing.T) {
	mutable := map[string]int{"n": 1}
	long := strings.Repeat("long_key_", 9)
	for _, tt := range []struct {
		name string
		do   func(ctx context.Context)
		want string
	}{
		{"none", func(ctx context.Context) {}, ``},
		{"Set adds", func(ctx context.Context) {
			eventlog.Set(ctx, slog.Int("n", 1), slog.String("s", "x"))
			eventlog.Set(ctx, slog.Bool("b", true))
		}, `,"n":1,"s":"x","b":true`},
		{"Set replaces where the key was", func(ctx context.Context) {
			eventlog.Set(ctx, slog.Int("n", 1), slog.String("s", "x"), slog.Int("n", 2))
			eventlog.Set(ctx, slog.String("n", "three"))
		}, `,"n":"three","s":"x"`},
		{"keys of all lengths and escapes", func(ctx context.Context) {
			for range 2 {
				eventlog.Set(ctx, slog.Int("", 0), slog.Int("a", 1), slog.Int(`q"`, 2), slog.Int("12345678", 3),
					slog.Int("1234567890123456", 4), slog.Int("12345678901234567", 5), slog.Int(long, 6), slog.Int("ключ", 7))
			}
		}, `,"":0,"a":1,"q\"":2,"12345678":3,"1234567890123456":4,"12345678901234567":5,"` + long + `":6,"ключ":7`},
		{"a key that begins like another is its own", func(ctx context.Context) {
			eventlog.Set(ctx, slog.Int("a", 1), slog.Int("ab", 2), slog.Int("a", 3))
		}, `,"a":3,"ab":2`},
		{"a group is fields that can be replaced one by one", func(ctx context.Context) {
			eventlog.Set(ctx, slog.Group("http", slog.Int("status", 200), slog.Group("req", slog.String("m", "GET"))))
			eventlog.Set(ctx, slog.Int("http.status", 404), slog.Group("", slog.Int("inline", 1)))
		}, `,"http.status":404,"http.req.m":"GET","inline":1`},
		{"the head's keys get a prefix", func(ctx context.Context) {
			eventlog.Set(ctx, slog.String("time", "now"), slog.Int("level", 1))
			eventlog.Set(ctx, slog.Int("level", 2))
			eventlog.Add(ctx, "tag", 3)
		}, `,"field_time":"now","field_level":2,"field_tag":3`},
		{"keys of the logger and of the context stay theirs", func(ctx context.Context) {
			eventlog.Set(ctx, slog.String("version", "v2"), slog.String("request_id", "other"), slog.Int("n", 1))
		}, `,"n":1`},
		{"the unit's own fields win", func(ctx context.Context) {
			eventlog.Set(ctx, slog.String("outcome", "great"), slog.Int("duration_ms", -1), slog.Int("n", 1))
		}, `,"n":1`},
		{"methods may use the unit", func(ctx context.Context) {
			eventlog.Set(ctx, slog.Any("c", chatty{ctx}))
		}, `,"asked":1,"marshaled":1,"c.name":"c","c.self":{"x":[1,2]}`},
		{"what changes later does not show", func(ctx context.Context) {
			eventlog.Set(ctx, slog.Any("m", mutable))
			mutable["n"] = 2
		}, `,"m":{"n":1}`},
		{"values that cannot be encoded say so", func(ctx context.Context) {
			eventlog.Set(ctx, slog.Any("c", make(chan int)), slog.Int("n", 1))
		}, `,"c":"!ERROR json: unsupported type: chan int","n":1`},
		{"an error is data and replaces an older one as a whole", func(ctx context.Context) {
			eventlog.Set(ctx, eventlog.Err(fmt.Errorf("a: %w", io.EOF)), slog.Int("n", 1))
			eventlog.Set(ctx, eventlog.Err(errors.New("b")))
		}, `,"error":"b","error_type":"*errors.errorString","n":1`},
		{"empty attributes are nothing", func(ctx context.Context) { eventlog.Set(ctx, slog.Attr{}, slog.Group("g")) }, ``},
		{"fields below contexts below go to the unit", func(ctx context.Context) {
			below, cancel := context.WithCancel(eventlog.With(ctx, slog.Int("deep", 1)))
			defer cancel()
			eventlog.Set(below, slog.Int("n", 1))
		}, `,"n":1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(withoutCaller)
			ctx = eventlog.With(ctx, eventlog.RequestID("r1"))
			ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
			tt.do(ctx)
			u.End(nil)
			if got := r.behind(t, `"request_id":"r1","duration_ms":0,"outcome":"ok"`); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestMsgOfAUnitStandsAtTheHead(t *testing.T) {
	ctx, r := record(withoutCaller)
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed", slog.Int("n", 1), eventlog.Msg("first"))
	eventlog.Set(ctx, eventlog.Msg("second"))
	u.End(nil)
	want := `"msg":"second","version":"v1","duration_ms":0,"outcome":"ok","n":1`
	if got := r.behind(t, `"tag":"a_done",`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnitsErrorTakesThePlaceOfOneThatWasSet(t *testing.T) {
	ctx, r := record(withoutCaller)
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed")
	eventlog.Set(ctx, eventlog.Err(fmt.Errorf("a: %w", io.EOF)))
	u.End(errors.New("b"))
	want := `"error":"b","error_type":"*errors.errorString"`
	if got := r.behind(t, `"outcome":"failed",`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRedactedFieldsOfAUnit(t *testing.T) {
	ctx, r := record(eventlog.Options{NoCaller: true, Redact: []string{"card", "pin"}})
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed", slog.String("card", "4111"), slog.Int("n", 1))
	eventlog.Set(ctx, slog.Group("pay", slog.Int("pin", 1)), slog.Any("m", map[string]int{"pin": 1}))
	eventlog.Add(ctx, "pin", 1)
	u.End(nil)
	want := `,"card":"[redacted]","n":1,"pay.pin":"[redacted]","m":{"pin":"[redacted]"},"pin":"[redacted]"`
	if got := r.behind(t, `"outcome":"ok"`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnitNamesFieldsForWhichItHasNoRoom(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fields  int
		dropped any
		names   string
	}{
		{"one below the limit", 159, nil, ""},
		{"at the limit", 160, nil, ""},
		{"one over it", 161, 1, "f160"},
		{"more than are named", 175, 15, "f160 f161 f162 f163 f164 f165 f166 f167 f168 f169"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p problems
			l, r := recordingLogger(eventlog.Options{OnProblem: p.add})
			ctx, u := eventlog.Begin(l.Into(context.Background()), "a_done", "a_failed")
			for i := range tt.fields {
				key := fmt.Sprintf("f%d", i)
				switch i % 4 {
				case 0:
					eventlog.Set(ctx, slog.Int(key, i))
				case 1:
					eventlog.Add(ctx, key, 1)
				case 2:
					eventlog.AddMs(ctx, key, time.Millisecond)
				case 3:
					eventlog.Set(ctx, slog.Any(key, []int{i}))
				}
			}
			eventlog.Set(ctx, slog.String("f0", "new")) // there is always room for this
			eventlog.Add(ctx, "f1", 41)
			u.End(nil)
			o := r.only(t)
			o.wantField(t, "dropped_fields", tt.dropped)
			o.wantField(t, "f0", "new")
			o.wantField(t, "f1", 42)
			var names []string
			if list, ok := o["dropped_keys"].([]any); ok {
				for _, n := range list {
					names = append(names, fmt.Sprint(n))
				}
			}
			if got := strings.Join(names, " "); got != tt.names {
				t.Errorf("dropped_keys = %s, want %s", got, tt.names)
			}
			want := uint64(max(0, tt.fields-160))
			if got := l.Stats().DroppedFields; got != want || uint64(len(p.all)) != want {
				t.Errorf("DroppedFields = %d, %d reported, want %d", got, len(p.all), want)
			}
		})
	}
}

func TestManySettingsOfOneKeyTakeNoRoom(t *testing.T) {
	ctx, r := record(withoutCaller)
	ctx, u := eventlog.Begin(ctx, "a_done", "a_failed", slog.String("first", "x"))
	for i := range 10_000 {
		eventlog.Set(ctx, slog.Int("i", i), slog.Any("list", []int{i}))
	}
	eventlog.Add(ctx, "i", 1)
	u.End(nil)
	if got, want := r.behind(t, `"outcome":"ok"`), `,"first":"x","i":10000,"list":[9999]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnitEndsOnce(t *testing.T) {
	var p problems
	l, r := recordingLogger(eventlog.Options{OnProblem: p.add})
	ctx, u := eventlog.Begin(l.Into(context.Background()), "a_done", "a_failed")
	u.End(nil)
	u.End(io.EOF)
	u.Done(nil)
	eventlog.Set(ctx, slog.Int("n", 1), slog.Any("any", []int{1}))
	eventlog.Add(ctx, "sum", 1)
	eventlog.AddMs(ctx, "sum_ms", 1)
	r.only(t).wantField(t, "outcome", "ok")
	want := "ended_twice:a_done ended_twice:a_done field_late:n field_late:any field_late:sum field_late:sum_ms"
	if got := p.text(); got != want {
		t.Errorf("problems = %s, want %s", got, want)
	}
	if s := l.Stats(); s.EndedTwice != 2 || s.LateFields != 4 || s.Written != 1 {
		t.Errorf("Stats = %+v, want 2 ended twice, 4 late fields, 1 written", s)
	}
}

func TestUnitsNest(t *testing.T) {
	ctx, r := record(withoutCaller)
	outer, u := eventlog.Begin(ctx, "outer_done", "outer_failed")
	inner, v := eventlog.Begin(outer, "inner_done", "inner_failed")
	if eventlog.Current(inner) != v || eventlog.Current(outer) != u || eventlog.Current(ctx) != nil {
		t.Errorf("Current is not the innermost unit")
	}
	eventlog.Set(inner, slog.Int("i", 1))
	eventlog.Set(outer, slog.Int("o", 1))
	v.End(nil)
	u.End(nil)
	all := r.events(t)
	if len(all) != 2 {
		t.Fatalf("got %v, want 2 events", all)
	}
	all[0].wantField(t, "tag", "inner_done")
	all[0].wantField(t, "i", 1)
	all[0].wantField(t, "o", nil)
	all[1].wantField(t, "tag", "outer_done")
	all[1].wantField(t, "i", nil)
	all[1].wantField(t, "o", 1)
}

func TestOutsideOfUnitsNothingHappens(t *testing.T) {
	ctx, r := record(eventlog.Options{})
	eventlog.Set(ctx, slog.Int("n", 1))
	eventlog.Add(ctx, "n", 1)
	eventlog.AddMs(ctx, "n", 1)
	var none *eventlog.Unit
	none.Set(slog.Int("n", 1))
	none.Add("n", 1)
	none.AddMs("n", 1)
	none.AtEnd(func(context.Context) { t.Error("AtEnd of no unit ran") })
	none.Flush()
	none.End(nil)
	none.Done(nil)
	if got := r.tags(t); got != "" {
		t.Errorf("got %s, want nothing", got)
	}
}

func TestUnitBelowTheLoggersLevelIsNotWritten(t *testing.T) {
	ctx, r := record(eventlog.Options{Level: slog.LevelError})
	_, u := eventlog.Begin(ctx, "a_done", "a_failed")
	u.End(nil)
	_, u = eventlog.Begin(ctx, "b_done", "b_failed")
	u.End(io.EOF)
	if got := r.tags(t); got != "b_failed" {
		t.Errorf("got %s, want b_failed", got)
	}
}

func TestAtEndRunsBeforeTheEvent(t *testing.T) {
	ctx, r := record(withoutCaller)
	_, u := eventlog.Begin(ctx, "a_done", "a_failed")
	u.AtEnd(func(ctx context.Context) {
		eventlog.Set(ctx, slog.String("from", "first"))
		u.AtEnd(func(ctx context.Context) { eventlog.Info(ctx, "third_ran") })
	})
	u.AtEnd(func(ctx context.Context) { panic("second") })
	u.AtEnd(func(ctx context.Context) { u.End(nil) }) // too late, and no deadlock
	u.End(nil)
	u.AtEnd(func(ctx context.Context) { eventlog.Info(ctx, "late_ran") })
	if got, want := r.tags(t), "at_end_panicked third_ran a_done late_ran"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	all := r.events(t)
	all[0].wantField(t, "error", "second")
	all[2].wantField(t, "from", "first")
}

func TestUnitIsSafeForManyGoroutines(t *testing.T) {
	var p problems
	l, r := recordingLogger(eventlog.Options{OnProblem: p.add})
	ctx, u := eventlog.Begin(l.Into(context.Background()), "a_done", "a_failed")
	const goroutines, rounds = 8, 200
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range rounds {
				eventlog.Add(ctx, "count", 1)
				eventlog.AddMs(ctx, "wait_ms", time.Millisecond)
				eventlog.Set(ctx, slog.Int(fmt.Sprintf("g%d", g), i), slog.Any("shared", []int{g, i}))
			}
		})
	}
	wg.Wait()
	for range goroutines {
		wg.Go(func() {
			u.End(nil)
			eventlog.Add(ctx, "count", 1)
		})
	}
	wg.Wait()
	o := r.only(t)
	o.wantField(t, "wait_ms", goroutines*rounds)
	o.wantField(t, "g3", rounds-1)
	late := float64(l.Stats().LateFields)
	if got := o["count"].(float64) + late; got != (rounds+1)*goroutines {
		t.Errorf("count and late = %v, want %d", got, (rounds+1)*goroutines)
	}
	if got := l.Stats().EndedTwice; got != goroutines-1 {
		t.Errorf("EndedTwice = %d, want %d", got, goroutines-1)
	}
}

func TestUnitsContextIsAContext(t *testing.T) {
	type key struct{}
	parent, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, 5))
	ctx, u := eventlog.Begin(parent, "a_done", "a_failed")
	if got := ctx.Value(key{}); got != 5 {
		t.Errorf("Value = %v, want 5", got)
	}
	if got := fmt.Sprint(ctx); got != "eventlog.Begin(a_done)" {
		t.Errorf("Sprint = %s, want eventlog.Begin(a_done)", got)
	}
	cancel()
	if ctx.Err() != context.Canceled {
		t.Errorf("Err = %v, want canceled", ctx.Err())
	}
	_ = u
	//lint:ignore SA1012 nil is what is tested
	if ctx, _ := eventlog.Begin(nil, "b_done", "b_failed"); ctx == nil {
		t.Error("Begin(nil) = nil, want a context")
	}
}
