package ocsf

import (
	"errors"
	"strconv"
	"strings"
)

// audit maps the audit logs of EKS, which are Kubernetes' own.
var audit = mapping{
	read:  readAudit,
	class: func(*field) *class { return &auditActivity },
	extra: map[version][]string{v15: {"security_control"}},
	rules: []rule{
		{"time", paths{"stageTimestamp", "requestReceivedTimestamp"}, timed(written), both},
		{"start_time_dt", paths{"requestReceivedTimestamp"}, dated(written), both},
		{"message", paths{"stage"}, text, both},
		{"metadata.log_level", paths{"level"}, text, both},
		{"metadata.log_name", paths{"kind"}, text, v15},
		{"metadata.product.version", paths{"apiVersion"}, text, both},
		{"cloud.account.uid", paths{"user.extra.arn"}, one, both},
		{"src_endpoint.ip", paths{"sourceIPs.0"}, ip, both},
		{"src_endpoint.intermediate_ips", paths{"sourceIPs"}, furtherAddresses, both},
		{"http_request.user_agent", paths{"userAgent"}, text, both},
		{"http_request.url.path", paths{"requestURI"}, text, both},

		{"actor.user.name", paths{"user.username"}, text, both},
		{"actor.user.uid", paths{"user.uid"}, text, both},
		{"actor.user.uid_alt", paths{"user.extra.principalId"}, one, v15},
		{"actor.user.groups", paths{"user.groups"}, each(paths{""}, rule{"name", paths{""}, text, both}), both},
		{"actor.session.uid", paths{"user.extra.sessionName"}, one, both},
		{"actor.session.issuer", paths{"user.extra.canonicalArn"}, one, both},
		{"actor.session.credential_uid", paths{"user.extra.accessKeyId"}, one, both},

		{"api.operation", paths{"verb"}, text, both},
		{"api.version", paths{"objectRef.apiVersion"}, text, both},
		{"api.group.name", paths{"objectRef.apiGroup"}, text, both},
		{"api.request.uid", paths{"auditID"}, text, both},
		{"api.request.containers", paths{"requestObject.spec.containers"}, containers, both},
		{"api.request.data", paths{"requestObject"}, document, both}, // AWS has it for 1.5 alone [R]: 1.1 has the attribute too
		{"api.response.code", paths{"responseStatus.code"}, integer, both},
		{"api.response.message", paths{"responseStatus.message"}, text, both},
		{"api.response.error", paths{"responseStatus.reason"}, text, both},
		{"api.response.error_message", paths{"responseStatus.status"}, text, both},
		{"api.response.containers", paths{"responseObject.spec.containers"}, containers, both},
		{"api.response.data", paths{"responseObject"}, document, both},
		{"status", paths{"responseStatus.code"}, statusOfCode, both},
		{"resources", paths{"objectRef"}, resource, both},
		{"policy.name", paths{"annotations.authorization.k8s.io/reason"}, text, v15},
		{"action", paths{"annotations.authorization.k8s.io/decision"}, choose(decisions), v15},
	},
	facts: []fact{
		{paths{"metadata.product.name"}, "metadata.product.name", `"Amazon EKS"`, both},
		{paths{"metadata.product.feature.name"}, "metadata.product.feature.name", `"Elastic Kubernetes Service"`, both},
		{paths{"actor.user.type_id"}, "actor.user.type_id", `0`, both},
		{paths{"actor.user.name", "actor.user.uid"}, "actor.user.name", unknown, both},
		{identified("src_endpoint"), "src_endpoint.name", unknown, both},
		{paths{"action"}, "action_id", `0`, v15},
		{paths{"action"}, "action", unknown, v15},
	},
	observables: []observable{
		{"actor.user.name", userName}, {"src_endpoint.ip", address}, {"src_endpoint.intermediate_ips[]", address}, {"http_request.url.path", urlString},
		{"resources[].uid", resourceUID},
	},
}

// auditActivity is a request to Kubernetes' API.
var auditActivity = class{
	uid: 6003, name: "API Activity", category: "Application Activity",
	rules: []rule{{"activity", paths{"verb"}, choose(choices(map[choice]string{
		{1, "Create"}: "create", {2, "Read"}: "get list watch", {3, "Update"}: "update patch", {4, "Delete"}: "delete deletecollection",
	}, "")), both}},
}

// decisions are what Kubernetes' authorization says; AWS's mapping leaves the action unknown [R].
var decisions = map[string]choice{"allow": allowed, "forbid": denied}

func readAudit(text string) (*field, error) {
	root, err := readJSON(text, "auditID", "stage", "verb")
	if err == nil && (root.textAt("kind") != "Event" || !strings.HasPrefix(root.textAt("apiVersion"), "audit.k8s.io/")) {
		err = errors.New("the record is no Event of audit.k8s.io")
	}
	return root, err
}

// furtherAddresses places the addresses behind the first: those of proxies.
func furtherAddresses(x *conversion, to string, f *field) bool {
	var all []string
	elements := f.elements()
	for i := range elements {
		in := &elements[i]
		if i > 0 && isAddress(in.text()) {
			all = append(all, in.text())
			in.placed = true
		}
	}
	if len(all) > 0 {
		x.event.setTexts(to, all)
	}
	return false
}

// containers places what a pod runs. The schema requires an id of an image: its name, with the first of its volumes as in AWS's mapping [R].
var containers = each(paths{"name", "image"},
	rule{"name", paths{"name"}, text, both},
	rule{"image.name", paths{"image"}, text, both},
	rule{"image.uid", paths{"image"}, imageUID, both},
	rule{"image.path", paths{"volumeMounts.0.mountPath"}, text, both},
)

func imageUID(x *conversion, to string, f *field) bool {
	id := f.text()
	if mount := x.root.textAt("volumeMounts.0.name"); mount != "" {
		id += ";" + mount
	}
	x.event.setText(to, id)
	return true
}

// statusOfCode places the outcome that a status code of HTTP tells.
func statusOfCode(x *conversion, to string, f *field) bool {
	code, err := strconv.Atoi(f.text())
	switch {
	case err != nil:
	case code < 400:
		success.put(x.event, to)
	default:
		failure.put(x.event, to)
	}
	return false
}

// resource places what a request is about, with Kubernetes' own notation for parts of it: pods/log. What has no name, as lists have none, is
// called by its type: the schema requires a name or an id [R].
func resource(x *conversion, to string, f *field) bool {
	kind := f.textAt("resource")
	if kind == "" {
		return false
	}
	f.find("resource").placed = true
	if part := f.find("subresource"); part != nil && part.scalar() {
		kind += "/" + part.text()
		part.placed = true
	}
	item := &conversion{root: f, event: &event{}, version: x.version}
	item.place([]rule{
		{"name", paths{"name"}, text, both},
		{"namespace", paths{"namespace"}, text, both},
		{"uid", paths{"uid"}, text, both},
		{"version", paths{"resourceVersion"}, text, both},
	}, f)
	item.event.setText("type", kind)
	if !item.event.has("name") && !item.event.has("uid") {
		item.event.setText("name", kind)
	}
	x.event.set(to, string(append(item.event.appendJSON([]byte{'['}), ']')))
	if uid := item.event.at("uid"); uid != nil {
		x.event.addInList(to+"[].uid", uid.text)
	}
	return false
}
