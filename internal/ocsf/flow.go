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
		{"time", from{"start"}, timed(seconds), both},
		{"start_time_dt", from{"start"}, dated(seconds), both},
		{"end_time_dt", from{"end"}, dated(seconds), both},
		{"metadata.product.version", from{"version"}, text, both},
		{"status_code", from{"log_status"}, text, both},
		{"cloud.account.uid", from{"account_id"}, text, both},
		{"cloud.region", from{"region"}, text, both},
		{"cloud.zone", from{"az_id"}, text, both},
		// the packet's own address before that of the interface
		{"src_endpoint.ip", from{"pkt_srcaddr", "srcaddr"}, ip, both},
		{"src_endpoint.intermediate_ips", from{"srcaddr"}, intermediate, both},
		{"src_endpoint.port", from{"srcport"}, port, both},
		{"src_endpoint.svc_name", from{"pkt_src_aws_service"}, text, both},
		{"dst_endpoint.ip", from{"pkt_dstaddr", "dstaddr"}, ip, both},
		{"dst_endpoint.intermediate_ips", from{"dstaddr"}, intermediate, both},
		{"dst_endpoint.port", from{"dstport"}, port, both},
		{"dst_endpoint.svc_name", from{"pkt_dst_aws_service"}, text, both},
		{"interface_uid", from{"interface_id"}, ownSide, both},
		{"instance_uid", from{"instance_id"}, ownSide, both},
		{"subnet_uid", from{"subnet_id"}, ownSide, both},
		{"vpc_uid", from{"vpc_id"}, ownSide, both},
		{"connection_info.protocol_num", from{"protocol"}, integer, both},
		{"connection_info.protocol_ver", from{"type"}, choose(addressFamilies), both},
		{"connection_info.tcp_flags", from{"tcp_flags"}, integer, both},
		{"connection_info.direction", from{"flow_direction"}, choose(directions), both},
		{"connection_info.boundary", from{"traffic_path"}, choose(boundaries), both},
		{"traffic.packets", from{"packets"}, integer, both},
		{"traffic.bytes", from{"bytes"}, integer, both},
		{"action", from{"action"}, choose(map[string]choice{"ACCEPT": allowed, "REJECT": denied}), both},
		{"disposition", from{"action"}, choose(map[string]choice{"ACCEPT": allowed, "REJECT": blocked}), both},
		{"src_endpoint", from{"interface_id"}, onlyInterface, both},
		{"dst_endpoint", from{"interface_id"}, onlyInterface, both},
	},
	facts: []fact{
		{"metadata.product.name", "metadata.product.name", `"Amazon VPC"`, both},
		{"metadata.product.feature.name", "metadata.product.feature.name", `"Flowlogs"`, both},
		{"connection_info.direction", "connection_info.direction_id", `0`, both},
		{"connection_info.direction", "connection_info.direction", unknown, both},
		{"action", "action_id", `0`, both},
		{"action", "action", unknown, both},
		{"src_endpoint", "src_endpoint.name", unknown, both},
		{"dst_endpoint", "dst_endpoint.name", unknown, both},
	},
	observables: []observable{
		{"dst_endpoint.intermediate_ips[]", address}, {"dst_endpoint.ip", address}, {"dst_endpoint.instance_uid", resourceUID},
		{"src_endpoint.intermediate_ips[]", address}, {"src_endpoint.ip", address}, {"src_endpoint.instance_uid", resourceUID},
	},
}

// networkActivity is a flow that was let through, or was not.
var networkActivity = class{
	uid: 4001, name: "Network Activity", category: "Network Activity",
	rules: []rule{{"activity", from{"action"}, choose(map[string]choice{"ACCEPT": {6, "Traffic"}, "REJECT": {5, "Refuse"}}), both}},
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
		for _, f := range root.fields() {
			f.key = strings.ReplaceAll(f.key, "-", "_") // as files of flow logs in Parquet write the names
		}
	} else {
		values := strings.Fields(text)
		if flowVersions[len(values)] == "" {
			return nil, fmt.Errorf("the record has %d values, want 14, 21, 25, 29, 39 or 40", len(values))
		}
		root = &field{kind: jsonscan.Object}
		for i, v := range values {
			root.inner = append(root.inner, &field{key: flowFields[i], raw: jsonscan.AppendString(nil, v), kind: jsonscan.String})
		}
	}
	for _, f := range root.fields() {
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
	own := x.event.texts[strings.TrimSuffix(to, "intermediate_ips")+"ip"]
	if own == nil || !isAddress(f.text()) {
		return false
	}
	if own[0] != f.text() {
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

// onlyInterface places the interface as an endpoint that has nothing else: the schema requires both, and records without data name neither [R].
func onlyInterface(x *conversion, to string, f *field) bool { return text(x, to+".interface_uid", f) }
