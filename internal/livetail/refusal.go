package livetail

import (
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// Texts of errors. The rules are AWS's (StartLiveTail in the API reference), the words ours [R].
const (
	textBothStreams       = "LogStream names and LogStream name prefixes are mutually exclusive parameters."
	textStreamsOfOneGroup = "LogStream names and LogStream name prefixes can be specified only with exactly one log group."
	textTimeout           = "The Live Tail session has been open for %v and has timed out."
	textEnding            = "The Live Tail session was ended by the server. Start a new one to go on."
)

func tooMany(limit int) error {
	return refuse.TooMany("Maximum number of concurrent Live Tail sessions of [%d] reached.", limit)
}
