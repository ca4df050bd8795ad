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
		{"time", from{"stageTimestamp", "requestReceivedTimestamp"}, timed(written), both},
		{"start_time_dt", from{"requestReceivedTimestamp"}, dated(written), both},
		{"message", from{"stage"}, text, both},
		{"metadata.log_level", from{"level"}, text, both},
		{"metadata.log_name", from{"kind"}, text, v15},
		{"metadata.product.version", from{"apiVersion"}, text, both},
		{"cloud.account.uid", from{"user.extra.arn"}, one, both},
		{"src_endpoint.ip", from{"sourceIPs.0"}, ip, both},
		{"src_endpoint.intermediate_ips", from{"sourceIPs"}, furtherAddresses, both},
		{"http_request.user_agent", from{"userAgent"}, text, both},
		{"http_request.url.path", from{"requestURI"}, text, both},

		{"actor.user.name", from{"user.username"}, text, both},
		{"actor.user.uid", from{"user.uid"}, text, both},
		{"actor.user.uid_alt", from{"user.extra.principalId"}, one, v15},
		{"actor.user.groups", from{"user.groups"}, each(from{""}, rule{"name", from{""}, text, both}), both},
		{"actor.session.uid", from{"user.extra.sessionName"}, one, both},
		{"actor.session.issuer", from{"user.extra.canonicalArn"}, one, both},
		{"actor.session.credential_uid", from{"user.extra.accessKeyId"}, one, both},

		{"api.operation", from{"verb"}, text, both},
		{"api.version", from{"objectRef.apiVersion"}, text, both},
		{"api.group.name", from{"objectRef.apiGroup"}, text, both},
		{"api.request.uid", from{"auditID"}, text, both},
		{"api.request.containers", from{"requestObject.spec.containers"}, containers, both},
		{"api.request.data", from{"requestObject"}, document, both}, // AWS has it for 1.5 alone [R]: 1.1 has the attribute too
		{"api.response.code", from{"responseStatus.code"}, integer, both},
		{"api.response.message", from{"responseStatus.message"}, text, both},
		{"api.response.error", from{"responseStatus.reason"}, text, both},
		{"api.response.error_message", from{"responseStatus.status"}, text, both},
		{"api.response.containers", from{"responseObject.spec.containers"}, containers, both},
		{"api.response.data", from{"responseObject"}, document, both},
		{"status", from{"responseStatus.code"}, statusOfCode, both},
		{"resources", from{"objectRef"}, resource, both},
		{"policy.name", from{"annotations.authorization.k8s.io/reason"}, text, v15},
		{"action", from{"annotations.authorization.k8s.io/decision"}, choose(decisions), v15},
	},
	facts: []fact{
		{"metadata.product.name", "metadata.product.name", `"Amazon EKS"`, both},
		{"metadata.product.feature.name", "metadata.product.feature.name", `"Elastic Kubernetes Service"`, both},
		{"actor.user.type_id", "actor.user.type_id", `0`, both},
		{"actor.user.name", "actor.user.name", unknown, both},
		{"src_endpoint", "src_endpoint.name", unknown, both},
		{"action", "action_id", `0`, v15},
		{"action", "action", unknown, v15},
	},
	observables: []observable{
		{"actor.user.name", userName}, {"src_endpoint.ip", address}, {"src_endpoint.intermediate_ips[]", address}, {"http_request.url.path", urlString},
		{"resources[].uid", resourceUID},
	},
}

// auditActivity is a request to Kubernetes' API.
var auditActivity = class{
	uid: 6003, name: "API Activity", category: "Application Activity",
	rules: []rule{{"activity", from{"verb"}, choose(choices(map[choice]string{
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
	for i, in := range f.elements() {
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
var containers = each(from{"name", "image"},
	rule{"name", from{"name"}, text, both},
	rule{"image.name", from{"image"}, text, both},
	rule{"image.uid", from{"image"}, imageUID, both},
	rule{"image.path", from{"volumeMounts.0.mountPath"}, text, both},
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
	item := &conversion{root: f, event: newEvent(), version: x.version}
	item.place([]rule{
		{"name", from{"name"}, text, both},
		{"namespace", from{"namespace"}, text, both},
		{"uid", from{"uid"}, text, both},
		{"version", from{"resourceVersion"}, text, both},
	}, f)
	item.event.setText("type", kind)
	if !item.event.has("name") && !item.event.has("uid") {
		item.event.setText("name", kind)
	}
	x.event.set(to, append(item.event.appendJSON([]byte{'['}), ']'))
	x.event.texts[to+"[].uid"] = item.event.texts["uid"]
	return false
}
