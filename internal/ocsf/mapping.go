package ocsf

import (
	"slices"
	"strconv"
)

// A mapping says what events are made of the records of a source.
type mapping struct {
	read        func(text string) (*field, error) // refuses what is no record of the source
	class       func(root *field) *class
	extra       map[version][]string // profiles beside cloud and datetime
	rules       []rule
	facts       []fact
	observables []observable
}

// A class is one of the schema's classes of events, with what it has beside its source's rules.
type class struct {
	uid      int64
	name     string
	category string
	rules    []rule
	facts    []fact
}

// A rule gives a field of the record a place in the event.
type rule struct {
	to   string
	from paths
	as   placer
	in   version
}

// paths are those of fields, the one to be preferred first: the others stay without a place. Or those of attributes.
type paths []string

// A placer puts a field at a path of the event, and tells whether all of it has a place then. It puts nothing there if the field is not what
// it ought to be.
type placer func(x *conversion, to string, f *field) bool

// A fact is what an event says if nothing is there yet at any of the paths of unless.
type fact struct {
	unless paths
	to     string
	json   string
	in     version
}

// common are facts about every event. All records are of what has happened, not of what is wrong: AWS's mappings call them informational.
var common = []fact{
	{paths{"cloud.provider"}, "cloud.provider", `"AWS"`, both},
	{paths{"metadata.product.vendor_name"}, "metadata.product.vendor_name", `"AWS"`, both},
	{paths{"severity_id"}, "severity_id", `1`, both},
	{paths{"severity"}, "severity", `"Informational"`, both},
}

func (m *mapping) profiles(v version) []string {
	return slices.Concat([]string{"cloud"}, m.extra[v], []string{"datetime"})
}

// identified are the attributes of an endpoint of which the schema requires one.
func identified(endpoint string) paths {
	var all paths
	for _, name := range []string{"ip", "uid", "name", "hostname", "svc_name", "instance_uid", "interface_uid", "domain"} {
		all = append(all, endpoint+"."+name)
	}
	return all
}

// A conversion makes one event of one record.
type conversion struct {
	root    *field
	event   *event
	version version
}

// place lets rules put the fields of f into the event, and keeps what was there.
func (x *conversion) place(rules []rule, f *field) {
	for _, r := range rules {
		if r.in&x.version == 0 {
			continue
		}
		for _, path := range r.from {
			in := f.find(path)
			if in == nil || !in.says() || x.event.has(r.to) {
				continue
			}
			if r.as(x, r.to, in) {
				in.placed = true
			}
		}
	}
}

// state adds facts.
func (x *conversion) state(facts []fact) {
	for _, f := range facts {
		if f.in&x.version != 0 && !slices.ContainsFunc(f.unless, x.event.has) {
			x.event.set(f.to, f.json)
		}
	}
}

// classify says what class and type the event has.
func (x *conversion) classify(c *class) {
	e := x.event
	if !e.has("activity_id") {
		e.setInt("activity_id", 0)
		e.setText("activity_name", "Unknown")
	}
	kind, err := strconv.ParseInt(e.at("activity_id").json, 10, 64)
	if err != nil {
		panic("BUG: an activity without a number: " + err.Error())
	}
	caption := e.at("activity_name").text
	if kind == other {
		caption = "Other"
	}
	e.setInt("class_uid", c.uid)
	e.setText("class_name", c.name)
	e.setInt("category_uid", c.uid/1000)
	e.setText("category_name", c.category)
	e.setInt("type_uid", c.uid*100+kind)
	e.setText("type_name", c.name+": "+caption)
}
