package eventqueue

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// Options tune [Wrap] and [Batch]. The zero value is right for most workers.
type Options struct {
	// Logger gets the events. Nil means the context's logger, else eventlog.Default.
	Logger *eventlog.Logger

	// Processed and Failed are the tags. "" means message_processed and message_failed.
	Processed, Failed string

	// MaxReceives is how often the queue delivers a message before it gives up (maxReceiveCount of the redrive
	// policy). Failures of that attempt carry last_attempt: they went to the dead. 0 means unknown.
	MaxReceives int

	// Repanic lets a handler's panic go on once its event is written. Otherwise it becomes a [PanicError]: the
	// message comes again, and the worker lives on.
	Repanic bool

	// FIFO is for [Batch]: see there.
	FIFO bool
}

func (o Options) withDefaults() Options {
	o.Processed, o.Failed = cmp.Or(o.Processed, "message_processed"), cmp.Or(o.Failed, "message_failed")
	return o
}

// A PanicError is the error of a handler that panicked.
type PanicError struct {
	Value any // of the panic
}

// Error returns the value's text behind "handler panicked: ".
func (p *PanicError) Error() string { return fmt.Sprint("handler panicked: ", p.Value) }

// Unwrap returns the value if it is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// Wrap returns handle with an event around it: see the package's comment. The error is handle's own.
func Wrap(handle func(context.Context, Message) error, o Options) func(context.Context, Message) error {
	return WrapOf(handle, itself, o)
}

func itself(m Message) Message { return m }

// WrapOf is [Wrap] for a queue's own type, such as the SDK's; message says what is known of one.
func WrapOf[T any](handle func(context.Context, T) error, message func(T) Message, o Options) func(context.Context, T) error {
	o = o.withDefaults()
	return func(ctx context.Context, t T) error {
		m := message(t)
		return o.process(ctx, &m, func(ctx context.Context) error { return handle(ctx, t) })
	}
}

// process runs handle for m, and turns its panic into an error.
func (o *Options) process(ctx context.Context, m *Message, handle func(context.Context) error) (err error) {
	if !o.Repanic {
		defer func() {
			if v := recover(); v != nil {
				err = &PanicError{v}
			}
		}()
	}
	return o.unit(ctx, m, handle)
}

// unit runs handle as a unit of work of its own.
func (o *Options) unit(ctx context.Context, m *Message, handle func(context.Context) error) (err error) {
	if o.Logger != nil {
		ctx = o.Logger.Into(ctx)
	}
	ids := m.ids(ctx)
	if ids.Debug != correlation.Undecided {
		ctx = eventlog.WithSampling(ctx, ids.Debug == correlation.Yes)
	}
	ctx, u := eventlog.Begin(ids.Into(ctx), o.Processed, o.Failed, m.fields(time.Now())...)
	defer u.Done(&err)
	failed := true // until handle returned
	defer func() {
		if failed && o.MaxReceives > 0 && m.ReceiveCount >= o.MaxReceives {
			u.Set(slog.Bool("last_attempt", true))
		}
	}()
	err = handle(ctx)
	failed = err != nil
	return err
}
