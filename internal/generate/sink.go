package generate

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A stream is one log stream of one log group.
type stream struct {
	group, name string
}

// A sink lays events out in a file format.
type sink interface {
	// event writes one event. Events of one stream come in order of time. It does not keep text.
	event(s *stream, ms int64, text []byte) error
	// done says that no more events of s will come.
	done(s *stream) error
	// close writes what is left. It is called once, last.
	close() error
}

// lines is the text of each event and a line feed: NDJSON when the events are JSON.
type lines struct {
	w *bufio.Writer
}

func newLines(w io.Writer) *lines { return &lines{bufio.NewWriterSize(w, 1<<20)} }

func (l *lines) event(_ *stream, _ int64, text []byte) error {
	if _, err := l.w.Write(text); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return l.w.WriteByte('\n')
}

func (l *lines) done(*stream) error { return nil }

func (l *lines) close() error {
	if err := l.w.Flush(); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return nil
}

// filtered is what "aws logs filter-log-events" prints: one object with a list of events.
type filtered struct {
	w *bufio.Writer
	n int
}

func newFiltered(w io.Writer) *filtered { return &filtered{w: bufio.NewWriterSize(w, 1<<20)} }

func (f *filtered) event(s *stream, ms int64, text []byte) error {
	// bufio keeps the first error of a write and close reports it.
	if f.n == 0 {
		f.w.WriteString("{\n    \"events\": [")
	} else {
		f.w.WriteByte(',')
	}
	// AWS refuses text that is not UTF-8, so it never comes back from there.
	message, err := json.Marshal(strings.ToValidUTF8(string(text), "\uFFFD"))
	if err != nil {
		return fmt.Errorf("write event %d: %w", f.n, err)
	}
	fmt.Fprintf(f.w, `
        {
            "logStreamName": %s,
            "timestamp": %d,
            "message": %s,
            "ingestionTime": %d,
            "eventId": "%056d"
        }`, strconv.Quote(s.name), ms, message, ms+100, f.n)
	f.n++
	return nil
}

func (f *filtered) done(*stream) error { return nil }

func (f *filtered) close() error {
	if f.n == 0 {
		f.w.WriteString("{\n    \"events\": [")
	}
	f.w.WriteString("\n    ],\n    \"searchedLogStreams\": []\n}\n")
	if err := f.w.Flush(); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return nil
}
