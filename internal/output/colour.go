package output

import "strings"

// Colour reports whether to use colours. Mode is always, never or auto; auto means on a terminal, unless the
// environment says otherwise: NO_COLOR (not empty) and TERM=dumb forbid, FORCE_COLOR and CLICOLOR_FORCE (not
// empty, not 0) demand. NO_COLOR wins over both.
func Colour(mode string, terminal bool, env func(string) string) bool {
	switch {
	case mode == "always":
		return true
	case mode == "never", env("NO_COLOR") != "":
		return false
	}
	for _, name := range []string{"FORCE_COLOR", "CLICOLOR_FORCE"} {
		if v := env(name); v != "" {
			return v != "0" && v != "false"
		}
	}
	return terminal && env("TERM") != "dumb"
}

// The colours of a terminal, of the eight that every theme defines.
const (
	bold    = "\x1b[1m"
	dim     = "\x1b[2m"
	red     = "\x1b[31m"
	green   = "\x1b[32m"
	yellow  = "\x1b[33m"
	blue    = "\x1b[34m"
	magenta = "\x1b[35m"
	cyan    = "\x1b[36m"
	reset   = "\x1b[0m"
)

// levelColour returns the colour of a cell that is a log level by itself, "" for any other.
func levelColour(text string) string {
	switch strings.ToLower(strings.Trim(text, " []")) {
	case "error", "fatal", "critical", "panic", "emergency", "alert":
		return red
	case "warn", "warning":
		return yellow
	case "debug", "trace":
		return dim
	}
	return ""
}

// painted returns text in a colour, if there is one.
func (o Options) painted(text, colour string) string {
	if !o.Colour || colour == "" || text == "" {
		return text
	}
	return colour + text + reset
}
