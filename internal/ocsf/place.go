package ocsf

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// text places a text, a number or a bool as a text.
func text(x *conversion, to string, f *field) bool {
	if !f.scalar() {
		return false
	}
	x.event.setText(to, f.text())
	return true
}

// integer places a whole number that is not negative, also one that is written as a text.
func integer(x *conversion, to string, f *field) bool {
	n, err := strconv.ParseInt(f.text(), 10, 64)
	if err != nil || n < 0 {
		return false
	}
	x.event.setInt(to, n)
	return true
}

// maxPort is the schema's bound of port_t.
const maxPort = 65535

// port places an integer that can be a port.
func port(x *conversion, to string, f *field) bool {
	if n, err := strconv.Atoi(f.text()); err != nil || n > maxPort {
		return false
	}
	return integer(x, to, f)
}

// truth places a bool, also as the texts that CloudTrail writes for it.
func truth(x *conversion, to string, f *field) bool {
	switch f.text() {
	case "true", "Yes":
		x.event.set(to, "true")
	case "false", "No":
		x.event.set(to, "false")
	default:
		return false
	}
	return true
}

// document places anything as a text: objects and lists as JSON.
func document(x *conversion, to string, f *field) bool {
	x.event.setText(to, f.text())
	return true
}

// texts places a list of texts.
func texts(x *conversion, to string, f *field) bool {
	return textsAt("")(x, to, f)
}

// textsAt places the texts at a path of the elements of a list. Those that have none stay without a place.
func textsAt(path string) placer {
	return func(x *conversion, to string, f *field) bool {
		var all []string
		elements := f.elements()
		for i := range elements {
			if t := elements[i].find(path); t != nil && t.scalar() {
				all = append(all, t.text())
				t.placed = true
			}
		}
		if len(all) > 0 {
			x.event.setTexts(to, all)
		}
		return false
	}
}

// one places what is in a list of one text as a text.
func one(x *conversion, to string, f *field) bool {
	if all := f.elements(); len(all) == 1 {
		return text(x, to, &all[0])
	}
	return false
}

// elements returns the elements of a list, none of anything else.
func (f *field) elements() []field {
	if f.kind != jsonscan.Array {
		return nil
	}
	return f.fields()
}

// unless places a field as another placer does, if the event has nothing yet at any of the paths.
func unless(there paths, as placer) placer {
	return func(x *conversion, to string, f *field) bool {
		return !slices.ContainsFunc(there, x.event.has) && as(x, to, f)
	}
}

// given places a field as another placer does, if the event has an attribute already.
func given(there string, as placer) placer {
	return func(x *conversion, to string, f *field) bool { return x.event.has(there) && as(x, to, f) }
}

// each places a list of objects, each by rules of its own. Those that lack what is needed stay without a place.
func each(needed paths, rules ...rule) placer {
	return func(x *conversion, to string, f *field) bool {
		var list []byte
		elements := f.elements()
		for i := range elements {
			in := &elements[i]
			lacks := func(path string) bool {
				part := in.find(path)
				return part == nil || !part.scalar()
			}
			if slices.ContainsFunc(needed, lacks) {
				continue
			}
			item := &conversion{root: in, event: &event{}, version: x.version}
			item.place(rules, in)
			list = item.event.appendJSON(append(list, ','))
			for _, a := range item.event.attributes {
				if a.json == "" {
					x.event.addInList(to+"[]."+a.path, a.text)
				}
			}
		}
		if list != nil {
			list[0] = '['
			x.event.set(to, string(append(list, ']')))
		}
		return false
	}
}

// host places an address, or a name if the text is none.
func host(x *conversion, to string, f *field) bool {
	name := "domain"
	if isAddress(f.text()) {
		name = "ip"
	}
	return text(x, to+"."+name, f)
}

// ip places an address of the Internet Protocol.
func ip(x *conversion, to string, f *field) bool { return isAddress(f.text()) && text(x, to, f) }

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

// kindOfName tells whether a text is an address or, as the names in answers of DNS are, a hostname with a dot at its end; 0 if neither [R].
func kindOfName(text string) int {
	switch {
	case isAddress(text):
		return address
	case strings.HasSuffix(text, ".") && !strings.ContainsAny(text, " \t\""):
		return hostname
	}
	return 0
}

// A clock reads the times that a source writes.
type clock func(text string) (time.Time, error)

func written(text string) (time.Time, error) { return time.Parse(time.RFC3339, text) }

func seconds(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(n, 0), err
}

func milliseconds(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(n), err
}

// read returns the time in a field. Years are of four digits: RFC 3339 has no others.
func (c clock) read(f *field) (time.Time, bool) {
	t, err := c(f.text())
	t = t.UTC()
	return t, err == nil && t.Year() >= 0 && t.Year() <= 9999
}

// timeLayout is how times are written: RFC 3339, in UTC [R].
const timeLayout = "2006-01-02T15:04:05.000Z"

// dated places a time as a text.
func dated(c clock) placer {
	return func(x *conversion, to string, f *field) bool {
		t, ok := c.read(f)
		if ok {
			x.event.setText(to, t.Format(timeLayout))
		}
		return ok
	}
}

// timed places a time in milliseconds, and as a text beside it.
func timed(c clock) placer {
	return func(x *conversion, to string, f *field) bool {
		t, ok := c.read(f)
		if ok {
			x.event.setInt(to, t.UnixMilli())
			x.event.setText(to+"_dt", t.Format(timeLayout))
		}
		return ok
	}
}

// A choice is one of the values of an enumeration of the schema.
type choice struct {
	id      int64
	caption string
}

// other is the id of what an enumeration has no value for; the caption beside it is the source's own word then.
const other = 99

// choose places a value of an enumeration: its id, and its caption beside it.
func choose(of map[string]choice) placer {
	return func(x *conversion, to string, f *field) bool {
		if !f.scalar() {
			return false
		}
		c, ok := of[f.text()]
		if !ok {
			c = choice{other, f.text()}
		}
		c.put(x.event, to)
		return true
	}
}

// put places a choice. Captions of activities have a name of their own in the schema.
func (c choice) put(e *event, to string) {
	e.setInt(to+"_id", c.id)
	if to == "activity" {
		to = "activity_name"
	}
	e.setText(to, c.caption)
}

var (
	success = choice{1, "Success"}
	failure = choice{2, "Failure"}
)

// choices returns the choices of words: those of a choice, and others that the schema has no value for.
func choices(of map[choice]string, others string) map[string]choice {
	all := map[string]choice{}
	for c, words := range of {
		for w := range strings.FieldsSeq(words) {
			all[w] = c
		}
	}
	for w := range strings.FieldsSeq(others) {
		all[w] = choice{other, w}
	}
	return all
}
