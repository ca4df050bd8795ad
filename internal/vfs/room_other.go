//go:build !linux && !darwin

package vfs

import "errors"

func roomOf(string) (Room, error) { return Room{}, errors.ErrUnsupported }
