package app

import "runtime/debug"

// collectAt is GOGC's value for a server: garbage may take half of what is in use. Most of that are rows that wait for their part,
// in pieces without pointers, so that collecting twice as often costs little; it took a third off the peak at full speed.
const collectAt = 50

// boundMemory has garbage collected at collectAt, unless GOGC says something else.
func boundMemory() {
	const usual = 100
	if was := debug.SetGCPercent(collectAt); was != usual {
		debug.SetGCPercent(was)
	}
}
