package dictionary

import (
	"slices"
	"strings"
)

// harmless are last words that turn a secret into something about it: token_count, secret_name. A hash of
// a password is not among them.
var harmless = []string{
	"count", "counts", "total", "length", "len", "size", "bytes", "name", "names", "type", "kind", "id", "ids",
	"ms", "s", "seconds", "at", "ttl", "expiry", "expires", "expired", "expiration", "age", "valid", "invalid",
	"present", "missing", "set", "enabled", "required", "changed", "rotated", "policy", "version", "attempts",
	"limit", "used", "usage", "status", "error", "scope", "scopes", "issuer", "algorithm", "alg", "source", "redacted",
	"masked", "hashed", "fingerprint", "prefix", "arn", "path", "file", "dir", "url", "uri", "endpoint", "provider", "method", "duration",
	"bucket", "store", "manager", "reset",
}

// Secret returns the word that makes the value of key a secret, and whether it is personal data rather
// than a key to something. word is "" when nothing does.
func (s Secrets) Secret(key string) (word string, personal bool) {
	words := Words(key)
	if len(words) == 0 || slices.Contains(s.Allow, key) || aboutIt(words) {
		return "", false
	}
	if w := find(words, s.Words); w != "" {
		return w, false
	}
	return find(words, s.Personal), true
}

// aboutIt tells whether words name something about a secret: token_count, tokens_used, has_password.
func aboutIt(words []string) bool {
	if len(words) < 2 {
		return false
	}
	return slices.Contains(harmless, words[len(words)-1]) && !slices.Contains(harmlessWhole, strings.Join(words, "_")) ||
		slices.Contains([]string{"has", "is", "with", "num", "max", "min"}, words[0])
}

// harmlessWhole are names that end in a harmless word and are personal data all the same.
var harmlessWhole = []string{"tax_id", "national_id"}

// find returns the entry of list whose words stand in words side by side, "" if there is none. The plural
// of an entry's last word counts as well.
func find(words, list []string) string {
	for _, entry := range list {
		want := Words(entry)
		if len(want) == 0 {
			continue
		}
		for i := 0; i+len(want) <= len(words); i++ {
			last := words[i+len(want)-1]
			if slices.Equal(words[i:i+len(want)-1], want[:len(want)-1]) &&
				(last == want[len(want)-1] || last == want[len(want)-1]+"s") {
				return entry
			}
		}
	}
	return ""
}

// Unit tells whether key ends in a word that says what its number counts.
func (k Keys) Unit(key string) bool {
	words := Words(key)
	return len(words) > 0 && slices.Contains(k.Units, words[len(words)-1])
}
