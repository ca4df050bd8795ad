package eventlog_test

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// The level is the environment's, by the names that Powertools and AWS Lambda use, unless Options.Level has one. It can
// be turned while the program runs.
func ExampleOptions_level() {
	for _, env := range []map[string]string{
		{},
		{"LOG_LEVEL": "debug"},
		{"POWERTOOLS_LOG_LEVEL": "WARN", "LOG_LEVEL": "debug"},
		{"AWS_LAMBDA_LOG_LEVEL": "ERROR", "POWERTOOLS_LOG_LEVEL": "DEBUG"},
	} {
		o := exampleOptions()
		o.NoCaller, o.Getenv = true, func(key string) string { return env[key] }
		log := eventlog.New(o)
		ctx := context.Background()
		log.Debug(ctx, "carrier_chosen", slog.Any("environment", env))
		log.Info(ctx, "label_created", slog.Any("environment", env))
		log.Warn(ctx, "label_delayed", slog.Any("environment", env))
	}
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","environment":{}}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"warn","tag":"label_delayed","service":"labels","version":"1.2","environment":{}}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"debug","tag":"carrier_chosen","service":"labels","version":"1.2","environment":{"LOG_LEVEL":"debug"}}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","environment":{"LOG_LEVEL":"debug"}}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"warn","tag":"label_delayed","service":"labels","version":"1.2","environment":{"LOG_LEVEL":"debug"}}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"warn","tag":"label_delayed","service":"labels","version":"1.2","environment":{"LOG_LEVEL":"debug","POWERTOOLS_LOG_LEVEL":"WARN"}}
}

func ExampleLogger_SetLevel() {
	o := exampleOptions()
	o.NoCaller = true
	log := eventlog.New(o)
	ctx := context.Background()
	log.Debug(ctx, "carrier_chosen", slog.Int("order_id", 7))
	log.SetLevel(slog.LevelDebug)
	log.Debug(ctx, "carrier_chosen", slog.Int("order_id", 8))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"debug","tag":"carrier_chosen","service":"labels","version":"1.2","order_id":8}
}
