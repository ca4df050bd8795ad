package syslog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// noon is when the messages of these tests come.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// head returns the members that a priority makes.
func head(priority int) string {
	m := Message{Priority: priority, Cisco: Cisco{Level: -1}}
	return strings.TrimSuffix(string(m.AppendJSON(nil)), `,"message":""}`)
}

func TestPriorities(t *testing.T) {
	for text, want := range map[string]string{
		"<0>x":   `{"facility":"kern","facilityCode":0,"severity":"emerg","severityCode":0,"hostname":"peer","message":"x"}`,
		"<13>x":  `{"facility":"user","facilityCode":1,"severity":"notice","severityCode":5,"hostname":"peer","message":"x"}`,
		"<134>x": `{"facility":"local0","facilityCode":16,"severity":"info","severityCode":6,"hostname":"peer","message":"x"}`,
		"<191>x": `{"facility":"local7","facilityCode":23,"severity":"debug","severityCode":7,"hostname":"peer","message":"x"}`,
		"<013>x": `{"facility":"user","facilityCode":1,"severity":"notice","severityCode":5,"hostname":"peer","message":"x"}`,
		"<192>x": "<192>x", "<1000>x": "<1000>x", "<>x": "<>x", "<-1>x": "<-1>x", "<1": "<1", "<1x>": "<1x>", "x<1>": "x<1>", "< 1>x": "< 1>x",
	} {
		if got, ok := eventOf(text); got != want || !ok {
			t.Errorf("event(%q) = %s, %t, want %s", text, got, ok, want)
		}
	}
}

func eventOf(text string) (string, bool) {
	k := maker{zone: time.UTC}
	e, ok := k.event([]byte(text), "peer", noon)
	return e.text, ok
}

