package queries

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/caller"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// AWS's texts. [R] They are not known.
const (
	textQueryMissing = "The specified query does not exist."
	textQueryEnded   = "The specified query is not running."
)

// groupMissing is recorded of AWS, with what its own client adds to a text.
func groupMissing(name string, c caller.Caller) error {
	return refuse.NotFound("Log group '%s' does not exist for account ID '%s' "+
		"(Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: %s; Proxy: null)", name, c.Account, c.RequestID)
}

// tooMany was seen of AWS in Grafana's tests.
func tooMany(limit int) error {
	return refuse.TooMany("Account maximum query concurrency limit of [%d] reached.", limit)
}

// malformed returns the error of a query that cannot be run: the first mistake in AWS's words, with its place, and all others behind.
// Places are in characters from 0 on, the end excluded ([R] of the insights description, 10.2). parsed tells whether the text could be parsed.
func malformed(text string, mistakes syntax.Errors, parsed bool) error {
	var lines []string
	for i, m := range mistakes {
		line := m.Error()
		if i == 0 {
			line = m.Msg
			if m.Hint != "" {
				line += " (" + m.Hint + ")"
			}
			if !parsed {
				line = unexpected(text, m.Span) + ": " + line
			}
		}
		lines = append(lines, line)
	}
	return malformedAt(mistakes[0].Span.Start.Offset, mistakes[0].Span.End.Offset, strings.Join(lines, "\n"))
}

// unexpected is how AWS was seen to begin. The position is that in the line, from 0 on.
func unexpected(text string, at syntax.Span) string {
	symbol := "<EOF>"
	if chars := []rune(text); at.Start.Offset < len(chars) {
		end := min(max(at.End.Offset, at.Start.Offset+1), len(chars), at.Start.Offset+maxSymbol)
		symbol = string(chars[at.Start.Offset:end])
	}
	return fmt.Sprintf("unexpected symbol found %s at line %d and position %d", symbol, at.Start.Line, at.Start.Col-1)
}

// maxSymbol is how many characters of a query are repeated in an error.
const maxSymbol = 40

func malformedAt(start, end int, text string) error {
	return &types.MalformedQueryException{
		Message: &text,
		QueryCompileError: &types.QueryCompileError{
			Location: &types.QueryCompileErrorLocation{StartCharOffset: aws.Int32(int32(start)), EndCharOffset: aws.Int32(int32(end))},
			Message:  &text,
		},
	}
}
