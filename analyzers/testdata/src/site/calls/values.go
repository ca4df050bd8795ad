package calls

import (
	"context"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// Attributes in every form.
func values(ctx context.Context, group string, l slog.Leveler) {
	eventlog.Info(ctx, "v_a", slog.Attr{"k", slog.StringValue("v")})                             // want `\[v_a event\] k:string$`
	eventlog.Info(ctx, "v_b", slog.Attr{Key: "k", Value: slog.AnyValue(3.5)})                    // want `\[v_b event\] k:float$`
	eventlog.Info(ctx, "v_c", slog.Attr{Key: "k", Value: slog.GroupValue(slog.Int("inner", 1))}) // want `\[v_c event\] k:object$` `slog.Int - inner:int inner$`
	eventlog.Info(ctx, "v_d", slog.Attr{Key: "k", Value: slog.DurationValue(time.Second)})       // want `\[v_d event\] k:duration$`
	eventlog.Info(ctx, "v_e", slog.Group("", slog.Int("n", 1)))                                  // want `\[v_e event\] n:int$`
	eventlog.Info(ctx, "v_f", slog.Group(group, slog.Int("n", 1)))                               // want `\[v_f event\] :int$`
	eventlog.Info(ctx, "v_g", slog.GroupAttrs("g", slog.Bool("b", true)))                        // want `\[v_g event\] g.b:bool$`
	eventlog.Info(ctx, "v_h", (slog.Uint64("u", 1)))                                             // want `\[v_h event\] u:int$`
	eventlog.Info(ctx, "v_i", []slog.Attr{slog.Float64("f", 1)}...)                              // want `\[v_i event\] f:float$`
	eventlog.Info(ctx, "v_j", slog.Attr{})                                                       // want `\[v_j event\] hidden$`
	slog.Info("v_k", []any{"a", 1, slog.Int("b", 2)}...)                                         // want `\[v_k event\] message a:int b:int$`
	slog.Log(ctx, l.Level(), "v_l")                                                              // want `slog.Log - \[v_l event\] message$`
	eventlog.Info(ctx, "v_m", one(3))                                                            // want `\[v_m event\] one:int by one$`
	eventlog.Info(ctx, "v_n", fixed)                                                             // want `\[v_n event\] hidden$`
}

func one(n int) slog.Attr {
	if n > 3 {
		return slog.Int("one", 3) // want `slog.Int - one:int$`
	}
	return slog.Int("one", n) // want `slog.Int - one:int$`
}

func many() []slog.Attr {
	return nil
}

// Variables that hold attributes.
func variables(ctx context.Context, given []slog.Attr, more bool) {
	a := slog.Int("a", 1)               // want `slog.Int - a:int$`
	eventlog.Info(ctx, "w_a", a)        // want `\[w_a event\] a:int by a$`
	eventlog.Info(ctx, "w_b", given...) // want `\[w_b event\] hidden$`
	var list []slog.Attr
	list = make([]slog.Attr, 0, 3)
	if more {
		list = append(list, a, slog.Int("b", 1)) // want `slog.Int - b:int$`
	}
	eventlog.Info(ctx, "w_c", list...)   // want `\[w_c event\] a:int by list b:int by list$`
	eventlog.Info(ctx, "w_d", many()...) // want `\[w_d event\]$`
	var shared []slog.Attr
	fill(&shared)
	eventlog.Info(ctx, "w_e", shared...) // want `\[w_e event\] hidden$`
	x, y := two()
	eventlog.Info(ctx, "w_f", x, y) // want `\[w_f event\] hidden$`
}

func fill(*[]slog.Attr) {}

func two() (slog.Attr, slog.Attr) { return slog.Attr{}, slog.Attr{} }

// Functions in variables, methods and loops of wrappers.
var held = func(ctx context.Context, tag string, attrs ...slog.Attr) {
	eventlog.Emit(ctx, slog.LevelError, tag, attrs...) // want `^: eventlog.Emit error forwards hidden$`
}

type books struct{ log *eventlog.Logger }

func (b *books) event(ctx context.Context, level slog.Level, tag string, attrs []slog.Attr) {
	b.log.Log(ctx, level, tag, attrs...) // want `^books.event: eventlog.Logger.Log - forwards hidden$`
}

func ping(ctx context.Context, tag string, n int) {
	if n == 0 {
		eventlog.Info(ctx, tag) // want `^ping: eventlog.Info info forwards$`
		return
	}
	pong(ctx, tag+"_x", n-1) // want `^ping: pong info forwards$`
}

func pong(ctx context.Context, tag string, n int) { ping(ctx, tag, n) } // want `^pong: ping info forwards$`

func wrappers(ctx context.Context, b *books) {
	held(ctx, "x_a", slog.Int("n", 1))                                  // want `^wrappers: held error \[x_a event\] n:int$`
	b.event(ctx, slog.LevelDebug, "x_b", []slog.Attr{slog.Int("n", 1)}) // want `^wrappers: books.event debug \[x_b event\] n:int$`
	func(tag string) { eventlog.Info(ctx, tag) }("x_c")                 // want `^wrappers: eventlog.Info info \[\? event\]$`
}
