package transform

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// AWS's limits of grok patterns.
const (
	maxGrok     = 512 // characters
	maxPatterns = 20
	maxGreedy   = 5 // patterns that may match much, together
)

// grokUse is a pattern in use: %{NAME} or %{NAME:field}.
var grokUse = regexp.MustCompile(`%\{([^}:]*)(?::([^}]*))?\}`)

// common are the patterns of whole lines.
var common = map[string]func(line string) (*node, int){
	"APACHE_ACCESS_LOG": func(line string) (*node, int) { return webLine(line, false) },
	"NGINX_ACCESS_LOG":  func(line string) (*node, int) { return webLine(line, true) },
	"SYSLOG5424":        syslogRecord,
}

// A grokker is a pattern that is ready to match.
type grokker struct {
	line   func(string) (*node, int) // nil if it does not begin with a pattern of whole lines
	expr   *regexp.Regexp
	fields []path // of the groups of expr; the root for those of no field
	quoted []bool // the group has quotes around it that do not belong to the value
}

// grok matches a pattern, and puts what its fields match into the event.
func grok(p *types.Grok) (step, error) {
	source, err := sourceOf(p.Source)
	if err != nil {
		return nil, err
	}
	g, err := newGrokker(aws.ToString(p.Match))
	if err != nil {
		return nil, fmt.Errorf("match: %w", err)
	}
	return func(e *event) error {
		text, err := e.input(source)
		if err != nil {
			return fmt.Errorf("grok: %w", err)
		}
		if !g.match(e, text) {
			return fmt.Errorf("grok: the text does not match")
		}
		return nil
	}, nil
}

func newGrokker(match string) (*grokker, error) {
	if match == "" {
		return nil, fmt.Errorf("it is missing")
	}
	if err := checkText("it", match, maxGrok); err != nil {
		return nil, err
	}
	uses := grokUse.FindAllStringSubmatchIndex(match, -1)
	if n := len(uses); n < 1 || n > maxPatterns {
		return nil, fmt.Errorf("it has %d grok patterns, want 1 to %d", n, maxPatterns)
	}
	g := &grokker{fields: []path{{}}, quoted: []bool{false}}
	expr, last, greedy := "", 0, 0
	counts := map[string]int{}
	for i, u := range uses {
		name := match[u[2]:u[3]]
		literal := match[last:u[0]]
		last = u[1]
		if line := common[name]; line != nil {
			if i > 0 || literal != "" {
				return nil, fmt.Errorf("%s must be the first pattern", name)
			}
			if g.line = line; len(uses) > 2 {
				return nil, fmt.Errorf("only one DATA, GREEDYDATA or GREEDYDATA_MULTILINE may follow %s", name)
			}
			continue
		}
		if g.line != nil && !slices.Contains([]string{"DATA", "GREEDYDATA", "GREEDYDATA_MULTILINE"}, name) {
			return nil, fmt.Errorf("only DATA, GREEDYDATA or GREEDYDATA_MULTILINE may follow a pattern of a whole line")
		}
		if counts[name]++; counts[name] > useLimit(name) {
			return nil, fmt.Errorf("%s is there more than %d times", name, useLimit(name))
		}
		if slices.Contains([]string{"URI", "URIPARAM", "URIPATHPARAM", "SPACE", "DATA", "GREEDYDATA", "GREEDYDATA_MULTILINE"}, name) {
			if greedy++; greedy > maxGreedy {
				return nil, fmt.Errorf("it has more than %d patterns such as %s", maxGreedy, name)
			}
		}
		field := ""
		if u[4] >= 0 {
			field = match[u[4]:u[5]]
		}
		if name == "DATA" && last == len(match) {
			name = "GREEDYDATA" // what ends a match takes the rest of the line
		}
		use, err := g.use(name, field)
		if err != nil {
			return nil, err
		}
		expr += between(literal) + use
	}
	expr += between(match[last:])
	if g.line != nil {
		expr = "^(?:" + expr + ")"
	}
	var err error
	if g.expr, err = regexp.Compile(expr); err != nil {
		return nil, fmt.Errorf("the text between patterns: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if n := g.expr.NumSubexp() + 1; n != len(g.fields) {
		return nil, fmt.Errorf("the text between patterns must have no groups of its own; write (?: for (")
	}
	return g, nil
}

// useLimit is how often a pattern may be used.
func useLimit(name string) int {
	switch name {
	case "NOTSPACE", "SPACE", "DATA", "GREEDYDATA", "ARN", "IPV6", "IP", "HOSTNAME", "HOST", "IPORHOST", "HOSTPORT", "URIHOST", "WINPATH", "PATH",
		"URIPARAM", "URIPATHPARAM", "URI", "SYSLOGHOST":
		return 5
	case "GREEDYDATA_MULTILINE":
		return 1
	}
	return maxPatterns
}

// use returns the regular expression of a pattern whose text goes into a field, "" for none.
func (g *grokker) use(name, field string) (string, error) {
	body, ok := grokPatterns[name]
	if !ok {
		//lint:ignore ST1005 AWS's words
		return "", fmt.Errorf("No definition for key '%s' found", name)
	}
	var to path
	if field != "" {
		if strings.Contains(field, ":") {
			return "", fmt.Errorf("%q: a type cannot be given; use typeConverter", field)
		}
		var err error
		if to, err = pathOf("field", &field); err != nil {
			return "", err
		}
	}
	g.fields, g.quoted = append(g.fields, to), append(g.quoted, name == "QUOTEDSTRING")
	for _, inner := range innerFields[name] {
		g.fields, g.quoted = append(g.fields, newPath(inner)), append(g.quoted, false)
	}
	return "(" + body + ")", nil
}

// between returns the text between patterns as a regular expression: it is one, but for brackets around patterns, which AWS's samples
// have as they are [R].
func between(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\\':
			b.WriteByte(c)
			if i++; i < len(text) {
				b.WriteByte(text[i])
			}
		case '[':
			if end := strings.IndexByte(text[i+1:], ']'); end > 0 {
				b.WriteString(text[i : i+1+end+1])
				i += end + 1
				continue
			}
			b.WriteString(`\[`)
		case ']':
			b.WriteString(`\]`)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// match puts what the fields match into the event; false if the text does not match.
func (g *grokker) match(e *event, text string) bool {
	if g.line != nil {
		found, n := g.line(text)
		if found == nil {
			return false
		}
		e.place(path{}, found)
		if text = text[n:]; len(g.fields) == 1 {
			if text = strings.TrimSpace(text); text != "" {
				e.root.set("message", textOf(text))
			}
			return true
		}
	}
	m := g.expr.FindStringSubmatchIndex(text)
	if m == nil {
		return false
	}
	for i, to := range g.fields {
		if to.isRoot() || m[2*i] < 0 {
			continue
		}
		v := text[m[2*i]:m[2*i+1]]
		if g.quoted[i] && len(v) >= 2 {
			v = v[1 : len(v)-1]
		}
		e.root.put(to, textOf(v), true)
	}
	return true
}
