// Package eventlog writes structured events: one flat JSON object a line, written after the fact.
// It leaves storing, querying and watching them to whoever reads the lines.
package eventlog
