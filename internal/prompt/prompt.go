// Package prompt is the interactive prompt for Insights queries: it reads queries line by line, with history and completion on a terminal,
// lets an engine answer them and shows what comes. Where queries run, and how results look, is for others.
package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/groundwatch/groundwatch/insights/exec"
)

// An Engine answers queries.
type Engine interface {
	// Answer answers a query. If ctx ends it returns soon, with an error and what was found by then, or nil.
	Answer(ctx context.Context, text string) (*exec.Result, error)

	// Sample returns the texts of some events, from which fields and their values are learned.
	Sample(ctx context.Context) ([][]byte, error)

	// Fields returns the names of fields that others know of, none if nobody does.
	Fields(ctx context.Context) ([]string, error)

	// Groups returns names of log groups that begin with a text, none over files. whole says that there are no others.
	Groups(ctx context.Context, prefix string) (names []string, whole bool, err error)

	// Save keeps a query under a name.
	Save(ctx context.Context, name, text string) error
}

// A Screen is a terminal whose keys can be had one by one.
type Screen interface {
	// Raw makes the terminal give keys as they are typed, until restore.
	Raw() (restore func() error, err error)

	// Size returns the columns and rows of the terminal.
	Size() (width, height int, err error)
}

// Options say how the prompt works. Screen, History and Sampled may be left out.
type Options struct {
	Engine  Engine
	In      io.Reader
	Out     io.Writer
	Err     io.Writer // without a Screen, all but rows
	Screen  Screen    // of In and Out; nil means that they are no terminal: nothing is edited, completed or asked for
	History string    // the file of the history; "" for none
	Colour  bool

	// Show writes a result in a form: one of internal/output's, or "chart".
	Show func(w io.Writer, form string, r *exec.Result) error
	// Explain returns an error of a query as people read it.
	Explain func(text string, err error) string
	// Edit lets people edit a text with their own editor.
	Edit func(ctx context.Context, text string) (string, error)
	Now  func() time.Time
}

// What stands before a line: the first of a query, and the others.
const (
	firstPrompt = "groundwatch> "
	nextPrompt  = "          -> "
)

// welcome is said once on a terminal.
const welcome = `Queries end with ; or an empty line. Tab completes, Ctrl-R searches the history, Ctrl-C cancels, \? helps, \q leaves.
`

// helpText is what \? shows.
const helpText = `A query ends with ; or an empty line.
  Tab         complete a command, function, field, value, or log group of SOURCE; twice shows all
  Up, Down    go through the history; Enter asks what was found there
  Ctrl-R      the newest query that holds what is typed; again, the one before it
  Ctrl-C      drop the line, or cancel the query that runs
  Ctrl-D, \q  leave
  \t          rows as a table, or as JSON
  \x          rows one value a line, or as before
  \c          draw stats ... by bin() as a chart, or as before
  \e          edit the query in $VISUAL or $EDITOR, the last one if none is begun, and run it
  \save NAME  keep the last query under a name
`

// A prompt is one run.
type prompt struct {
	Options
	keys    *keys
	editor  *term.Terminal // nil without a Screen
	lines   *bufio.Scanner // without a Screen
	out     io.Writer
	restore func() error // gives the terminal back
	history *history
	words   chan *vocabulary
	known   *vocabulary
	groups  groupNames

	form, plain string   // how rows are shown; and how if not expanded or drawn
	query       []string // lines so far
	last        string   // the query before
	wrong       bool     // it was not answered
	unanswered  int      // how many were not
}

// errQuit is how \q ends the prompt.
var errQuit = errors.New("quit")

// An UnansweredError says that some queries of a script were not answered. Why, was told of each.
type UnansweredError struct{ Queries int }

func (e *UnansweredError) Error() string {
	if e.Queries == 1 {
		return "1 query was not answered"
	}
	return fmt.Sprintf("%d queries were not answered", e.Queries)
}

