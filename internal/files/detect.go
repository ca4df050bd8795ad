package files

import (
	"bytes"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

var bom = []byte("\xef\xbb\xbf")

// detect tells the format of a file from its first text. What it does not recognise is Text. whole
// says that sample is all of the file.
func detect(sample []byte, whole bool) Format {
	s := bytes.TrimPrefix(sample, bom)
	s = s[jsonscan.Space(s, 0):]
	line, _, _ := bytes.Cut(s, []byte("\n"))
	switch {
	case len(s) == 0:
		return Text
	case s[0] == '{':
		return detectObject(s, whole)
	case s[0] == '[':
		return detectArray(s)
	case exportPrefix.at(s):
		return S3Export
	case tailPrefix.at(s):
		return Tail
	case bytes.HasPrefix(s, []byte("H4sI")): // the first bytes of gzip data in base64
		return Subscription
	case csvHeader(line):
		return InsightsCSV
	}
	return detectMost(s)
}

// detectMost tells the format of lines by what most of them look like, for a file that starts with a
// banner, or an export's file that starts in the middle of an event.
func detectMost(s []byte) Format {
	var json, export, all int
	for line := range bytes.Lines(s) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		all++
		if looksJSON(line) {
			json++
		} else if exportPrefix.at(line) {
			export++
		}
	}
	switch {
	case 2*json > all:
		return NDJSON
	case 2*export > all:
		return S3Export
	}
	return Text
}

// looksJSON reports whether a line starts and ends like a JSON object.
func looksJSON(line []byte) bool {
	if len(line) < 2 {
		return false
	}
	if line[0] == '{' && line[len(line)-1] == '}' {
		return true
	}
	line = jsonscan.Trim(line)
	return len(line) > 1 && line[0] == '{' && line[len(line)-1] == '}'
}

// detectArray tells the format of text that starts with "[": a list, or a line such as "[INFO] …".
func detectArray(s []byte) Format {
	i := jsonscan.Space(s, 1)
	switch {
	case i == len(s) || s[i] == ']':
		return JSON
	case s[i] == '{':
		return detectMembers(s[i:])
	case s[i] == '[':
		if isResultRow(s[i:]) {
			return InsightsJSON
		}
	}
	return Text
}

// detectObject tells the format of text that starts with "{".
func detectObject(s []byte, whole bool) Format {
	if f := detectMembers(s); f != JSON {
		return f
	}
	end, kind := jsonscan.Value(s, 0)
	newline := bytes.IndexByte(s, '\n')
	if kind == jsonscan.Invalid {
		switch {
		case end < len(s) && newline >= 0: // broken JSON: "{" may start a line of any text
			return lineOrText(s[:newline])
		case newline < 0 || whole && bytes.IndexByte(s, '\n') == len(s)-1:
			return NDJSON
		}
		return JSON
	}
	rest := s[end:]
	after := jsonscan.Space(rest, 0)
	switch {
	case newline >= 0 && newline < end: // more than one line
		return JSON
	case after < len(rest) && rest[after] == '{' && (newline < 0 || end+after < newline):
		return JSON // the next one on the same line
	}
	return NDJSON
}

// lineOrText tells a first line that looks like JSON but is broken from one that is other text.
func lineOrText(line []byte) Format {
	line = jsonscan.Trim(line)
	if len(line) > 1 && line[1] == '"' && line[len(line)-1] == '}' {
		return NDJSON
	}
	i := jsonscan.Space(line, 1)
	if i == len(line) || line[i] == '"' {
		return JSON
	}
	return Text
}

