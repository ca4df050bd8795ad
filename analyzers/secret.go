package analyzers

import (
	"go/ast"
	"go/types"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

var secret = check{
	name: "secret",
	doc: `no secret and no protected personal data in clear

Logs are copied, searched by many and kept for long. A password in them is a password given away. The check
goes by a key's words (password, token, authorization, ssn, iban and so on; secrets.words and
secrets.personal add to them, secrets.allow names exceptions), by types that carry secrets (http.Header,
*http.Request, *url.URL), by the fields of structs that are logged whole, and by the name of the variable,
field, header or environment variable that is written under another key, and by what stands before it in a
text: token=. A value is fine when its type has a LogValue method, when it comes from a function that masks or
hashes by its name, and when it is only about the secret: token_count, password_changed_at.

Instead of

	eventlog.Info(ctx, "user_signed_in", slog.String("password", password), slog.Any("user", user))

write

	eventlog.Info(ctx, "user_signed_in", eventlog.Secret("password", password), eventlog.UserID(user.ID))

eventlint --fix replaces slog.String where the file imports eventlog.`,
	run: checkSecret,
}

func checkSecret(p *pass) {
	for _, s := range p.sites {
		for _, a := range spelled(s) {
			if a.Value == nil || p.isMasked(a) {
				continue
			}
			if word, personal := p.cfg.Secrets.Secret(a.Key); word != "" && couldHide(a.Class, personal) {
				p.reportSecret(s, a, word, personal)
				continue
			}
			if what, instead := p.carrier(a); what != "" {
				p.report(s, a.Value, nil, "%s would be written in clear: %s", what, instead)
				continue
			}
			if name := p.secretName(a); name != "" {
				p.report(s, a.Value, nil, "%s is a secret by its name (%s), and logs are read by many: write eventlog.Secret(%q, …), or leave it out",
					p.text(a.Value), name, lastPart(a.Key))
			}
		}
	}
}

func (p *pass) reportSecret(s site.Site, a site.Attr, word string, personal bool) {
	kind := "a secret"
	if personal {
		kind = "personal data"
	}
	var fix []analysis.SuggestedFix
	name := p.eventlogName(s.Pos)
	if call, ok := a.Expr.(*ast.CallExpr); ok && name != "" && a.Maker == "slog.String" {
		fix = replace(call.Fun, name+".Secret", "write "+name+".Secret")
	}
	p.report(s, a.Expr, fix, "the key %q says that the value is %s (%s), and logs are read by many: write eventlog.Secret(%q, …), or leave it out",
		a.Key, kind, word, lastPart(a.Key))
}

// isMasked tells whether a's value hides itself, or is known to everybody who can read the source.
func (p *pass) isMasked(a site.Attr) bool {
	if a.Maker == "eventlog.Secret" || a.Type != nil && hasLogValue(a.Type) {
		return true
	}
	if p.TypesInfo.Types[a.Value].Value != nil {
		return !p.isSecretConstant(a.Value)
	}
	return p.isHidden(a.Value)
}

// isHidden tells whether e calls a function that masks or hashes.
func (p *pass) isHidden(e ast.Expr) bool {
	fn := p.calls(e)
	if fn == nil {
		return false
	}
	if fn.FullName() == "(*net/url.URL).Redacted" {
		return true
	}
	for _, w := range dictionary.Words(fn.Name()) {
		for _, stem := range []string{"mask", "redact", "hash", "anonym", "pseudonym", "sanitis", "sanitiz", "scrub", "fingerprint", "hmac", "encrypt"} {
			if strings.HasPrefix(w, stem) {
				return true
			}
		}
	}
	return false
}

// isSecretConstant tells whether the constant e is a secret in the source itself: one that is named so, or a text with
// digits as keys and numbers of people have them, and no mere word for one such as "none".
func (p *pass) isSecretConstant(e ast.Expr) bool {
	text := p.constant(e)
	if len(text) < minSecret {
		return false
	}
	switch v := ast.Unparen(e).(type) {
	case *ast.Ident:
		word, _ := p.cfg.Secrets.Secret(v.Name)
		return word != ""
	case *ast.SelectorExpr:
		word, _ := p.cfg.Secrets.Secret(v.Sel.Name)
		return word != ""
	}
	return strings.ContainsAny(text, "0123456789") && !strings.Contains(text, " ")
}

// minSecret is the length of the shortest constant that is taken for a secret: what is shorter is a word.
const minSecret = 8

func hasLogValue(t types.Type) bool {
	o, _, _ := types.LookupFieldOrMethod(t, true, nil, "LogValue")
	_, ok := o.(*types.Func)
	return ok
}

// couldHide tells whether a value of class c can be what its key says. A number of tokens is none.
func couldHide(c site.Class, personal bool) bool {
	switch c {
	case site.Bool, site.Float, site.Duration, site.Error:
		return false
	case site.Int, site.Time:
		return personal
	}
	return true
}

// carriers are types that hold secrets, and what to write instead.
var carriers = []struct{ pkg, name, instead string }{
	{"net/http", "Header", "a header holds cookies and tokens; write the headers that you need, one by one"},
	{"net/http", "Request", "a request holds cookies and tokens; write its method, route and request id"},
	{"net/http", "Response", "a response holds cookies; write its status"},
	{"net/http", "Cookie", "a cookie is a key to somebody's session; write its name"},
	{"net/url", "URL", "a URL can hold a password and tokens; write u.Redacted(), or u.Path"},
	{"net/url", "Values", "a query can hold tokens; write the values that you need, one by one"},
	{"net/url", "Userinfo", "it holds the password; write its Username"},
	{"crypto/rsa", "PrivateKey", "leave it out"},
	{"crypto/ecdsa", "PrivateKey", "leave it out"},
	{"crypto/ed25519", "PrivateKey", "leave it out"},
	{"crypto/tls", "Certificate", "it holds the private key; write the leaf's subject"},
}

// carrier says what in a's value is secret by its type, and what to write instead.
func (p *pass) carrier(a site.Attr) (what, instead string) {
	if fn := p.calls(a.Value); fn != nil {
		switch fn.FullName() {
		case "os.Environ":
			return "the environment", "it holds the service's passwords; write the variables that you need, one by one"
		case "(*net/url.URL).String":
			return "a URL", "it can hold a password and tokens; write u.Redacted(), or u.Path"
		}
	}
	for _, c := range carriers {
		if site.IsNamed(a.Type, c.pkg, c.name) || site.IsNamed(elemOf(a.Type), c.pkg, c.name) {
			return c.pkg + "." + c.name, c.instead
		}
	}
	if key := p.secretMember(a.Value); key != "" {
		return "the member " + key, "write the members that you need, one by one"
	}
	if a.Class != site.Object && a.Class != site.Array {
		return "", ""
	}
	if field := p.secretField(a.Type, maxFieldDepth); field != "" {
		return "the field " + field + " of " + types.TypeString(a.Type, types.RelativeTo(p.Pkg)),
			"write the fields that you need, one by one, or give the type a LogValue method"
	}
	return "", ""
}

// elemOf returns the type of a slice's elements, else nil.
func elemOf(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		return s.Elem()
	}
	return nil
}