// Run asks for queries until the input ends, and returns nil then; without a Screen an UnansweredError, if there were mistakes.
func Run(ctx context.Context, o Options) error {
	p := &prompt{Options: o, form: "table", plain: "table", out: o.Out, known: &vocabulary{}}
	var err error
	p.groups = groupNames{ask: o.Engine.Groups, now: o.Now}
	if p.history, err = openHistory(o.History); err != nil {
		p.say("%v\n", err)
	}
	if o.Screen == nil {
		p.lines = bufio.NewScanner(o.In)
		p.lines.Buffer(nil, 1<<20)
		if err := p.loop(ctx); err != nil || p.unanswered == 0 {
			return err
		}
		return &UnansweredError{p.unanswered}
	}
	if err := p.open(ctx); err != nil {
		return err
	}
	learn, stop := context.WithCancel(ctx)
	p.words = make(chan *vocabulary, 1)
	ended := make(chan struct{})
	go func() { p.learn(learn); close(ended) }()
	p.say("%s", welcome)
	err = p.loop(ctx)
	stop()
	<-ended
	p.editor.SetBracketedPasteMode(false)
	return errors.Join(err, p.restore())
}

// open takes the terminal.
func (p *prompt) open(ctx context.Context) (err error) {
	if p.restore, err = p.Screen.Raw(); err != nil {
		return fmt.Errorf("take the terminal: %w", err)
	}
	p.keys = &keys{ctx: ctx, in: p.In}
	p.editor = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{p.keys, p.Out}, firstPrompt)
	p.editor.History = p.history
	p.editor.AutoCompleteCallback = p.key
	p.editor.SetBracketedPasteMode(true) // else a tab in what is pasted completes
	p.out = p.editor
	return nil
}

// learn finds out which fields and values there are.
func (p *prompt) learn(ctx context.Context) {
	w := &vocabulary{}
	if messages, err := p.Engine.Sample(ctx); err == nil && len(messages) > 0 {
		w = vocabularyOf(messages)
		p.words <- w
	}
	if names, err := p.Engine.Fields(ctx); err == nil && len(names) > 0 {
		w = w.with(names)
		select {
		case <-p.words: // not yet taken
		default:
		}
		p.words <- w
	}
}

func (p *prompt) say(format string, args ...any) {
	to := p.out
	if p.Screen == nil {
		to = p.Err
	}
	fmt.Fprintf(to, format, args...)
}

// loop reads lines and does what they say.
func (p *prompt) loop(ctx context.Context) error {
	for {
		line, err := p.line()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, io.EOF):
			return p.end(ctx)
		case err != nil:
			return err
		}
		err = p.take(ctx, line)
		if errors.Is(err, errQuit) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// end asks what is left when the input ends.
func (p *prompt) end(ctx context.Context) error {
	if p.editor != nil {
		p.say("\n")
		return nil
	}
	return p.run(ctx)
}

// line reads one line.
func (p *prompt) line() (string, error) {
	if p.editor == nil {
		if p.lines.Scan() {
			return p.lines.Text(), nil
		}
		return "", errors.Join(p.lines.Err(), io.EOF)
	}
	p.editor.SetPrompt(p.painted(firstPrompt))
	if len(p.query) > 0 {
		p.editor.SetPrompt(p.painted(nextPrompt))
	}
	if width, height, err := p.Screen.Size(); err == nil && width > 0 {
		_ = p.editor.SetSize(width, height) // draws anew, no more
	}
	line, err := p.editor.ReadLine()
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	if p.keys.interrupted {
		p.keys.interrupted, p.query = false, nil
		return "", nil
	}
	if len(line) >= maxLine && utf8.RuneCountInString(line) >= maxLine {
		p.query = nil
		p.say("a line holds fewer than %d characters, and this one was cut: nothing is asked; break it in several lines, or write it with \\e\n", maxLine)
		return "", err
	}
	return line, err
}

// maxLine is how many characters the editor of lines takes; what is typed or pasted behind them it drops (x/term 0.47).
const maxLine = 4096

