package site

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ast/inspector"
)

// namedRoles are the fields by which the options of eventlog's packages name tags (eventhttp.Options,
// eventqueue.Options, emf.Options and the like).
var namedRoles = map[string]Role{
	"Served": Done, "Sent": Done, "Processed": Done, "Handled": Done, "Invoked": Done, "Done": Done,
	"Failed": Failed, "Tag": Event,
}

// named returns the site of an options literal that names tags: the events are written by eventlog's
// package, under these names.
func (f *finder) named(cur inspector.Cursor) (Site, bool) {
	lit := cur.Node().(*ast.CompositeLit)
	n, ok := types.Unalias(f.info.TypeOf(lit)).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || !strings.HasPrefix(n.Obj().Pkg().Path(), eventlogPath+"/") {
		return Site{}, false
	}
	s := f.place(cur)
	s.API, s.Callee, s.Complete = "eventlog", n.Obj().Pkg().Name()+"."+n.Obj().Name(), true
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		name, ok := kv.Key.(*ast.Ident)
		if !ok || namedRoles[name.Name] == "" || !isString(f.info.TypeOf(kv.Value)) {
			continue
		}
		f.addTag(&s, TagArg{Role: namedRoles[name.Name]}, kv.Value)
		if namedRoles[name.Name] != Event && len(s.Attrs) == 0 {
			s.Level = "info"
			for _, x := range ofUnit {
				s.Attrs = append(s.Attrs, Attr{Key: x.Key, Class: x.Class, Implied: true})
			}
		}
	}
	return s, len(s.Tags) > 0
}
