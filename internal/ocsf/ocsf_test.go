package ocsf

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestNew(t *testing.T) {
	for _, tt := range []struct {
		name, source, schema, mapping string
		want                          string // part of the error
	}{
		{"all that must be said", "CloudTrail", "V1.1", "", ""},
		{"a version of the mapping", "AWSWAF", "V1.5", "1.5.0", ""},
		{"as the user guide writes it", "AWSWAF", "V1.5", "v1.5.0", ""},
		{"one that is not there yet", "AWSWAF", "V1.5", "1.6", `mappingVersion is "1.6", want 1.5.0`},
		{"one that 1.1 does not have", "AWSWAF", "V1.1", "1.5.0", "not supported with ocsfVersion V1.1"},
		{"no source", "", "V1.5", "", "eventSource is \"\", want one of AWSWAF, CloudTrail, EKSAudit, Route53Resolver, VPCFlow"},
		{"case matters", "cloudtrail", "V1.5", "", "eventSource"},
		{"no version", "CloudTrail", "", "", "want V1.1 or V1.5"},
		{"another version", "CloudTrail", "1.5.0", "", "want V1.1 or V1.5"},
	} {
		_, err := New(tt.source, tt.schema, tt.mapping)
		if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: New(%q, %q, %q) = %v, want %q", tt.name, tt.source, tt.schema, tt.mapping, err, tt.want)
		}
	}
}

