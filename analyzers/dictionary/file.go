package dictionary

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// FileName is the file that Find looks for.
const FileName = ".eventlint.json"

// Find returns the path of the configuration for dir: the nearest FileName in dir or above it, "" if
// there is none. The search ends at the root of a repository.
func Find(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", FileName, err)
	}
	for {
		path := filepath.Join(dir, FileName)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		} else if !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("find %s: %w", FileName, err)
		}
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil || filepath.Dir(dir) == dir {
			return "", nil
		}
		dir = filepath.Dir(dir)
	}
}

// Read returns the configuration in the file path, added to Default.
func Read(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	c, err := Parse(text)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Parse returns the configuration that text describes, a JSON object with the fields of Config, added to
// Default: lists grow, an agreed key replaces the default group that has it or one of its names. A field
// that does not exist is an error.
func Parse(text []byte) (Config, error) {
	var own Config
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&own); err != nil {
		return Config{}, place(text, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Config{}, errors.New("text after the configuration's end")
	}
	c := merge(Default(), own)
	return c, c.check()
}

// place adds the line to an error of encoding/json.
func place(text []byte, err error) error {
	at := int64(-1)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	if at < 0 || at > int64(len(text)) {
		return err
	}
	return fmt.Errorf("line %d: %w", 1+bytes.Count(text[:at], []byte("\n")), err)
}

// merge returns base with what own says.
func merge(base, own Config) Config {
	base.Off = append(base.Off, own.Off...)
	base.Tests = base.Tests || own.Tests
	setIfGiven(&base.Tags.Style, own.Tags.Style)
	setIfGiven(&base.Tags.MaxWords, own.Tags.MaxWords)
	setIfGiven(&base.Tags.MaxBytes, own.Tags.MaxBytes)
	base.Tags.Past = append(base.Tags.Past, own.Tags.Past...)
	base.Tags.Required = base.Tags.Required || own.Tags.Required
	setIfGiven(&base.Keys.Style, own.Keys.Style)
	base.Keys.Reserved = append(base.Keys.Reserved, own.Keys.Reserved...)
	base.Keys.Allow = append(base.Keys.Allow, own.Keys.Allow...)
	base.Keys.Units = append(base.Keys.Units, own.Keys.Units...)
	base.Keys.Alias = mergeAliases(base.Keys.Alias, own.Keys.Alias)
	base.Secrets.Words = append(base.Secrets.Words, own.Secrets.Words...)
	base.Secrets.Personal = append(base.Secrets.Personal, own.Secrets.Personal...)
	base.Secrets.Allow = append(base.Secrets.Allow, own.Secrets.Allow...)
	return base
}

func setIfGiven[T comparable](to *T, v T) {
	var zero T
	if v != zero {
		*to = v
	}
}

// mergeAliases returns own, and of base the groups that share no name with own.
func mergeAliases(base, own map[string][]string) map[string][]string {
	taken := map[string]bool{}
	for good, others := range own {
		taken[good] = true
		for _, o := range others {
			taken[o] = true
		}
	}
	all := maps.Clone(own)
	if all == nil {
		all = map[string][]string{}
	}
	for good, others := range base {
		if !taken[good] && !slices.ContainsFunc(others, func(o string) bool { return taken[o] }) {
			all[good] = others
		}
	}
	return all
}

// check returns the first contradiction in c.
func (c Config) check() error {
	if err := c.Tags.Style.check(); err != nil {
		return fmt.Errorf("tags: %w", err)
	}
	if err := c.Keys.Style.check(); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if c.Tags.MaxWords < 1 || c.Tags.MaxBytes < 1 {
		return fmt.Errorf("tags: maxWords %d and maxBytes %d, want at least 1", c.Tags.MaxWords, c.Tags.MaxBytes)
	}
	agreed := map[string]string{}
	for _, good := range slices.Sorted(maps.Keys(c.Keys.Alias)) {
		for _, other := range c.Keys.Alias[good] {
			switch was, twice := agreed[other]; {
			case twice:
				return fmt.Errorf("keys: alias %q stands for %q and for %q, want one of them", other, was, good)
			case c.Keys.Alias[other] != nil || other == good:
				return fmt.Errorf("keys: %q is an agreed key and an alias of %q, want one of them", other, good)
			}
			agreed[other] = good
		}
	}
	return nil
}
