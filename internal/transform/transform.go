// Package transform makes JSON of log events as the transformers of CloudWatch Logs do: parsers take an event apart, mutators and converters
// change what they found. Where transformers are kept, and who sees what they make, is for others to say.
package transform

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// AWS's limits ("Create and manage log transformers" in the user guide).
const (
	maxProcessors = 20
	maxParsers    = 5
	maxEvent      = 512 << 10 // bytes of an event
	maxFields     = 200       // that are extracted from an event
)

// A Source is where an event comes from, for copyValue.
type Source struct{ Account, Region, Group, Stream string }

// A Transformer is a configuration that is ready to see events. It is safe for concurrent use.
type Transformer struct{ steps []step }

// A step is what one processor does. An error means that the event cannot be transformed: only parsers fail, and what would make an event too
// long; what another processor cannot change stays as it is [R].
type step func(e *event) error

// New reads a configuration. Every mistake in it is an error.
func New(config []types.Processor) (*Transformer, error) {
	if n := len(config); n < 1 || n > maxProcessors {
		return nil, fmt.Errorf("the transformer has %d processors, want 1 to %d", n, maxProcessors)
	}
	t := &Transformer{}
	seen := map[string]int{}
	parsers := 0
	for i, p := range config {
		name, step, err := build(p)
		if err != nil {
			return nil, fmt.Errorf("processor %d: %w", i+1, err)
		}
		seen[name]++
		switch {
		case kindOf[name] == mutator && i == 0:
			return nil, fmt.Errorf("the first processor is %s, want a parser", name)
		case kindOf[name] == builtin && i > 0:
			return nil, fmt.Errorf("%s must be the first processor", name)
		case seen[name] > 1 && (name == "grok" || name == "addKeys" || name == "copyValue"):
			return nil, fmt.Errorf("a transformer can have only one %s", name)
		}
		if kindOf[name] != mutator {
			parsers++
		}
		t.steps = append(t.steps, step)
	}
	if parsers > maxParsers {
		return nil, fmt.Errorf("the transformer has %d parsers, want at most %d", parsers, maxParsers)
	}
	return t, nil
}

// The kinds of processors; the others are mutators.
const (
	mutator = iota
	parser
	builtin
)

var kindOf = map[string]int{
	"parseJSON": parser, "parseKeyValue": parser, "grok": parser, "csv": parser,
	"parseCloudfront": builtin, "parseVPC": builtin, "parseWAF": builtin, "parseRoute53": builtin, "parsePostgres": builtin,
	"parseToOCSF": builtin,
}

// build returns the name of a processor, and what it does.
func build(p types.Processor) (name string, s step, err error) {
	n := 0
	try := func(is bool, called string, make func() (step, error)) {
		if !is {
			return
		}
		n++
		name = called
		if s, err = make(); err != nil {
			err = fmt.Errorf("%s: %w", called, err)
		}
	}
	try(p.ParseJSON != nil, "parseJSON", func() (step, error) { return parseJSON(p.ParseJSON) })
	try(p.ParseKeyValue != nil, "parseKeyValue", func() (step, error) { return parseKeyValue(p.ParseKeyValue) })
	try(p.Grok != nil, "grok", func() (step, error) { return grok(p.Grok) })
	try(p.Csv != nil, "csv", func() (step, error) { return csv(p.Csv) })
	try(p.ParseCloudfront != nil, "parseCloudfront", func() (step, error) { return parseCloudfront, onlyMessage(p.ParseCloudfront.Source) })
	try(p.ParseVPC != nil, "parseVPC", func() (step, error) { return parseVPC, onlyMessage(p.ParseVPC.Source) })
	try(p.ParseWAF != nil, "parseWAF", func() (step, error) { return parseWAF, onlyMessage(p.ParseWAF.Source) })
	try(p.ParseRoute53 != nil, "parseRoute53", func() (step, error) { return parseRoute53, onlyMessage(p.ParseRoute53.Source) })
	try(p.ParsePostgres != nil, "parsePostgres", func() (step, error) { return parsePostgres, onlyMessage(p.ParsePostgres.Source) })
	try(p.ParseToOCSF != nil, "parseToOCSF", func() (step, error) { return parseToOCSF(p.ParseToOCSF) })
	try(p.AddKeys != nil, "addKeys", func() (step, error) { return addKeys(p.AddKeys) })
	try(p.CopyValue != nil, "copyValue", func() (step, error) { return copyValue(p.CopyValue) })
	try(p.DeleteKeys != nil, "deleteKeys", func() (step, error) { return deleteKeys(p.DeleteKeys) })
	try(p.MoveKeys != nil, "moveKeys", func() (step, error) { return moveKeys(p.MoveKeys) })
	try(p.RenameKeys != nil, "renameKeys", func() (step, error) { return renameKeys(p.RenameKeys) })
	try(p.ListToMap != nil, "listToMap", func() (step, error) { return listToMap(p.ListToMap) })
	try(p.DateTimeConverter != nil, "dateTimeConverter", func() (step, error) { return dateTimeConverter(p.DateTimeConverter) })
	try(p.TypeConverter != nil, "typeConverter", func() (step, error) { return typeConverter(p.TypeConverter) })
	try(p.LowerCaseString != nil, "lowerCaseString", func() (step, error) { return lowerCase(p.LowerCaseString.WithKeys) })
	try(p.UpperCaseString != nil, "upperCaseString", func() (step, error) { return upperCase(p.UpperCaseString.WithKeys) })
	try(p.TrimString != nil, "trimString", func() (step, error) { return trim(p.TrimString.WithKeys) })
	try(p.SplitString != nil, "splitString", func() (step, error) { return splitString(p.SplitString) })
	try(p.SubstituteString != nil, "substituteString", func() (step, error) { return substituteString(p.SubstituteString) })
	if n != 1 {
		return "", nil, fmt.Errorf("it has %d members, want exactly one", n)
	}
	return name, s, err
}

// Apply returns what a transformer makes of a message: a JSON object. An error says why it makes nothing of it.
func (t *Transformer) Apply(message string, from Source) (string, error) {
	if len(message) >= maxEvent {
		return "", fmt.Errorf("the event has %d bytes, want less than %d", len(message), maxEvent)
	}
	e := newEvent(message, &from)
	defer e.free()
	for _, s := range t.steps {
		if err := s(e); err != nil {
			return "", err
		}
	}
	made := nodeOf(object, e.root)
	if n := leaves(made) - e.repeats; n > maxFields {
		return "", fmt.Errorf("the event has %d fields, want at most %d", n, maxFields)
	}
	e.out = appendJSON(e.out, made)
	return string(e.out), nil
}
