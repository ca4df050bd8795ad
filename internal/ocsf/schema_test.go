package ocsf

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// problems returns what an event has that the schema does not allow: attributes that must be there, kinds of values, numbers of enumerations.
// What it knows is the schema's (ocsf/ocsf-schema at v1.1.0 and 1.5.0), as far as the mappings use it.
func problems(event map[string]any, schema string) []string {
	c := checker{}
	version := map[string]string{"V1.1": "1.1.0", "V1.5": "1.5.0"}[schema]
	class, _ := event["class_uid"].(float64)
	activity, _ := event["activity_id"].(float64)
	category, _ := event["category_uid"].(float64)
	kind, _ := event["type_uid"].(float64)
	switch {
	case category != float64(int(class)/1000):
		c.say("category_uid is %v, want that of class_uid %v", category, class)
	case kind != class*100+activity:
		c.say("type_uid is %v, want %v", kind, class*100+activity)
	case classNames[int(class)] != event["class_name"]:
		c.say("class_name is %v, want that of class_uid %v", event["class_name"], class)
	}
	if got := at(event, "metadata.version"); got != version {
		c.say("metadata.version is %v, want %s", got, version)
	}
	c.required(event, required[schema][0])
	c.required(event, required[schema][int(class)])
	c.oneOf(event, atLeastOne[schema][0])
	c.oneOf(event, atLeastOne[schema][int(class)])
	c.enumerations(event, schema, int(class))
	c.walk("", event)
	return c.found
}

// A checker collects what is wrong.
type checker struct{ found []string }

