package pattern

import "strings"

// levels are the words that name a level, and the label they get.
var levels = map[string]string{
	"fatal": "FATAL", "critical": "FATAL", "crit": "FATAL", "emerg": "FATAL", "emergency": "FATAL", "alert": "FATAL", "panic": "FATAL",
	"error": "ERROR", "err": "ERROR", "severe": "ERROR",
	"warn": "WARN", "warning": "WARN",
	"info": "INFO", "information": "INFO", "informational": "INFO", "notice": "INFO",
	"debug": "DEBUG", "trace": "TRACE", "verbose": "TRACE",
}

// levelOf returns the label of a word that names a level, in any case, or "".
func levelOf(word string) string {
	if len(word) > len("informational") {
		return ""
	}
	var buf [16]byte
	lower := buf[:0]
	for i := range len(word) {
		c := word[i]
		if c-'A' < 26 {
			c |= 0x20
		}
		lower = append(lower, c)
	}
	return levels[string(lower)]
}

// levelKeys are the names whose value is the level of an event.
var levelKeys = []string{"level", "lvl", "severity", "severitytext", "loglevel", "log_level", "levelname"}

// failureWords are words that make a message without a level one about a failure.
var failureWords = []string{"error", "exception", "fail", "fatal", "panic", "traceback", "timed out"}

// severityOf returns the label of a pattern, given as a shape ([R] §6: AWS does not document how it finds it):
//
//   - the value of a field called level, severity or the like, in JSON or as level=warn;
//   - else the first word in capitals that names a level;
//   - else ERROR if a word of failure occurs, WARN if warn does;
//   - else NONE.
func severityOf(shape string) string {
	capital := ""
	for _, w := range wordsOf(shape) {
		text := shape[w.from:w.to]
		label := levelOf(text)
		if label == "" {
			continue
		}
		if afterLevelKey(shape[:w.from]) {
			return label
		}
		if capital == "" && text == strings.ToUpper(text) {
			capital = label
		}
	}
	if capital != "" {
		return capital
	}
	lower := strings.ToLower(withoutKeys(shape))
	for _, w := range failureWords {
		if strings.Contains(lower, w) {
			return "ERROR"
		}
	}
	if strings.Contains(lower, "warn") {
		return "WARN"
	}
	return "NONE"
}

// afterLevelKey reports whether text ends in the name of a level field and = or a colon.
func afterLevelKey(text string) bool {
	text = strings.TrimRight(text, "\" ")
	if !strings.HasSuffix(text, "=") && !strings.HasSuffix(text, ":") {
		return false
	}
	text = strings.TrimRight(text[:len(text)-1], "\" ")
	for _, k := range levelKeys {
		if n := len(text) - len(k); n >= 0 && strings.EqualFold(text[n:], k) && (n == 0 || classes[text[n-1]]&classChunk == 0) {
			return true
		}
	}
	return false
}

// withoutKeys returns a shape without the keys of its JSON.
func withoutKeys(shape string) string {
	before, rest, found := strings.Cut(shape, string(rune(shapeKey)))
	if !found {
		return shape
	}
	var b strings.Builder
	for found {
		b.WriteString(before)
		_, rest, _ = strings.Cut(rest, `"`)
		before, rest, found = strings.Cut(rest, string(rune(shapeKey)))
	}
	b.WriteString(before)
	return b.String()
}
