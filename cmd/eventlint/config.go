package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/analyzers"
	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

// dictionaryOf returns the dictionary that file holds and the file's name. Without a file it is the
// nearest one from dir upwards; if there is none, the default and "".
func dictionaryOf(file, dir string) (dictionary.Config, string, error) {
	if file == "" {
		found, err := dictionary.Find(dir)
		if err != nil || found == "" {
			return dictionary.Default(), "", err
		}
		file = found
	}
	cfg, err := dictionary.Read(file)
	if err != nil {
		return cfg, file, err
	}
	for _, name := range cfg.Off {
		if known := analyzers.Names(); !slices.Contains(known, name) {
			return cfg, file, fmt.Errorf("%s: off: there is no check %q; there are %s", file, name, strings.Join(known, ", "))
		}
	}
	return cfg, file, nil
}

// workingDir returns dir as a full name; "" is the current directory.
func workingDir(dir string) (string, error) {
	if dir == "" {
		return os.Getwd()
	}
	return filepath.Abs(dir)
}
