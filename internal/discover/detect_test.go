package discover

import (
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

const (
	vpcRecord     = "2 123456789010 eni-1 192.0.2.9 192.0.2.24 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"
	route53Record = "1.0 2024-05-01T08:15:50.235Z Z123412341234 example.com AAAA NOERROR UDP IAD12 192.0.2.0 198.51.100.0/24"
)

func TestDetect(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events []string
		want   Kind
	}{
		{"nothing", nil, Other},
		{"blank events", []string{"", "\n"}, Other},
		{"text", []string{"level=info msg=x"}, Other},
		{"JSON", []string{` {"a":1}` + "\n"}, JSON},
		{"JSON behind text", []string{"starting", `{"a":1}`}, JSON},
		{"an array", []string{`[{"a":1}]`}, Other},
		{"broken JSON", []string{`{"a":1`}, Other},
		{"a report", []string{"REPORT RequestId: " + id + "\tDuration: 1 ms"}, Lambda},
		{"JSON before a start line", []string{`{"a":1}`, "START RequestId: " + id + " Version: 1"}, Lambda},
		{"a VPC record", []string{vpcRecord}, VPCFlow},
		{"a VPC record without data", []string{"2 unknown eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA"}, VPCFlow},
		{"a VPC record of another status", []string{strings.Replace(vpcRecord, "OK", "ok", 1)}, Other},
		{"a VPC record of another interface", []string{strings.Replace(vpcRecord, "eni-", "eth-", 1)}, Other},
		{"a VPC record of a short account", []string{strings.Replace(vpcRecord, "123456789010", "12345678901", 1)}, Other},
		{"a VPC record with a token too many", []string{vpcRecord + " x"}, Other},
		{"the header of an exported VPC record", []string{"version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status", vpcRecord}, VPCFlow},
		{"a Route 53 record", []string{route53Record}, Route53},
		{"a Route 53 record with another zone", []string{strings.Replace(route53Record, " Z1", " Y1", 1)}, Other},
		{"a Route 53 record without time", []string{strings.Replace(route53Record, "2024-05-01T08:15:50.235Z", "yesterday", 1)}, Other},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var events [][]byte
			for _, e := range tt.events {
				events = append(events, []byte(e))
			}
			if got := Detect(events); got != tt.want {
				t.Errorf("Detect(%q) = %s, want %s", tt.events, got, tt.want)
			}
		})
	}
}

func TestParseKind(t *testing.T) {
	for _, k := range []Kind{Other, JSON, Lambda, VPCFlow, Route53} {
		if got, err := ParseKind(k.String()); got != k || err != nil {
			t.Errorf("ParseKind(%s) = %s, %v", k, got, err)
		}
	}
	if got, err := ParseKind("xml"); err == nil || !strings.Contains(err.Error(), `"xml"`) {
		t.Errorf("ParseKind(xml) = %s, %v, want an error that names it", got, err)
	}
}

func TestVPCFormats(t *testing.T) {
	const format = "${version} ${vpc-id} ${subnet-id} ${instance-id} ${tcp-flags} ${type} ${pkt-srcaddr} ${pkt-dstaddr} " +
		"${region} ${az-id} ${sublocation-type} ${pkt-src-aws-service} ${flow-direction} ${traffic-path} ${start} ${end}"
	const want = "version vpcId subnetId instanceId tcpFlags type pktSrcAddr pktDstAddr " +
		"region azId sublocationType pktSrcAwsService flowDirection trafficPath startTime endTime"
	if got := strings.Join(vpcColumns(format), " "); got != want {
		t.Errorf("vpcColumns(%s)\ngot  %s\nwant %s", format, got, want)
	}
	for _, tt := range []struct {
		name   string
		format string
		record string
		want   map[string]string
	}{
		{"blanks around the record", "${bytes} ${action}", " 7 ACCEPT\n", map[string]string{"bytes": "7", "action": "ACCEPT"}},
		{"an empty token", "${bytes} ${action}", "7  ACCEPT", map[string]string{}},
		{"a token twice", "${bytes} ${bytes}", "7 8", map[string]string{"bytes": "7"}},
		{"one token", "${bytes}", "7", map[string]string{"bytes": "7"}},
	} {
		t.Run(tt.name, func(t *testing.T) { checkFields(t, VPCFlow, Options{VPCFormat: tt.format}, tt.record, tt.want) })
	}
}

func TestEachStops(t *testing.T) {
	for kind, event := range map[Kind]string{
		JSON: `{"a":1,"b":2}`, Lambda: "START RequestId: " + id, VPCFlow: vpcRecord, Route53: route53Record,
	} {
		n := 0
		New(kind, nil, Options{}).Each([]byte(event), func(string, column.Value) bool {
			n++
			return false
		})
		if n != 1 {
			t.Errorf("Each of a %s event made %d calls after false, want 1 in all", kind, n)
		}
	}
}
