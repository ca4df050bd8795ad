// Package dictionary holds a team's agreements on the names of its events: the style of tags and keys,
// one name per meaning, which words are secret. It reads no Go code: the checks do.
package dictionary

// A Config is what the checks go by. Default returns the one that holds without a file; a file adds to it.
type Config struct {
	Off     []string `json:"off"`   // names of checks that are not wanted
	Tests   bool     `json:"tests"` // check _test.go files too
	Tags    Tags     `json:"tags"`
	Keys    Keys     `json:"keys"`
	Secrets Secrets  `json:"secrets"`
}

// Tags say what a tag looks like.
type Tags struct {
	Style    Style    `json:"style"`    // default: snake
	MaxWords int      `json:"maxWords"` // default: 6
	MaxBytes int      `json:"maxBytes"` // default: 48
	Past     []string `json:"past"`     // words that count as past tense, besides those known
	Required bool     `json:"required"` // slog's messages have to be tags; default: only those that look like one are judged
}

// Keys say what a key looks like.
type Keys struct {
	Style    Style               `json:"style"`    // default: snake
	Reserved []string            `json:"reserved"` // keys that the logger writes itself, besides those known
	Allow    []string            `json:"allow"`    // keys that may have any form
	Units    []string            `json:"units"`    // words that name a unit at the end of a key, besides those known
	Alias    map[string][]string `json:"alias"`    // the agreed key, and the names not to use for it
}

// Secrets say which fields must not be written in clear.
type Secrets struct {
	Words    []string `json:"words"`    // words of a key whose value is a secret, besides those known: "api_key"
	Personal []string `json:"personal"` // words of a key whose value is personal data, besides those known: "email"
	Allow    []string `json:"allow"`    // keys with such a word that are fine
}
