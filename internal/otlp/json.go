package otlp

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// FromJSON is Protobuf for a request in OTLP's JSON. Ids are hexadecimal there; base64, as protobuf's own JSON has them, is understood
// too, and so are the names of severities.
func FromJSON(request []byte, limit int) ([]Record, error) {
	d := &reader{limit: limit}
	if !jsonscan.Valid(request) {
		return nil, errors.New("read logs in JSON: the text is not JSON")
	}
	var m [1][]byte
	err := membersOf(jsonscan.Trim(request), []string{"resourceLogs"}, m[:])
	if err == nil {
		err = eachOf(m[0], d.jsonResourceLogs)
	}
	if err != nil {
		return nil, fmt.Errorf("read logs in JSON: %w", err)
	}
	return d.records, nil
}

// mismatch is the error for a value of the wrong kind.
func mismatch(name string, found []byte, want string) error {
	const shown = 40
	if len(found) > shown {
		found = found[:shown]
	}
	return fmt.Errorf("%s: found %q, want %s", name, found, want)
}

// isNull tells whether a member is missing, or null, which means the same.
func isNull(raw []byte) bool { return len(raw) == 0 || raw[0] == 'n' }

// membersOf finds the members of the object raw that have one of names; found has as many places, and keeps nil for what is missing.
func membersOf(raw []byte, names []string, found [][]byte) error {
	if isNull(raw) {
		return nil
	}
	if raw[0] != '{' {
		return mismatch("a value", raw, "an object")
	}
	for it := jsonscan.Members(raw, 0); it.Next(); {
		key := it.Key
		if it.KeyEscaped {
			key, _ = jsonscan.Unquote(nil, key)
		}
		for i, name := range names {
			if string(key) == name {
				found[i] = it.Value
			}
		}
	}
	return nil
}

// eachOf hands the elements of the array raw to use.
func eachOf(raw []byte, use func(element []byte) error) error {
	if isNull(raw) {
		return nil
	}
	if raw[0] != '[' {
		return mismatch("a value", raw, "an array")
	}
	for it := jsonscan.Members(raw, 0); it.Next(); {
		if err := use(it.Value); err != nil {
			return err
		}
	}
	return nil
}

func (d *reader) jsonResourceLogs(raw []byte) error {
	var m [3][]byte
	if err := membersOf(raw, []string{"resource", "scopeLogs", "schemaUrl"}, m[:]); err != nil {
		return err
	}
	resource, err := jsonSource(resourceMember, m[0], m[2])
	if err != nil {
		return err
	}
	return eachOf(m[1], func(raw []byte) error { return d.jsonScopeLogs(raw, resource) })
}

func (d *reader) jsonScopeLogs(raw, resource []byte) error {
	var m [3][]byte
	if err := membersOf(raw, []string{"scope", "logRecords", "schemaUrl"}, m[:]); err != nil {
		return err
	}
	scope, err := jsonSource(scopeMember, m[0], m[2])
	if err != nil {
		return err
	}
	return eachOf(m[1], func(raw []byte) error { return d.jsonRecord(raw, resource, scope) })
}

// jsonSource returns the text of a source.
func jsonSource(member string, raw, schemaURL []byte) (text []byte, err error) {
	names := []string{"name", "version", "droppedAttributesCount", "attributes"}
	if member == resourceMember {
		names[0], names[1] = "", "" // a resource has neither
	}
	var m [4][]byte
	if err := membersOf(raw, names, m[:]); err != nil {
		return nil, err
	}
	var s source
	v := values{}
	s.name, s.version = v.text(names[0], m[0]), v.text(names[1], m[1])
	s.dropped = v.natural(names[2], m[2], math.MaxUint32)
	s.schemaURL = v.text("schemaUrl", schemaURL)
	if v.err != nil {
		return nil, v.err
	}
	dst := append(s.appendHead(nil, member), `"attributes":`...)
	if dst, err = appendJSONMembers(dst, m[3], 0); err != nil {
		return nil, err
	}
	return s.appendTail(dst)
}

