//go:build !(linux || darwin || freebsd)

package cli

// inForeground is true: a console sends Ctrl-C to all its programs.
func inForeground() bool { return true }
