package analyzers

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

var keyUnit = check{
	name: "keyunit",
	doc: `a number says what it counts

A time.Duration is written as nanoseconds by one logger, as milliseconds or as text by another, and "size"
may be bytes or pieces. A key that ends in its unit (_ms, _s, _bytes, _count) can be added up and put on an
axis. eventlog.Ms writes milliseconds; keys.units adds endings.

Instead of

	eventlog.Info(ctx, "report_sent", slog.Duration("took", d), slog.Int("body_size", n))

write

	eventlog.Info(ctx, "report_sent", eventlog.Ms("took_ms", d), slog.Int("body_bytes", n))

eventlint --fix writes eventlog.Ms where the file imports eventlog.`,
	run: checkKeyUnit,
}

// timeWords and sizeWords are last words of keys whose numbers have a unit that the key does not say.
var (
	timeWords = []string{"duration", "latency", "elapsed", "took", "timeout", "delay", "ttl", "uptime", "backoff"}
	sizeWords = []string{"memory", "content_length", "body_size", "file_size", "request_size", "response_size", "payload_size",
		"upload_size", "download_size", "message_size", "object_size", "image_size", "disk_size", "heap_size"}
)

func checkKeyUnit(p *pass) {
	for _, s := range p.sites {
		for _, a := range spelled(s) {
			if p.ownKey(a) == "" || slices.Contains(p.cfg.Keys.Allow, a.Key) {
				continue
			}
			p.checkUnit(s, a)
		}
	}
}

func (p *pass) checkUnit(s site.Site, a site.Attr) {
	own := p.ownKey(a)
	inMs := p.cfg.Keys.Style.Write(own + "_ms")
	words := dictionary.Words(own)
	switch {
	case a.Class == site.Duration:
		if words[len(words)-1] == "ms" {
			inMs = own
		}
		p.report(s, a.Expr, p.ifFree(s, a, inMs, p.msFix(s, a, inMs)), "each logger writes a time.Duration in another unit: write %s", p.msAdvice(s, a, inMs))
	case p.isMs(s, a) && words[len(words)-1] != "ms":
		p.report(s, a.KeyExpr, p.ifFree(s, a, inMs, rename(a.KeyExpr, inMs)), "the value is in milliseconds and the key %q does not say so: write %q", own, inMs)
	case a.Class != site.Int && a.Class != site.Float || p.cfg.Keys.Unit(own):
	case slices.Contains(timeWords, words[len(words)-1]):
		p.report(s, a.KeyExpr, nil, "nobody can tell which unit of time %q is in: end the key with it, such as %q", own, inMs)
	case isSize(words):
		bytes := p.cfg.Keys.Style.Write(strings.TrimSuffix(strings.Join(words, "_"), "_size") + "_bytes")
		p.report(s, a.KeyExpr, nil, "nobody can tell whether %q is in bytes: end the key with the unit, such as %q", own, bytes)
	}
}

// msAdvice returns what to write for the duration a under key.
func (p *pass) msAdvice(s site.Site, a site.Attr, key string) string {
	switch {
	case a.Maker == "":
		return strconv.Quote(key) + " and its Milliseconds()"
	case p.eventlogName(s.Pos) == "":
		return "slog.Int64(" + strconv.Quote(key) + ", …Milliseconds())"
	}
	return "eventlog.Ms(" + strconv.Quote(key) + ", …)"
}

// isMs tells whether eventlog writes a's value as milliseconds.
func (p *pass) isMs(s site.Site, a site.Attr) bool {
	return a.Maker == "eventlog.Ms" || a.Maker == "eventlog.Add" && strings.HasSuffix(s.Callee, "AddMs")
}

// isSize tells whether words are, or end in, one of sizeWords.
func isSize(words []string) bool {
	name := strings.Join(words, "_")
	return slices.ContainsFunc(sizeWords, func(w string) bool { return name == w || strings.HasSuffix(name, "_"+w) })
}

// msFix returns the fix that writes eventlog.Ms(key, …) in place of slog.Duration or slog.Any.
func (p *pass) msFix(s site.Site, a site.Attr, key string) []analysis.SuggestedFix {
	name := p.eventlogName(s.Pos)
	call, ok := a.Expr.(*ast.CallExpr)
	lit, isLit := ast.Unparen(a.KeyExpr).(*ast.BasicLit)
	if name == "" || !ok || !isLit || a.Maker != "slog.Duration" && a.Maker != "slog.Any" {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message: "write " + name + ".Ms",
		TextEdits: []analysis.TextEdit{
			{Pos: call.Fun.Pos(), End: call.Fun.End(), NewText: []byte(name + ".Ms")},
			{Pos: lit.Pos(), End: lit.End(), NewText: []byte(strconv.Quote(key))},
		},
	}}
}
