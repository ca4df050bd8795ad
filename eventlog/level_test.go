package eventlog

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestStartLevel(t *testing.T) {
	for _, tt := range []struct {
		name  string
		code  slog.Leveler
		env   string
		level slog.Level
		told  string // part of the problem
	}{
		{"nothing said", nil, "", slog.LevelInfo, ""},
		{"code", slog.LevelWarn, "", slog.LevelWarn, ""},
		{"LOG_LEVEL", nil, "LOG_LEVEL=debug", slog.LevelDebug, ""},
		{"Powertools before LOG_LEVEL", nil, "LOG_LEVEL=debug POWERTOOLS_LOG_LEVEL=ERROR", slog.LevelError, ""},
		{"code before the environment", slog.LevelWarn, "LOG_LEVEL=debug POWERTOOLS_LOG_LEVEL=ERROR", slog.LevelWarn, ""},
		{"Lambda before code", slog.LevelError, "AWS_LAMBDA_LOG_LEVEL=WARN", slog.LevelWarn, ""},
		{"Lambda before code that asks for less", slog.LevelDebug, "AWS_LAMBDA_LOG_LEVEL=WARN", slog.LevelWarn, "Options.Level is debug, want at least warn"},
		{"Lambda before Powertools that asks for less", nil, "AWS_LAMBDA_LOG_LEVEL=INFO POWERTOOLS_LOG_LEVEL=TRACE", slog.LevelInfo, "POWERTOOLS_LOG_LEVEL is trace, want at least info"},
		{"Lambda alone", nil, "AWS_LAMBDA_LOG_LEVEL=WARN", slog.LevelWarn, ""},
		{"Lambda's trace", nil, "AWS_LAMBDA_LOG_LEVEL=TRACE", LevelTrace, ""},
		{"Lambda's fatal", nil, "AWS_LAMBDA_LOG_LEVEL=FATAL", LevelFatal, ""},
		{"Python's names", nil, "POWERTOOLS_LOG_LEVEL=WARNING", slog.LevelWarn, ""},
		{"Python's highest", nil, "POWERTOOLS_LOG_LEVEL=critical", LevelFatal, ""},
		{"silent", nil, "POWERTOOLS_LOG_LEVEL=SILENT", levelSilent, ""},
		{"slog's offsets", nil, "LOG_LEVEL=INFO+2", slog.LevelInfo + 2, ""},
		{"a name that is none", nil, "POWERTOOLS_LOG_LEVEL=loud LOG_LEVEL=warn", slog.LevelWarn, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := map[string]string{}
			for v := range strings.FieldsSeq(tt.env) {
				name, value, _ := strings.Cut(v, "=")
				env[name] = value
			}
			told := ""
			l := New(Options{Level: tt.code, Getenv: func(k string) string { return env[k] }, OnProblem: func(p Problem) { told += p.Err.Error() }})
			if got := l.sink.level.Level(); got != tt.level {
				t.Errorf("level %v, want %v", got, tt.level)
			}
			if (told == "") != (tt.told == "") || !strings.Contains(told, tt.told) {
				t.Errorf("problem %q, want %q", told, tt.told)
			}
		})
	}
}

func TestSetLevel(t *testing.T) {
	var b bytes.Buffer
	v := new(slog.LevelVar)
	l := testLogger(&b, func(o *Options) { o.Level = v })
	bg := context.Background()
	v.Set(slog.LevelError)
	if l.Enabled(bg, slog.LevelWarn) || !l.Enabled(bg, slog.LevelError) {
		t.Error("a LevelVar of the caller's is not followed")
	}
	l.With(slog.Int("a", 1)).SetLevel(slog.LevelDebug)
	if !l.Enabled(bg, slog.LevelDebug) {
		t.Error("a child's SetLevel does not reach its parent")
	}
	lambda := New(Options{Writer: &b, Getenv: func(k string) string { return map[string]string{lambdaLevel: "WARN"}[k] }})
	lambda.SetLevel(slog.LevelDebug)
	if lambda.Enabled(bg, slog.LevelInfo) {
		t.Error("SetLevel went below Lambda's level")
	}
}

func TestLevelNames(t *testing.T) {
	for level, want := range map[slog.Level]string{
		-100: "trace", -8: "trace", -5: "trace", -4: "debug", -1: "debug", 0: "info", 3: "info", 4: "warn", 7: "warn", 8: "error", 11: "error", 12: "fatal", 1000: "fatal",
	} {
		if got := levelName(level); got != want {
			t.Errorf("levelName(%d) = %s, want %s", level, got, want)
		}
	}
}