// painted returns the prompt in its colour.
func (p *prompt) painted(text string) string {
	if !p.Colour {
		return text
	}
	return string(p.editor.Escape.Green) + text + string(p.editor.Escape.Reset)
}

// take does what a line says: a command, also between the lines of a query, a part of a query, or its end.
func (p *prompt) take(ctx context.Context, line string) error {
	trimmed := strings.TrimSpace(line)
	if strings.HasPrefix(trimmed, `\`) {
		return p.command(ctx, trimmed)
	}
	if trimmed == "" {
		return p.run(ctx)
	}
	rest, ended := strings.CutSuffix(trimmed, ";")
	if ended {
		line = rest
	}
	if p.history.took(line) && len(p.query) == 0 {
		ended = true // it was whole when it was asked
	}
	p.query = append(p.query, line)
	if ended {
		return p.run(ctx)
	}
	return nil
}

// run answers the query that was typed, if there is one.
func (p *prompt) run(ctx context.Context) error {
	text := strings.TrimSpace(strings.Join(p.query, "\n"))
	p.query = nil
	if text == "" {
		return nil
	}
	p.last = text
	if p.Screen != nil {
		if err := p.history.keep(text); err != nil {
			p.say("%v\n", err)
		}
	}
	began := p.Now()
	r, err := p.answer(ctx, text)
	took := p.Now().Sub(began).Round(time.Millisecond)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if r != nil {
		if showing := p.Show(p.out, p.form, r); showing != nil {
			p.say("%s\n", p.Explain(text, showing))
		}
		p.say("-- %s\n", summary(r, took))
	}
	if p.wrong = err != nil && !errors.Is(err, context.Canceled); p.wrong {
		p.unanswered++
	}
	switch {
	case errors.Is(err, context.Canceled):
		p.say("cancelled after %s\n", took)
	case err != nil:
		p.say("%s\n", strings.TrimSuffix(p.Explain(text, err), "\n"))
	}
	return nil
}

// answer lets the engine answer; Ctrl-C ends that.
func (p *prompt) answer(ctx context.Context, text string) (*exec.Result, error) {
	if p.keys == nil {
		return p.Engine.Answer(ctx, text)
	}
	ctx, stop := p.keys.watch()
	defer stop()
	return p.Engine.Answer(ctx, text)
}

// summary says how much a query found and read.
func summary(r *exec.Result, took time.Duration) string {
	rows := "1 row"
	if r.Rows.Len != 1 {
		rows = fmt.Sprintf("%d rows", r.Rows.Len)
	}
	if r.Limited {
		rows += " (there are more: end the query with limit N)"
	}
	return fmt.Sprintf("%s; %d of %d events matched; %s", rows, r.Stats.RecordsMatched, r.Stats.RecordsScanned, took)
}

// command does what a line that begins with a backslash says.
func (p *prompt) command(ctx context.Context, line string) error {
	name, rest, _ := strings.Cut(line, " ")
	switch rest = strings.TrimSpace(rest); name {
	case `\q`, `\quit`:
		return errQuit
	case `\?`, `\h`, `\help`:
		p.say("%s", helpText)
	case `\t`:
		p.plain = other(p.plain, "json", "table")
		p.show(p.plain)
	case `\x`:
		p.show(other(p.form, "expanded", p.plain))
	case `\c`:
		p.show(other(p.form, "chart", p.plain))
	case `\e`:
		return p.edit(ctx)
	case `\save`:
		p.save(ctx, rest)
	default:
		p.say("there is no %s; \\? shows what there is\n", name)
	}
	return nil
}

// other returns form, or that before it if it is on already.
func other(now, form, before string) string {
	if now == form {
		return before
	}
	return form
}

func (p *prompt) show(form string) {
	p.form = form
	p.say("rows are shown as %s\n", form)
}

// save keeps the last query.
func (p *prompt) save(ctx context.Context, name string) {
	switch {
	case name == "":
		p.say("which name? \\save errors by hour\n")
	case p.last == "":
		p.say("there is no query yet\n")
	case p.wrong:
		p.say("the last query was not answered, and is not saved; \\e edits it\n")
	default:
		if err := p.Engine.Save(ctx, name, p.last); err != nil {
			p.say("%s\n", p.Explain(p.last, err))
			return
		}
		p.say("saved as %s\n", name)
	}
}

// edit lets people edit the query that they are at, or the last one, and answers what comes of it.
func (p *prompt) edit(ctx context.Context) error {
	if p.Screen == nil {
		p.say("\\e needs a terminal\n")
		return nil
	}
	p.editor.SetBracketedPasteMode(false)
	if err := p.restore(); err != nil {
		return err
	}
	before := p.last
	if len(p.query) > 0 {
		before = strings.Join(p.query, "\n")
	}
	text, err := p.Edit(ctx, before)
	var raw error
	if p.restore, raw = p.Screen.Raw(); raw != nil {
		return raw
	}
	p.editor.SetBracketedPasteMode(true) // the editor may have ended it
	if err != nil {
		p.say("%v\n", err)
		return nil
	}
	text = strings.TrimSpace(text)
	p.say("%s\n", text)
	p.query = []string{strings.TrimSuffix(text, ";")}
	return p.run(ctx)
}

// What the editor of lines does not know by itself.
const (
	keyTab    = '\t'
	keySearch = 0x12 // Ctrl-R
)

// key completes and searches. It is called for each key that the editor has no meaning for, such as letters.
func (p *prompt) key(line string, pos int, key rune) (newLine string, newPos int, ok bool) {
	if line == "" {
		p.history.recalled = "" // another line begins
	}
	switch key {
	case keySearch:
		found, ok := p.history.search(line)
		if !ok {
			return line, pos, true
		}
		return found, len(found), true
	case keyTab:
		return p.complete(line, pos)
	}
	return "", 0, false
}

// complete adds what all candidates share, and shows them if that is nothing.
func (p *prompt) complete(line string, pos int) (string, int, bool) {
	select {
	case p.known = <-p.words:
	default: // nothing was learned since
	}
	before := strings.Join(append(p.query[:len(p.query):len(p.query)], ""), "\n")
	from, words := p.candidates(before + line[:pos])
	if from -= len(before); from < 0 {
		return line, pos, true
	}
	if add := shared(words); len(add) > pos-from || len(words) == 1 {
		return line[:from] + add + strings.TrimPrefix(line[pos:], " "), from + len(add), true
	}
	if len(words) > 1 {
		p.say("%s", columns(words, p.width()))
	}
	return line, pos, true
}

// candidates returns what may stand at the end of text: from where, and the words.
func (p *prompt) candidates(text string) (from int, words []string) {
	if at, quote, ok := openGroup(text); ok {
		if names := p.groups.offer(p.keys.ctx, text[at:]); len(names) > 0 || quote != "" {
			return at, groupWords(names, quote)
		}
	}
	return p.known.candidates(text)
}

func (p *prompt) width() int {
	if width, _, err := p.Screen.Size(); err == nil && width > 0 {
		return width
	}
	return 80
}

// offered is how many candidates are shown.
const offered = 120

// columns sets words in columns.
func columns(words []string, width int) string {
	widest := 0
	more := max(len(words)-offered, 0)
	words = words[:len(words)-more]
	for _, w := range words {
		widest = max(widest, len(w)+1)
	}
	across := max(width/(widest+1), 1)
	down := (len(words) + across - 1) / across
	var b strings.Builder
	for row := range down {
		for i := row; i < len(words); i += down {
			word := strings.TrimSpace(words[i])
			if i+down < len(words) {
				word += strings.Repeat(" ", widest+1-len(word))
			}
			b.WriteString(word)
		}
		b.WriteByte('\n')
	}
	if more > 0 {
		fmt.Fprintf(&b, "... and %d more\n", more)
	}
	return b.String()
}
