package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/files"
	"github.com/groundwatch/groundwatch/internal/output"
)

// A messageJSON is a line of standard error with --error-format json: an error, which has no Kind; a problem with
// an input, whose Kind is that of files.Problem; or what is told besides, of kind "note" or "stats".
type messageJSON struct {
	Command string `json:"command"`
	Kind    string `json:"kind,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int64  `json:"line,omitempty"`   // of the file, the query or the pattern, from 1; 0 where there is no place
	Column  int    `json:"column,omitempty"` // of the query or the pattern, from 1
	Count   int64  `json:"count,omitempty"`  // how many problems this one stands for
	Lost    bool   `json:"lost,omitempty"`   // events, or parts of them, are missing because of it
}

func (p *Program) printJSON(m messageJSON) {
	line, _ := json.Marshal(m) // texts and numbers always encode
	fmt.Fprintln(p.Stderr, output.TerminalJSON(string(line)))
}

// printText writes lines to standard error, without what a terminal would obey or hide: names of files and texts of
// queries may hold anything.
func (p *Program) printText(lines string) { fmt.Fprint(p.Stderr, output.VisibleLines(lines)) }

// show writes text to standard output: as it is, but on a terminal without what that would obey or hide.
func (p *Program) show(text string) error {
	if _, tty := p.stdoutTTY(); tty {
		text = output.VisibleLines(text)
	}
	_, err := io.WriteString(p.Stdout, text)
	return err
}

// showJSON does the same with values of JSON, which stay what they are.
func (p *Program) showJSON(text string) error {
	if _, tty := p.stdoutTTY(); tty {
		text = output.TerminalJSON(text)
	}
	_, err := io.WriteString(p.Stdout, text)
	return err
}

// note tells people something on standard error, unless --quiet.
func (p *Program) note(format string, args ...any) {
	if !p.flags.quiet {
		p.tell("note", "groundwatch: ", fmt.Sprintf(format, args...))
	}
}

// tell writes a message of a kind; prefix stands before it where people read it.
func (p *Program) tell(kind, prefix, message string) {
	if p.flags.errorFormat == "json" {
		p.printJSON(messageJSON{Command: p.command, Kind: kind, Message: message})
		return
	}
	p.printText(prefix + output.Visible(message) + "\n")
}

// An inputProblem is something wrong with an input, whichever package found it.
type inputProblem struct {
	path, kind, what string
	line, count      int64
	lost             bool   // events, or parts of them, are missing because of it
	text             string // all of that but the kind, for people
}

func inputProblemOf(x files.Problem) inputProblem {
	return inputProblem{x.Path, x.Kind.String(), x.What, x.Line, x.Count, x.Kind.Lost(), x.String()}
}

// skipped reports whether x only tells of what holds no events.
func (x *inputProblem) skipped() bool { return x.kind == files.Skipped.String() }

// problem names a problem with an input: what was lost even with --quiet.
func (p *Program) problem(x inputProblem) {
	switch {
	case p.flags.quiet && !x.lost:
	case p.flags.errorFormat == "json":
		p.printJSON(messageJSON{Command: p.command, Kind: x.kind, Message: x.what, File: x.path, Line: x.line, Count: x.count, Lost: x.lost})
	default:
		p.printText(fmt.Sprintf("groundwatch: %s: %s\n", x.kind, output.Visible(x.text)))
	}
}

// maxProblems is how many problems are shown one by one; the rest is counted.
const maxProblems = 50

// problems names problems with inputs one by one, but not what was skipped.
func (p *Program) problems(all []inputProblem) {
	for i, x := range all {
		if i < maxProblems && !x.skipped() {
			p.problem(x)
		}
	}
}

// sumUp says how many problems there were, and whether they make the result partial.
func (p *Program) sumUp(all []inputProblem) {
	var lost, told int64
	for _, x := range all {
		switch {
		case x.lost:
			lost += x.count
		case !x.skipped():
			told += x.count
		}
	}
	switch {
	case lost > 0 && told > 0:
		p.note("the result is partial: %s with what could not be read, %d more that lost nothing", plural(int(lost), "problem"), told)
	case lost > 0:
		p.note("the result is partial: %s with what could not be read", plural(int(lost), "problem"))
	case told > 1:
		p.note("%s, none of which lost anything", plural(int(told), "problem"))
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
