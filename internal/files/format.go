package files

import (
	"fmt"
	"slices"
	"strings"
)

// A Format says how the text of a file holds events.
type Format uint8

// The formats.
const (
	Auto         Format = iota // found out from the file's first 64 KiB
	Text                       // a line is an event; its time is looked for near its start
	NDJSON                     // a line is a JSON event
	JSON                       // an array of JSON events, or such events one after another, on any number of lines
	S3Export                   // CloudWatch export: "2006-01-02T15:04:05.000Z " before each event, which may have several lines
	Tail                       // what "aws logs tail" prints: time and stream before each event
	FilterJSON                 // what filter-log-events and get-log-events print: {"events":[{"timestamp":…,"message":…}]}
	InsightsJSON               // results of an Insights query: {"results":[[{"field":…,"value":…}]]}, or a list of {"@timestamp":…,"@message":…}
	InsightsCSV                // the same as CSV with @timestamp and @message columns
	CloudTrail                 // {"Records":[…]}: each record is an event
	Subscription               // records of a subscription filter: {"awslogs":{"data":…}}, base64 lines, or {"messageType":"DATA_MESSAGE",…}
	Parquet                    // rows of a Parquet file
	formats                    // how many there are
)

var formatNames = [...]string{
	"auto", "text", "ndjson", "json", "s3export", "tail", "filter-json", "insights-json", "insights-csv",
	"cloudtrail", "subscription", "parquet",
}

// String returns the format's name as ParseFormat takes it.
func (f Format) String() string { return formatNames[f] }

// notThis says of text that it is not of the format.
func (f Format) notThis() string { return mixedText[f] }

// mixedText is made once: there may be many such lines.
var mixedText = func() (texts [formats]string) {
	for i := range texts {
		texts[i] = "is not " + formatNames[i] + ", taken as plain text"
	}
	return texts
}()

// ParseFormat returns the format called name.
func ParseFormat(name string) (Format, error) {
	if i := slices.Index(formatNames[:], strings.ToLower(name)); i >= 0 {
		return Format(i), nil
	}
	return Auto, fmt.Errorf("parse format: got %q, want one of %s", name, strings.Join(formatNames[:], ", "))
}

// lines reports whether the format's events start at the start of lines, so that a file can be cut
// anywhere between two of them.
func (f Format) lines() bool {
	switch f {
	case Text, NDJSON, S3Export, Tail:
		return true
	}
	return false
}

// prefix returns the prefix that starts an event; nil if every line is an event.
func (f Format) prefix() *prefix {
	switch f {
	case S3Export:
		return &exportPrefix
	case Tail:
		return &tailPrefix
	}
	return nil
}

// A prefix is what stands before an event in formats whose events may have several lines: lines
// without it belong to the event before.
type prefix struct {
	layout string // one byte a byte: 0 stands for a digit, any other byte for itself
	stream bool   // a word follows that names the stream
}

var (
	exportPrefix = prefix{layout: "0000-00-00T00:00:00.000Z "}
	tailPrefix   = prefix{layout: "0000-00-00T00:00:00.000000+00:00 ", stream: true}
)

// at reports whether line starts with the prefix.
func (p *prefix) at(line []byte) bool {
	if len(line) < len(p.layout) || line[4] != '-' || line[10] != 'T' {
		return false
	}
	for i := range len(p.layout) {
		if c := p.layout[i]; c == '0' {
			if line[i]-'0' > 9 {
				return false
			}
		} else if c != line[i] {
			return false
		}
	}
	return true
}

// split cuts the prefix, and the stream if there is one, off an event.
func (p *prefix) split(event []byte) (stamp, stream, message []byte) {
	stamp, message = event[:len(p.layout)-1], event[len(p.layout):]
	if p.stream {
		for i, c := range message {
			if c == ' ' {
				return stamp, message[:i], message[i+1:]
			}
			if c == '\n' {
				break
			}
		}
	}
	return stamp, nil, message
}
