package bench

import (
	"io"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

var zapped = Logger{Name: "zap", Front: "native", Build: func(w io.Writer, c Case) func() {
	var options []zap.Option
	switch c {
	case CallerFive:
		options = append(options, zap.AddCaller())
	case ErrorStack:
		options = append(options, zap.AddStacktrace(zapcore.ErrorLevel))
	}
	l := zap.New(zapCore(w), options...)
	switch c {
	case Context, ContextFive:
		for _, a := range contextAttrs {
			l = l.With(zap.Any(a.Key, a.Value.Any()))
		}
	}
	switch c {
	case Disabled:
		return func() {
			l.Debug("label_created", zap.String("order", text1), zap.String("region_to", text2), zap.Int64("bytes", int1),
				zap.Bool("cached", bool1), zap.Float64("took_ms", float1))
		}
	case Message, Context:
		return func() { l.Info("label_created") }
	case Five, ContextFive, CallerFive:
		return func() {
			l.Info("label_created", zap.String("order", text1), zap.String("region_to", text2), zap.Int64("bytes", int1),
				zap.Bool("cached", bool1), zap.Float64("took_ms", float1))
		}
	case Ten, ParallelTen:
		return func() {
			l.Info("label_created", zap.String("order", text1), zap.String("region_to", text2), zap.Int64("bytes", int1),
				zap.Bool("cached", bool1), zap.Float64("took_ms", float1), zap.String("route", text3),
				zap.Int64("status", int2), zap.Float64("share", float2), zap.String("span", text4), zap.Time("due", moment))
		}
	case Error:
		return func() { l.Error("label_created", zap.Error(errCarrier)) }
	case ErrorStack:
		return func() { deep(frames, func() { l.Error("label_created", zap.Error(errCarrier)) }) }
	}
	return nil
}}

func zapCore(w io.Writer) zapcore.Core {
	config := zap.NewProductionEncoderConfig()
	config.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	config.TimeKey = "time"
	return zapcore.NewCore(zapcore.NewJSONEncoder(config), zapcore.AddSync(w), zapcore.InfoLevel)
}
