package transform

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unsafe"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// parseVPC takes records of VPC flow logs in their default format apart.
func parseVPC(e *event) error {
	return e.record("parseVPC", e.fields(), vpcFields)
}

// parseRoute53 takes records of public DNS queries apart.
func parseRoute53(e *event) error {
	return e.record("parseRoute53", e.fields(), route53Fields)
}

// A recordField is one of a record whose values are in a fixed order.
type recordField struct {
	name   string
	number bool // a value that is a number becomes one
}

// recordFields reads the names of fields; those of numbers end in a number sign.
func recordFields(names string) []recordField {
	var all []recordField
	for name := range strings.FieldsSeq(names) {
		name, isNumber := strings.CutSuffix(name, "#")
		all = append(all, recordField{name, isNumber})
	}
	return all
}

// The fields of records, in their order: of VPC flow logs in their default format, of public DNS queries, and of CloudFront's standard logs
// (Configure and use standard logs).
var (
	vpcFields     = recordFields(`version# accountId interfaceId srcAddr dstAddr srcPort# dstPort# protocol# packets# bytes# start# end# action logStatus`)
	route53Fields = recordFields(`version# queryTimestamp hostZoneId queryName queryType responseCode protocol edgeLocation resolverIp ednsClientSubnet`)

	cloudfrontFields = recordFields(`date time x-edge-location sc-bytes# c-ip cs-method cs(Host) cs-uri-stem sc-status# cs(Referer) cs(User-Agent)
	cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes# time-taken# x-forwarded-for ssl-protocol
	ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port# time-to-first-byte#
	x-edge-detailed-result-type sc-content-type sc-content-len# sc-range-start# sc-range-end#`)
)

// parseCloudfront takes records of CloudFront's standard logs apart.
func parseCloudfront(e *event) error {
	if strings.HasPrefix(e.message, "#") {
		return fmt.Errorf("parseCloudfront: the event is a header")
	}
	values := e.fields()
	for i, v := range values {
		if plain, err := url.PathUnescape(v); err == nil {
			values[i] = plain
		}
	}
	return e.record("parseCloudfront", values, cloudfrontFields)
}

// fields returns the words of the message.
func (e *event) fields() []string {
	for word := range strings.FieldsSeq(e.message) {
		e.cells = append(e.cells, word)
	}
	return e.cells
}

// record puts the values of a record into the event.
func (e *event) record(name string, values []string, fields []recordField) error {
	if len(values) != len(fields) {
		return fmt.Errorf("%s: the event has %d values, want %d", name, len(values), len(fields))
	}
	for i, f := range fields {
		v := textOf(values[i])
		if f.number && isNumber(values[i]) {
			v = numberOf(values[i])
		}
		e.root.set(f.name, v)
	}
	return nil
}

// isNumber tells whether a text is a number as JSON has it.
func isNumber(s string) bool {
	if s == "" || jsonscan.KindOf(s[0]) != jsonscan.Number {
		return false
	}
	end, ok := jsonscan.Check(unsafe.Slice(unsafe.StringData(s), len(s)), 0)
	return ok && end == len(s)
}

// postgresLine is RDS's log_line_prefix %t:%r:%u@%d:[%p]: with a level behind it.
var postgresLine = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+):([^:]*(?:::?[^:]*)*?):([^@:]*)@([^:]*):\[(\d+)\]:([A-Z0-9]+):`)

// parsePostgres takes the beginning of a line of RDS for PostgreSQL apart.
func parsePostgres(e *event) error {
	m := postgresLine.FindStringSubmatch(e.message)
	if m == nil {
		return fmt.Errorf("parsePostgres: the event does not begin as a line of RDS for PostgreSQL")
	}
	for i, f := range []string{"logTime", "srcIp", "userName", "dbName", "processId", "logLevel"} {
		e.root.set(f, textOf(m[i+1]))
	}
	return nil
}

// parseWAF makes objects of the headers and labels of a request that AWS WAF has seen.
func parseWAF(e *event) error {
	v, err := e.parse(e.message)
	if err != nil {
		return fmt.Errorf("parseWAF: %w", err)
	}
	o := v.object()
	if o == nil {
		return fmt.Errorf("parseWAF: the event is no JSON object")
	}
	if request, _ := o.get("httpRequest"); request.kind == object {
		request.node.keyed("headers")
	}
	o.keyed("labels")
	e.place(path{}, o)
	return nil
}

// keyed makes an object of a list of objects with a name and a value; of those that have a name alone, as labels have, the part behind
// its last colon is the value [R].
func (o *node) keyed(name string) {
	l, _ := o.get(name)
	if l.kind != list {
		return
	}
	made := &node{}
	for _, item := range l.node.members {
		m := item.value.object()
		if m == nil {
			return
		}
		key, _ := m.get("name")
		if !key.isScalar() {
			return
		}
		v, has := m.get("value")
		switch at := strings.LastIndexByte(key.text, ':'); {
		case has:
			made.set(key.text, v)
		case len(m.members) == 1 && at >= 0:
			made.set(key.text[:at], textOf(key.text[at+1:]))
		default:
			made.set("name", textOf(key.text))
		}
	}
	o.set(name, nodeOf(object, made))
}

// syslogLine is a line of syslog's newer protocol, as grok's common pattern takes it apart.
var syslogLine = regexp.MustCompile(`^<(\d{1,3})>(\d{1,2}) (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|\[((?:[^\]\\]|\\.)*)\]) ?`)

// syslogRecord returns what is in a line of RFC 5424, and how long the part before its message is.
func syslogRecord(line string) (*node, int) {
	m := syslogLine.FindStringSubmatch(line)
	if m == nil {
		return nil, 0
	}
	o := &node{members: make([]member, 0, 8)}
	o.set("pri", numberOf(strings.TrimLeft(m[1][:len(m[1])-1], "0")+m[1][len(m[1])-1:]))
	o.set("version", numberOf(strings.TrimLeft(m[2][:len(m[2])-1], "0")+m[2][len(m[2])-1:]))
	for i, name := range []string{"timestamp", "hostname", "app", "proc_id", "msg_id", "structured_data"} {
		if v := m[i+3]; v != "" && v != "-" {
			o.set(name, textOf(v))
		}
	}
	return o, len(m[0])
}
