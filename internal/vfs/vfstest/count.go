package vfstest

import (
	"os"
	"strconv"
	"testing"
)

// Count returns how often a test tries something: as often as a variable of the environment says, or what is enough for each run of
// the tests, and a tenth of that in short ones.
func Count(t testing.TB, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		if testing.Short() {
			return usual / 10
		}
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%s: %v", name, text, err)
	}
	return n
}
