// Package dictionary holds a team's agreements on the names of its events: the style of tags and keys,
// one name per meaning, which words are secret. It reads no Go code: the checks do.
package dictionary

// A Config is what the checks go by. Default returns the one that holds without a file.
type Config struct {
	Tests bool // also check _test.go files

	Tags    Tags
	Keys    Keys
	Secrets Secrets
	Off     []string // names of checks that are not wanted
}

// Tags say what a tag looks like.
type Tags struct {
	MaxWords int      // a tag has at most so many words
	MaxBytes int      // and so many bytes
	Past     []string // further words that count as past tense
	Required bool     // slog's messages have to be tags
}

// Keys say what a key looks like.
type Keys struct {
	Reserved []string            // keys that the logger writes itself
	Allow    []string            // keys that may have any form
	Units    []string            // further endings that name a unit: "pct"
	Alias    map[string][]string // the agreed key, and the names not to use for it
}

// Secrets say which fields must not be written in clear.
type Secrets struct {
	Words []string // words of a key that make its value a secret or personal data
	Allow []string // keys that have such a word and are fine
}
