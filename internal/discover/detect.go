package discover

import (
	"bytes"
	"fmt"
	"time"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// Kind says what the text of a log group's events is.
type Kind uint8

// The kinds.
const (
	Other   Kind = iota // text without fields
	JSON                // one JSON object
	Lambda              // lines of the Lambda platform and of functions, JSON or not
	VPCFlow             // VPC flow log records
	Route53             // query log records of Route 53 public hosted zones
)

var kindNames = [...]string{"other", "json", "lambda", "vpcflow", "route53"}

// String returns the kind's lower-case name.
func (k Kind) String() string { return kindNames[k] }

// ParseKind returns the kind with that name.
func ParseKind(name string) (Kind, error) {
	for k, n := range kindNames {
		if n == name {
			return Kind(k), nil
		}
	}
	return Other, fmt.Errorf("parse kind of log: got %q, want one of %q", name, kindNames)
}

// Detect tells the kind of a log group from its first events. A line that only the Lambda platform
// writes, wherever it stands, makes it Lambda; else the first event that is of a kind decides. A
// wrong guess costs nothing but nulls.
func Detect(events [][]byte) Kind {
	kind := Other
	for _, e := range events {
		k := detect(jsonscan.Trim(e))
		if k == Lambda {
			return Lambda
		}
		if kind == Other {
			kind = k
		}
	}
	return kind
}

// detect tells the kind of one event.
func detect(b []byte) Kind {
	switch {
	case isPlatformLine(b):
		return Lambda
	case isObject(b, true):
		return JSON
	case isVPCRecord(b):
		return VPCFlow
	case isRoute53Record(b):
		return Route53
	}
	return Other
}

// isPlatformLine reports whether b starts like a line of the Lambda platform that groups of another
// kind do not have.
func isPlatformLine(b []byte) bool {
	for _, start := range [...]string{
		"REPORT RequestId: ", "START RequestId: ", "END RequestId: ", "INIT_START Runtime Version: ",
	} {
		if bytes.HasPrefix(b, []byte(start)) {
			return true
		}
	}
	return false
}

// isVPCRecord reports whether b is a flow log record in the default format.
func isVPCRecord(b []byte) bool {
	if bytes.Count(b, []byte{' '}) != 13 {
		return false
	}
	words := bytes.Split(b, []byte{' '})
	if v := words[0]; len(v) != 1 || v[0] < '2' || v[0] > '9' {
		return false
	}
	account := string(words[1])
	switch status := string(words[13]); {
	case account != "unknown" && !(len(account) == 12 && isDigits(account)):
		return false
	case !bytes.HasPrefix(words[2], []byte("eni-")):
		return false
	default:
		return status == "OK" || status == "NODATA" || status == "SKIPDATA"
	}
}

// isRoute53Record reports whether b is a query log record of a public hosted zone.
func isRoute53Record(b []byte) bool {
	if bytes.Count(b, []byte{' '}) != len(route53Columns)-1 {
		return false
	}
	words := bytes.Split(b, []byte{' '})
	_, err := time.Parse(time.RFC3339, string(words[1]))
	return string(words[0]) == "1.0" && err == nil && bytes.HasPrefix(words[2], []byte("Z"))
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