// recordNames are the members of a record, in the order in which jsonRecord takes them.
var recordNames = []string{
	"timeUnixNano", "observedTimeUnixNano", "severityNumber", "severityText", "droppedAttributesCount", "flags",
	"traceId", "spanId", "eventName", "body", "attributes",
}

func (d *reader) jsonRecord(raw, resource, scope []byte) error {
	var m [11][]byte
	err := membersOf(raw, recordNames, m[:])
	if err != nil {
		return err
	}
	v := values{}
	r := facts{
		time: v.natural(recordNames[0], m[0], math.MaxUint64), observed: v.natural(recordNames[1], m[1], math.MaxUint64),
		severity: v.severity(m[2]), severityText: v.text(recordNames[3], m[3]),
		dropped: v.natural(recordNames[4], m[4], math.MaxUint32), flags: v.natural(recordNames[5], m[5], math.MaxUint32),
		traceID: v.id(recordNames[6], m[6], 16), spanID: v.id(recordNames[7], m[7], 8),
		eventName: v.text(recordNames[8], m[8]),
	}
	if v.err != nil {
		return v.err
	}
	dst, begin := d.room()
	dst = r.appendHead(dst)
	if body := m[9]; !isNull(body) {
		dst = append(dst, `,"body":`...)
		if dst, err = appendJSONValue(dst, body, 0); err != nil {
			return err
		}
	}
	if attributes := m[10]; !isNull(attributes) && !isEmptyArray(attributes) {
		dst = append(dst, `,"attributes":`...)
		if dst, err = appendJSONMembers(dst, attributes, 0); err != nil {
			return err
		}
	}
	return d.add(&r, resource, scope, r.appendTail(dst), begin)
}

func isEmptyArray(raw []byte) bool {
	return raw[0] == '[' && raw[jsonscan.Space(raw, 1)] == ']'
}

// appendJSONMembers appends an array of KeyValues as an object.
func appendJSONMembers(dst, raw []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '{')
	first := true
	err := eachOf(raw, func(raw []byte) error {
		var m [2][]byte
		if err := membersOf(raw, []string{"key", "value"}, m[:]); err != nil {
			return err
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		v := values{}
		if dst = append(v.appendText(dst, "key", m[0]), ':'); v.err != nil {
			return v.err
		}
		var err error
		dst, err = appendJSONValue(dst, m[1], depth)
		return err
	})
	return append(dst, '}'), err
}

// valueNames are the members of an AnyValue, of which one should be there, in the order in which appendJSONValue takes them.
var valueNames = []string{"stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue"}

// appendJSONValue appends an AnyValue.
func appendJSONValue(dst, raw []byte, depth int) (text []byte, err error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	var m [7][]byte
	if err := membersOf(raw, valueNames, m[:]); err != nil {
		return nil, err
	}
	v := values{}
	switch {
	case !isNull(m[0]):
		text = v.appendText(dst, valueNames[0], m[0])
	case !isNull(m[1]):
		text = append(dst, m[1]...)
		if m[1][0] != 't' && m[1][0] != 'f' {
			v.fail(mismatch(valueNames[1], m[1], "true or false"))
		}
	case !isNull(m[2]):
		text = appendInt(dst, v.integer(valueNames[2], m[2]))
	case !isNull(m[3]):
		text = appendDouble(dst, v.double(valueNames[3], m[3]))
	case !isNull(m[4]):
		text, err = appendJSONList(dst, m[4], depth+1)
	case !isNull(m[5]):
		var list [1][]byte
		if err = membersOf(m[5], []string{"values"}, list[:]); err == nil {
			text, err = appendJSONMembers(dst, list[0], depth+1)
		}
	case !isNull(m[6]):
		text = appendBytes(dst, v.bytes(valueNames[6], m[6]))
	default:
		text = append(dst, "null"...)
	}
	return text, errors.Join(v.err, err)
}

// appendJSONList appends an ArrayValue.
func appendJSONList(dst, raw []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '[')
	first := true
	var m [1][]byte
	if err := membersOf(raw, []string{"values"}, m[:]); err != nil {
		return nil, err
	}
	err := eachOf(m[0], func(raw []byte) (err error) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst, err = appendJSONValue(dst, raw, depth)
		return err
	})
	return append(dst, ']'), err
}

