package eventlog_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/groundwatch/groundwatch/eventlog"
)

// Redact names keys whose values nobody may read: alone, as a group, or inside an object.
func ExampleOptions_redact() {
	o := exampleOptions()
	o.Writer, o.NoCaller = os.Stdout, true
	o.Redact = []string{"password", "card"}
	eventlog.New(o).Info(context.Background(), "user_registered",
		slog.String("Password", "hunter2"),
		slog.Group("card", slog.String("number", "4242424242424242")),
		slog.Any("form", map[string]string{"name": "Ada", "password": "hunter2"}),
		eventlog.Secret("token", "t-1"))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"user_registered","service":"labels","version":"1.2","Password":"[redacted]","card":"[redacted]","form":{"name":"Ada","password":"[redacted]"},"token":"[redacted]"}
}

// A Redacted shows that a value was there, and nothing of it.
func ExampleRedacted() {
	token := eventlog.Redact("t-1")
	o := exampleOptions()
	o.NoCaller = true
	eventlog.New(o).Info(context.Background(), "user_registered", slog.Any("token", token), eventlog.Secret("pin", "1234"))
	fmt.Println(token)
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"user_registered","service":"labels","version":"1.2","token":"[redacted]","pin":"[redacted]"}
	// [redacted]
}
