package validate

import (
	"fmt"
	"regexp"
	"strings"
)

// byHand are the patterns of the models that need what RE2 lacks (looking ahead, more than 1,000 repetitions), each with
// one that matches the same texts.
var byHand = map[string]string{
	`^(?!\s*$).+`: `.*\S.*`,
	`(?!\s*$).+|(\$(\.[\w/_-]+(\[(\d+|\*)\])*)*)`: `.*\S.*|(\$(\.[\w/_-]+(\[(\d+|\*)\])*)*)`,
	// Not empty, of the characters that a name starts with, and not starting with "aws.".
	`^(?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*)$`: `[/\.\-_A-Zb-z0-9].*|a|aw|aws|a[^w\n].*|aw[^s\n].*|aws[^\.\n].*|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*)`,
	// As the one above, but anything may stand before it: where "aws." starts, "ws." is as good.
	`.*(?=[/\.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w/_-]+(\[(\d+|\*)\])*)*).*`: `.*[/\.\-_A-Za-z0-9].*|(\$(\.[\w/_-]+(\[(\d+|\*)\])*)*).*`,
	`^[a-zA-Z0-9][a-zA-Z0-9_:\.\-\/]{0,2047}$`:                                 `[a-zA-Z0-9][a-zA-Z0-9_:\.\-\/]{0,1000}[a-zA-Z0-9_:\.\-\/]{0,1000}[a-zA-Z0-9_:\.\-\/]{0,47}`,
}

// compilePattern returns what matches the texts that pattern, in Java's dialect, matches as a whole.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	translated := byHand[pattern]
	if translated == "" {
		translated = pattern
	}
	re, err := regexp.Compile(`^(?:` + fromJava(translated) + `)$`)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	return re, nil
}

// matchesAll tells whether every text matches the pattern.
func matchesAll(pattern string) bool { return pattern == `(?s).*` || pattern == `[\s\S]*` }

// Java's own characters: any but a line's end, and blanks, which include the vertical tab.
const (
	javaDot      = `[^\n\r\x{85}\x{2028}\x{2029}]`
	javaBlank    = `\t-\r `
	javaNoBlank  = `[^\t-\r ]`
	aboveBMP     = `\uD800\uDC00-\uDBFF\uDFFF` // pairs of surrogates: all characters beyond 16 bits
	aboveBMPinGo = `\x{10000}-\x{10FFFF}`
)

// fromJava rewrites what Java and RE2 both have, but write or mean differently.
func fromJava(p string) string {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(p); i++ {
		switch {
		case strings.HasPrefix(p[i:], aboveBMP):
			b.WriteString(aboveBMPinGo)
			i += len(aboveBMP) - 1
		case p[i] == '\\' && i+5 < len(p) && p[i+1] == 'u':
			b.WriteString(`\x{` + p[i+2:i+6] + `}`)
			i += 5
		case p[i] == '\\' && i+1 < len(p):
			b.WriteString(escapeFromJava(p[i:i+2], inClass))
			i++
		case p[i] == '.' && !inClass && !strings.HasPrefix(p, "(?s)"):
			b.WriteString(javaDot)
		default:
			inClass = p[i] == '[' || inClass && p[i] != ']'
			b.WriteByte(p[i])
		}
	}
	return b.String()
}

// escapeFromJava rewrites a backslash and a letter.
func escapeFromJava(e string, inClass bool) string {
	switch {
	case e == `\s` && inClass:
		return javaBlank
	case e == `\s`:
		return "[" + javaBlank + "]"
	case e == `\S` && !inClass:
		return javaNoBlank
	}
	return e
}
