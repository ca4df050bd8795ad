package ocsf

// resolver maps the query logs of Route 53 Resolver.
var resolver = mapping{
	read:  func(text string) (*field, error) { return readJSON(text, "query_timestamp", "query_name") },
	class: func(*field) *class { return &dnsActivity },
	extra: map[version][]string{v11: {"security_control"}, v15: {"security_control"}},
	rules: []rule{
		{"time", paths{"query_timestamp"}, timed(written), both},
		{"metadata.product.version", paths{"version"}, text, both},
		{"cloud.account.uid", paths{"account_id"}, text, both},
		{"cloud.region", paths{"region"}, text, both},
		{"src_endpoint.vpc_uid", paths{"vpc_id"}, text, both},
		{"src_endpoint.ip", paths{"srcaddr"}, ip, both},
		{"src_endpoint.port", paths{"srcport"}, port, both},
		{"src_endpoint.instance_uid", paths{"srcids.instance"}, text, both},
		{"dst_endpoint.instance_uid", paths{"srcids.resolver_endpoint"}, text, both},
		{"dst_endpoint.interface_uid", paths{"srcids.resolver_network_interface"}, text, both},
		{"connection_info.protocol_name", paths{"transport"}, text, both},
		{"query.hostname", paths{"query_name"}, text, both},
		{"query.type", paths{"query_type"}, text, both},
		{"query.class", paths{"query_class"}, text, both},
		{"rcode", paths{"rcode"}, choose(responseCodes), both},
		{"answers", paths{"answers"}, each(paths{"Rdata"},
			rule{"rdata", paths{"Rdata"}, text, both},
			rule{"type", paths{"Type"}, text, both},
			rule{"class", paths{"Class"}, text, both},
		), both},
		{"firewall_rule.uid", paths{"firewall_rule_group_id"}, text, both},
		{"action", paths{"firewall_rule_action"}, choose(firewallActions), both},
		{"disposition", paths{"firewall_rule_action"}, choose(firewallDispositions), both},
	},
	facts: []fact{
		{paths{"metadata.product.name"}, "metadata.product.name", `"Route 53"`, both},
		{paths{"metadata.product.feature.name"}, "metadata.product.feature.name", `"Resolver Query Logs"`, both},
		{paths{"connection_info.direction_id"}, "connection_info.direction_id", `0`, both},
		{paths{"connection_info.direction"}, "connection_info.direction", unknown, both},
		{identified("src_endpoint"), "src_endpoint.name", unknown, both},
		{paths{"action"}, "action_id", `0`, both},
		{paths{"action"}, "action", unknown, both},
	},
	observables: []observable{
		{"answers[].rdata", addressOrHostname}, {"dst_endpoint.instance_uid", resourceUID}, {"src_endpoint.instance_uid", resourceUID},
		{"src_endpoint.ip", address}, {"query.hostname", hostname},
	},
}

// dnsActivity: a record is of a question and its answer, which the schema calls traffic.
var dnsActivity = class{
	uid: 4003, name: "DNS Activity", category: "Network Activity",
	rules: []rule{{"activity", paths{"query_name"}, traffic, both}},
}

// traffic places the activity of whatever has a query.
func traffic(x *conversion, to string, _ *field) bool {
	choice{6, "Traffic"}.put(x.event, to)
	return false
}

// responseCodes are those of DNS (RFC 1035, RFC 2136), as the schema spells them.
var responseCodes = map[string]choice{
	"NOERROR": {0, "NoError"}, "FORMERR": {1, "FormError"}, "SERVFAIL": {2, "ServError"}, "NXDOMAIN": {3, "NXDomain"}, "NOTIMP": {4, "NotImp"},
	"REFUSED": {5, "Refused"}, "YXDOMAIN": {6, "YXDomain"}, "YXRRSET": {7, "YXRRSet"}, "NXRRSET": {8, "NXRRSet"}, "NOTAUTH": {9, "NotAuth"},
	"NOTZONE": {10, "NotZone"}, "BADVERS": {16, "BADSIG_VERS"}, "BADSIG": {16, "BADSIG_VERS"}, "BADKEY": {17, "BADKEY"}, "BADTIME": {18, "BADTIME"},
	"BADMODE": {19, "BADMODE"}, "BADNAME": {20, "BADNAME"}, "BADALG": {21, "BADALG"}, "BADTRUNC": {22, "BADTRUNC"}, "BADCOOKIE": {23, "BADCOOKIE"},
}

// What the security_control profile calls the actions of DNS Firewall, of flow logs and of WAF.
var (
	allowed = choice{1, "Allowed"}
	denied  = choice{2, "Denied"}
	blocked = choice{2, "Blocked"}

	firewallActions      = map[string]choice{"ALLOW": allowed, "ALERT": allowed, "BLOCK": denied}
	firewallDispositions = map[string]choice{"ALLOW": allowed, "ALERT": {19, "Alert"}, "BLOCK": blocked}
)
