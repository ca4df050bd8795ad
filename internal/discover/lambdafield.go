package discover

import (
	"github.com/groundwatch/groundwatch/column"
)

// A lambdaField takes a field from a line of a Lambda function's log group that is no JSON event.
type lambdaField func(l *LambdaLine) column.Value

// lambdaNames are the fields that CloudWatch discovers in such lines.
var lambdaNames = []struct {
	name string
	take lambdaField
}{
	{"@type", lambdaType},
	{"@requestId", func(l *LambdaLine) column.Value { return textOrNull(l.RequestID) }},
	{"@duration", func(l *LambdaLine) column.Value { return ofReport(l, l.Duration) }},
	{"@billedDuration", func(l *LambdaLine) column.Value { return ofReport(l, l.BilledDuration) }},
	{"@initDuration", func(l *LambdaLine) column.Value { return ofReport(l, l.InitDuration) }},
	{"@memorySize", func(l *LambdaLine) column.Value { return ofReport(l, l.MemorySize) }},
	{"@maxMemoryUsed", func(l *LambdaLine) column.Value { return ofReport(l, l.MaxMemoryUsed) }},
	{"@xrayTraceId", func(l *LambdaLine) column.Value { return ofReport(l, textOrNull(l.TraceID)) }},
	{"@xraySegmentId", func(l *LambdaLine) column.Value { return ofReport(l, textOrNull(l.SegmentID)) }},
}

// lambdaType is the field @type. Only START, END and REPORT lines have it, so that counts by type
// are those of the samples in the documentation, which says nothing of other platform lines.
func lambdaType(l *LambdaLine) column.Value {
	switch l.Type {
	case "START", "END", "REPORT":
		return column.StringValue(l.Type)
	}
	return column.Value{}
}

// ofReport returns v for REPORT lines, the only ones with measures.
func ofReport(l *LambdaLine, v column.Value) column.Value {
	if l.Type != "REPORT" {
		return column.Value{}
	}
	return v
}

func textOrNull(s string) column.Value {
	if s == "" {
		return column.Value{}
	}
	return column.StringValue(s)
}

// lambdaLevel is the field level of text lines without JSON that has one: what their level column says. CloudWatch
// has no such field: it is our addition, and only found when it is asked for by name.
func lambdaLevel(l *LambdaLine) column.Value { return textOrNull(l.Level) }

// lambdaFields returns for each field how to take it from a line, nil for fields of JSON. It returns
// nil if there are only such.
func lambdaFields(fields []Field) []lambdaField {
	out := make([]lambdaField, len(fields))
	named := false
	for i, f := range fields {
		for _, n := range lambdaNames {
			if n.name == f.Name && !f.All {
				out[i], named = n.take, true
			}
		}
		if f.Name == "level" && !f.All {
			out[i], named = lambdaLevel, true
		}
	}
	if !named {
		return nil
	}
	return out
}

// eachLambda calls f with the fields of the event b: those of its line, then those of the first JSON
// object in it.
func (x *Extractor) eachLambda(b []byte, f func(name string, v column.Value) bool) {
	if x.eachLeaf(b, false, f) {
		return
	}
	x.parseLine(b)
	for _, n := range lambdaNames {
		if v := n.take(&x.line); !v.IsNull() && !f(n.name, v) {
			return
		}
	}
	if object := fragment(b); object != nil {
		x.eachLeaf(object, true, f)
	}
}
