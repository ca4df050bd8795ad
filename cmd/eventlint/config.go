package main

import (
	"os"
	"path/filepath"

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
	return cfg, file, err
}

// workingDir returns dir as a full name; "" is the current directory.
func workingDir(dir string) (string, error) {
	if dir == "" {
		return os.Getwd()
	}
	return filepath.Abs(dir)
}
