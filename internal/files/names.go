package files

import (
	"path"
	"path/filepath"
	"strings"
)

// namesOf returns @log and @logStream of the events in a file.
//
// CloudWatch Logs exports to S3 as PREFIX/TASK/STREAM/NUMBER.gz: TASK is the export task's UUID,
// STREAM the stream's name with every "/" turned into "-", which cannot be undone, NUMBER six digits.
// The group's name and account are not in it. So for such a path @logStream is STREAM and @log the
// last folder of PREFIX, or TASK if there is none.
//
// For every other file @logStream is its name and @log the folder as it was given, or the name again
// when it was given without one. Standard input is "-" in both.
func namesOf(p string) (log, stream string) {
	if p == Stdin {
		return Stdin, Stdin
	}
	p = filepath.ToSlash(p)
	if log, stream, ok := exportNames(p); ok {
		return log, stream
	}
	base, dir := path.Base(p), path.Dir(p)
	if dir == "." {
		return base, base
	}
	return dir, base
}

// exportNames returns the names in the path of an S3 export.
func exportNames(p string) (log, stream string, ok bool) {
	if !filepath.IsAbs(p) && strings.Count(p, "/") < 3 {
		if abs, err := filepath.Abs(p); err == nil {
			p = filepath.ToSlash(abs)
		}
	}
	parts := strings.Split(path.Clean(p), "/")
	n := len(parts)
	if n < 3 || !isPartName(parts[n-1]) || !isUUID(parts[n-3]) {
		return "", "", false
	}
	if n > 3 && parts[n-4] != "" && parts[n-4] != ".." {
		return parts[n-4], parts[n-2], true
	}
	return parts[n-3], parts[n-2], true
}

// isPartName reports whether name is six digits, with or without an extension.
func isPartName(name string) bool {
	number, _, _ := strings.Cut(name, ".")
	return len(number) == 6 && strings.Trim(number, "0123456789") == ""
}

// isUUID reports whether s is a UUID in its 36-character form.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return false
			}
		}
	}
	return true
}
