package ocsf

import (
	"strings"
)

// firewall maps the logs of AWS WAF.
var firewall = mapping{
	read: func(text string) (*field, error) {
		return readJSON(text, "timestamp", "webaclId", "action", "terminatingRuleId", "httpRequest.clientIp")
	},
	class: func(*field) *class { return &httpActivity },
	extra: map[version][]string{v11: {"security_control"}, v15: {"security_control"}},
	rules: []rule{
		{"time", paths{"timestamp"}, timed(milliseconds), both},
		{"metadata.product.version", paths{"formatVersion"}, text, both},
		{"metadata.product.feature.uid", paths{"webaclId"}, text, both},
		{"metadata.labels", paths{"labels"}, textsAt("name"), both},
		{"src_endpoint.ip", paths{"httpRequest.clientIp"}, ip, both},
		{"src_endpoint.location.country", paths{"httpRequest.country"}, text, both},
		{"src_endpoint.svc_name", paths{"httpSourceName"}, text, both},
		{"src_endpoint.uid", paths{"httpSourceId"}, text, both},

		{"http_request.http_method", paths{"httpRequest.httpMethod"}, text, both},
		{"http_request.version", paths{"httpRequest.httpVersion"}, text, both},
		{"http_request.url.path", paths{"httpRequest.uri"}, text, both},
		{"http_request.args", paths{"httpRequest.args"}, text, both},
		{"http_request.uid", paths{"httpRequest.requestId"}, text, both},
		{"http_request.url.hostname", paths{"httpRequest.headers"}, given("http_request.url.path", header("host")), both}, // as the schema wants [R]
		{"http_request.user_agent", paths{"httpRequest.headers"}, header("user-agent"), both},
		{"http_request.referrer", paths{"httpRequest.headers"}, header("referer"), both},
		{"http_request.x_forwarded_for", paths{"httpRequest.headers"}, forwarded, both},
		{"http_request.http_headers", paths{"httpRequest.headers"}, each(paths{"name", "value"},
			rule{"name", paths{"name"}, text, both},
			rule{"value", paths{"value"}, text, both},
		), both},
		{"http_response.code", paths{"responseCodeSent"}, integer, v11}, // which 1.1 requires; AWS's mapping has none [R]
		{"http_status", paths{"responseCodeSent"}, integer, both},
		{"dst_endpoint.hostname", paths{"httpRequest.headers"}, header("host"), v11}, // likewise
		{"dst_endpoint.hostname", paths{"httpRequest.host"}, text, v11},

		{"firewall_rule.uid", paths{"terminatingRuleId"}, text, both},
		{"firewall_rule.type", paths{"terminatingRuleType"}, text, both},
		{"firewall_rule.condition", paths{"terminatingRuleMatchDetails.0.conditionType"}, text, both},
		{"firewall_rule.sensitivity", paths{"terminatingRuleMatchDetails.0.sensitivityLevel"}, text, v15},
		{"firewall_rule.match_location", paths{"terminatingRuleMatchDetails.0.location"}, text, both},
		{"firewall_rule.match_details", paths{"terminatingRuleMatchDetails.0.matchedData"}, texts, both},
		{"firewall_rule.rate_limit", paths{"rateBasedRuleList.0.maxRateAllowed"}, integer, both},
		{"firewall_rule.name", paths{"rateBasedRuleList.0.rateBasedRuleName"}, text, v15},
		{"action", paths{"action"}, choose(wafActions), v11},
		{"action", paths{"action"}, choose(wafActions15), v15},
		{"disposition", paths{"action"}, choose(wafDispositions), both},

		{"ja4_fingerprint_list", paths{"ja4Fingerprint"}, ja4, v15},
		{"tls", paths{"ja3Fingerprint"}, ja3, v15},
	},
	facts: []fact{
		{paths{"metadata.product.name"}, "metadata.product.name", `"AWS WAF"`, both},
		{paths{"metadata.product.feature.name"}, "metadata.product.feature.name", `"WAF"`, both},
		{identified("src_endpoint"), "src_endpoint.name", unknown, both},
		{identified("dst_endpoint"), "dst_endpoint.name", unknown, v11},
	},
	observables: []observable{
		{"http_request.url.hostname", hostname}, {"src_endpoint.uid", resourceUID}, {"firewall_rule.uid", resourceUID}, {"src_endpoint.ip", address},
	},
}

