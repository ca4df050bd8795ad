package function

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// textFunctions are the string functions (operations-functions).
var textFunctions = []Scalar{
	{Name: "isempty", Min: 1, Max: 1, Usage: "isempty(f)", Doc: "1 if f is missing or empty, else 0.",
		Eval: func(_ *Env, args []column.Value) column.Value { return column.BoolValue(args[0].Text() == "") }},
	{Name: "isblank", Min: 1, Max: 1, Usage: "isblank(f)", Doc: "1 if f is missing, empty or only white space, else 0.",
		Eval: func(_ *Env, args []column.Value) column.Value {
			return column.BoolValue(strings.TrimSpace(args[0].Text()) == "")
		}},
	{Name: "concat", Min: 1, Max: -1, Usage: "concat(a, b, ...)", Doc: "The texts joined; nothing if one is missing.", Eval: concat},
	{Name: "trim", Min: 1, Max: 2, Usage: "trim(s [, characters])", Doc: "s without white space, or the given characters, at both ends.", Eval: trimWith(strings.TrimFunc)},
	{Name: "ltrim", Min: 1, Max: 2, Usage: "ltrim(s [, characters])", Doc: "s without white space, or the given characters, at its start.", Eval: trimWith(strings.TrimLeftFunc)},
	{Name: "rtrim", Min: 1, Max: 2, Usage: "rtrim(s [, characters])", Doc: "s without white space, or the given characters, at its end.", Eval: trimWith(strings.TrimRightFunc)},
	{Name: "strlen", Min: 1, Max: 1, Usage: "strlen(s)", Doc: "The number of Unicode code points.",
		Eval: ofText(func(s string) column.Value { return column.IntValue(int64(utf8.RuneCountInString(s))) })},
	{Name: "toupper", Min: 1, Max: 1, Usage: "toupper(s)", Doc: "s in upper case.",
		Eval: ofText(func(s string) column.Value { return column.StringValue(strings.ToUpper(s)) })},
	{Name: "tolower", Min: 1, Max: 1, Usage: "tolower(s)", Doc: "s in lower case.",
		Eval: ofText(func(s string) column.Value { return column.StringValue(strings.ToLower(s)) })},
	{Name: "substr", Min: 2, Max: 3, Usage: "substr(s, start [, length])", Doc: "The part of s from start, counted from 0, in Unicode code points.", Eval: substr},
	{Name: "replace", Min: 3, Max: 3, Usage: "replace(s, from, to)", Doc: "s with each occurrence of the text from replaced.", Eval: replace},
	{Name: "regexReplace", Min: 3, Max: 3, Usage: "regexReplace(s, regex, to)",
		Doc:   "s with each match of a regular expression replaced; $1 or ${name} in to stands for a group.",
		Check: checkRegexReplace, Bind: bindRegexReplace, Eval: unbound(bindRegexReplace)},
	{Name: "strcontains", Min: 2, Max: 3, Usage: "strcontains(s, part [, ignoreCase])", Doc: "1 if s contains part, else 0.", Eval: strContains},
	{Name: "startsWith", Min: 2, Max: 2, Usage: "startsWith(s, part)", Doc: "1 if s starts with part, else 0.",
		Eval: ofTexts(func(s, t string) column.Value { return column.BoolValue(strings.HasPrefix(s, t)) })},
	{Name: "endsWith", Min: 2, Max: 2, Usage: "endsWith(s, part)", Doc: "1 if s ends with part, else 0.",
		Eval: ofTexts(func(s, t string) column.Value { return column.BoolValue(strings.HasSuffix(s, t)) })},
	{Name: "split", Min: 2, Max: 2, Usage: "split(s, delimiter)", Doc: "The list of the texts between the delimiters.", Eval: ofTexts(split)},
}

// concat is null if any argument is ([R] §7.4).
func concat(_ *Env, args []column.Value) column.Value {
	var out []byte
	for _, v := range args {
		if v.IsNull() || v.Kind() == column.JSON {
			return column.Value{}
		}
		out = v.AppendText(out)
	}
	return column.StringValue(stringOf(out))
}

// trimWith makes an Eval of a trimming function. The second argument is a set of characters.
func trimWith(trim func(string, func(rune) bool) string) evaluator {
	return func(_ *Env, args []column.Value) column.Value {
		s, ok := TextOf(args[0])
		if !ok {
			return column.Value{}
		}
		drop := unicode.IsSpace
		if len(args) == 2 {
			set, ok := TextOf(args[1])
			if !ok {
				return column.Value{}
			}
			drop = func(r rune) bool { return strings.ContainsRune(set, r) }
		}
		return column.StringValue(trim(s, drop))
	}
}

