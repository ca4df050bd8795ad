package syntax

import (
	"slices"
	"strconv"
	"strings"
)

// pathName joins parts with dots; a list position stays in brackets.
func pathName(parts []Part) string {
	if len(parts) == 1 && !parts[0].Index {
		return parts[0].Name
	}
	return joinPath(parts, func(i int) string { return parts[i].Name })
}

// pathText returns parts as they are typed.
func pathText(parts []Part) string {
	return joinPath(parts, func(i int) string {
		if i == 0 {
			return nameText(parts[i].Name)
		}
		return partText(parts[i].Name)
	})
}

func joinPath(parts []Part, name func(i int) string) string {
	var b strings.Builder
	for i, p := range parts {
		if p.Index {
			b.WriteString("[" + strconv.Itoa(p.N) + "]")
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(name(i))
	}
	return b.String()
}

// reserved are the words that a field needs backticks for where it would be taken for a keyword
// or would be hard to tell from one.
var reserved = []string{"and", "or", "not", "like", "in", "as", "by", "where"}

// nameText returns a name as it is typed, in backticks if it needs them.
func nameText(name string) string {
	first := strings.IndexFunc(name, isNameStart) == 0
	if !first || slices.ContainsFunc(reserved, func(w string) bool { return strings.EqualFold(w, name) }) {
		return "`" + name + "`"
	}
	return partText(name)
}

// FieldText returns the name of a field, which may be a path as discovery writes it, as it is typed.
func FieldText(name string) string {
	for part := range strings.SplitSeq(strings.TrimPrefix(name, "@"), ".") {
		if part == "" || nameLen(part) != len(part) || strings.IndexFunc(part, isNameStart) != 0 {
			return "`" + name + "`"
		}
	}
	return name
}

// partText returns a step of a path as it is typed. It may begin with a digit.
func partText(name string) string {
	if name != "" && nameLen(name) == len(name) {
		return name
	}
	return "`" + name + "`"
}

// fieldTexts returns names with commas between them.
func fieldTexts(fields []*Field) string {
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = f.String()
	}
	return strings.Join(texts, ", ")
}

// asText returns " as name", or "" for nil.
func asText(f *Field) string {
	if f == nil {
		return ""
	}
	return " as " + f.String()
}

// NameKey returns the form in which column names are compared when a later stage refers to an
// unaliased column by its text: equal for texts that differ only in blanks, in the case of
// function names and keywords, in needless parentheses, or in how a string is quoted. A lone
// field is its plain name: NameKey("`user.id`") is "user.id". Text that is no expression is
// returned as it is.
//
// That later stages may spell a column in another way than the one it was made with is our choice.
func NameKey(text string) string {
	p := newParser(text)
	x := p.expr()
	if len(p.errs) > 0 || p.tok.kind != kindEnd {
		return text
	}
	if f, ok := x.(*Field); ok {
		return f.Name()
	}
	w := printer{key: true}
	w.expr(x, precOr)
	return w.String()
}
