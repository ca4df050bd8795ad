package eventline

import (
	"strings"

	"github.com/groundwatch/groundwatch/internal/output"
)

// Levels from quiet to loud, with the words and numbers that loggers write for them: syslog's words, and the
// numbers of pino and bunyan.
var levels = []struct {
	name  string
	words []string
}{
	{"trace", []string{"trace", "10", "finest"}},
	{"debug", []string{"debug", "dbg", "20", "fine"}},
	{"info", []string{"info", "information", "notice", "inf", "30"}},
	{"warn", []string{"warn", "warning", "wrn", "40"}},
	{"error", []string{"error", "err", "50", "severe"}},
	{"fatal", []string{"fatal", "critical", "crit", "panic", "alert", "emergency", "emerg", "60", "dpanic"}},
}

// LevelWords are the names of the levels, from quiet to loud.
func LevelWords() []string {
	var names []string
	for _, l := range levels {
		names = append(names, l.name)
	}
	return names
}

// LevelRank returns how loud a level is, from 0, or -1 if it is none that is known.
func LevelRank(level string) int {
	for i, l := range levels {
		for _, w := range l.words {
			if strings.EqualFold(w, level) {
				return i
			}
		}
	}
	return -1
}

func levelText(level string) string {
	if r := LevelRank(level); r >= 0 {
		return strings.ToUpper(levels[r].name)
	}
	return output.Visible(strings.ToUpper(level))
}

func levelColour(level string) string {
	switch LevelRank(level) {
	case 0, 1:
		return sgrDim
	case 3:
		return sgrYellow
	case 4:
		return sgrRed
	case 5:
		return sgrBold + sgrRed
	}
	return ""
}
