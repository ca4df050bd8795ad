package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

// isVet tells whether the go command is calling: it asks for a version and for flags, and then hands
// over a package at a time.
func isVet(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool {
		return a == "-V=full" || a == "-flags" || strings.HasSuffix(a, ".cfg")
	})
}

// vet answers the go command, and ends the process.
func vet(args []string) {
	file := configFlag(args)
	if file != "" && !filepath.IsAbs(file) {
		refuse(fmt.Errorf("-config %s: go vet runs in each package's folder, so give the full name", file))
	}
	dir, err := workingDir("")
	if err != nil {
		refuse(err)
	}
	cfg, file, err := dictionaryOf(file, dir)
	switch {
	case err != nil && slices.Contains(args, "-flags"): // the go command hides what is wrong; it asks again
		cfg = dictionary.Default()
	case err != nil:
		refuse(err)
	}
	if slices.Contains(args, "-V=full") {
		version, err := versionOf(file)
		if err != nil {
			refuse(err)
		}
		fmt.Printf("eventlint version devel buildID=%s\n", version)
		os.Exit(exitWell)
	}
	flag.String("config", "", "the team's dictionary, by its full name; else the nearest .eventlint.json")
	for _, name := range cfg.Off { // go vet -NAME stays a flag, without effect
		flag.Bool(name, false, "off in the dictionary")
	}
	unitchecker.Main(newSuite(cfg).all()...)
}

// configFlag returns the value of -config in args.
func configFlag(args []string) string {
	for i, a := range args {
		name, value, joined := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-"), "=")
		switch {
		case name != "config" || !strings.HasPrefix(a, "-"):
		case joined:
			return value
		case i+1 < len(args):
			return args[i+1]
		}
	}
	return ""
}

// versionOf returns a hash of this program and the dictionary in file. The go command keeps findings for
// as long as it stays the same.
func versionOf(file string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range []string{self, file} {
		if name == "" {
			continue
		}
		if err := addFile(h, name); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

func addFile(h io.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(h, f)
	return err
}

func refuse(err error) {
	fmt.Fprintf(os.Stderr, "eventlint: %v\n", err)
	os.Exit(exitUsage)
}
