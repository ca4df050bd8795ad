package prompt

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/insights/syntax"
)

// historyKept is how many queries are remembered.
const historyKept = 1000

// A history is the queries that were asked, in memory and in a file, one a line. It implements term.History, which asks for single lines.
type history struct {
	path    string // "" for memory alone
	entries []string

	recalled string // what was given for the line that is edited; "" if nothing was

	needle string // what is searched for
	shown  string // what the search shows; "" if there is none
	next   int    // how many entries from the newest one the search goes on
}

// openHistory reads the history. Without the file it is empty.
func openHistory(path string) (*history, error) {
	h := &history{path: path}
	if path == "" {
		return h, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("read history: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		h.entries = append(h.entries, lines.Text())
	}
	if len(h.entries) > 2*historyKept {
		h.entries = slices.Clone(h.entries[len(h.entries)-historyKept:])
		if err := os.WriteFile(path, []byte(strings.Join(h.entries, "\n")+"\n"), 0o600); err != nil {
			return h, fmt.Errorf("shorten history: %w", err)
		}
	}
	return h, lines.Err()
}

// keep adds a query, unless it is the newest one already.
func (h *history) keep(text string) error {
	text = oneLine(text)
	if text == "" || len(h.entries) > 0 && h.entries[len(h.entries)-1] == text {
		return nil
	}
	h.entries = append(h.entries, text)
	if h.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	f, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	_, err = f.WriteString(text + "\n")
	return errors.Join(err, f.Close())
}

// oneLine returns a query on one line. Comments, which end with a line, are left out.
func oneLine(text string) string {
	if !strings.Contains(text, "\n") {
		return strings.TrimSpace(text)
	}
	if strings.Contains(text, "#") {
		if q, err := syntax.ParseQuery(text); err == nil {
			text = q.String()
		}
	}
	return strings.Join(strings.Fields(text), " ")
}

// Add implements term.History. Lines are not kept but whole queries: see keep.
func (h *history) Add(string) {}

// Len implements term.History.
func (h *history) Len() int { return len(h.entries) }

// At implements term.History: 0 is the newest.
func (h *history) At(i int) string {
	h.recalled = h.entry(i)
	return h.recalled
}

func (h *history) entry(i int) string { return h.entries[len(h.entries)-1-i] }

// took tells whether a line that was entered is a query out of the history, as it was or edited, and forgets what was recalled.
func (h *history) took(line string) bool {
	of := h.recalled
	h.recalled = ""
	if of == "" {
		return false
	}
	begin := 0
	for begin < min(len(of), len(line)) && of[begin] == line[begin] {
		begin++
	}
	end := 0
	for end < min(len(of), len(line))-begin && of[len(of)-1-end] == line[len(line)-1-end] {
		end++
	}
	return 2*(begin+end) >= len(of)
}

// search returns the next older query that holds what the line holds; asked again with what it returned it goes on.
func (h *history) search(line string) (string, bool) {
	if h.shown == "" || line != h.shown {
		h.needle, h.next = strings.ToLower(line), 0
	}
	for ; h.next < len(h.entries); h.next++ {
		e := h.entry(h.next)
		if strings.Contains(strings.ToLower(e), h.needle) && e != h.shown {
			h.next++
			h.shown, h.recalled = e, e
			return e, true
		}
	}
	return "", false
}
