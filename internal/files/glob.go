package files

import (
	"path"
	"strings"
)

// hasMeta reports whether arg holds a character that makes it a glob.
func hasMeta(arg string) bool { return strings.ContainsAny(arg, "*?[") }

// splitGlob cuts a glob, with slashes, into the folder that it starts from and the rest.
func splitGlob(pattern string) (root, rest string) {
	i := strings.IndexAny(pattern, "*?[")
	slash := strings.LastIndexByte(pattern[:i], '/')
	switch {
	case slash < 0:
		return ".", pattern
	case slash == 0:
		return "/", pattern[1:]
	}
	return pattern[:slash], pattern[slash+1:]
}

// badPart returns the first malformed part of a glob, "" if there is none.
func badPart(parts []string) string {
	for _, p := range parts {
		if _, err := path.Match(p, ""); err != nil {
			return p
		}
	}
	return ""
}

// matchParts reports whether the parts of a glob match all parts of a path. "**" stands for any
// number of folders, none included; at the end it stands for every file below.
func matchParts(pattern, parts []string) bool {
	// star and mark are where to go on when what follows the last "**" does not fit.
	star, mark, i, j := -1, 0, 0, 0
	for j < len(parts) {
		if i < len(pattern) && pattern[i] == "**" {
			star, mark = i, j
			i++
			if i == len(pattern) {
				return true
			}
			continue
		}
		if i < len(pattern) {
			if ok, _ := path.Match(pattern[i], parts[j]); ok {
				i++
				j++
				continue
			}
		}
		if star < 0 {
			return false
		}
		mark++
		i, j = star+1, mark
	}
	return i == len(pattern)
}

// matchFolder reports whether a glob can match a file below the folder with these parts.
func matchFolder(pattern, parts []string) bool {
	for i, part := range parts {
		if i < len(pattern) && pattern[i] == "**" {
			return true
		}
		if i >= len(pattern)-1 {
			return false
		}
		if ok, _ := path.Match(pattern[i], part); !ok {
			return false
		}
	}
	return true
}
