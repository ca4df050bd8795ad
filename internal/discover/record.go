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

// vpcNames are the fields whose name is not just the record's in camel case.
var vpcNames = map[string]string{
	"srcaddr": "srcAddr", "dstaddr": "dstAddr", "srcport": "srcPort", "dstport": "dstPort",
	"pkt-srcaddr": "pktSrcAddr", "pkt-dstaddr": "pktDstAddr", "start": "startTime", "end": "endTime",
}

// route53Columns are the fields of a query log record of a public hosted zone.
var route53Columns = strings.Fields("version queryTimestamp hostZoneId queryName queryType responseCode " +
	"protocol edgeLocation resolverIp ednsClientSubnet")

// vpcColumns returns the fields of records in that format. A column that comes again gives none.
func vpcColumns(format string) []string {
	if format == "" {
		format = vpcDefault
	}
	columns := strings.Fields(format)
	for i, c := range columns {
		name := vpcName(strings.TrimSuffix(strings.TrimPrefix(c, "${"), "}"))
		if slices.Contains(columns[:i], name) {
			name = ""
		}
		columns[i] = name
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

// split calls f with each column of the record b, b[start:end], until it returns false. Columns are
// separated by one blank; a record with more or fewer of them than x expects has no fields.
func (x *Extractor) split(b []byte, f func(i, start, end int) bool) {
	if bytes.Count(b, []byte{' '}) != len(x.columns)-1 {
		return
	}
	start := 0
	for i := range x.columns {
		end := len(b)
		if n := bytes.IndexByte(b[start:], ' '); n >= 0 {
			end = start + n
		}
		if !f(i, start, end) {
			return
		}
		start = end + 1
	}
}

// findColumns fills the slots from the record b. The text - stays what it is: how CloudWatch gives
// a column without data is not documented.
func (x *Extractor) findColumns(b []byte) {
	x.split(b, func(i, start, end int) bool {
		for j := range x.fields {
			if x.columns[i] != "" && x.fields[j].Name == x.columns[i] {
				x.slots[j] = slot{start: start, end: end, kind: jsonscan.String}
			}
		}
		return true
	})
}

// eachColumn calls f with the columns of the record b.
func (x *Extractor) eachColumn(b []byte, f func(name string, v column.Value) bool) {
	x.split(b, func(i, start, end int) bool {
		return x.columns[i] == "" || f(x.columns[i], column.StringValue(view(b[start:end])))
	})
}
