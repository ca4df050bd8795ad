//go:build !linux || !(amd64 || arm64)

package writebehind

import "os"

const supported = false

func start(*os.File, int64, int64) error  { panic("BUG: not supported") }
func finish(*os.File, int64, int64) error { panic("BUG: not supported") }
func unsupported(error) bool              { panic("BUG: not supported") }
