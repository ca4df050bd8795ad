package bench

import (
	"io"
	"time"

	"github.com/rs/zerolog"
)

var zero = Logger{Name: "zerolog", Front: "native", Build: func(w io.Writer, c Case) func() {
	zerolog.TimeFieldFormat = time.RFC3339Nano
	l := zerolog.New(w).Level(zerolog.InfoLevel).With().Timestamp().Logger()
	switch c {
	case Context, ContextFive:
		b := l.With()
		for _, a := range contextAttrs {
			b = b.Any(a.Key, a.Value.Any())
		}
		ctx := b.Logger().WithContext(background)
		if c == Context {
			return func() { zerolog.Ctx(ctx).Info().Msg("label_created") }
		}
		return func() {
			zerolog.Ctx(ctx).Info().Str("order", text1).Str("region_to", text2).Int64("bytes", int1).
				Bool("cached", bool1).Float64("took_ms", float1).Msg("label_created")
		}
	case Disabled:
		return func() {
			l.Debug().Str("order", text1).Str("region_to", text2).Int64("bytes", int1).Bool("cached", bool1).
				Float64("took_ms", float1).Msg("label_created")
		}
	case Message:
		return func() { l.Info().Msg("label_created") }
	case CallerFive:
		return func() {
			l.Info().Caller().Str("order", text1).Str("region_to", text2).Int64("bytes", int1).Bool("cached", bool1).
				Float64("took_ms", float1).Msg("label_created")
		}
	case Five:
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
	}
	return nil
}}