// TestOtherRecords checks that what is no record of a source is refused: also the records of all other sources.
func TestOtherRecords(t *testing.T) {
	for source := range mappings {
		c := converter(t, source, "V1.5")
		for _, record := range []string{"", " ", "{}", "null", "[]", `"x"`, "{", `{"a":1}x`, "\xff", "{\"eventName\":\"\xff\"}", "hello world", "-", `[{"eventTime":1}]`} {
			if got, err := c.Convert(record); err == nil {
				t.Errorf("%s: Convert(%q) = %s, want an error", source, record, got)
			}
		}
		for _, s := range samples(t) {
			if _, err := c.Convert(s.record); (err == nil) != (s.source == source) {
				t.Errorf("%s: Convert(%s) = %v, a record of %s", source, s.record, err, s.source)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct{ name, source, record, want string }{
		{"no time", "CloudTrail", `{"eventSource":"a","eventName":"b"}`, "no eventTime"},
		{"an empty name", "CloudTrail", `{"eventTime":"2025-01-01T00:00:00Z","eventSource":"a","eventName":""}`, "no eventName"},
		{"a time that is none", "CloudTrail", `{"eventTime":"yesterday","eventSource":"a","eventName":"b"}`, "does not tell its time"},
		{"a year of five digits", "AWSWAF", `{"timestamp":999999999999999,"webaclId":"a","terminatingRuleId":"r","action":"b","httpRequest":{"clientIp":"x"}}`, "does not tell its time"},
		{"a time beyond 64 bits", "AWSWAF", `{"timestamp":99999999999999999999,"webaclId":"a","terminatingRuleId":"r","action":"b","httpRequest":{"clientIp":"x"}}`, "does not tell its time"},
		{"no rule", "AWSWAF", `{"timestamp":1,"webaclId":"a","action":"b","httpRequest":{"clientIp":"x"}}`, "no terminatingRuleId"},
		{"no client", "AWSWAF", `{"timestamp":1,"webaclId":"a","terminatingRuleId":"r","action":"b","httpRequest":{"x":1}}`, "no httpRequest.clientIp"},
		{"a name that is an object", "CloudTrail", `{"eventTime":"2025-01-01T00:00:00Z","eventSource":"a","eventName":{"b":1}}`, "no eventName"},
		{"an Event of another kind", "EKSAudit", `{"kind":"Event","apiVersion":"v1","auditID":"a","stage":"b","verb":"c"}`, "audit.k8s.io"},
		{"a header of flow logs", "VPCFlow", "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status", "log_status"},
		{"one value less", "VPCFlow", "2 2 eni-0 10.0.0.1 10.0.0.2 1 2 6 1 40 1741910010 1741910070 ACCEPT", "13 values"},
		{"one value more", "VPCFlow", "2 2 eni-0 10.0.0.1 10.0.0.2 1 2 6 1 40 1741910010 1741910070 ACCEPT OK x", "15 values"},
		{"a line with another order", "VPCFlow", "OK 2 eni-0 10.0.0.1 10.0.0.2 1 2 6 1 40 1741910010 1741910070 ACCEPT 2", "log_status"},
		{"no start", "VPCFlow", "2 2 eni-0 10.0.0.1 10.0.0.2 1 2 6 1 40 - 1741910070 ACCEPT OK", "interface_id and start"},
		{"a start that is none", "VPCFlow", "2 2 eni-0 10.0.0.1 10.0.0.2 1 2 6 1 40 x 1741910070 ACCEPT OK", "does not tell its time"},
	} {
		got, err := converter(t, tt.source, "V1.1").Convert(tt.record)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Convert(%s) = %s, %v, want an error with %q", tt.name, tt.record, got, err, tt.want)
		}
	}
}

// TestValues checks single values of events: path and value as JSON.
func TestValues(t *testing.T) {
	trail := func(source, name, extra string) string {
		return fmt.Sprintf(`{"eventTime":"2025-01-01T00:00:00Z","eventSource":%q,"eventName":%q%s}`, source, name, extra)
	}
	line := func(values string) string { return "2 2 eni-0 " + values + " 1 40 1741910010 1741910070 ACCEPT OK" }
	waf := func(extra string) string {
		return `{"timestamp":1,"webaclId":"a","terminatingRuleId":"r","action":"ALLOW","httpRequest":{"clientIp":"10.0.0.1"` + extra + `}}`
	}
	for _, tt := range []struct{ name, source, record, path, want string }{
		{"a sign-in", "CloudTrail", trail("signin.amazonaws.com", "ConsoleLogin", ""), "type_uid", "300201"},
		{"a sign-in elsewhere", "CloudTrail", trail("app.amazonaws.com", "ConsoleLogin", ""), "class_uid", "6003"},
		{"a role is taken on", "CloudTrail", trail("sts.amazonaws.com", "AssumeRoleWithSAML", ""), "type_uid", "300201"},
		{"a look at who asks", "CloudTrail", trail("sts.amazonaws.com", "GetCallerIdentity", ""), "type_uid", "600302"},
		{"a user goes", "CloudTrail", trail("iam.amazonaws.com", "DeleteUser", ""), "type_uid", "300106"},
		{"a policy of a user goes, not the user", "CloudTrail", trail("iam.amazonaws.com", "DeleteUserPolicy", ""), "type_uid", "300108"},
		{"a second factor is on", "CloudTrail", trail("iam.amazonaws.com", "EnableMFADevice", ""), "type_uid", "300110"},
		{"a role has another text", "CloudTrail", trail("iam.amazonaws.com", "UpdateRole", ""), "activity_name", `"UpdateRole"`},
		{"a list of users is no change", "CloudTrail", trail("iam.amazonaws.com", "ListUsers", ""), "type_uid", "600302"},
		{"a stop of machines", "CloudTrail", trail("ec2.amazonaws.com", "StopInstances", ""), "type_uid", "600303"},
		{"an end of machines", "CloudTrail", trail("ec2.amazonaws.com", "TerminateInstances", ""), "type_uid", "600304"},
		{"several are deleted", "CloudTrail", trail("dynamodb.amazonaws.com", "BatchDeleteItem", ""), "type_uid", "600304"},
		{"a verb alone", "CloudTrail", trail("dynamodb.amazonaws.com", "Query", ""), "type_uid", "600302"},
		{"a word that a verb begins", "CloudTrail", trail("license-manager.amazonaws.com", "CheckoutLicense", ""), "type_uid", "600399"},
		{"an odd name that only reads", "CloudTrail", trail("x.amazonaws.com", "Frobnicate", `,"readOnly":true`), "type_uid", "600302"},
		{"an odd name that does not", "CloudTrail", trail("x.amazonaws.com", "Frobnicate", `,"readOnly":false`), "type_name", `"API Activity: Other"`},
		{"a name as the source", "CloudTrail", trail("x", "y", `,"sourceIPAddress":"config.amazonaws.com"`), "src_endpoint", `{"domain":"config.amazonaws.com"}`},
		{"parameters that are a text", "CloudTrail", trail("x", "y", `,"requestParameters":"z"`), "api.request.data", `"z"`},
		{"a request without an id", "CloudTrail", trail("x", "y", `,"requestParameters":true`), "api.request", `{"data":"true","uid":"Unknown"}`},
		{"who federated", "CloudTrail", trail("x", "y", `,"userIdentity":{"sessionContext":{"webIdFederationData":{"federatedProvider":"p"}}}`), "actor.idp.name", `"p"`},
		{"microseconds are cut", "CloudTrail", strings.Replace(trail("x", "y", ""), "00Z", "00.9999999Z", 1), "time_dt", `"2025-01-01T00:00:00.999Z"`},
		{"before 1970", "CloudTrail", strings.Replace(trail("x", "y", ""), "2025", "1969", 1), "time", "-31536000000"},

		{"the highest port", "VPCFlow", line("10.0.0.1 10.0.0.2 65535 2 6"), "src_endpoint.port", "65535"},
		{"no port", "VPCFlow", line("10.0.0.1 10.0.0.2 65536 2 6"), "src_endpoint.port", "null"},
		{"a port below zero", "VPCFlow", line("10.0.0.1 10.0.0.2 -1 2 6"), "unmapped.srcport", `"-1"`},
		{"no address", "VPCFlow", line("10.0.0 10.0.0.2 1 2 6"), "unmapped.srcaddr", `"10.0.0"`},
		{"more than 64 bits", "VPCFlow", strings.Replace(line("10.0.0.1 10.0.0.2 1 2 6"), " 40 ", " 99999999999999999999 ", 1), "unmapped.bytes", `"99999999999999999999"`},
		{"another action", "VPCFlow", strings.Replace(line("10.0.0.1 10.0.0.2 1 2 6"), "ACCEPT", "MIRROR", 1), "action_id", "99"},
		{"blanks around a line", "VPCFlow", "  " + line("10.0.0.1 10.0.0.2 1 2 6") + "\r\n", "status_code", `"OK"`},

		{"a trace", "AWSWAF", waf(`,"httpMethod":"TRACE"`), "type_uid", "400208"},
		{"a method in small letters is another", "AWSWAF", waf(`,"httpMethod":"get"`), "activity_name", `"get"`},
		{"headers that are none", "AWSWAF", waf(`,"headers":{"Host":"a"}`), "unmapped", `{"httpRequest.headers.Host":"a"}`},
		{"the first of two headers", "AWSWAF", waf(`,"uri":"/","headers":[{"name":"HOST","value":"a"},{"name":"host","value":"b"}]`), "http_request.url.hostname", `"a"`},
		{"a fingerprint without its version", "AWSWAF", `{"timestamp":1,"webaclId":"a","terminatingRuleId":"r","action":"ALLOW","httpRequest":{"clientIp":"x"},"ja3Fingerprint":"f","ja4Fingerprint":"tü"}`, "unmapped.ja3Fingerprint", `"f"`},
		{"a fingerprint that is none", "AWSWAF", `{"timestamp":1,"webaclId":"a","terminatingRuleId":"r","action":"ALLOW","httpRequest":{"clientIp":"x"},"ja3Fingerprint":{"a":1},"ja4Fingerprint":"t13"}`, "tls", "null"},
		{"a host without a path", "AWSWAF", waf(`,"headers":[{"name":"host","value":"b"}]`), "http_request.url", `null`},
		{"a client that is no address", "AWSWAF", `{"timestamp":1,"webaclId":"a","terminatingRuleId":"r","action":"ALLOW","httpRequest":{"clientIp":"x"}}`, "src_endpoint.name", `"Unknown"`},
	} {
		event, _ := convert(t, tt.source, "V1.5", tt.record)
		got, err := json.Marshal(at(event, tt.path))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: Convert(%s) has %s %s, want %s", tt.name, tt.record, tt.path, got, tt.want)
		}
	}
}

// TestHugeRecords converts records that would take minutes if anything took the square of what it needs. It fails by the time that go test gives.
func TestHugeRecords(t *testing.T) {
	var members, items strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&members, `,"%x":1`, i)
		fmt.Fprintf(&items, `{"Rdata":"%d.","Type":"A"},`, i)
	}
	head := `{"eventTime":"2025-01-01T00:00:00Z","eventSource":"x","eventName":"y"`
	for _, tt := range []struct{ name, source, record string }{
		{"many members", "CloudTrail", head + members.String() + "}"},
		{"many elements", "Route53Resolver", `{"query_timestamp":"2025-01-01T00:00:00Z","query_name":"a.","answers":[` + items.String() + `{}]}`},
		{"deep objects", "CloudTrail", head + `,"userIdentity":` + strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000) + "}"},
		{"deep lists", "CloudTrail", head + `,"resources":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}"},
		{"a long text", "CloudTrail", head + `,"userAgent":"` + strings.Repeat("ü", 250_000) + `"}`},
	} {
		got, err := converter(t, tt.source, "V1.5").Convert(tt.record)
		if err != nil || !json.Valid(got) {
			t.Errorf("%s: Convert() = %d bytes, %v, want JSON", tt.name, len(got), err)
		}
	}
}

func TestConcurrent(t *testing.T) {
	all := samples(t)
	converters := map[string]*Converter{}
	for source := range mappings {
		converters[source] = converter(t, source, "V1.5")
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, s := range all {
				if _, err := converters[s.source].Convert(s.record); err != nil {
					t.Errorf("Convert(%s) = %v", s.record, err)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzConvert checks that whatever comes in is refused or becomes an event that the schema allows.
func FuzzConvert(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.source, s.record)
	}
	f.Fuzz(func(t *testing.T, source, record string) {
		for schema := range versions {
			c, err := New(source, schema, "")
			if err != nil {
				return
			}
			got, err := c.Convert(record)
			if err != nil {
				continue
			}
			var event map[string]any
			if err := json.Unmarshal(got, &event); err != nil {
				t.Fatalf("Convert(%q) to %s = %s: %v", record, schema, got, err)
			}
			for _, problem := range problems(event, schema) {
				t.Errorf("Convert(%q) to %s = %s: %s", record, schema, got, problem)
			}
		}
	})
}

func BenchmarkConvert(b *testing.B) {
	for _, s := range samples(b) {
		if s.name != "get-object" && s.name != "answer" && s.name != "v5-egress" && s.name != "list-forbidden" && s.name != "blocked" {
			continue
		}
		b.Run(s.source+"/"+s.name, func(b *testing.B) {
			c := converter(b, s.source, "V1.5")
			b.SetBytes(int64(len(s.record)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Convert(s.record); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