// lines are what devices and programs send, the priority, and what comes of it behind that.
var lines = []struct{ name, text, want string }{
	// RFC 5424, its examples first
	{"su of the RFC", "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8",
		`"timestamp":"2003-10-11T22:14:15.003Z","hostname":"mymachine.example.com","appName":"su","msgId":"ID47","message":"'su root' failed for lonvick on /dev/pts/8"`},
	{"an offset", "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
		`"timestamp":"2003-08-24T05:14:15.000003-07:00","hostname":"192.0.2.1","appName":"myproc","procId":"8710","message":"%% It's time to make the do-nuts."`},
	{"structured data", `<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] An entry`,
		`"timestamp":"2003-10-11T22:14:15.003Z","hostname":"mymachine.example.com","appName":"evntslog","msgId":"ID47","structuredData":{"exampleSDID@32473":{"iut":"3","eventSource":"Application","eventID":"1011"}},"message":"An entry"`},
	{"data alone", `<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [a@1 x="3"][b@1 class="high"]`,
		`"timestamp":"2003-10-11T22:14:15.003Z","hostname":"h","appName":"evntslog","msgId":"ID47","structuredData":{"a@1":{"x":"3"},"b@1":{"class":"high"}},"message":""`},
	{"escapes in data", `<13>1 - h a - - [x v="a\"b\]c\\d\n"] t`, `"hostname":"h","appName":"a","structuredData":{"x":{"v":"a\"b]c\\d\\n"}},"message":"t"`},
	{"a name twice in data", `<13>1 - h a - - [origin ip="::1" software="s" ip="::2"] t`, `"hostname":"h","appName":"a","structuredData":{"origin":{"ip":["::1","::2"],"software":"s"}},"message":"t"`},
	{"names twice among more than few", `<13>1 - h a - - [a b="1" c="" d="" e="" b="2" f="3" b="4" f="5"][g b="6"] t`,
		`"hostname":"h","appName":"a","structuredData":{"a":{"b":["1","2","4"],"c":"","d":"","e":"","f":["3","5"]},"g":{"b":"6"}},"message":"t"`},
	{"two days of the week", "<13>Sat Sat Nov 21 11:00:00 h a: t", `"hostname":"peer","message":"Sat Sat Nov 21 11:00:00 h a: t"`},
	{"an element without values", "<13>1 - h a - - [only] t", `"hostname":"h","appName":"a","structuredData":{"only":{}},"message":"t"`},
	{"data that does not end", `<13>1 - h a - - [x v="1 t`, `"hostname":"h","appName":"a","message":"[x v=\"1 t"`},
	{"data with text at it", `<13>1 - h a - - [x v="1"]t`, `"hostname":"h","appName":"a","message":"[x v=\"1\"]t"`},
	{"no data at all", "<14>1 2026-11-21T11:59:59Z h app 7 - just text", `"timestamp":"2026-11-21T11:59:59Z","hostname":"h","appName":"app","procId":"7","message":"just text"`},
	{"nothing but dashes", "<0>1 - - - - - -", `"hostname":"peer","message":""`},
	{"a header that ends early", "<13>1 2026-11-21T11:59:59Z h", `"timestamp":"2026-11-21T11:59:59Z","hostname":"h","message":""`},
	{"AWS's test", "<134>1 2026-11-21T11:59:59Z myhost myapp 1234 - - Hello from syslog", `"timestamp":"2026-11-21T11:59:59Z","hostname":"myhost","appName":"myapp","procId":"1234","message":"Hello from syslog"`},
	{"util-linux logger", `<13>1 2026-11-21T12:59:59.123456+01:00 box logger - - [timeQuality tzKnown="1" isSynced="0"] hello`,
		`"timestamp":"2026-11-21T12:59:59.123456+01:00","hostname":"box","appName":"logger","structuredData":{"timeQuality":{"tzKnown":"1","isSynced":"0"}},"message":"hello"`},
	{"several lines", "<11>1 - h java - - - boom\n\tat A.b(A.java:1)", `"hostname":"h","appName":"java","message":"boom\n\tat A.b(A.java:1)"`},

	// RFC 3164 of programs
	{"su of the old RFC", "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
		`"timestamp":"2026-10-11T22:14:15.000Z","hostname":"mymachine","appName":"su","message":"'su root' failed for lonvick on /dev/pts/8"`},
	{"sshd", "<38>Nov  5 09:12:01 web-1 sshd[2541]: Failed password for root from 203.0.113.9 port 52144 ssh2",
		`"timestamp":"2026-11-05T09:12:01.000Z","hostname":"web-1","appName":"sshd","procId":"2541","message":"Failed password for root from 203.0.113.9 port 52144 ssh2"`},
	{"a name with a path", "<22>Nov 21 11:00:00 mx postfix/smtpd[77]: connect from unknown[198.51.100.7]",
		`"timestamp":"2026-11-21T11:00:00.000Z","hostname":"mx","appName":"postfix/smtpd","procId":"77","message":"connect from unknown[198.51.100.7]"`},
	{"a name with brackets", "<86>Nov 21 11:00:00 h sshd(pam_unix)[19939]: session opened", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"h","appName":"sshd(pam_unix)","procId":"19939","message":"session opened"`},
	{"the kernel", "<4>Nov 21 11:00:00 fw kernel: [12345.678901] DROP IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.1",
		`"timestamp":"2026-11-21T11:00:00.000Z","hostname":"fw","appName":"kernel","message":"[12345.678901] DROP IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.1"`},
	{"glibc, without a host", "<14>Nov 21 11:00:00 app[99]: ready", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"peer","appName":"app","procId":"99","message":"ready"`},
	{"Go's log/syslog", "<14>2026-11-21T11:00:00+01:00 box /tmp/x[4711]: hello", `"timestamp":"2026-11-21T10:00:00.000Z","hostname":"box","appName":"/tmp/x","procId":"4711","message":"hello"`},
	{"rsyslog with good times", "<30>2026-11-21T10:59:59.123456+00:00 db systemd[1]: Started x.", `"timestamp":"2026-11-21T10:59:59.123Z","hostname":"db","appName":"systemd","procId":"1","message":"Started x."`},
	{"Python, text alone", "<14>something happened", `"hostname":"peer","message":"something happened"`},
	{"Python, with a name", "<14>myapp: something: else", `"hostname":"peer","appName":"myapp","message":"something: else"`},
	{"Python, with a time and a level", "<14>2026-11-21 11:00:00,123 INFO app ready", `"timestamp":"2026-11-21T11:00:00.123Z","hostname":"peer","message":"INFO app ready"`},
	{"a message again", "<14>Nov 21 11:00:00 last message repeated 3 times", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"peer","message":"last message repeated 3 times"`},
	{"Huawei", "<190>Nov 21 2026 11:00:00 HUAWEI %%01SHELL/5/CMDRECORD(l)[4]:Recorded command", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"HUAWEI","message":"%%01SHELL/5/CMDRECORD(l)[4]:Recorded command"`},
	{"MikroTik", "<30>router firewall,info forward: in:ether1 out:bridge", `"hostname":"peer","message":"router firewall,info forward: in:ether1 out:bridge"`},
	{"pfSense", "<134>Nov 21 11:00:00 filterlog[37134]: 5,,,1000000103,em0,match,block,in,4", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"peer","appName":"filterlog","procId":"37134","message":"5,,,1000000103,em0,match,block,in,4"`},
	{"Check Point", `<134>1 2026-11-21T11:00:00Z cp CheckPoint 1234 - [action:"Accept"; src:"10.0.0.1"]`, `"timestamp":"2026-11-21T11:00:00Z","hostname":"cp","appName":"CheckPoint","procId":"1234","message":"[action:\"Accept\"; src:\"10.0.0.1\"]"`},
	{"F5", "<134>Nov 21 11:00:00 bigip.example.com info tmm1[9876]: 01220002:6: Rule x", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"bigip.example.com","message":"info tmm1[9876]: 01220002:6: Rule x"`},
	{"a process without a colon", "<13>Nov 21 11:00:00 h run[3] text", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"h","appName":"run","procId":"3","message":"text"`},
	{"one word", "<13>Nov 21 11:00:00 alone", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"peer","message":"alone"`},
	{"a time alone", "<13>Nov 21 11:00:00", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"peer","message":""`},
	{"a name with nothing behind", "<13>Nov 21 11:00:00 h app:", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"h","appName":"app","message":""`},
	{"JSON behind the name", `<13>Nov 21 11:00:00 h app: {"a": 1}`, `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"h","appName":"app","message":"{\"a\": 1}"`},
	{"a year behind the time", "<13>Sat Nov 21 11:00:00 2026 h app: x", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"h","appName":"app","message":"x"`},
	{"of last December", "<13>Dec 31 23:59:59 h app: x", `"timestamp":"2026-12-31T23:59:59.000Z","hostname":"h","appName":"app","message":"x"`},
	{"a link is no name", "<13>http://example.com/ is down", `"hostname":"peer","message":"http://example.com/ is down"`},
	{"a version 6 address", "<13>Nov 21 11:00:00 2001:db8::1 app: x", `"timestamp":"2026-11-21T11:00:00.000Z","hostname":"2001:db8::1","appName":"app","message":"x"`},
	{"a day that is none", "<13>Feb 30 11:00:00 h app: x", `"hostname":"peer","message":"Feb 30 11:00:00 h app: x"`},
	{"a number in front", "<13>29: hello there", `"hostname":"peer","message":"29: hello there"`},

	// devices
	{"ASA", "<166>Nov 21 2026 11:58:29: %ASA-6-302013: Built outbound TCP connection 1 for outside:203.0.113.9/443",
		`"severity":"informational","severityCode":6,"timestamp":"2026-11-21T11:58:29.000Z","hostname":"peer","device":"ASA","severityLevel":6,"messageId":"302013","message":"Built outbound TCP connection 1 for outside:203.0.113.9/443"`},
	{"ASA with the device's name", `<164>Nov 21 2026 11:58:29 fw-1 : %ASA-4-106023: Deny tcp src inside:10.0.0.9/5 dst outside:203.0.113.9/443 by access-group "in" [0x0, 0x0]`,
		`"severity":"warning","severityCode":4,"timestamp":"2026-11-21T11:58:29.000Z","hostname":"fw-1","device":"ASA","deviceId":"fw-1","severityLevel":4,"messageId":"106023","message":"Deny tcp src inside:10.0.0.9/5 dst outside:203.0.113.9/443 by access-group \"in\" [0x0, 0x0]"`},
	{"ASA behind a relay", "<164>Nov 21 11:58:29 relay fw-1 : %ASA-4-106023: Deny", `"severity":"warning","severityCode":4,"timestamp":"2026-11-21T11:58:29.000Z","hostname":"relay","device":"ASA","deviceId":"fw-1","severityLevel":4,"messageId":"106023","message":"Deny"`},
	{"ASA without a time", "<166>%ASA-6-302014: Teardown", `"severity":"informational","severityCode":6,"hostname":"peer","device":"ASA","severityLevel":6,"messageId":"302014","message":"Teardown"`},
	{"ASA in EMBLEM format", "<166>:Nov 21 11:58:29 UTC: %ASA-session-6-302013: Built", `"severity":"informational","severityCode":6,"timestamp":"2026-11-21T11:58:29.000Z","hostname":"peer","device":"ASA","severityLevel":6,"subsystem":"session","messageId":"302013","message":"Built"`},
	{"FTD with times of RFC 5424", "<113>2026-11-21T11:58:29Z ftd-1 : %FTD-1-430002: EventPriority: Low, SrcIP: 10.0.0.1, URL: http://a/b, c, Client: curl, message: no",
		`"severity":"alert","severityCode":1,"timestamp":"2026-11-21T11:58:29.000Z","hostname":"ftd-1","device":"FTD","deviceId":"ftd-1","severityLevel":1,"messageId":"430002","message":"EventPriority: Low, SrcIP: 10.0.0.1, URL: http://a/b, c, Client: curl, message: no","EventPriority":"Low","SrcIP":"10.0.0.1","URL":"http://a/b, c","Client":"curl"`},
	{"FTD with a name twice", "<113>%FTD-1-430002: SrcIP: ::1, Client: curl, SrcIP: ::2",
		`"severity":"alert","severityCode":1,"hostname":"peer","device":"FTD","severityLevel":1,"messageId":"430002","message":"SrcIP: ::1, Client: curl, SrcIP: ::2","SrcIP":"::1","Client":"curl"`},
	{"ASA inside RFC 5424", "<166>1 2026-11-21T11:58:29Z fw-1 - - - - %ASA-6-302013: Built", `"severity":"informational","severityCode":6,"timestamp":"2026-11-21T11:58:29Z","hostname":"fw-1","device":"ASA","severityLevel":6,"messageId":"302013","message":"Built"`},
	{"FMC's audit log", "<110>Nov 21 11:58:29 fmc : %FMC-AUDIT-LOG: admin@10.0.0.2, System, Page View", `"timestamp":"2026-11-21T11:58:29.000Z","hostname":"fmc","device":"FMC-AUDIT-LOG","deviceId":"fmc","message":"admin@10.0.0.2, System, Page View"`},
	{"IOS", "<189>29: *Nov 21 11:46:11.123: %SYS-5-CONFIG_I: Configured from console by vty0", `"timestamp":"2026-11-21T11:46:11.123Z","hostname":"peer","appName":"%SYS-5-CONFIG_I","message":"Configured from console by vty0"`},
	{"IOS with its name", "<187>31: r1: .Nov 21 11:46:11 CET: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"r1","appName":"%LINK-3-UPDOWN","message":"Interface Gi0/1, changed state to up"`},
	{"NX-OS", "<189>: 2026 Nov 21 11:46:11 UTC: %ETHPORT-5-IF_UP: Interface up", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"peer","appName":"%ETHPORT-5-IF_UP","message":"Interface up"`},
	{"Fortinet", `<189>date=2026-11-21 time=11:46:11 devname="fg" logid="0000000013" action="deny"`, `"hostname":"peer","message":"date=2026-11-21 time=11:46:11 devname=\"fg\" logid=\"0000000013\" action=\"deny\""`},
	{"Palo Alto", "<14>Nov 21 11:46:11 pa-220 1,2026/11/21 11:46:11,0123,TRAFFIC,end", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"pa-220","message":"1,2026/11/21 11:46:11,0123,TRAFFIC,end"`},
	{"Meraki", "<134>1 1795261571.774247467 mx_64 flows src=10.0.0.1 dst=10.0.0.2", `"timestamp":"2026-11-21T11:46:11.774Z","hostname":"mx_64","message":"flows src=10.0.0.1 dst=10.0.0.2"`},
	{"Juniper", `<14>1 2026-11-21T11:46:11.000Z srx RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 source-address="10.0.0.1" reason="Denied by policy"]`,
		`"timestamp":"2026-11-21T11:46:11.000Z","hostname":"srx","appName":"RT_FLOW","msgId":"RT_FLOW_SESSION_DENY","structuredData":{"junos@2636.1.1.1.2.129":{"source-address":"10.0.0.1","reason":"Denied by policy"}},"message":""`},
	{"VMware ESXi", "<166>2026-11-21T11:46:11.123Z esx-1 Hostd: info hostd[2099530] [Originator@6876 sub=Vimsvc] x", `"timestamp":"2026-11-21T11:46:11.123Z","hostname":"esx-1","appName":"Hostd","message":"info hostd[2099530] [Originator@6876 sub=Vimsvc] x"`},
	{"CEF", "<134>Nov 21 11:46:11 host CEF:0|Vendor|Product|1|100|Name|5|src=10.0.0.1", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"host","message":"CEF:0|Vendor|Product|1|100|Name|5|src=10.0.0.1"`},
	{"Ubiquiti", "<30>Nov 21 11:46:11 U7PG2,788a20abcdef,v4.3.20 hostapd: ath0: STA associated", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"peer","message":"U7PG2,788a20abcdef,v4.3.20 hostapd: ath0: STA associated"`},
	{"Synology", "<14>Nov 21 11:46:11 nas Connection user:\tUser [a] from [10.0.0.1] signed in.", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"nas","message":"Connection user:\tUser [a] from [10.0.0.1] signed in."`},
	{"HAProxy", `<134>Nov 21 11:46:11 haproxy[14389]: 10.0.1.2:33317 [21/Nov/2026:11:46:11.655] http-in static/srv1 10/0/30/69/109 200 2750 "GET / HTTP/1.1"`,
		`"timestamp":"2026-11-21T11:46:11.000Z","hostname":"peer","appName":"haproxy","procId":"14389","message":"10.0.1.2:33317 [21/Nov/2026:11:46:11.655] http-in static/srv1 10/0/30/69/109 200 2750 \"GET / HTTP/1.1\""`},

	{"IOS XR", "<189>44: RP/0/RP0/CPU0:Nov 21 11:46:11.123 UTC: config[65700]: %MGBL-SYS-5-CONFIG_I : x", `"hostname":"peer","message":"44: RP/0/RP0/CPU0:Nov 21 11:46:11.123 UTC: config[65700]: %MGBL-SYS-5-CONFIG_I : x"`},
	{"Arista", "<189>Nov 21 11:46:11 sw1 Ebra: %LINEPROTO-5-UPDOWN: Line protocol", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"sw1","appName":"Ebra","message":"%LINEPROTO-5-UPDOWN: Line protocol"`},
	{"Heroku", "<40>1 2026-11-21T11:46:11+00:00 host app web.3 - State changed", `"timestamp":"2026-11-21T11:46:11+00:00","hostname":"host","appName":"app","procId":"web.3","message":"State changed"`},
	{"Snare", "<13>Nov 21 11:46:11 WIN MSWinEventLog\t1\tSecurity", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"WIN","message":"MSWinEventLog\t1\tSecurity"`},
	{"NetApp", "<4>Nov 21 11:46:11 [node1: proc: msg.id:info]: text", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"peer","message":"[node1: proc: msg.id:info]: text"`},
	{"ISE", "<181>Nov 21 11:46:11 ise CISE_Passed_Authentications 0000 1 0 2026-11-21 x", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"ise","message":"CISE_Passed_Authentications 0000 1 0 2026-11-21 x"`},
	{"Docker", "<30>Nov 21 11:46:11 5f3e1c2d[1234]: out of memory", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"peer","appName":"5f3e1c2d","procId":"1234","message":"out of memory"`},
	{"ProCurve", "<13>Nov 21 11:46:11 10.0.0.2 00076 ports: port 5 is now on-line", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"10.0.0.2","message":"00076 ports: port 5 is now on-line"`},
	{"SonicWall", `<134>  id=firewall sn=0017 time="2026-11-21 11:46:11" m=98`, `"hostname":"peer","message":"id=firewall sn=0017 time=\"2026-11-21 11:46:11\" m=98"`},

	// bytes
	{"Unicode", "<13>Nov 21 11:46:11 büro äpp[1]: häß 日本 🎉", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"büro","appName":"äpp","procId":"1","message":"häß 日本 🎉"`},
	{"no UTF-8", "<13>Nov 21 11:46:11 h a: h\xe4\xdf", `"timestamp":"2026-11-21T11:46:11.000Z","hostname":"h","appName":"a","message":"h` + "\ufffd\ufffd" + `"`},
	{"a NUL inside and one behind", "<13>app: a\x00b\x00", `"hostname":"peer","appName":"app","message":"a\u0000b"`},
	{"ends of lines", "<13>app: a\r\n", `"hostname":"peer","appName":"app","message":"a"`},
	{"blanks in front", "  <13>app: a", `"hostname":"peer","appName":"app","message":"a"`},
	{"a byte order mark in front", "\ufeff<13>app: a", `"hostname":"peer","appName":"app","message":"a"`},
	{"a priority alone", "<13>", `"hostname":"peer","message":""`},
}

