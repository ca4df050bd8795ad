//go:build race

package filterpattern

// raceDetector tells that sync.Pool forgets at random, as it does under the race detector.
const raceDetector = true