// secretMember returns a key of the map literal e that is a secret, "" if there is none.
func (p *pass) secretMember(e ast.Expr) string {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return ""
	}
	for _, x := range lit.Elts {
		pair, ok := x.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key := p.constant(pair.Key)
		if word, _ := p.cfg.Secrets.Secret(key); word != "" && p.TypesInfo.Types[pair.Value].Value == nil {
			return key
		}
	}
	return ""
}

// readers are functions that return what their constant argument names.
var readers = []string{"os.Getenv", "(net/http.Header).Get", "(net/url.Values).Get", "(*net/http.Request).FormValue", "(*net/http.Request).PostFormValue"}

// secretName returns the word by which a's value, a text, is a secret under whatever key: a variable or a
// field of that name, or what a function reads by that name.
func (p *pass) secretName(a site.Attr) string {
	index, isIndex := ast.Unparen(a.Value).(*ast.IndexExpr)
	if isIndex && site.IsNamed(p.TypesInfo.TypeOf(index.X), "net/http", "Header") {
		return p.secretWord(p.constant(index.Index))
	}
	if a.Class != site.String {
		return ""
	}
	return p.secretText(a.Value)
}

func (p *pass) secretText(e ast.Expr) string {
	switch v := ast.Unparen(e).(type) {
	case *ast.Ident:
		return p.secretWord(v.Name)
	case *ast.SelectorExpr:
		return p.secretWord(v.Sel.Name)
	case *ast.CallExpr:
		fn := p.calls(v)
		if fn != nil && len(v.Args) == 1 && slices.Contains(readers, fn.FullName()) {
			return p.secretWord(p.constant(v.Args[0]))
		}
		if fn != nil && fn.FullName() == "fmt.Sprintf" {
			return p.secretVerb(p.constant(v.Args[0]), v.Args[1:])
		}
		if fn != nil && fn.FullName() == "fmt.Sprint" {
			return p.secretPart(v.Args)
		}
	case *ast.BinaryExpr:
		return p.secretPart([]ast.Expr{v.X, v.Y})
	}
	return ""
}

