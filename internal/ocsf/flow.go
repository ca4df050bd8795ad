package ocsf

import (
	"errors"
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// flow maps VPC flow logs: lines, and JSON objects with the fields' names.
var flow = mapping{
	read:  readFlow,
	class: func(*field) *class { return &networkActivity },
	extra: map[version][]string{v11: {"security_control"}, v15: {"security_control"}},
	rules: []rule{
		{"time", paths{"start"}, timed(seconds), both},
		{"start_time_dt", paths{"start"}, dated(seconds), both},
		{"end_time_dt", paths{"end"}, dated(seconds), both},
		{"metadata.product.version", paths{"version"}, text, both},
		{"status_code", paths{"log_status"}, text, both},
		{"cloud.account.uid", paths{"account_id"}, text, both},
		{"cloud.region", paths{"region"}, text, both},
		{"cloud.zone", paths{"az_id"}, text, both},
		// the packet's own address before that of the interface
		{"src_endpoint.ip", paths{"pkt_srcaddr", "srcaddr"}, ip, both},
		{"src_endpoint.intermediate_ips", paths{"srcaddr"}, intermediate, both},
		{"src_endpoint.port", paths{"srcport"}, port, both},
		{"src_endpoint.svc_name", paths{"pkt_src_aws_service"}, text, both},
		{"dst_endpoint.ip", paths{"pkt_dstaddr", "dstaddr"}, ip, both},
		{"dst_endpoint.intermediate_ips", paths{"dstaddr"}, intermediate, both},
		{"dst_endpoint.port", paths{"dstport"}, port, both},
		{"dst_endpoint.svc_name", paths{"pkt_dst_aws_service"}, text, both},
		{"interface_uid", paths{"interface_id"}, ownSide, both},
		{"instance_uid", paths{"instance_id"}, ownSide, both},
		{"subnet_uid", paths{"subnet_id"}, ownSide, both},
		{"vpc_uid", paths{"vpc_id"}, ownSide, both},
		{"connection_info.protocol_num", paths{"protocol"}, integer, both},
		{"connection_info.protocol_ver", paths{"type"}, choose(addressFamilies), both},
		{"connection_info.tcp_flags", paths{"tcp_flags"}, integer, both},
		{"connection_info.direction", paths{"flow_direction"}, choose(directions), both},
		{"connection_info.boundary", paths{"traffic_path"}, choose(boundaries), both},
		{"traffic.packets", paths{"packets"}, integer, both},
		{"traffic.bytes", paths{"bytes"}, integer, both},
		{"action", paths{"action"}, choose(map[string]choice{"ACCEPT": allowed, "REJECT": denied}), both},
		{"disposition", paths{"action"}, choose(map[string]choice{"ACCEPT": allowed, "REJECT": blocked}), both},
		// the schema requires endpoints that can be identified, and records without data name neither [R]
		{"src_endpoint.interface_uid", paths{"interface_id"}, unless(identified("src_endpoint"), text), both},
		{"dst_endpoint.interface_uid", paths{"interface_id"}, unless(identified("dst_endpoint"), text), both},
	},
	facts: []fact{
		{paths{"metadata.product.name"}, "metadata.product.name", `"Amazon VPC"`, both},
		{paths{"metadata.product.feature.name"}, "metadata.product.feature.name", `"Flowlogs"`, both},
		{paths{"connection_info.direction"}, "connection_info.direction_id", `0`, both},
		{paths{"connection_info.direction"}, "connection_info.direction", unknown, both},
		{paths{"action"}, "action_id", `0`, both},
		{paths{"action"}, "action", unknown, both},
		{identified("src_endpoint"), "src_endpoint.name", unknown, both},
		{identified("dst_endpoint"), "dst_endpoint.name", unknown, both},
	},
	observables: []observable{
		{"dst_endpoint.intermediate_ips[]", address}, {"dst_endpoint.ip", address}, {"dst_endpoint.instance_uid", resourceUID},
		{"src_endpoint.intermediate_ips[]", address}, {"src_endpoint.ip", address}, {"src_endpoint.instance_uid", resourceUID},
	},
}

// networkActivity is a flow that was let through, or was not.
var networkActivity = class{
	uid: 4001, name: "Network Activity", category: "Network Activity",
	rules: []rule{{"activity", paths{"action"}, choose(map[string]choice{"ACCEPT": {6, "Traffic"}, "REJECT": {5, "Refuse"}}), both}},
}

// Values of the fields of flow logs (the VPC user guide's "Flow log records") as the schema has them.
var (
	addressFamilies = map[string]choice{"IPv4": {4, "IPv4"}, "IPv6": {6, "IPv6"}}
	directions      = map[string]choice{"ingress": {1, "Inbound"}, "egress": {2, "Outbound"}}
	boundaries      = map[string]choice{
		"1": {4, "Same VPC"}, "2": {5, "Internet/VPC Gateway"}, "3": {6, "Virtual Private Gateway"}, "4": {7, "Intra-region VPC"},
		"5": {8, "Inter-region VPC"}, "6": {9, "Local Gateway"}, "7": {10, "Gateway VPC"}, "8": {11, "Internet Gateway"},
	}
)

// flowFields are the fields of flow logs in the order of the user guide's table, which lines have them in, and how many the versions have.
// Lines of other formats cannot be told apart, and are refused [R].
var (
	flowFields = strings.Fields(`version account_id interface_id srcaddr dstaddr srcport dstport protocol packets bytes start end action log_status
		vpc_id subnet_id instance_id tcp_flags type pkt_srcaddr pkt_dstaddr
		region az_id sublocation_type sublocation_id
		pkt_src_aws_service pkt_dst_aws_service flow_direction traffic_path
		ecs_cluster_arn ecs_cluster_name ecs_container_instance_arn ecs_container_instance_id ecs_container_id ecs_second_container_id
		ecs_service_name ecs_task_definition_arn ecs_task_arn ecs_task_id
		reject_reason`)
	flowVersions = map[int]string{14: "2", 21: "3", 25: "4", 29: "5", 39: "7", 40: "8"}
)

// readFlow reads a record of flow logs. A dash is what they write for nothing [R: AWS's examples keep some].
func readFlow(text string) (*field, error) {
	var root *field
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		var err error
		if root, err = readJSON(text); err != nil {
			return nil, err
		}
		inner := root.fields()
		for i := range inner {
			f := &inner[i]
			f.key = strings.ReplaceAll(f.key, "-", "_") // as files of flow logs in Parquet write the names
		}
	} else {
		values := strings.Fields(text)
		if flowVersions[len(values)] == "" {
			return nil, fmt.Errorf("the record has %d values, want 14, 21, 25, 29, 39 or 40", len(values))
		}
		root = &field{kind: jsonscan.Object, inner: make([]field, 0, len(values))}
		for i, v := range values {
			root.inner = append(root.inner, field{key: flowFields[i], raw: jsonscan.AppendString(nil, v), kind: jsonscan.String})
		}
	}
	inner := root.fields()
	for i := range inner {
		f := &inner[i]
		if string(f.raw) == `"-"` {
			f.raw, f.kind = []byte("null"), jsonscan.Null
		}
	}
	switch status := root.textAt("log_status"); {
	case status != "" && status != "OK" && status != "NODATA" && status != "SKIPDATA":
		return nil, fmt.Errorf("log_status is %q, want OK, NODATA or SKIPDATA", status)
	case root.textAt("interface_id") == "" || root.textAt("start") == "":
		return nil, errors.New("the record has no interface_id and start")
	}
	return root, nil
}

// intermediate places the address of the interface that a packet went through, if it is not the packet's own.
func intermediate(x *conversion, to string, f *field) bool {
	own := x.event.at(strings.TrimSuffix(to, "intermediate_ips") + "ip")
	if own == nil || !isAddress(f.text()) {
		return false
	}
	if own.text != f.text() {
		x.event.setTexts(to, []string{f.text()})
	}
	return true
}

// ownSide places what is about the interface that recorded a flow: the destination of what comes in, the source of what goes out.
func ownSide(x *conversion, to string, f *field) bool {
	switch x.root.textAt("flow_direction") {
	case "ingress":
		return text(x, "dst_endpoint."+to, f)
	case "egress":
		return text(x, "src_endpoint."+to, f)
	}
	return false
}
