// Package site finds where a package of Go code writes events, and what each call writes: its tags,
// fields, context and level. It judges nothing: the checks beside it do, and the catalogue prints.
package site

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"
)

// A Result is what one package writes.
type Result struct {
	Sites   []Site   // in production code written by hand, ordered by position
	Tests   []Site   // in _test.go files, ordered by position
	Ignores []Ignore // the comments that silence findings

	fset *token.FileSet
}

// A Site is one place in the source that writes an event, or that adds fields to events written later
// (then it has no tag): a call of eventlog, of log/slog or of a function that hands its arguments on to
// them, a slog.Attr that is built outside of such a call, or the options of one of eventlog's packages that
// name tags.
type Site struct {
	Node   ast.Expr         // the call; for an attribute or options by themselves, their expression
	Call   *ast.CallExpr    // Node as a call; nil when it is a literal
	Cursor inspector.Cursor // Node's place in the syntax tree
	Pos    token.Pos        // where Node starts
	Func   string           // the enclosing function: "Create", "Server.Create"; "" at package level
	Pkg    string           // import path of the package that holds the site

	API    string // "eventlog", "slog", or the full name of the wrapper that is called
	Callee string // name of what is called, as people say it: "eventlog.Info", "slog.Logger.Info", "record"
	Level  string // "debug", "info", "warn", "error"; "" when the call computes it or has none
	Style  Style  // how the call takes its fields

	Tags     []Tag
	Message  ast.Expr // slog's message, whether or not it looks like a tag; nil elsewhere
	Attrs    []Attr   // groups are flattened to dotted keys, in the order of the call
	Args     []ast.Expr
	Ctx      ast.Expr // the context handed over; nil when the call takes none
	TakesCtx bool     // the callee has a parameter for a context
	Err      ast.Expr // the error of eventlog.Fail and its like

	// Forwards tells that the call hands on a tag or message that its own function was given: the function
	// is a wrapper, and the tag is where that is called.
	Forwards bool

	// Inner tells that the fields stand below a group whose name is not known here: the arguments of
	// slog.GroupValue.
	Inner bool

	// Complete tells that Attrs are all fields that the call names. It is false when args... or an
	// attribute made by an unknown function hides some.
	Complete bool
}

// A Style is how a call takes fields.
type Style int

const (
	NoFields Style = iota // the call takes no fields
	ByAttr                // slog.Attr values
	ByPair                // slog's alternating keys and values, or attributes
)

// A Role is which of an event's outcomes a tag names.
type Role string

const (
	Event     Role = "event"     // what happened
	Done      Role = "done"      // a unit of work or outside call that went well
	Failed    Role = "failed"    // one that did not
	Assertion Role = "assertion" // what was asserted; the event's own tag is assertion_failed
)

// A Tag is a name that a site gives to its event.
type Tag struct {
	Name  string   // "" when Const is false
	Expr  ast.Expr // nil when it is not spelled here: the default of one of eventlog's packages
	Role  Role
	Const bool // the compiler knows the name
}

// An Attr is one field of an event.
type Attr struct {
	Key     string     // dotted below groups; "" when it is not constant
	KeyExpr ast.Expr   // nil when the key is not spelled at the site: eventlog.Err(err), a helper's fields
	Value   ast.Expr   // nil when the value is not spelled at the site
	Type    types.Type // of Value; nil when that is nil
	Class   Class
	Maker   string   // what builds it: "slog.String", "eventlog.Err"; "" for a key and a value side by side
	Expr    ast.Expr // the attribute as a whole; the value when Maker is ""
	Via     string   // the function of ours that adds it, "" when the site names it
	Implied bool     // the logger adds it: duration_ms and outcome of a unit, error_type of an error
}
