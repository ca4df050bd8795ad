// Package ocsf makes events of the Open Cybersecurity Schema Framework of records that AWS's services log: CloudTrail, Route 53 Resolver, VPC
// flow logs, EKS audit logs, AWS WAF. Where records come from, and what becomes of the events, is for others to say.
//
// What goes where follows the mappings that AWS and OCSF publish (ocsf/examples, mappings/markdown/AWS/v1.1.0 and v1.5.0); what those leave
// open is marked [R]. The names, numbers and requirements are the schema's (ocsf/ocsf-schema, 1.1.0 and 1.5.0).
package ocsf

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Converter makes events of one source in one version of the schema. It is safe for concurrent use.
type Converter struct {
	mapping  *mapping
	version  version
	profiles string // of the events, as JSON
}

// A version is one of the schema.
type version uint8

const (
	v11 version = 1 << iota
	v15
	both = v11 | v15
)

func (v version) String() string {
	if v == v11 {
		return "1.1.0"
	}
	return "1.5.0"
}

// The sources, and the versions of the schema, by their names in the API.
var (
	mappings = map[string]*mapping{
		"CloudTrail": &cloudTrail, "Route53Resolver": &resolver, "VPCFlow": &flow, "EKSAudit": &audit, "AWSWAF": &firewall,
	}
	versions = map[string]version{"V1.1": v11, "V1.5": v15}
)

// latestMapping is the one version of AWS's mappings that has a name; it is about V1.5 alone (the user guide's page on parseToOCSF).
const latestMapping = "1.5.0"

// New returns a converter. The names are those of the API's ParseToOCSF; without a version of the mapping, it is the latest.
func New(source, schema, mappingVersion string) (*Converter, error) {
	m, v := mappings[source], versions[schema]
	switch {
	case m == nil:
		return nil, fmt.Errorf("eventSource is %q, want one of %s", source, strings.Join(slices.Sorted(maps.Keys(mappings)), ", "))
	case v == 0:
		return nil, fmt.Errorf("ocsfVersion is %q, want V1.1 or V1.5", schema)
	case mappingVersion != "" && v == v11:
		return nil, errors.New("mappingVersion is not supported with ocsfVersion V1.1")
	case mappingVersion != "" && !knownMapping(mappingVersion):
		return nil, fmt.Errorf("mappingVersion is %q, want %s", mappingVersion, latestMapping)
	}
	return &Converter{mapping: m, version: v, profiles: string(appendTexts(nil, m.profiles(v)))}, nil
}

// knownMapping tells whether a mapping has the name. The user guide writes it with a v in front, the API's model without; both are taken [R].
func knownMapping(name string) bool { return strings.TrimPrefix(name, "v") == latestMapping }

// Convert returns the event of a record: a JSON object whose members are sorted. An error says why the text is no record of the source.
func (c *Converter) Convert(text string) ([]byte, error) {
	root, err := c.mapping.read(text)
	if err != nil {
		return nil, err
	}
	class := c.mapping.class(root)
	x := &conversion{root: root, event: newEvent(), version: c.version}
	x.place(c.mapping.rules, root)
	x.place(class.rules, root)
	if !x.event.has("time") {
		return nil, errors.New("the record does not tell its time")
	}
	x.state(common)
	x.state(c.mapping.facts)
	x.state(class.facts)
	x.event.setText("metadata.version", c.version.String())
	x.event.set("metadata.profiles", c.profiles)
	x.classify(class)
	x.observe(c.mapping.observables)
	x.keepRest()
	return x.event.appendJSON(make([]byte, 0, len(text)+usualFacts)), nil
}
