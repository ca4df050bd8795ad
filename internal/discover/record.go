package discover

import (
	"bytes"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// vpcDefault is the default record format of VPC flow logs, version 2.
const vpcDefault = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} " +
	"${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"

// flowStart is the column ${start} of vpcDefault, from 0.
const flowStart = 10

// vpcNames are the fields whose name is not just the record's in camel case.
var vpcNames = map[string]string{
	"srcaddr": "srcAddr", "dstaddr": "dstAddr", "srcport": "srcPort", "dstport": "dstPort",
	"pkt-srcaddr": "pktSrcAddr", "pkt-dstaddr": "pktDstAddr", "start": "startTime", "end": "endTime",
}

// route53Columns are the fields of a query log record of a public hosted zone.
var route53Columns = strings.Fields("version queryTimestamp hostZoneId queryName queryType responseCode " +
	"protocol edgeLocation resolverIp ednsClientSubnet")

// A recordColumn is a column of a record.
type recordColumn struct {
	name   string
	wanted []int // the fields that take it
	again  bool  // a column before has the name: this one gives no field
}

func recordColumns(names []string, fields []Field) []recordColumn {
	columns := make([]recordColumn, len(names))
	for i, name := range names {
		columns[i] = recordColumn{name: name, again: slices.Contains(names[:i], name)}
		for j, f := range fields {
			if f.Name == name && !f.All && !columns[i].again {
				columns[i].wanted = append(columns[i].wanted, j)
			}
		}
	}
	return columns
}

// vpcColumns returns the names of the columns of records in that format.
func vpcColumns(format string) []string {
	if format == "" {
		format = vpcDefault
	}
	columns := strings.Fields(format)
	for i, c := range columns {
		columns[i] = vpcName(strings.TrimSuffix(strings.TrimPrefix(c, "${"), "}"))
	}
	return columns
}

// vpcName returns the field for a column of the record. CloudWatch documents only those of the
// default format; of others we know some, and they are the column's words in camel case.
func vpcName(column string) string {
	if name, ok := vpcNames[column]; ok {
		return name
	}
	words := strings.Split(column, "-")
	for i, w := range words[1:] {
		if w != "" {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}

// isRecord reports whether b has as many columns as x expects. They are separated by one blank; a
// record with more or fewer has no fields.
func (x *Extractor) isRecord(b []byte) bool {
	return bytes.Count(b, []byte{' '}) == len(x.columns)-1
}

// FlowStart returns when the capture of a VPC flow log record in the default format began, in epoch
// seconds: CloudWatch Logs gives the event that time. It is false for any other text.
func FlowStart(record []byte) (seconds int64, ok bool) {
	record = jsonscan.Trim(record)
	if bytes.Count(record, []byte{' '}) != 13 {
		return 0, false
	}
	start := 0
	for range flowStart {
		start = columnEnd(record, start) + 1
	}
	return jsonscan.ParseInt(record[start:columnEnd(record, start)])
}

// columnEnd returns the end of the column that starts at b[i].
func columnEnd(b []byte, i int) int {
	if n := bytes.IndexByte(b[i:], ' '); n >= 0 {
		return i + n
	}
	return len(b)
}

// findColumns fills the slots from the record b. The text - stays what it is: how CloudWatch gives
// a column without data is not documented.
func (x *Extractor) findColumns(b []byte) {
	if !x.isRecord(b) {
		return
	}
	start := 0
	for i := range x.columns {
		end := columnEnd(b, start)
		for _, f := range x.columns[i].wanted {
			x.slots[f] = slot{start: start, end: end, kind: jsonscan.String}
		}
		start = end + 1
	}
}

// eachColumn calls f with the columns of the record b.
func (x *Extractor) eachColumn(b []byte, f func(name string, v column.Value) bool) {
	if !x.isRecord(b) {
		return
	}
	start := 0
	for i := range x.columns {
		end := columnEnd(b, start)
		if c := &x.columns[i]; !c.again && !f(c.name, column.StringValue(view(b[start:end]))) {
			return
		}
		start = end + 1
	}
}
