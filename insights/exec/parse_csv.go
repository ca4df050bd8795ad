package exec

import "github.com/groundwatch/groundwatch/insights/split"

// firstRecord takes the fields of the first line of s as comma-separated values (RFC 4180): a field
// in quotes may hold commas, newlines and, doubled, quotes. Fields beyond out are dropped, missing ones
// are null.
func firstRecord(s string, out []taken) bool {
	clear(out)
	more := true
	for i := range out {
		if !more {
			break
		}
		out[i].present = true
		out[i].text, s, more = split.Comma(s)
	}
	return true
}

// logfmt takes the pairs of s as one map.
func logfmt(s string, out []taken) bool {
	out[0].text, out[0].present = split.Logfmt(s)
	return out[0].present
}
