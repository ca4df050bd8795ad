package catalog

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Markdown writes c as a document for people: a section for each event. Equal catalogs give equal bytes.
func (c *Catalog) Markdown(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Events\n\nMade by `eventlint catalog`. %s. Each event also has `time`, `level` and `tag`, "+
		"and the fields of its logger and its context.\n", count(len(c.Events)))
	for _, e := range c.Events {
		e.markdown(&b)
	}
	if len(c.Context) > 0 {
		b.WriteString("\n# Fields of the context\n\nCode puts them on the events that come later.\n\n")
		b.WriteString("| Field | Type | Put there by |\n| --- | --- | --- |\n")
		for _, f := range c.Context {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", cell(f.Key), strings.Join(f.Types, ", "), places(f.Sites))
		}
	}
	if len(c.Computed) > 0 {
		b.WriteString("\n# Tags that are computed\n\nOnly a run of the program tells their names.\n\n")
		for _, at := range c.Computed {
			fmt.Fprintf(&b, "- %s\n", at)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func count(n int) string {
	if n == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", n)
}

func (e Event) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## %s\n\n", escaped.Replace(e.Tag))
	if len(e.Levels) > 0 {
		b.WriteString(strings.Join(e.Levels, " or "))
	} else {
		b.WriteString("level computed")
	}
	fmt.Fprintf(b, ", written at %s.%s\n", places(e.Sites), e.pairText())
	if len(e.Fields) > 0 {
		b.WriteString("\n| Field | Type |\n| --- | --- |\n")
		for _, f := range e.Fields {
			types := strings.Join(f.Types, ", ")
			if f.Optional {
				types += ", at some places"
			}
			fmt.Fprintf(b, "| `%s` | %s |\n", cell(f.Key), types)
		}
	}
	if !e.Complete {
		b.WriteString("\nThe code adds fields that only a run of the program tells.\n")
	}
}

// pairText tells how e and its pair belong together.
func (e Event) pairText() string {
	switch {
	case e.Role == "assertion":
		return " An assertion: the event's tag is `assertion_failed`, this name is its field `assertion`."
	case e.Pair == "":
		return ""
	case e.Role == "failed":
		return fmt.Sprintf(" Without the failure it is `%s`.", e.Pair)
	}
	return fmt.Sprintf(" If the work fails it is `%s`.", e.Pair)
}

// String returns the place as Markdown: `labels/create.go:41` in `Create`.
func (w Where) String() string {
	s := fmt.Sprintf("`%s:%d`", w.File, w.Line)
	if w.Func != "" {
		s += fmt.Sprintf(" in `%s`", w.Func)
	}
	return s
}

func places(all []Where) string {
	texts := make([]string, len(all))
	for i, w := range all {
		texts[i] = w.String()
	}
	return strings.Join(texts, ", ")
}

// escaped keeps a slog message from being read as Markdown. A tag's underscores stay: between letters
// they are only underscores.
var escaped = strings.NewReplacer(`\`, `\\`, "*", `\*`, "`", "\\`", "<", `\<`, "[", `\[`, "\n", " ", "\r", " ")

// cell makes text fit for a code span in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "`", "'", "\n", " ", "\r", " ").Replace(text)
}
