// Package users is at the bottom: what it writes comes first.
package users

import (
	"context"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

func Create(ctx context.Context, id int, email string) {
	eventlog.Info(ctx, "user_created", slog.Int("user_id", id), slog.String("email", email))
}

func Delete(ctx context.Context, id string, took time.Duration) {
	eventlog.Info(ctx, "user_deleted", slog.String("user_id", id)) // want `keytype: the key "user_id" is a string here and a number at program/users/users.go:13, .*write a number, or use another key`
	eventlog.Info(ctx, "user_created")                             // want `tagunique: the tag "user_created" is written here and at program/users/users.go:13 in Create, .*`
	eventlog.Info(ctx, "users_counted", slog.Int64("user_id", 1), slog.Float64("share", 0.5))
	eventlog.Info(ctx, "share_set", slog.Int("share", 1), slog.Duration("user_id", took)) // want `keytype: the key "user_id" is a duration here and a number at .*`
}