// values reads plain values and remembers the first that is none of its kind.
type values struct{ err error }

func (v *values) fail(err error) {
	if v.err == nil {
		v.err = err
	}
}

// text returns a string, "" if it is missing.
func (v *values) text(name string, raw []byte) string {
	if isNull(raw) {
		return ""
	}
	if raw[0] != '"' {
		v.fail(mismatch(name, raw, "a string"))
		return ""
	}
	text, _ := jsonscan.Unquote(nil, raw[1:len(raw)-1])
	return string(text)
}

// appendText appends a string as it is written among our texts, "" if it is missing.
func (v *values) appendText(dst []byte, name string, raw []byte) []byte {
	if len(raw) > 0 && raw[0] == '"' && !jsonscan.HasEscape(raw[1:len(raw)-1]) {
		return append(dst, raw...)
	}
	return jsonscan.AppendString(dst, v.text(name, raw))
}

// number returns the text of a number, which may stand in quotes.
func number(raw []byte) []byte {
	if raw[0] == '"' {
		return raw[1 : len(raw)-1]
	}
	return raw
}

func (v *values) integer(name string, raw []byte) int64 {
	n, ok := jsonscan.ParseInt(number(raw))
	if !ok {
		v.fail(mismatch(name, raw, "a whole number of 64 bits"))
	}
	return n
}

// natural returns a number from 0 to most, 0 if it is missing.
func (v *values) natural(name string, raw []byte, most uint64) uint64 {
	if isNull(raw) {
		return 0
	}
	n, err := strconv.ParseUint(string(number(raw)), 10, 64)
	if err != nil { // 1e18 is whole too
		signed, whole := jsonscan.ParseInt(number(raw))
		if whole && signed >= 0 {
			n, err = uint64(signed), nil
		}
	}
	if err != nil || n > most {
		v.fail(mismatch(name, raw, "a whole number from 0 to "+strconv.FormatUint(most, 10)))
	}
	return n
}

func (v *values) double(name string, raw []byte) float64 {
	switch string(raw) {
	case `"NaN"`:
		return math.NaN()
	case `"Infinity"`:
		return math.Inf(1)
	case `"-Infinity"`:
		return math.Inf(-1)
	}
	f, ok := jsonscan.ParseFloat(number(raw))
	if !ok {
		v.fail(mismatch(name, raw, "a number"))
	}
	return f
}

// bytes returns what stands in base64, of either alphabet, padded or not.
func (v *values) bytes(name string, raw []byte) []byte {
	text := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(v.text(name, raw)), "=")
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		v.fail(mismatch(name, raw, "base64"))
	}
	return b
}

// id returns an id of n bytes, nil if it is missing or empty.
func (v *values) id(name string, raw []byte, n int) []byte {
	text := v.text(name, raw)
	if text == "" {
		return nil
	}
	if len(text) == 2*n {
		if id, err := hex.DecodeString(text); err == nil {
			return id
		}
	}
	id := v.bytes(name, raw)
	if len(id) != n {
		v.fail(mismatch(name, raw, fmt.Sprintf("%d hexadecimal digits", 2*n)))
	}
	return id
}

// severities are the names of severity numbers; each stands for four of them: INFO, INFO2, INFO3, INFO4.
var severities = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// severity returns a severity number, also by its name.
func (v *values) severity(raw []byte) int64 {
	if isNull(raw) {
		return 0
	}
	name, named := strings.CutPrefix(string(number(raw)), "SEVERITY_NUMBER_")
	if !named {
		n := v.integer("severityNumber", raw)
		if n != int64(int32(n)) {
			v.fail(mismatch("severityNumber", raw, "a number of 32 bits"))
		}
		return n
	}
	for i, s := range severities {
		for j, suffix := range []string{"", "2", "3", "4"} {
			if name == s+suffix {
				return int64(4*i + j + 1)
			}
		}
	}
	if name != "UNSPECIFIED" {
		v.fail(mismatch("severityNumber", raw, "a severity"))
	}
	return 0
}
