package eventlog

import (
	"log/slog"
	"strings"
)

// Levels beyond slog's: what Lambda and Powertools call TRACE and FATAL or CRITICAL.
const (
	LevelTrace = slog.LevelDebug - 4
	LevelFatal = slog.LevelError + 4
)

// levelSilent is above every level.
const levelSilent = slog.Level(1 << 20)

const levelCount = 6

// levelNames are how levels are written: the same few words for every level, so that queries need not know numbers.
var levelNames = [levelCount]string{"trace", "debug", "info", "warn", "error", "fatal"}

// levelIndex returns the index of the highest name that is not above level.
func levelIndex(level slog.Level) int {
	return min(max(int(level+8)>>2, 0), levelCount-1)
}

func levelName(level slog.Level) string { return levelNames[levelIndex(level)] }

// parseLevel reads a level's name, whatever its case: those of slog ("INFO+2" too), of Lambda and of Powertools.
func parseLevel(name string) (slog.Level, bool) {
	switch strings.ToUpper(name) {
	case "TRACE":
		return LevelTrace, true
	case "WARNING":
		return slog.LevelWarn, true
	case "FATAL", "CRITICAL":
		return LevelFatal, true
	case "SILENT", "OFF":
		return levelSilent, true
	}
	var level slog.Level
	err := level.UnmarshalText([]byte(name))
	return level, err == nil
}

// chooseLevel returns the level to start with: that of AWS_LAMBDA_LOG_LEVEL, else the code's, else that of
// POWERTOOLS_LOG_LEVEL, else that of LOG_LEVEL, else info. Lambda drops lines below its own level, so that one
// comes first; below says who asked for less, "" if nobody did. Names that are none are passed over.
func chooseLevel(code slog.Leveler, getenv func(string) string) (level slog.Level, below string) {
	level = slog.LevelInfo
	asked := ""
	if code != nil {
		level = code.Level()
		asked = "Options.Level is " + levelName(level)
	} else {
		for _, name := range []string{"POWERTOOLS_LOG_LEVEL", "LOG_LEVEL"} {
			if l, ok := parseLevel(getenv(name)); ok {
				level, asked = l, name+" is "+levelName(l)
				break
			}
		}
	}
	lambda, ok := parseLevel(getenv(lambdaLevel))
	if !ok {
		return level, ""
	}
	if asked != "" && level < lambda {
		below = asked
	}
	return lambda, below
}

// lambdaLevel is the variable by which Lambda tells the level of a function with JSON logs.
const lambdaLevel = "AWS_LAMBDA_LOG_LEVEL"

// SetLevel sets the lowest level that l, its parent and its children write. It cannot go below the level that Lambda was
// told (AWS_LAMBDA_LOG_LEVEL), which drops what is below.
func (l *Logger) SetLevel(level slog.Level) {
	if lambda, ok := parseLevel(l.sink.opts.Getenv(lambdaLevel)); ok {
		level = max(level, lambda)
	}
	l.sink.level.Set(level)
}