// httpActivity is a request that went through a web ACL.
var httpActivity = class{
	uid: 4002, name: "HTTP Activity", category: "Network Activity",
	rules: []rule{{"activity", paths{"httpRequest.httpMethod"}, choose(map[string]choice{
		"CONNECT": {1, "Connect"}, "DELETE": {2, "Delete"}, "GET": {3, "Get"}, "HEAD": {4, "Head"}, "OPTIONS": {5, "Options"}, "POST": {6, "Post"},
		"PUT": {7, "Put"}, "TRACE": {8, "Trace"},
	}), both}},
	facts: []fact{{paths{"http_request"}, "http_request.http_method", unknown, both}},
}

// What WAF does with requests. One that is asked to solve a puzzle does not come through; one that is only counted does, which 1.5 has a word
// for [R].
var (
	wafActions = map[string]choice{
		"ALLOW": allowed, "BLOCK": denied, "CAPTCHA": denied, "CHALLENGE": denied, "COUNT": allowed, "EXCLUDED_AS_COUNT": allowed,
	}
	wafActions15 = map[string]choice{
		"ALLOW": allowed, "BLOCK": denied, "CAPTCHA": denied, "CHALLENGE": denied, "COUNT": {3, "Observed"}, "EXCLUDED_AS_COUNT": {3, "Observed"},
	}
	wafDispositions = map[string]choice{
		"ALLOW": allowed, "BLOCK": blocked, "CAPTCHA": {22, "Captcha"}, "CHALLENGE": {23, "Challenge"}, "COUNT": {20, "Count"},
		"EXCLUDED_AS_COUNT": {20, "Count"},
	}
)

// headerOf returns the value of a header, nil if there is none. The case of names does not matter.
func headerOf(headers *field, name string) *field {
	elements := headers.elements()
	for i := range elements {
		h := &elements[i]
		if v := h.find("value"); v != nil && v.scalar() && strings.EqualFold(h.textAt("name"), name) {
			return v
		}
	}
	return nil
}

// header places the value of a header. All headers have a place together.
func header(name string) placer {
	return func(x *conversion, to string, f *field) bool {
		if v := headerOf(f, name); v != nil {
			text(x, to, v)
		}
		return false
	}
}

// forwarded places the addresses in X-Forwarded-For.
func forwarded(x *conversion, to string, f *field) bool {
	v := headerOf(f, "x-forwarded-for")
	if v == nil {
		return false
	}
	var all []string
	for part := range strings.SplitSeq(v.text(), ",") {
		if part = strings.TrimSpace(part); isAddress(part) {
			all = append(all, part)
		}
	}
	if len(all) > 0 {
		x.event.setTexts(to, all)
	}
	return false
}

// ja4 places a fingerprint of a TLS client.
func ja4(x *conversion, to string, f *field) bool {
	item := &event{}
	choice{1, "JA4"}.put(item, "type")
	item.setText("value", f.text())
	x.event.set(to, string(append(item.appendJSON([]byte{'['}), ']')))
	return true
}

// ja3 places the older fingerprint. The schema requires the version of TLS beside it, which only the other one tells: its second and third
// character.
func ja3(x *conversion, to string, f *field) bool {
	newer := x.root.textAt("ja4Fingerprint")
	if !f.scalar() || len(newer) < 3 || tlsVersions[newer[1:3]] == "" {
		return false
	}
	x.event.setText(to+".version", tlsVersions[newer[1:3]])
	choice{1, "MD5"}.put(x.event, to+".ja3_hash.algorithm")
	return text(x, to+".ja3_hash.value", f)
}

// tlsVersions are those of JA4's specification.
var tlsVersions = map[string]string{"13": "1.3", "12": "1.2", "11": "1.1", "10": "1.0", "s3": "SSL 3.0", "s2": "SSL 2.0"}
