package clean

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/groundwatch/groundwatch/internal/files"
)

// A unit is the inputs that one worker cleans, one after the other, into files of its own. It is
// what a later run skips or does again as a whole.
type unit struct {
	number int
	first  int // its first input, by its place among all
	inputs []files.Input
}

// Inputs are gathered into units so that thousands of small files, one per log stream, do not become
// thousands of small results, which SQL engines read slowly, while there are enough units for all
// cores to share. The bounds are of bytes as stored; gzip makes them some ten times as many.
const (
	unitShare    = 32       // a unit is about this part of all
	minUnitBytes = 1 << 20  // at least
	maxUnitBytes = 32 << 20 // at most, unless one input is larger
)

// unitLimit returns how large units of these inputs are to be. It depends on the inputs' sizes only, so
// that a later run and a machine with other cores come to the same names of results.
func unitLimit(inputs []files.Input) int64 {
	var total int64
	for _, in := range inputs {
		total += max(in.Size, 0)
	}
	return min(max(total/unitShare, minUnitBytes), maxUnitBytes)
}

// planUnits gathers inputs in their order into units of limit bytes, or of one input.
func planUnits(inputs []files.Input, limit int64) []unit {
	var units []unit
	var size int64
	for i, in := range inputs {
		n := len(units)
		if n == 0 || size+max(in.Size, 0) > limit || in.Size < 0 {
			units = append(units, unit{number: n, first: i})
			n, size = n+1, 0
		}
		u := &units[n-1]
		u.inputs = append(u.inputs, in)
		size += max(in.Size, 0)
		if in.Size < 0 { // of unknown size: alone
			size = limit
		}
	}
	return units
}

const (
	// noDay marks events whose time is not known.
	noDay = int64(-1) << 62
	// noDayName is the value that Hive, Spark, Athena and DuckDB take for a partition without one.
	noDayName = "__HIVE_DEFAULT_PARTITION__"

	dayMillis = 24 * 60 * 60 * 1000
)

// dayOf returns the number of the day (UTC) since 1970-01-01 that ms is in.
func dayOf(ms int64) int64 {
	day := ms / dayMillis
	if ms%dayMillis < 0 {
		day--
	}
	return day
}

// dayFolder returns the folder of a day's events.
func dayFolder(day int64) string {
	if day == noDay {
		return "dt=" + noDayName
	}
	return "dt=" + time.Unix(day*dayMillis/1000, 0).UTC().Format("2006-01-02")
}

// partName returns the name of a unit's file, below the folder of the results, with slashes. more
// counts files that had to be started because the one before was closed.
func partName(unit int, folder string, more int, extension string) string {
	name := fmt.Sprintf("part-%05d", unit)
	if more > 0 {
		name += fmt.Sprintf("-%d", more)
	}
	name += extension
	if folder != "" {
		return folder + "/" + name
	}
	return name
}

// tempName returns the name under which a file is written until it is complete. The dot hides it
// from shells' globs and from the engines that read the folder.
func tempName(name string) string {
	i := strings.LastIndexByte(name, '/') + 1
	return name[:i] + "." + name[i:] + ".tmp"
}

// isTemp reports whether a file's name, without its folder, is one that tempName gives to results
// and to the state.
func isTemp(name string) bool {
	return strings.HasSuffix(name, ".tmp") &&
		(strings.HasPrefix(name, ".part-") || strings.HasPrefix(name, "."+stateName))
}

// outside returns the inputs that are not below dir, the folder of the results.
func outside(inputs []files.Input, dir string) (left []files.Input, inside int) {
	root := realPath(dir) + string(filepath.Separator)
	for _, in := range inputs {
		if in.Path != files.Stdin && strings.HasPrefix(realPath(in.Path), root) {
			inside++
			continue
		}
		left = append(left, in)
	}
	return left, inside
}

// realPath returns path without links, as far as that can be found out.
func realPath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