// verb is one of fmt's, which takes one argument.
var verb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)

// secretVerb returns the word by which one of the arguments of a format is a secret.
func (p *pass) secretVerb(format string, args []ast.Expr) string {
	before := verb.Split(format, -1)
	for i, arg := range args {
		if word := p.secretPiece(before[min(i, len(before)-1)], arg); word != "" {
			return word
		}
	}
	return ""
}

// secretPart returns the word by which one of the parts that make a text is a secret.
func (p *pass) secretPart(parts []ast.Expr) string {
	before := ""
	for _, part := range parts {
		if word := p.secretPiece(before, part); word != "" {
			return word
		}
		before = p.constantEnd(part)
	}
	return ""
}

// constantEnd returns the constant that the text e ends with.
func (p *pass) constantEnd(e ast.Expr) string {
	if sum, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && p.constant(e) == "" {
		return p.constantEnd(sum.Y)
	}
	return p.constant(e)
}

// labelled is the end of a text that says what comes next: token=, "password": , Authorization: Bearer.
var labelled = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_-]*)["']?\s*[=:]\s*["']?(?:[Bb]earer |[Bb]asic )?$`)

// secretPiece returns the word by which a piece of a text is a secret: by its own name, or by the constant text before it.
func (p *pass) secretPiece(before string, e ast.Expr) string {
	t := p.TypesInfo.TypeOf(e)
	if p.TypesInfo.Types[e].Value != nil || site.ClassOf(t) != site.String || hasLogValue(t) || p.isHidden(e) {
		return ""
	}
	if word := p.secretText(e); word != "" {
		return word
	}
	if m := labelled.FindStringSubmatch(before); m != nil {
		return p.secretWord(m[1])
	}
	return ""
}

// secretWord returns the word by which name is a secret. Personal data are told by the key alone.
func (p *pass) secretWord(name string) string {
	if word, personal := p.cfg.Secrets.Secret(name); !personal {
		return word
	}
	return ""
}

// maxFieldDepth bounds how far structs inside structs are searched; types may contain themselves.
const maxFieldDepth = 4

// secretField returns the name of a field of t that would be written and is a secret, "" if there is none.
func (p *pass) secretField(t types.Type, depth int) string {
	if depth == 0 || t == nil || hasLogValue(t) {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return p.secretField(u.Elem(), depth)
	case *types.Slice:
		return p.secretField(u.Elem(), depth)
	case *types.Array:
		return p.secretField(u.Elem(), depth)
	case *types.Map:
		return p.secretField(u.Elem(), depth)
	case *types.Struct:
		if site.ClassOf(t) != site.Object {
			return "" // it writes itself
		}
		return p.secretInStruct(u, depth)
	}
	return ""
}

func (p *pass) secretInStruct(u *types.Struct, depth int) string {
	for i := range u.NumFields() {
		f := u.Field(i)
		tag, _, _ := strings.Cut(reflect.StructTag(u.Tag(i)).Get("json"), ",")
		if !f.Exported() || tag == "-" || hasLogValue(f.Type()) {
			continue
		}
		if tag == "" {
			tag = f.Name()
		}
		if word, personal := p.cfg.Secrets.Secret(tag); word != "" && couldHide(site.ClassOf(f.Type()), personal) {
			return f.Name()
		}
		if inner := p.secretField(f.Type(), depth-1); inner != "" {
			return f.Name() + "." + inner
		}
	}
	return ""
}
