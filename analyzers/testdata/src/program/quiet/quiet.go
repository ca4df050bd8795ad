// Package quiet writes nothing that clashes.
package quiet

import (
	"context"
	"log/slog"
	"program/users"
)

func Run(ctx context.Context) {
	users.Create(ctx, 1, "")
	slog.InfoContext(ctx, "a message in words", "email", "a@example.com")
	slog.InfoContext(ctx, "a message in words", "email", "a@example.com")
}
