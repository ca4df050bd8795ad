package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An Input is one file to read.
type Input struct {
	Path   string // as results name it; "-" is standard input
	Log    string // @log of its events, unless the format states one
	Stream string // @logStream of its events, unless the format states one
	// Size is the file's size in bytes as stored when it was found: what is appended later is not
	// read. -1 is unknown, as of a pipe.
	Size int64

	from int64 // see Last
}

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Find turns arguments into inputs: files, folders (every file below, sorted by path), globs (*, ?,
// [a-z], and ** for any number of folders) and "-". The order is that of the arguments; a file that
// several arguments name is given once, at the first. What is not a source of events is left out of
// folders and globs, but read when an argument names it: hidden files, markers (see isMarker) and
// what is no regular file. Each argument's left-outs are one Problem of kind Skipped. Symbolic links
// to files are followed, those to folders only when they are an argument.
func Find(args []string) ([]Input, []Problem) {
	f := finder{seen: map[string]bool{}}
	for _, arg := range args {
		f.skipped = nil
		f.arg(arg)
		f.reportSkipped(arg)
	}
	return f.inputs, f.problems
}

// A finder collects what Find returns.
type finder struct {
	inputs   []Input
	problems []Problem
	seen     map[string]bool // real paths of inputs
	skipped  []string        // names left out below the current argument
}

func (f *finder) arg(arg string) {
	if arg == Stdin {
		f.add(arg, -1)
		return
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		f.folder(arg, nil)
	case err == nil:
		f.add(arg, sizeOf(info))
	case hasMeta(arg):
		f.glob(arg)
	default:
		f.problem(arg, err)
	}
}

// add appends an input, unless it is one already.
func (f *finder) add(path string, size int64) {
	key := realPath(path)
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	log, stream := namesOf(path)
	f.inputs = append(f.inputs, Input{Path: path, Log: log, Stream: stream, Size: size})
}

// folder adds every file below root, or with a pattern those that it matches.
func (f *finder) folder(root string, pattern []string) (found int) {
	start := root
	if real, err := filepath.EvalSymlinks(root); err == nil {
		start = real // WalkDir does not follow a link
	}
	err := filepath.WalkDir(start, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(start, path) // never fails: path is below start
		name := filepath.Join(root, rel)
		parts := strings.Split(filepath.ToSlash(rel), "/")
		switch {
		case err != nil:
			f.problem(name, err)
		case path == start:
		case d.IsDir():
			if pattern != nil && !matchFolder(pattern, parts) {
				return filepath.SkipDir
			}
			if isMarker(d.Name()) {
				f.skipped = append(f.skipped, d.Name())
				return filepath.SkipDir
			}
		case pattern != nil && !matchParts(pattern, parts):
		case isMarker(d.Name()):
			f.skipped = append(f.skipped, d.Name())
		default:
			found++
			f.entry(name)
		}
		return nil
	})
	if err != nil {
		f.problem(root, err)
	}
	return found
}

// entry adds a file that a walk came upon.
func (f *finder) entry(path string) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		f.problem(path, err)
	case !info.Mode().IsRegular():
		f.skipped = append(f.skipped, filepath.Base(path))
	default:
		f.add(path, info.Size())
	}
}

// glob adds the files that pattern names. A pattern that matches nothing is a problem.
func (f *finder) glob(pattern string) {
	root, rest := splitGlob(filepath.ToSlash(pattern))
	parts := strings.Split(rest, "/")
	if bad := badPart(parts); bad != "" {
		f.problems = append(f.problems, Problem{Path: pattern, Kind: Unreadable, Count: 1,
			What: fmt.Sprintf("malformed pattern %q", bad)})
		return
	}
	skipped := len(f.skipped)
	if f.folder(filepath.FromSlash(root), parts) == 0 && len(f.skipped) == skipped {
		f.problems = append(f.problems, Problem{Path: pattern, Kind: Unreadable, What: "no file matches", Count: 1})
	}
}

func (f *finder) problem(path string, err error) {
	f.problems = append(f.problems, Problem{Path: path, Kind: Unreadable, What: cause(err), Count: 1})
}

// cause returns what err says without the path, which the Problem names.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

func (f *finder) reportSkipped(arg string) {
	if len(f.skipped) == 0 {
		return
	}
	slices.Sort(f.skipped)
	named := slices.Compact(slices.Clone(f.skipped))
	what := "left out " + strings.Join(named[:min(len(named), 3)], ", ")
	if len(named) > 3 {
		what += ", …"
	}
	f.problems = append(f.problems, Problem{Path: arg, Kind: Skipped, What: what, Count: int64(len(f.skipped))})
}

// isMarker reports whether a folder's entry of this name holds no events: hidden files, the file
// with which CloudWatch Logs tests whether it may write to the bucket, and what starts with "_", by
// which Hadoop and Spark mark their own files (_SUCCESS, _committed_…, _temporary).
func isMarker(name string) bool {
	return name == "aws-logs-write-test" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// sizeOf returns the size of a regular file, -1 for anything else.
func sizeOf(info fs.FileInfo) int64 {
	if info.Mode().IsRegular() {
		return info.Size()
	}
	return -1
}

// realPath returns a text that is the same for all names of a file.
func realPath(path string) string {
	if path == Stdin {
		return path
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}
