// Package calls writes events in every way that there is.
package calls

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventqueue"
	"site/wrapped"
)

type Server struct {
	log  *eventlog.Logger
	slog *slog.Logger
}

const created = "label_" + "created"

func (s *Server) Create(ctx context.Context, id int, took time.Duration, err error) {
	eventlog.Info(ctx, created, slog.Int("order_id", id)) // want `Server.Create: eventlog.Info info \[label_created event\] order_id:int`
	s.log.Fail(ctx, "label_refused", err)                 // want `eventlog.Logger.Fail error \[label_refused event\] error:error error_type:string error_chain:array error_stack:any`
	eventlog.Emit(ctx, slog.LevelWarn, "disk_filled",     // want `eventlog.Emit warn \[disk_filled event\] free_bytes:int took_ms:float`
		slog.Any("free_bytes", id), eventlog.Ms("took_ms", took))
	s.slog.Info("order paid", "order_id", id, slog.Bool("gift", true))                                                                                    // want `slog.Logger.Info info message order_id:int gift:bool`
	slog.InfoContext(ctx, "order_paid", "order_id", id)                                                                                                   // want `slog.InfoContext info \[order_paid event\] message order_id:int`
	slog.Log(ctx, slog.LevelError+2, "x", "a", id, 3, "b", "c")                                                                                           // want `slog.Log error message a:int b:string hidden`
	slog.LogAttrs(ctx, slog.LevelInfo, "x", slog.Group("http", slog.Int("status", 200), "path", "/"))                                                     // want `slog.LogAttrs info message http.status:int http.path:string`
	eventlog.Assert(ctx, id > 0, "id_is_positive", slog.Time("at", time.Now()))                                                                           // want `eventlog.Assert error \[id_is_positive assertion\] at:time`
	slog.With("k", took)                                                                                                                                  // want `slog.With - k:duration`
	eventlog.Info(ctx, "x"+time.Now().String())                                                                                                           // want `eventlog.Info info \[\? event\]`
	eventlog.Info(ctx, "a_b", slog.Attr{Key: "n", Value: slog.Int64Value(3)}, slog.Any("list", []int{1}), slog.Any("m", map[string]int{}))                // want `\[a_b event\] n:int list:array m:object`
	eventlog.Info(ctx, "a_c", eventlog.UserID("x"), slog.Any("e", errors.New("x")), slog.Any("s", s), slog.Any("raw", []byte("x")), slog.Any("nil", nil)) // want `\[a_c event\] user_id:string e:error s:object raw:string nil:any$`
	other := slog.New(nil)
	(*slog.Logger).Info(other, "nobody logs so")
}

func Unit(ctx context.Context) (err error) {
	ctx, unit := eventlog.Begin(ctx, "order_shipped", "order_failed", slog.Int("n", 1)) // want `Unit: eventlog.Begin info \[order_shipped done\] \[order_failed failed\] n:int duration_ms:float outcome:string parcels:int by eventlog.Add wait_ms:float by eventlog.AddMs set:int by eventlog.Unit.Set$`
	defer unit.Done(&err)
	eventlog.Add(ctx, "parcels", 2)                 // want `eventlog.Add - parcels:int`
	eventlog.AddMs(ctx, "wait_ms", 2)               // want `eventlog.AddMs - wait_ms:float`
	unit.Set(slog.Int("set", 1))                    // want `eventlog.Unit.Set - set:int$`
	call := eventlog.Try(ctx, "a_sent", "a_failed") // want `eventlog.Try info \[a_sent done\] \[a_failed failed\] duration_ms:float outcome:string status:int by eventlog.Call.Set$`
	call.Set(slog.Int("status", 200))               // want `eventlog.Call.Set - status:int`
	return nil
}

// event is a wrapper, and so is twice, which calls it.
func event(ctx context.Context, tag string, attrs ...slog.Attr) {
	eventlog.Info(ctx, tag, append(attrs, slog.String("team", "a"))...) // want `event: eventlog.Info info forwards team:string hidden`
}

func twice(tag string, n int) {
	event(context.Background(), tag+"_twice", slog.Int("n", n)) // want `twice: event info forwards n:int team:string by event$`
}

func Use(ctx context.Context, err error) {
	event(ctx, "used", slog.Int("x", 1)) // want `event info \[used event\] x:int team:string by event$`
	twice("called", 3)                   // want `twice info \[called_twice event\] n:int by twice team:string by twice$`
	local := func(ctx context.Context, tag string) {
		eventlog.Warn(ctx, tag) // want `eventlog.Warn warn forwards$`
	}
	local(ctx, "warned")                                            // want `local warn \[warned event\]$`
	wrapped.Event(ctx, "wrapped_called", slog.Int("z", 1))          // want `wrapped.Event info \[wrapped_called event\] z:int zone:string by wrapped.Event$`
	wrapped.Failed(ctx, "order", err)                               // want `wrapped.Failed error \[order_failed event\] error:error error_type:string error_chain:array error_stack:any$`
	wrapped.Pairs("pairs_called", "k", 1)                           // want `wrapped.Pairs info \[pairs_called event\] message k:int$`
	eventlog.Info(ctx, "helped", wrapped.User("id", "mail")...)     // want `\[helped event\] user_id:string by User email:string by User$`
	eventlog.Info(ctx, "helped_again", wrapped.Cents("price", 3.2)) // want `\[helped_again event\] price:int$`
	wrapped.Generic[int](ctx, "generic_called", 3)                  // want `wrapped.Generic info \[generic_called event\] v:any by wrapped.Generic$`
	var l wrapped.Logger
	l.Info(ctx, "face_called", slog.Int("n", 1)) // want `wrapped.Logger.Info info \[face_called event\] n:int$`
	var p wrapped.PairLogger
	p.Info("message", "n", 1)                 // want `wrapped.PairLogger.Info info message n:int$`
	fields := []slog.Attr{slog.Int("a", 1)}   // want `slog.Int - a:int$`
	fields = append(fields, slog.Int("b", 1)) // want `slog.Int - b:int$`
	eventlog.Info(ctx, "listed", fields...)   // want `\[listed event\] a:int by fields b:int by fields$`
}

var _ = eventqueue.Options{Service: "x", Processed: "order_packed", Failed: "order_dropped"} // want `^: eventqueue.Options info \[order_packed done\] \[order_dropped failed\] queue:string message_id:string attempt:int bytes_in:int queued_ms:float duration_ms:float outcome:string$`

var _ = eventqueue.Options{Service: "x"} // want `\[message_processed done\] \[message_failed failed\]`

var _ = eventqueue.Other{Failed: "x"}

type user struct{ id int }

func (u user) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("id", u.id)) // want `user.LogValue: slog.Int - id:int inner$`
}

var fixed = slog.String("zone", "a") // want `^: slog.String - zone:string$`
