// Package eventlog has the logger's signatures, without their bodies.
package eventlog

import (
	"context"
	"io"
	"log/slog"
	"time"
)

type Options struct {
	Writer  io.Writer
	Service string
	Redact  []string
}

type Logger struct{}

func New(Options) *Logger { return nil }
func Default() *Logger    { return nil }
func SetDefault(*Logger)  {}

func (l *Logger) Debug(ctx context.Context, tag string, attrs ...slog.Attr)                 {}
func (l *Logger) Info(ctx context.Context, tag string, attrs ...slog.Attr)                  {}
func (l *Logger) Warn(ctx context.Context, tag string, attrs ...slog.Attr)                  {}
func (l *Logger) Error(ctx context.Context, tag string, attrs ...slog.Attr)                 {}
func (l *Logger) Fail(ctx context.Context, tag string, err error, attrs ...slog.Attr)       {}
func (l *Logger) Log(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {}
func (l *Logger) Emit(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {
}
func (l *Logger) Enabled(ctx context.Context, level slog.Level) bool { return false }
func (l *Logger) With(attrs ...slog.Attr) *Logger                    { return l }
func (l *Logger) Handler() slog.Handler                              { return nil }
func (l *Logger) Slog() *slog.Logger                                 { return nil }
func (l *Logger) Into(ctx context.Context) context.Context           { return ctx }

func Debug(ctx context.Context, tag string, attrs ...slog.Attr)                  {}
func Info(ctx context.Context, tag string, attrs ...slog.Attr)                   {}
func Warn(ctx context.Context, tag string, attrs ...slog.Attr)                   {}
func Error(ctx context.Context, tag string, attrs ...slog.Attr)                  {}
func Fail(ctx context.Context, tag string, err error, attrs ...slog.Attr)        {}
func Emit(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {}
func From(ctx context.Context) *Logger                                           { return nil }
func With(ctx context.Context, attrs ...slog.Attr) context.Context               { return ctx }

type Redacted struct{ text string }

func Redact(text string) Redacted { return Redacted{text} }

func (Redacted) LogValue() slog.Value { return slog.StringValue("[redacted]") }

func Ms(key string, d time.Duration) slog.Attr { return slog.Attr{} }
func Err(err error) slog.Attr                  { return slog.Attr{} }
func JSON(key string, raw []byte) slog.Attr    { return slog.Attr{} }
func Secret(key, value string) slog.Attr       { return slog.Attr{} }
func Msg(text string) slog.Attr                { return slog.Attr{} }
func RequestID(id string) slog.Attr            { return slog.Attr{} }
func UserID(id string) slog.Attr               { return slog.Attr{} }
func OrganisationID(id string) slog.Attr       { return slog.Attr{} }
func CorrelationID(id string) slog.Attr        { return slog.Attr{} }
func TraceID(id string) slog.Attr              { return slog.Attr{} }

type Unit struct{}

func Begin(ctx context.Context, done, failed string, attrs ...slog.Attr) (context.Context, *Unit) {
	return ctx, nil
}
func Set(ctx context.Context, attrs ...slog.Attr)            {}
func Add(ctx context.Context, key string, n int64)           {}
func AddMs(ctx context.Context, key string, d time.Duration) {}
func Current(ctx context.Context) *Unit                      { return nil }
func (u *Unit) Set(attrs ...slog.Attr)                       {}
func (u *Unit) Add(key string, n int64)                      {}
func (u *Unit) AddMs(key string, d time.Duration)            {}
func (u *Unit) End(err error)                                {}
func (u *Unit) Done(err *error)                              {}
func (u *Unit) AtEnd(f func(ctx context.Context))            {}

type Call struct{}

func Try(ctx context.Context, sent, failed string, attrs ...slog.Attr) *Call { return nil }
func (c *Call) Set(attrs ...slog.Attr)                                       {}
func (c *Call) End(err error)                                                {}
func (c *Call) Done(err *error)                                              {}

func Assert(ctx context.Context, ok bool, tag string, attrs ...slog.Attr) bool { return ok }
func Recover(ctx context.Context, tag string, attrs ...slog.Attr)              {}
