// Package shop writes one event of each kind that a catalogue tells apart.
package shop

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

func Create(ctx context.Context, id int) (err error) {
	ctx = eventlog.With(ctx, slog.String("shop", "north"), eventlog.UserID("u1"))
	ctx, unit := eventlog.Begin(ctx, "label_created", "label_create_failed", slog.Int("order_id", id))
	defer unit.Done(&err)
	eventlog.Debug(ctx, "price_read", slog.Float64("price", 1.5), slog.Any("parts", []string{"a"}))
	eventlog.Assert(ctx, id > 0, "order_id_positive", slog.Int("order_id", id))
	eventlog.Set(ctx, slog.Bool("express", true))
	return nil
}

type Server struct{ log *eventlog.Logger }

func (s *Server) Stop(ctx context.Context, level slog.Level, more []slog.Attr) {
	s.log.Fail(ctx, "server_stopped", errors.New("x"), slog.Time("at", time.Time{}))
	s.log.Log(ctx, level, "server_left", more...)
	record(ctx, "wrapper_called", slog.Bool("ok", true))
	slog.Info("a message in words", "shop", 1)
	slog.InfoContext(ctx, "list_read", "took", time.Second, "list|`of", 1)
}

func record(ctx context.Context, tag string, attrs ...slog.Attr) {
	eventlog.Info(ctx, tag, attrs...)
}

func Computed(ctx context.Context, name string) {
	eventlog.Info(ctx, strings.ToLower(name)+"_read")
}

func Later(ctx context.Context) {
	eventlog.Set(ctx, slog.Int("rows", 1))
}
