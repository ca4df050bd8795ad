package site

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
)

// A preset is what options of one of eventlog's packages say of the events that the package writes.
type preset struct {
	names  []name
	fields []Field
}

// A name is a field of options that names a tag, and the tag that an empty one means.
type name struct {
	field, tag string
	role       Role
}

// presets are the options of eventlog's packages, with what their documentation says is written.
var presets = map[string]preset{
	"eventhttp.Options": {
		[]name{{"Served", "request_served", Done}, {"Failed", "request_failed", Failed}},
		slices.Concat(implied(String, "method route client_ip user_agent"), implied(Int, "status bytes_in bytes_out"), implied(Float, "ttfb_ms duration_ms"), implied(String, "outcome")),
	},
	"eventhttp.TransportOptions": {
		[]name{{"Sent", "http_request_sent", Done}, {"Failed", "http_request_failed", Failed}},
		slices.Concat(implied(String, "method host"), implied(Int, "status bytes_in attempt"), implied(Float, "ttfb_ms duration_ms"), implied(Bool, "conn_reused"), implied(String, "outcome")),
	},
	"eventqueue.Options": {
		[]name{{"Processed", "message_processed", Done}, {"Failed", "message_failed", Failed}},
		slices.Concat(implied(String, "queue message_id"), implied(Int, "attempt bytes_in"), implied(Float, "queued_ms duration_ms"), implied(String, "outcome")),
	},
	"eventlambda.Options": {
		[]name{{"Finished", "invocation_finished", Done}, {"Failed", "invocation_failed", Failed}},
		slices.Concat(implied(Bool, "cold_start"), implied(String, "function_name function_version function_arn"), implied(Int, "function_memory_size"), implied(Float, "duration_ms"), implied(String, "outcome")),
	},
	"emf.Options": {[]name{{"Tag", "metrics_recorded", Event}}, nil},
}

// implied returns fields of one class, by their keys.
func implied(class Class, keys string) []Field {
	var all []Field
	for key := range strings.FieldsSeq(keys) {
		all = append(all, Field{key, class, true})
	}
	return all
}

// named returns the site of an options literal of one of eventlog's packages: the package writes the
// events, under the names that stand here or those it has itself.
func (f *finder) named(cur inspector.Cursor) (Site, bool) {
	lit := cur.Node().(*ast.CompositeLit)
	n, ok := types.Unalias(f.info.TypeOf(lit)).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !isEventlog(n.Obj().Pkg().Path()) {
		return Site{}, false
	}
	callee := n.Obj().Pkg().Name() + "." + n.Obj().Name()
	p, ok := presets[callee]
	if !ok {
		return Site{}, false
	}
	s := f.place(cur)
	s.API, s.Callee, s.Level, s.Complete = "eventlog", callee, "info", true
	for _, name := range p.names {
		if e := fieldValue(lit, name.field); e != nil {
			f.addTag(&s, TagArg{Role: name.role}, e)
		} else {
			s.Tags = append(s.Tags, Tag{Name: name.tag, Role: name.role, Const: true})
		}
	}
	for _, x := range p.fields {
		s.Attrs = append(s.Attrs, Attr{Key: x.Key, Class: x.Class, Implied: true})
	}
	return s, true
}

// fieldValue returns the value that lit gives to field, nil if it gives none.
func fieldValue(lit *ast.CompositeLit, field string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == field {
				return kv.Value
			}
		}
	}
	return nil
}
