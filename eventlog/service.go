package eventlog

import (
	"log/slog"
	"runtime/debug"
)

// fixedFields are the attributes of every event of a logger.
func fixedFields(o Options) []slog.Attr {
	var attrs []slog.Attr
	add := func(key string, values ...string) {
		for _, v := range values {
			if v != "" {
				attrs = append(attrs, slog.String(key, v))
				return
			}
		}
	}
	add("service", o.Service, o.Getenv("POWERTOOLS_SERVICE_NAME"), o.Getenv("AWS_LAMBDA_FUNCTION_NAME"))
	add("env", o.Env, o.Getenv("ENV"), o.Getenv("ENVIRONMENT"))
	add("version", o.Version, buildVersion())
	return attrs
}

// buildVersion returns the main module's version, else the commit it was built from, else "".
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
