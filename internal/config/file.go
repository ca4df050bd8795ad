package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// Apply sets the flags of f that set does not know yet from a YAML file, whose keys are the flags' names. The error names
// file, line and key.
func Apply(f *pflag.FlagSet, path string, set func(name string) bool) error {
	doc, err := document(path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if len(doc.Content) == 0 {
		return nil // nothing but comments
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return fmt.Errorf("%s:%d: found no setting, want lines such as listen: %s", path, top.Line, DefaultListen)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		if seen[key.Value] {
			return fmt.Errorf("%s:%d: %s: found twice", path, key.Line, key.Value)
		}
		seen[key.Value] = true
		if err := apply(f, key.Value, value, set); err != nil {
			return fmt.Errorf("%s:%d: %w", path, key.Line, err)
		}
	}
	return nil
}

// document reads a file of one YAML document, or none.
func document(path string) (*yaml.Node, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err = decoder.Decode(&doc); err == nil {
		err = decoder.Decode(&more)
	}
	switch {
	case errors.Is(err, io.EOF):
		return &doc, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return nil, fmt.Errorf("%s:%d: found a second document, want one", path, more.Line)
}

func apply(f *pflag.FlagSet, name string, value *yaml.Node, set func(string) bool) error {
	flag := f.Lookup(name)
	if flag == nil || name == "config" {
		return fmt.Errorf("%s: no such setting", name)
	}
	var text string
	switch value.Kind {
	case yaml.ScalarNode:
		text = value.Value
	case yaml.SequenceNode:
		if _, ok := flag.Value.(pflag.SliceValue); !ok {
			return fmt.Errorf("%s: found a list, want one value", name)
		}
		var all []string
		for _, item := range value.Content {
			if item.Kind != yaml.ScalarNode || strings.Contains(item.Value, ",") {
				return fmt.Errorf("%s: found %q in a list of names", name, item.Value)
			}
			all = append(all, item.Value)
		}
		text = strings.Join(all, ",")
	default:
		return fmt.Errorf("%s: found a group of settings, want a value", name)
	}
	if set(name) {
		return nil
	}
	if err := f.Set(name, text); err != nil {
		wrong, ok := errors.AsType[*pflag.InvalidValueError](err)
		if !ok {
			return fmt.Errorf("%s: %w", name, err)
		}
		if want := valueForms[flag.Value.Type()]; want != "" {
			return fmt.Errorf("%s: found %q, want %s", name, wrong.GetValue(), want)
		}
		return fmt.Errorf("%s: %w", name, wrong.Unwrap())
	}
	return nil
}

// valueForms say what settings of a type look like.
var valueForms = map[string]string{"bool": "true or false", "duration": "a duration such as 20s or 5m", "int64": "a whole number"}

// Keys are the secrets of callers.
type Keys struct {
	AccessKeys []AccessKey `yaml:"access-keys"`
	Tokens     []Token     `yaml:"bearer-tokens"`
}

// An AccessKey signs requests.
type AccessKey struct {
	ID           string `yaml:"access-key-id"`
	Secret       string `yaml:"secret-access-key"`
	SessionToken string `yaml:"session-token"` // of a temporary key
	Account      string `yaml:"account"`       // "" means the id if that is 12 digits, else the server's default
}

// A Token is what a sender of events without an SDK shows: Authorization: Bearer.
type Token struct {
	Token   string `yaml:"token"`
	Account string `yaml:"account"` // "" means the server's default
	Region  string `yaml:"region"`  // "" means the server's default
}

// ReadKeys reads a file of keys. It must be readable by nobody but its owner, as ssh wants it.
func ReadKeys(path string) (Keys, error) {
	var keys Keys
	file, err := os.Open(path)
	if err != nil {
		return keys, fmt.Errorf("read keys: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return keys, fmt.Errorf("read keys: %w", err)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && info.Mode().IsRegular() && permissions {
		return keys, fmt.Errorf("read keys: %s: others can read it (mode %04o); chmod 600 it", path, info.Mode().Perm())
	}
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	if err := decoder.Decode(&keys); err != nil && !errors.Is(err, io.EOF) {
		return keys, fmt.Errorf("read keys: %s: %w", path, err)
	}
	return keys, keys.check(path)
}

func (k Keys) check(path string) error {
	if len(k.AccessKeys)+len(k.Tokens) == 0 {
		return fmt.Errorf("read keys: %s: found none, want access-keys or bearer-tokens", path)
	}
	seen := map[string]bool{}
	for i, key := range k.AccessKeys {
		switch {
		case key.ID == "" || key.Secret == "":
			return fmt.Errorf("read keys: %s: access key %d: want access-key-id and secret-access-key", path, i+1)
		case seen[key.ID]:
			return fmt.Errorf("read keys: %s: access key %s: found twice", path, key.ID)
		case key.Account != "" && !accountForm.MatchString(key.Account):
			return fmt.Errorf("read keys: %s: access key %s: account %q, want 12 digits", path, key.ID, key.Account)
		}
		seen[key.ID] = true
	}
	for i, token := range k.Tokens {
		switch {
		case len(token.Token) < minToken:
			return fmt.Errorf("read keys: %s: bearer token %d: found %d characters, want %d or more", path, i+1, len(token.Token), minToken)
		case token.Account != "" && !accountForm.MatchString(token.Account):
			return fmt.Errorf("read keys: %s: bearer token %d: account %q, want 12 digits", path, i+1, token.Account)
		case token.Region != "" && !regionForm.MatchString(token.Region):
			return fmt.Errorf("read keys: %s: bearer token %d: region %q, want one such as us-east-1", path, i+1, token.Region)
		}
	}
	return nil
}

// minToken keeps tokens from being guessed.
const minToken = 16