// substr gives "" for a start past the end, and null for a negative start or length ([R] §7.4).
func substr(_ *Env, args []column.Value) column.Value {
	s, ok := TextOf(args[0])
	start, okay := ToNumber(args[1])
	length := math.Inf(1)
	if len(args) == 3 {
		var given bool
		length, given = ToNumber(args[2])
		okay = okay && given
	}
	if !ok || !okay || start < 0 || length < 0 {
		return column.Value{}
	}
	s = s[runes(s, start):]
	return column.StringValue(s[:runes(s, length)])
}

// runes returns the number of bytes of the first n code points of s.
func runes(s string, n float64) int {
	if n >= float64(len(s)) {
		return len(s)
	}
	left := int(n)
	for i := range s {
		if left == 0 {
			return i
		}
		left--
	}
	return len(s)
}

// replace leaves s as it is if there is nothing to look for ([R] §7.4).
func replace(_ *Env, args []column.Value) column.Value {
	var text [3]string
	for i, v := range args {
		var ok bool
		if text[i], ok = TextOf(v); !ok {
			return column.Value{}
		}
	}
	if text[1] == "" {
		return column.StringValue(text[0])
	}
	return column.StringValue(strings.ReplaceAll(text[0], text[1], text[2]))
}

// strContains is 0 for a missing s ([R] §7.4).
func strContains(_ *Env, args []column.Value) column.Value {
	part, ok := TextOf(args[1])
	if !ok {
		return column.Value{}
	}
	s, ok := TextOf(args[0])
	if !ok {
		return column.BoolValue(false)
	}
	if len(args) == 3 && Truth(args[2]) == True {
		s, part = strings.ToLower(s), strings.ToLower(part)
	}
	return column.BoolValue(strings.Contains(s, part))
}

// split cuts between all characters if the delimiter is empty ([R] §7.4).
func split(s, delimiter string) column.Value {
	out := []byte{'['}
	for i, part := range strings.Split(s, delimiter) {
		if i > 0 {
			out = append(out, ',')
		}
		out = jsonscan.AppendString(out, part)
	}
	return column.JSONValue(stringOf(append(out, ']')))
}

func checkRegexReplace(args []*column.Value) error {
	if args[1] == nil {
		return nil
	}
	_, err := CompileRegex(args[1].Text())
	return err
}

// bindRegexReplace compiles a literal regular expression once. One that does not compile gives null.
func bindRegexReplace(literals []*column.Value) func(*Env, []column.Value) column.Value {
	var bound *Matcher
	if literals[1] != nil {
		if re, err := CompileRegex(literals[1].Text()); err == nil {
			bound = NewMatcher(re)
		}
	}
	return func(_ *Env, args []column.Value) column.Value {
		s, ok := TextOf(args[0])
		pattern, okay := TextOf(args[1])
		to, given := TextOf(args[2])
		if !ok || !okay || !given {
			return column.Value{}
		}
		m := bound
		if m == nil {
			re, err := CompileRegex(pattern)
			if err != nil {
				return column.Value{}
			}
			m = &Matcher{re: re}
		}
		if !m.MatchString(s) {
			return column.StringValue(s)
		}
		return column.StringValue(m.re.ReplaceAllString(s, template(to, m.re)))
	}
}

// template translates a replacement to that of package regexp. $1 stands for a group, with as many
// digits as name one; ${name} does too; any other $ is meant literally ([R] §7.4).
func template(to string, re *regexp.Regexp) string {
	if !strings.Contains(to, "$") {
		return to
	}
	var out strings.Builder
	for i := 0; i < len(to); i++ {
		if to[i] != '$' {
			out.WriteByte(to[i])
			continue
		}
		if end := strings.IndexByte(to[i:], '}'); end > 2 && to[i+1] == '{' {
			out.WriteString(to[i : i+end+1])
			i += end
			continue
		}
		group, digits := 0, 0
		for j := i + 1; j < len(to) && digit(to[j]) && group*10+int(to[j]-'0') <= re.NumSubexp(); j++ {
			group = group*10 + int(to[j]-'0')
			digits++
		}
		if digits == 0 {
			out.WriteString("$$")
			continue
		}
		out.WriteString("${" + to[i+1:i+1+digits] + "}")
		i += digits
	}
	return out.String()
}
