package eventlog

import "log/slog"

// Err is an error as data: error, error_type, error_chain, error_stack.
func Err(err error) slog.Attr { return slog.Any("error", err) }
