//go:build !race

package eventlog

// underRace tells whether the race detector looks on.
const underRace = false