// detectMembers tells the format of an object by its members; JSON if they say nothing.
func detectMembers(s []byte) Format {
	for _, m := range outline(s) {
		elem := firstElement(s[m.value:])
		switch m.key {
		case "Records":
			if hasMembers(elem, "eventTime", "eventSource") || hasMembers(elem, "eventVersion", "eventTime") {
				return CloudTrail
			}
			if packedRecord(elem) {
				return Subscription
			}
		case "records":
			if packedRecord(elem) {
				return Subscription
			}
		case "events":
			if isFilterPage(s, elem) {
				return FilterJSON
			}
		case "results":
			if isResultRow(elem) {
				return InsightsJSON
			}
		case "awslogs":
			if hasMembers(s[m.value:], "data") {
				return Subscription
			}
		}
	}
	switch {
	case hasMembers(s, "messageType", "logEvents"), hasMembers(s, "logGroup", "logStream", "messageType"):
		return Subscription
	case hasMembers(s, "timestamp", "message", "ingestionTime"), hasMembers(s, "timestamp", "message", "eventId"):
		return FilterJSON
	case hasMembers(s, "@timestamp", "@message"), hasMembers(s, "@message", "@ptr"), hasMembers(s, "@message", "@logStream"):
		return InsightsJSON
	}
	return JSON
}

// packedRecord reports whether the object at the start of s is a record of Kinesis or Firehose with gzip
// data in base64: {"kinesis":{"data":…}}, {"Data":…} or {"recordId":…,"data":…}.
func packedRecord(s []byte) bool {
	for _, m := range outline(s) {
		switch m.key {
		case "kinesis":
			return packedRecord(s[m.value:])
		case "data", "Data":
			return bytes.HasPrefix(s[m.value:], []byte(`"H4sI`))
		}
	}
	return false
}

// isFilterPage reports whether an object with the list "events" is an answer of the logs API: its
// first event has time and message, if there is one, and it has no members but those of an answer.
func isFilterPage(s, first []byte) bool {
	for _, m := range outline(s) {
		switch m.key {
		case "events", "searchedLogStreams", "nextToken", "nextForwardToken", "nextBackwardToken", "ResponseMetadata":
		default:
			return false
		}
	}
	return first == nil || hasMembers(first, "timestamp", "message")
}

// isResultRow reports whether s starts with a row of query results, [{"field":…,"value":…}].
func isResultRow(s []byte) bool {
	return hasMembers(firstElement(s), "field", "value")
}

// firstElement returns the text from the first element of the list at the start of s; nil if there is
// no list or it is empty.
func firstElement(s []byte) []byte {
	if len(s) == 0 || s[0] != '[' {
		return nil
	}
	i := jsonscan.Space(s, 1)
	if i == len(s) || s[i] == ']' {
		return nil
	}
	return s[i:]
}

// A member is a key of an object and where its value starts.
type member struct {
	key   string
	value int
}

// outline returns the members of the object at the start of s, which may be cut off anywhere: the
// last member may have an incomplete value.
func outline(s []byte) []member {
	var found []member
	if len(s) == 0 || s[0] != '{' {
		return nil
	}
	for i := jsonscan.Space(s, 1); i < len(s) && s[i] == '"'; i = jsonscan.Space(s, i) {
		end, ok := jsonscan.SkipString(s, i+1)
		if !ok {
			break
		}
		colon := jsonscan.Space(s, end)
		if colon == len(s) || s[colon] != ':' {
			break
		}
		value := jsonscan.Space(s, colon+1)
		if value == len(s) {
			break
		}
		found = append(found, member{string(s[i+1 : end-1]), value})
		next, kind := jsonscan.Value(s, value)
		if kind == jsonscan.Invalid {
			break
		}
		i = jsonscan.Space(s, next)
		if i == len(s) || s[i] != ',' {
			break
		}
		i++
	}
	return found
}

// hasMembers reports whether the object at the start of s has all the keys, as far as it can be seen.
func hasMembers(s []byte, keys ...string) bool {
	members := outline(s)
	for _, key := range keys {
		has := false
		for _, m := range members {
			has = has || m.key == key
		}
		if !has {
			return false
		}
	}
	return true
}

// csvHeader reports whether line is the head of a CSV export of query results.
func csvHeader(line []byte) bool {
	for cell := range bytes.SplitSeq(bytes.TrimSuffix(line, []byte("\r")), []byte(",")) {
		switch string(bytes.Trim(cell, `"`)) {
		case "@timestamp", "@message":
			return true
		}
	}
	return false
}
