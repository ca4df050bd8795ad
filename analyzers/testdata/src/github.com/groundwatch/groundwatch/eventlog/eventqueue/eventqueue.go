// Package eventqueue stands for eventlog's packages whose options name tags.
package eventqueue

type Options struct {
	Service           string
	Processed, Failed string
}

type Other struct{ Failed string }