func (c *checker) say(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

var classNames = map[int]string{3001: "Account Change", 3002: "Authentication", 4001: "Network Activity", 4002: "HTTP Activity", 4003: "DNS Activity", 6003: "API Activity"}

// required are the attributes that the classes require, and those that objects in them require if they are there; 0 stands for all classes. The
// http_response that 1.1 requires of 4002 is missing: WAF does not know the answers to the requests that it lets through.
var required = map[string]map[int]string{
	"V1.1": {
		0: `activity_id category_uid class_uid type_uid time severity_id metadata metadata.product metadata.version metadata.product.vendor_name
			cloud cloud.provider api.operation? api.request.uid? connection_info.direction_id? observables[].type_id? observables[].name?
			http_request.http_headers[].name? http_request.http_headers[].value? answers[].rdata? query.hostname? tls.version? tls.ja3_hash.value?
			tls.ja3_hash.algorithm_id? api.request.containers[].image.uid?`,
		3001: "user", 3002: "user", 6003: "actor api src_endpoint",
		4001: "src_endpoint dst_endpoint action_id", 4002: "src_endpoint dst_endpoint http_request action_id", 4003: "src_endpoint action_id",
	},
	"V1.5": {
		0: `activity_id category_uid class_uid type_uid time severity_id metadata metadata.product metadata.version
			cloud cloud.provider api.operation? api.request.uid? connection_info.direction_id? observables[].type_id?
			http_request.http_headers[].name? http_request.http_headers[].value? answers[].rdata? query.hostname? tls.version? tls.ja3_hash.value?
			tls.ja3_hash.algorithm_id? ja4_fingerprint_list[].type_id? ja4_fingerprint_list[].value? api.request.containers[].image.uid?`,
		3001: "user", 3002: "user", 6003: "actor api src_endpoint",
	},
}

// atLeastOne are attributes of which an object needs one: "object: names".
var atLeastOne = map[string]map[int][]string{
	"V1.1": {
		0: {"actor: process user invoked_by session", "user: account name uid", "actor.user: account name uid", "metadata.product: name uid",
			"metadata.product.feature: name uid", "http_request.url: url_string path", "resources[]: name uid", "firewall_rule: name uid",
			"src_endpoint: ip uid name hostname svc_name instance_uid interface_uid domain", // domain since 1.2; AWS has it in 1.1 too
			"dst_endpoint: ip uid name hostname svc_name instance_uid interface_uid"},
		3002: {": service dst_endpoint"},
	},
	"V1.5": {
		0: {"actor: process user invoked_by session", "user: account name uid", "actor.user: account name uid", "metadata.product: name uid",
			"metadata.product.feature: name uid", "http_request.url: url_string path", "resources[]: name uid", "firewall_rule: name uid",
			"src_endpoint: ip uid name hostname svc_name instance_uid interface_uid domain",
			"dst_endpoint: ip uid name hostname svc_name instance_uid interface_uid domain"},
		3002: {": service dst_endpoint"}, 4001: {": src_endpoint dst_endpoint"}, 4002: {": http_request http_response"},
	},
}

// enumerations are the numbers of the schema's enumerations, by path.
var enumerations = map[string]map[string]string{
	"V1.1": {
		"action_id": "0 1 2 99",
	},
	"V1.5": {
		"action_id": "0 1 2 3 4 99", "ja4_fingerprint_list[].type_id": "0 1 2 3 4 5 6 7 8 9 99",
	},
	"": {
		"severity_id": "0 1 2 3 4 5 6 99", "status_id": "0 1 2 99", "observables[].type_id": "1 2 4 6 10", "actor.user.type_id": "0 1 2 3 99",
		"disposition_id": "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 99",
		"rcode_id":       "0 1 2 3 4 5 6 7 8 9 10 11 16 17 18 19 20 21 22 23 24 25 99", "connection_info.direction_id": "0 1 2 3 99",
		"connection_info.boundary_id": "0 1 2 3 4 5 6 7 8 9 10 11 99", "connection_info.protocol_ver_id": "0 4 6 99",
		"tls.ja3_hash.algorithm_id": "0 1 2 3 4 5 6 7 99",
	},
}

var activities = map[int]string{
	3001: "0 1 2 3 4 5 6 7 8 9 10 11 99", 3002: "0 1 2 3 4 5 99", 4001: "0 1 2 3 4 5 6 99", 4002: "0 1 2 3 4 5 6 7 8 99", 4003: "0 1 2 6 99",
	6003: "0 1 2 3 4 99",
}

func (c *checker) enumerations(event map[string]any, schema string, class int) {
	check := func(path, numbers string) {
		for _, v := range all(event, path) {
			if !slices.Contains(strings.Fields(numbers), fmt.Sprint(v)) {
				c.say("%s is %v, want one of %s", path, v, numbers)
			}
		}
	}
	check("activity_id", activities[class])
	for path, numbers := range enumerations[""] {
		check(path, numbers)
	}
	for path, numbers := range enumerations[schema] {
		check(path, numbers)
	}
}

// required checks attributes. Those with a question mark may be missing with the object that they are in.
func (c *checker) required(event map[string]any, paths string) {
	for path := range strings.FieldsSeq(paths) {
		path, conditional := strings.CutSuffix(path, "?")
		if !conditional {
			if at(event, path) == nil {
				c.say("there is no %s", path)
			}
			continue
		}
		dot := strings.LastIndexByte(path, '.')
		for _, object := range all(event, path[:dot]) {
			if m, ok := object.(map[string]any); ok && m[path[dot+1:]] == nil {
				c.say("there is no %s", path)
			}
		}
	}
}

func (c *checker) oneOf(event map[string]any, constraints []string) {
	for _, constraint := range constraints {
		path, names, _ := strings.Cut(constraint, ": ")
		for _, object := range all(event, path) {
			m, ok := object.(map[string]any)
			if ok && !slices.ContainsFunc(strings.Fields(names), func(name string) bool { return m[name] != nil }) {
				c.say("%q has none of %s", path, names)
			}
		}
	}
}

// walk checks the kinds of values by what attributes are called: ids and numbers are numbers, times are times, and nothing is empty.
func (c *checker) walk(path string, v any) {
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			c.say("%s is empty", path)
		}
		for key, in := range v {
			if path == "unmapped" {
				if _, ok := in.(string); !ok {
					c.say("unmapped has %v at %s, want a text", in, key)
				}
				continue
			}
			c.walk(strings.TrimPrefix(path+"."+key, "."), in)
		}
		return
	case []any:
		if len(v) == 0 {
			c.say("%s is empty", path)
		}
		for _, in := range v {
			c.walk(path+"[]", in)
		}
		return
	case nil:
		c.say("%s is null", path)
	case string:
		if strings.HasSuffix(name, "_dt") {
			if _, err := time.Parse(time.RFC3339, v); err != nil {
				c.say("%s is no time: %v", path, err)
			}
		}
	}
	_, isNumber := v.(float64)
	_, isBool := v.(bool)
	wantNumber := strings.HasSuffix(name, "_id") || slices.Contains(numbers, name) || strings.HasSuffix(name, "_uid") && !strings.Contains(path, ".") && name != "correlation_uid"
	if isNumber != wantNumber || isBool != strings.HasPrefix(name, "is_") {
		c.say("%s is %v, which is of the wrong kind", path, v)
	}
}

// numbers are the attributes that are numbers, beside those whose names tell it.
var numbers = strings.Fields("time port packets bytes protocol_num tcp_flags http_status code rate_limit")

// at returns what is at a path, nil if nothing is.
func at(event map[string]any, path string) any {
	if found := all(event, path); len(found) > 0 {
		return found[0]
	}
	return nil
}

// all returns what is at a path, in all elements of lists on the way.
func all(v any, path string) []any {
	if path == "" {
		return []any{v}
	}
	name, rest, _ := strings.Cut(path, ".")
	name, isList := strings.CutSuffix(name, "[]")
	m, _ := v.(map[string]any)
	in, ok := m[name]
	if !ok {
		return nil
	}
	if !isList {
		return all(in, rest)
	}
	var found []any
	list, _ := in.([]any)
	for _, item := range list {
		found = append(found, all(item, rest)...)
	}
	return found
}
