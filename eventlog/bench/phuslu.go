package bench

import (
	"io"
	"time"

	"github.com/phuslu/log"
)

var phuslu = Logger{Name: "phuslu/log", Front: "native", Build: func(w io.Writer, c Case) func() {
	l := phusluLogger(w)
	switch c {
	case Context, ContextFive:
		e := log.NewContext(nil)
		for _, a := range contextAttrs {
			e = e.Any(a.Key, a.Value.Any())
		}
		l.Context = e.Value()
	}
	switch c {
	case Disabled:
		return func() {
			l.Debug().Str("order", text1).Str("region_to", text2).Int64("bytes", int1).Bool("cached", bool1).
				Float64("took_ms", float1).Msg("label_created")
		}
	case Message, Context:
		return func() { l.Info().Msg("label_created") }
	case CallerFive:
		return func() {
			l.Info().Caller(1).Str("order", text1).Str("region_to", text2).Int64("bytes", int1).Bool("cached", bool1).
				Float64("took_ms", float1).Msg("label_created")
		}
	case Five, ContextFive:
		return func() {
			l.Info().Str("order", text1).Str("region_to", text2).Int64("bytes", int1).Bool("cached", bool1).
				Float64("took_ms", float1).Msg("label_created")
		}
	case Ten, ParallelTen:
		return func() {
			l.Info().Str("order", text1).Str("region_to", text2).Int64("bytes", int1).Bool("cached", bool1).
				Float64("took_ms", float1).Str("route", text3).Int64("status", int2).Float64("share", float2).
				Str("span", text4).Time("due", moment).Msg("label_created")
		}
	case Error:
		return func() { l.Error().Err(errCarrier).Msg("label_created") }
	case ErrorStack:
		return func() { deep(frames, func() { l.Error().Err(errCarrier).Stack().Msg("label_created") }) }
	}
	return nil
}}

func phusluLogger(w io.Writer) *log.Logger {
	return &log.Logger{Level: log.InfoLevel, TimeLocation: time.UTC, Writer: log.IOWriter{Writer: w}}
}