func TestParse(t *testing.T) {
	for _, l := range lines {
		t.Run(l.name, func(t *testing.T) {
			m, ok := Parse(strings.TrimLeft(l.text, " \ufeff"), Clock{noon, time.UTC})
			if !ok {
				t.Fatalf("Parse(%q) finds no priority", l.text)
			}
			want := head(m.Priority)
			if at := strings.Index(want, `,"severity":`); strings.HasPrefix(l.want, `"severity":`) {
				want = want[:at]
			}
			want += "," + l.want + "}"
			if got, ok := eventOf(l.text); got != want || !ok {
				t.Errorf("event(%q) = %t\n got %s\nwant %s", l.text, ok, got, want)
			} else if !jsonscan.Valid([]byte(got)) {
				t.Errorf("event(%q) = %s, which is no JSON", l.text, got)
			}
		})
	}
}

func TestWhatIsNoSyslogStaysAsItIs(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "",
		"\r\n":               "",
		"plain text\r\n":     "plain text",
		`{"a":1}`:            `{"a":1}`,
		"  indented":         "  indented",
		"h\xe4":              "h\ufffd",
		"<300>Nov 21 x":      "<300>Nov 21 x",
		"GET / HTTP/1.1\r\n": "GET / HTTP/1.1",
		"a\x00b":             "a\x00b",
	} {
		if got, ok := eventOf(text); got != want || !ok {
			t.Errorf("event(%q) = %q, %t, want %q", text, got, ok, want)
		}
	}
}

