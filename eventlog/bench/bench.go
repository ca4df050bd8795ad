// Package bench measures eventlog beside other loggers of Go. It holds what is measured; the figures stand in the
// README beside it, and table turns a run's output into them.
package bench

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"time"
)

// A Sink counts what it is given and keeps nothing, so that a figure is the logger's own work.
type Sink struct{ Bytes, Lines int64 }

// Write counts p.
//
//go:noinline
func (s *Sink) Write(p []byte) (int, error) {
	s.Bytes += int64(len(p))
	s.Lines++
	return len(p), nil
}

// A Case is what one call writes.
type Case string

// The cases. Five fields are two strings, an int64, a bool and a float64; ten add a string, an int64, a float64, a
// string and a time. Context fields are put on the logger, or on the context, once before.
const (
	Disabled     Case = "disabled"       // a level that is off, with five fields
	Message      Case = "message"        // nothing but the head
	Five         Case = "5 fields"       //
	Ten          Case = "10 fields"      //
	Context      Case = "ctx10"          // ten context fields and nothing at the call
	ContextFive  Case = "ctx10+5"        // ten context fields and five at the call
	Error        Case = "error"          // an error's text
	CallerFive   Case = "5+caller"       // five fields and the place of the call
	ContextPlace Case = "ctx10+5+caller" // as in life
	ErrorStack   Case = "error+stack"    // an error and the stack of about 17 frames
	ParallelTen  Case = "10 fields, parallel"
)

// Cases are all of them, in the order of the table.
var Cases = []Case{Disabled, Message, Five, Ten, Context, ContextFive, Error, CallerFive, ContextPlace, ErrorStack, ParallelTen}

// A Logger is one of the compared. Build returns what one call of a case runs, or nil where the logger has no such
// thing.
type Logger struct {
	Name  string
	Front string // "native" or "slog": what its calls go through
	Build func(w io.Writer, c Case) func()
}

// What the fields hold.
var (
	text1      = "o-20261121-000173"
	text2      = "eu-central-1"
	text3      = "POST /v1/labels"
	text4      = "b7ad6b7169203331"
	int1       = int64(1234567)
	int2       = int64(201)
	bool1      = true
	float1     = 12.345
	float2     = 0.75
	moment     = time.Date(2026, 11, 21, 10, 0, 0, 123456000, time.UTC)
	errCarrier = errors.New("carrier refused: parcel weight 31.5 kg, at most 30 kg")
)

// contextAttrs are the ten context fields: seven strings, three numbers.
var contextAttrs = []slog.Attr{
	slog.String("tenant", "acme"), slog.String("stage", "green"),
	slog.String("request_id", "dd7f0356-4203-4103-8c94-38cbf99b2994"), slog.String("org_id", "org-0127"),
	slog.String("user_id", "u-008244"), slog.String("service", "labels-api"), slog.String("region", "eu-central-1"),
	slog.String("host", "ip-10-0-3-17"), slog.Int64("pid", 4711), slog.Int64("shard", 7),
}

// deep calls f under about 17 frames, as a handler in a web framework is.
//
//go:noinline
func deep(n int, f func()) {
	if n == 0 {
		f()
		runtime.KeepAlive(n)
		return
	}
	deep(n-1, f)
}

// frames is how many calls of deep make a stack of about 17 frames in a benchmark.
const frames = 12

var background = context.Background()

// Loggers are all that are compared, the floor and ours first.
var Loggers = append([]Logger{floor, ours, phuslu, zero, zapped}, slogs...)
