//go:build unix

package config

// permissions tells whether files say who may read them.
const permissions = true