func TestTimesOfEvents(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	for _, tt := range []struct {
		name, text string
		zone       *time.Location
		now        time.Time
		want       time.Time
	}{
		{"the message's", "<13>Nov 21 11:59:58 h a: x", time.UTC, noon, noon.Add(-2 * time.Second)},
		{"in the zone of this machine", "<13>Nov 21 12:59:58 h a: x", berlin, noon, noon.Add(-2 * time.Second)},
		{"with a zone of its own", "<13>1 2026-11-21T13:59:58+02:00 h a - - - x", berlin, noon, noon.Add(-2 * time.Second)},
		{"none", "<13>x", time.UTC, noon, noon},
		{"no syslog", "2026-11-21T11:00:00Z x", time.UTC, noon, noon},
		{"14 days old", "<13>1 2026-11-07T12:00:00Z h a - - - x", time.UTC, noon, noon},
		{"a millisecond less", "<13>1 2026-11-07T12:00:00.001Z h a - - - x", time.UTC, noon, noon.AddDate(0, 0, -14).Add(time.Millisecond)},
		{"two hours ahead", "<13>1 2026-11-21T14:00:00Z h a - - - x", time.UTC, noon, noon},
		{"a millisecond less ahead", "<13>1 2026-11-21T13:59:59.999Z h a - - - x", time.UTC, noon, noon.Add(2*time.Hour - time.Millisecond)},
		{"last year's", "<13>Dec 31 23:59:58 h a: x", time.UTC, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 23, 59, 58, 0, time.UTC)},
		{"next year's", "<13>Jan  1 00:00:01 h a: x", time.UTC, time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 1, 0, time.UTC)},
		{"a leap day", "<13>Feb 29 23:00:00 h a: x", time.UTC, time.Date(2028, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 23, 0, 0, 0, time.UTC)},
		{"a leap second", "<13>Nov 21 11:59:60 h a: x", time.UTC, noon, noon},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := maker{zone: tt.zone}
			if e, _ := k.event([]byte(tt.text), "p", tt.now); e.time != tt.want.UnixMilli() {
				t.Errorf("event(%q).time = %v, want %v", tt.text, time.UnixMilli(e.time).UTC(), tt.want)
			}
		})
	}
}

