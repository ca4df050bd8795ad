package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
)

// A finding is one thing that is wrong, at one place.
type finding struct {
	File    string `json:"file"` // full name
	Line    int    `json:"line"` // from 1
	Column  int    `json:"column"`
	Check   string `json:"check"`
	Message string `json:"message"`
	Fix     *fix   `json:"fix,omitempty"`
	Fixed   bool   `json:"fixed,omitempty"` // --fix has corrected it

	rank int // findings of one line are ordered by it, the gravest first
}

// A fix is a correction that leaves the program's meaning as it is but for the names in its events.
type fix struct {
	Message string `json:"message"`
	Edits   []edit `json:"edits"`
}

// An edit replaces the bytes from Start up to End of a file.
type edit struct {
	File  string `json:"file"`
	Start int    `json:"start"` // from 0
	End   int    `json:"end"`
	New   string `json:"new"`
}

func (f finding) compare(g finding) int {
	return cmp.Or(cmp.Compare(f.File, g.File), cmp.Compare(f.Line, g.Line), cmp.Compare(f.rank, g.rank),
		cmp.Compare(f.Column, g.Column), cmp.Compare(f.Message, g.Message))
}

// same tells whether f and g are one finding: a package and its variant with tests both have it.
func (f finding) same(g finding) bool {
	return f.File == g.File && f.Line == g.Line && f.Column == g.Column && f.Check == g.Check && f.Message == g.Message
}

// text returns f as a line; its file is relative to dir when it is below.
func (f finding) text(dir string) string {
	name := f.File
	if rel, err := filepath.Rel(dir, name); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		name = rel
	}
	return fmt.Sprintf("%s:%d:%d: %s (%s)", name, f.Line, f.Column, f.Message, f.Check)
}
