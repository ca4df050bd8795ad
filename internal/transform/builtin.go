package transform

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// parseVPC takes records of VPC flow logs in their default format apart.
func parseVPC(e *event) error {
	return e.record("parseVPC", strings.Fields(e.message), []string{"version", "accountId", "interfaceId", "srcAddr", "dstAddr", "srcPort", "dstPort",
		"protocol", "packets", "bytes", "start", "end", "action", "logStatus"}, "version srcPort dstPort protocol packets bytes start end")
}

// parseRoute53 takes records of public DNS queries apart.
func parseRoute53(e *event) error {
	return e.record("parseRoute53", strings.Fields(e.message), []string{"version", "queryTimestamp", "hostZoneId", "queryName", "queryType", "responseCode",
		"protocol", "edgeLocation", "resolverIp", "ednsClientSubnet"}, "version")
}

// cloudfrontFields are those of standard logs, in their order (Configure and use standard logs).
var cloudfrontFields = strings.Fields(`date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)
	cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol
	ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte
	x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end`)

// parseCloudfront takes records of CloudFront's standard logs apart.
func parseCloudfront(e *event) error {
	if strings.HasPrefix(e.message, "#") {
		return fmt.Errorf("parseCloudfront: the event is a header")
	}
	values := strings.Fields(e.message)
	for i, v := range values {
		if plain, err := url.PathUnescape(v); err == nil {
			values[i] = plain
		}
	}
	return e.record("parseCloudfront", values, cloudfrontFields, "sc-bytes sc-status cs-bytes time-taken c-port time-to-first-byte sc-content-len sc-range-start sc-range-end")
}

// record puts the values of a record into the event. Those of some fields are numbers, unless they are none.
func (e *event) record(name string, values, fields []string, numbers string) error {
	if len(values) != len(fields) {
		return fmt.Errorf("%s: the event has %d values, want %d", name, len(values), len(fields))
	}
	for i, f := range fields {
		var v value = values[i]
		if raw := []byte(values[i]); strings.Contains(" "+numbers+" ", " "+f+" ") && isNumber(raw) {
			v = number(raw)
		}
		e.root.set(f, v)
	}
	return nil
}

// isNumber tells whether a text is a number as JSON has it.
func isNumber(raw []byte) bool {
	return len(raw) > 0 && jsonscan.KindOf(raw[0]) == jsonscan.Number && jsonscan.Valid(raw)
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
		e.root.set(f, m[i+1])
	}
	return nil
}

// parseWAF makes objects of the headers and labels of a request that AWS WAF has seen.
func parseWAF(e *event) error {
	v, err := parse([]byte(e.message))
	if err != nil {
		return fmt.Errorf("parseWAF: %w", err)
	}
	o, ok := v.(*object)
	if !ok {
		return fmt.Errorf("parseWAF: the event is no JSON object")
	}
	if request, _ := o.get("httpRequest"); request != nil {
		if r, ok := request.(*object); ok {
			r.keyed("headers")
		}
	}
	o.keyed("labels")
	e.place(nil, o)
	return nil
}

// keyed makes an object of a list of objects with a name and a value; of those that have a name alone, as labels have, the part behind
// its last colon is the value [R].
func (o *object) keyed(name string) {
	v, _ := o.get(name)
	l, ok := v.(*list)
	if !ok {
		return
	}
	made := &object{}
	for _, item := range l.items {
		m, _ := item.(*object)
		if m == nil {
			return
		}
		key, _ := m.get("name")
		key1, ok := text(key)
		if !ok {
			return
		}
		value, has := m.get("value")
		switch at := strings.LastIndexByte(key1, ':'); {
		case has:
			made.set(key1, value)
		case len(m.members) == 1 && at >= 0:
			made.set(key1[:at], key1[at+1:])
		default:
			made.set("name", key1)
		}
	}
	o.set(name, made)
}

// The lines of web servers, and of syslog's newer protocol, as grok's common patterns take them apart.
var (
	apacheLine = regexp.MustCompile(`^(\S+) (\S+) (\S+) \[([^\]]+)\] "(?:(\S+) (\S+)(?: HTTP/(\S+?))?|[^"]*)" (\d{3}|-) (\d+|-)(?: "([^"]*)" "([^"]*)")?`)
	syslogLine = regexp.MustCompile(`^<(\d{1,3})>(\d{1,2}) (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|\[((?:[^\]\\]|\\.)*)\]) ?`)
)

// webLine returns what is in a line of Apache or NGINX, and how long that is.
func webLine(line string, nginx bool) (*object, int) {
	m := apacheLine.FindStringSubmatch(line)
	if m == nil || nginx && m[10] == "" && m[11] == "" && !strings.Contains(m[0], `""`) {
		return nil, 0
	}
	o := &object{}
	set := func(name, v string) {
		if v != "" && v != "-" {
			o.set(name, v)
		}
	}
	set("request", m[6])
	if nginx {
		set("referrer", m[10])
		set("agent", m[11])
	}
	set("http_method", m[5])
	if isNumber([]byte(m[8])) {
		o.set("status_code", number(m[8]))
	}
	set("auth_user", m[3])
	set("http_version", m[7])
	if n, err := strconv.ParseInt(m[9], 10, 64); err == nil {
		o.set("response_size", number(strconv.FormatInt(n, 10)))
	}
	set("remote_host", m[1])
	set("timestamp", httpTime(m[4]))
	return o, len(m[0])
}

// syslogRecord returns what is in a line of RFC 5424, and how long the part before its message is.
func syslogRecord(line string) (*object, int) {
	m := syslogLine.FindStringSubmatch(line)
	if m == nil {
		return nil, 0
	}
	o := &object{}
	o.set("pri", number(strings.TrimLeft(m[1][:len(m[1])-1], "0")+m[1][len(m[1])-1:]))
	o.set("version", number(strings.TrimLeft(m[2][:len(m[2])-1], "0")+m[2][len(m[2])-1:]))
	for i, name := range []string{"timestamp", "hostname", "app", "proc_id", "msg_id", "structured_data"} {
		if v := m[i+3]; v != "" && v != "-" {
			o.set(name, v)
		}
	}
	return o, len(m[0])
}