func TestLargeMessages(t *testing.T) {
	most := strings.Repeat("x", eventBytes)
	for _, tt := range []struct {
		name, text, want string
		ok               bool
	}{
		{"as large as may be", most, most, true},
		{"one byte more", most + "x", most + "x", false},
		{"too large as JSON", "<13>" + most[:eventBytes-4], "<13>" + most[:eventBytes-4], true},
		{"too large with its escapes", "<13>" + strings.Repeat(`"`, eventBytes/2), "<13>" + strings.Repeat(`"`, eventBytes/2), true},
		{"too large with what stands for no UTF-8", strings.Repeat("\xe4x", eventBytes/3), strings.Repeat("\ufffdx", eventBytes/3), false},
	} {
		if got, ok := eventOf(tt.text); got != tt.want || ok != tt.ok {
			t.Errorf("%s: event() = %.40q of %d bytes, %t, want %.40q of %d, %t", tt.name, got, len(got), ok, tt.want, len(tt.want), tt.ok)
		}
	}
}

// TestManyPairs has a message of 1 MiB whose structured data would take minutes if its names were looked for among each other.
func TestManyPairs(t *testing.T) {
	data, want := strings.Builder{}, strings.Builder{}
	for i := range 64 {
		fmt.Fprintf(&data, ` long%d="%s"`, i, strings.Repeat("x", 8000))
		fmt.Fprintf(&want, `"long%d":"%s",`, i, strings.Repeat("x", 8000))
	}
	values := []string{`"first"`}
	data.WriteString(` again="first"`)
	for i := range 25_000 {
		fmt.Fprintf(&data, ` n%d="" again="%d"`, i, i)
		values = append(values, fmt.Sprintf(`"%d"`, i))
	}
	fmt.Fprintf(&want, `"again":[%s]`, strings.Join(values, ","))
	got, ok := eventOf("<13>1 - h a - - [id" + data.String() + "] t")
	if start := `"structuredData":{"id":{` + want.String() + `,"n0":"","n1":""`; !ok || !strings.Contains(got, start) || !jsonscan.Valid([]byte(got)) {
		t.Errorf("the event has %.200q ... of %d bytes, want %.200q ... of %d in it", got, len(got), start, len(start))
	}
}

