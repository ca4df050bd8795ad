package transform

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// parseJSON puts the members of an object of JSON into the event.
func parseJSON(p *types.ParseJSON) (step, error) {
	source, err := sourceOf(p.Source)
	if err != nil {
		return nil, err
	}
	destination, err := destinationOf(p.Destination)
	return func(e *event) error {
		s, err := e.input(source)
		if err != nil {
			return fmt.Errorf("parseJSON: %w", err)
		}
		v, err := e.parse(s)
		if err != nil {
			return fmt.Errorf("parseJSON: %w", err)
		}
		o := v.object()
		if o == nil {
			return fmt.Errorf("parseJSON: the text is no JSON object")
		}
		e.place(destination, o)
		return nil
	}, err
}

// parseKeyValue takes pairs of keys and values apart.
func parseKeyValue(p *types.ParseKeyValue) (step, error) {
	source, err := sourceOf(p.Source)
	if err != nil {
		return nil, err
	}
	destination, err := destinationOf(p.Destination)
	if err != nil {
		return nil, err
	}
	between, within := orElse(p.FieldDelimiter, "&"), orElse(p.KeyValueDelimiter, "=")
	for name, text := range map[string]string{
		"fieldDelimiter": between, "keyValueDelimiter": within, "keyPrefix": aws.ToString(p.KeyPrefix), "nonMatchValue": aws.ToString(p.NonMatchValue),
	} {
		if err := checkText(name, text, maxText); err != nil {
			return nil, err
		}
	}
	return func(e *event) error {
		text, err := e.input(source)
		if err != nil {
			return fmt.Errorf("parseKeyValue: %w", err)
		}
		var to *node // where the pairs go, when there is one
		for pair := range strings.SplitSeq(text, between) {
			key, v, ok := strings.Cut(pair, within)
			if key = strings.TrimSpace(key); key == "" {
				continue
			}
			if !ok {
				if p.NonMatchValue == nil {
					continue // [R] a pair that is none is left out
				}
				v = *p.NonMatchValue
			}
			if to == nil {
				if to = e.root.reach(destination.with(key)); to == nil {
					break
				}
			}
			to.offer(aws.ToString(p.KeyPrefix)+key, textOf(v), p.OverwriteIfExists)
		}
		return nil
	}, nil
}

func orElse(text *string, usual string) string {
	if aws.ToString(text) == "" {
		return usual
	}
	return *text
}

// maxColumns is of a csv processor.
const maxColumns = 100

// csv takes values apart that have a character between them.
func csv(p *types.CSV) (step, error) {
	source, err := sourceOf(p.Source)
	if err != nil {
		return nil, err
	}
	destination, err := destinationOf(p.Destination)
	if err != nil {
		return nil, err
	}
	delimiter, quote := orElse(p.Delimiter, ","), orElse(p.QuoteCharacter, `"`)
	switch delimiter {
	case `\t`:
		delimiter = "\t"
	case `\s`:
		delimiter = " "
	}
	if utf8.RuneCountInString(delimiter) != 1 || utf8.RuneCountInString(quote) != 1 || delimiter == quote {
		return nil, fmt.Errorf("delimiter is %q and quoteCharacter %q, want two different characters", delimiter, quote)
	}
	if len(p.Columns) > maxColumns {
		return nil, fmt.Errorf("columns has %d elements, want at most %d", len(p.Columns), maxColumns)
	}
	var names []path
	if len(p.Columns) > 0 {
		if names, err = pathsOf("columns", p.Columns, maxColumns); err != nil {
			return nil, err
		}
	}
	places := columnPlaces(destination, names)
	return func(e *event) error {
		text, err := e.input(source)
		if err != nil {
			return fmt.Errorf("csv: %w", err)
		}
		e.cells = cells(e.cells[:0], text, delimiter, quote, len(places))
		for i, v := range e.cells {
			e.root.put(places[i], textOf(v), true)
		}
		return nil
	}, nil
}

// columnPlaces returns where the values of a line go: those behind the last one that has a place are left out [R].
func columnPlaces(destination path, names []path) []path {
	if names == nil {
		for i := range maxColumns {
			names = append(names, newPath("column_"+strconv.Itoa(i+1)))
		}
	}
	places := make([]path, len(names))
	for i, name := range names {
		places[i] = destination
		for _, key := range name.keys {
			places[i] = places[i].with(key)
		}
	}
	return places
}

// cells appends up to limit values of a line. A quote within quotes is doubled.
func cells(all []string, line, delimiter, quote string, limit int) []string {
	line = strings.TrimRight(line, "\r\n")
	for len(all) < limit {
		var cell strings.Builder
		if rest, ok := strings.CutPrefix(line, quote); ok {
			for {
				text, after, closed := strings.Cut(rest, quote)
				cell.WriteString(text)
				if rest = after; !closed {
					break
				}
				if after, doubled := strings.CutPrefix(rest, quote); doubled {
					cell.WriteString(quote)
					rest = after
					continue
				}
				break
			}
			text, after, more := strings.Cut(rest, delimiter)
			all = append(all, cell.String()+text)
			if line = after; !more {
				return all
			}
			continue
		}
		plain, after, more := strings.Cut(line, delimiter)
		all = append(all, plain)
		if line = after; !more {
			return all
		}
	}
	return all
}
