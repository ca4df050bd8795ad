package anomalies

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// dynamic is how AWS shows what varies in a pattern.
const dynamic = "<*>"

// A part is a literal of a pattern, or what varies.
type part struct {
	text string // of a literal
	name string // of what varies: IPAddress-3; else ""
}

// placeholder finds what insights/pattern puts in the place of what varies. Which of them are placeholders, and no text of the messages,
// tells their number.
var placeholder = regexp.MustCompile(`<[A-Z][A-Za-z]*-([0-9]+)>`)

// parts cuts a pattern's text at its placeholders.
func parts(text string) []part {
	var all []part
	last, number := 0, 1
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		if text[m[2]:m[3]] != strconv.Itoa(number) {
			continue
		}
		number++
		if last < m[0] {
			all = append(all, part{text: text[last:m[0]]})
		}
		all = append(all, part{name: text[m[0]+1 : m[1]-1]})
		last = m[1]
	}
	if last < len(text) {
		all = append(all, part{text: text[last:]})
	}
	return all
}

// patternString returns a pattern as AWS shows it.
func patternString(text string) string {
	var b strings.Builder
	for _, p := range parts(text) {
		b.WriteString(p.text)
		if p.name != "" {
			b.WriteString(dynamic)
		}
	}
	return b.String()
}

// patternID returns the id of a pattern: the same for the same text.
func patternID(text string) string {
	sum := sha256.Sum256([]byte(patternString(text)))
	return hex.EncodeToString(sum[:16])
}

var blanks = regexp.MustCompile(`\s+`)

// patternRegex returns a regular expression for most messages of a pattern, with a group for each part that varies.
func patternRegex(text string) string {
	isJSON := strings.HasPrefix(text, "{")
	var b strings.Builder
	b.WriteString(`(?s)^\s*`)
	for _, p := range parts(text) {
		if p.name != "" {
			b.WriteString(`(.*?)`)
			continue
		}
		literal := blanks.ReplaceAllString(regexp.QuoteMeta(p.text), `\s+`)
		if isJSON { // patterns of JSON have no blanks between its tokens
			literal = strings.NewReplacer(`:`, `:\s*`, `,`, `,\s*`).Replace(literal)
		}
		b.WriteString(literal)
	}
	b.WriteString(`\s*$`)
	return b.String()
}

// A token is a part of a pattern as an anomaly has it.
type token struct {
	Text   string           `json:"text"`
	Name   string           `json:"name,omitempty"` // of what varies
	Values map[string]int64 `json:"values,omitempty"`
}

// Bounds of what is kept of a pattern.
const (
	maxTokens     = 100
	maxValues     = 10  // of one token: the most frequent
	maxValueBytes = 256 // longer ones are not kept
)

// tokensOf returns the tokens of a pattern, literals cut at blanks, with what messages have in the place of those that vary.
func tokensOf(text string, messages []string) []token {
	values := valuesOf(text, messages)
	var tokens []token
	n := 0
	for _, p := range parts(text) {
		if p.name != "" {
			tokens = append(tokens, token{dynamic, p.name, most(values[n])})
			n++
			continue
		}
		for _, word := range strings.Fields(p.text) {
			tokens = append(tokens, token{Text: word})
		}
	}
	return tokens[:min(len(tokens), maxTokens)]
}

// valuesOf counts what stands in the place of each part that varies.
func valuesOf(text string, messages []string) []map[string]int64 {
	all := parts(text)
	var values []map[string]int64
	for _, p := range all {
		if p.name != "" {
			values = append(values, map[string]int64{})
		}
	}
	if len(values) == 0 {
		return nil
	}
	for _, m := range messages {
		for i, v := range valuesIn(nil, all, blanksAsInPatterns(m)) {
			if v != "" && len(v) <= maxValueBytes {
				values[i][v]++
			}
		}
	}
	return values
}

// valuesIn appends to values what a message has in the place of each part that varies: the shortest texts that let the literals follow, found in
// time in proportion to the message. nil if they do not follow.
func valuesIn(values []string, all []part, message string) []string {
	begin := -1 // of the part that varies and is not ended yet
	at := 0
	for _, p := range all {
		if p.name != "" {
			if begin >= 0 {
				values = append(values, "") // two that touch: nobody can tell
			}
			begin = at
			continue
		}
		n := strings.Index(message[at:], p.text)
		if n < 0 || n > 0 && begin < 0 {
			return nil
		}
		if begin >= 0 {
			values = append(values, message[begin:at+n])
			begin = -1
		}
		at += n + len(p.text)
	}
	switch {
	case begin >= 0:
		return append(values, message[begin:])
	case at < len(message):
		return nil
	}
	return values
}

// blanksAsInPatterns returns a message with the blanks that insights/pattern leaves: single ones, and none between the tokens of JSON.
func blanksAsInPatterns(message string) string {
	if strings.HasPrefix(message, "{") {
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(message)) == nil {
			return compact.String()
		}
	}
	return blanks.ReplaceAllStringFunc(strings.TrimSpace(message), func(run string) string {
		if strings.Contains(run, "\n") {
			return "\n"
		}
		return " "
	})
}

// most returns the most frequent values.
func most(values map[string]int64) map[string]int64 {
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(cmp.Compare(values[b], values[a]), cmp.Compare(a, b))
	})
	for _, name := range names[min(len(names), maxValues):] {
		delete(values, name)
	}
	return values
}