// FuzzEvent checks that whatever comes becomes an event of JSON or stays as it is, and that no text of it gets lost.
func FuzzEvent(f *testing.F) {
	for _, l := range lines {
		f.Add(l.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := eventOf(text)
		if !ok || got == "" {
			return
		}
		if m, syslog := Parse(strings.TrimPrefix(strings.TrimLeft(strings.TrimRight(text, "\r\n\x00"), " \r\n\x00"), byteOrder), Clock{noon, time.UTC}); syslog {
			if !jsonscan.Valid([]byte(got)) && len(got) < eventBytes/2 {
				t.Errorf("event(%q) = %s, which is no JSON", text, got)
			}
			if !strings.HasSuffix(strings.TrimRight(text, "\r\n\x00"), m.Text) {
				t.Errorf("Parse(%q).Text = %q, which it does not end with", text, m.Text)
			}
		}
	})
}

func BenchmarkEvent(b *testing.B) {
	for _, l := range []struct{ name, text string }{
		{"rfc5424", `<165>1 2026-11-21T11:14:15.003Z mymachine.example.com evntslog 812 ID47 [exampleSDID@32473 iut="3" eventSource="Application"] An application event log entry`},
		{"rfc3164", "<38>Nov 21 09:12:01 web-1 sshd[2541]: Failed password for root from 203.0.113.9 port 52144 ssh2"},
		{"asa", `<164>Nov 21 2026 11:58:29 fw-1 : %ASA-4-106023: Deny tcp src inside:10.0.0.9/5 dst outside:203.0.113.9/443 by access-group "in" [0x0, 0x0]`},
		{"raw", "no syslog at all, but a line of text that somebody sends to this port"},
	} {
		b.Run(l.name, func(b *testing.B) {
			k, text := maker{zone: time.UTC}, []byte(l.text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				k.event(text, "peer", noon)
			}
		})
	}
}
